// Measures: `npm run bench -- NAME [--json]` runs test/bench/NAME.bench.ts; without a name, says which there are.
import { readdir } from 'node:fs/promises';
import { startGuarded } from './lib/process/guarded.mjs';
import { ensureVscodeServer } from './lib/editor/install-vscode-server.mjs';
import { ExplainedError, main } from './lib/process/main.mjs';
import { inProject } from './lib/paths.mjs';
import { prepare } from './lib/process/prepare.mjs';

const ending = '.bench.ts';
/** They measure in the editor. */
const inEditor = new Set(['activation']);

await main(async () => {
  const flags = process.argv.slice(2);
  const name = flags.find((flag) => !flag.startsWith('-'));
  const files = await readdir(inProject('test', 'bench'));
  const known = files.filter((file) => file.endsWith(ending)).map((file) => file.slice(0, -ending.length));
  if (name === undefined) {
    console.log(known.length > 0 ? `Name one of: ${known.join(', ')}.` : 'There are no benchmarks yet.');
    return;
  }
  if (!known.includes(name))
    throw new ExplainedError(`There is no benchmark "${name}"; there are: ${known.join(', ')}.`);
  await prepare();
  if (inEditor.has(name)) await ensureVscodeServer();
  // Needs node_modules, which a fresh clone has only now.
  const { build } = await import('./build.mjs');
  await build(['bench']);
  const bundle = inProject('out', 'test', 'bench', `${name}.bench.js`);
  const others = flags.filter((flag) => flag !== name);
  const { ended } = startGuarded(process.execPath, ['--enable-source-maps', bundle, ...others], { output: 'inherit' });
  process.exitCode = await ended;
});
