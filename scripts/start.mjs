// Opens the sandbox, VS Code with the extension and a simulated cloud: `npm start`. Needs no account. Ctrl+C stops it.
import { ExplainedError, main } from './lib/process/main.mjs';
import { prepare } from './lib/process/prepare.mjs';
import { printStatus } from './lib/process/progress.mjs';

await main(async () => {
  await prepare();
  // Imported here because they need node_modules, which prepare() installs.
  const { openSandbox } = await import('./lib/sandbox/sandbox.mjs');
  const sandbox = await openSandbox();
  console.log(sandbox.url ? `\nOpen this address in a browser: ${sandbox.url}` : '\nVS Code is open.');
  if (sandbox.password !== undefined) console.log(`Its password, for this run only: ${sandbox.password}`);
  console.log('In VS Code, open “ELB Jobs” in the activity bar. You are signed in, and it follows four jobs.');
  const { origin, accessKey: key } = sandbox.simulator;
  console.log(
    `To try “Add Credentials”: endpoint ${origin}, access key ${key.accessKey}, secret key ${key.secretKey}. They end with this run.`,
  );
  console.log(`To start another job and get its job_id, run:\n  ${sandbox.commandToStartJob}`);
  console.log(`To stop the sandbox, ${sandbox.url ? 'press Ctrl+C' : 'close the window or press Ctrl+C'}.\n`);
  const interrupted = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve);
  });
  // Only a person closes a window; a server that ends has died.
  const died = await Promise.race([sandbox.ended.then(() => sandbox.url !== undefined), interrupted.then(() => false)]);
  printStatus('Closing.');
  await sandbox.close();
  if (died)
    throw new ExplainedError(
      `${sandbox.log()}\nVS Code’s server stopped. Check its log above, then run npm start again.`,
    );
});
