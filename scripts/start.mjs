// Opens VS Code with the extension at work on a simulated cloud: `npm start`. Needs no account; Ctrl+C ends it.
import { ExplainedError, main } from './lib/process/main.mjs';
import { prepare } from './lib/process/prepare.mjs';
import { say } from './lib/process/progress.mjs';

await main(async () => {
  await prepare();
  // Need node_modules, which a fresh clone has only now.
  const { openDemo } = await import('./lib/sandbox/sandbox.mjs');
  const { commandForAnotherJob } = await import('./lib/sandbox/sandbox-cloud.mjs');
  const demo = await openDemo();
  console.log(demo.url ? `\nOpen this address in a browser: ${demo.url}` : '\nVS Code is open.');
  console.log(`To start another job, whose job_id you can track, run:\n  ${commandForAnotherJob(demo.simulator)}`);
  console.log(`${demo.url ? 'Ctrl+C ends' : 'Closing the window or Ctrl+C ends'} all of it.\n`);
  const interrupted = new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve);
  });
  const died = await Promise.race([demo.ended.then(() => demo.url !== undefined), interrupted.then(() => false)]);
  say('Closing.');
  await demo.close();
  // A window is closed by the person; a server is not.
  if (died) throw new ExplainedError(`${demo.log()}\nVS Code’s server has died; its log is above. Start again.`);
});
