// Runs a benchmark: `npm run bench -- NAME [--json]` runs test/bench/NAME.bench.ts; without a name, lists the benchmarks.
import { readdir } from 'node:fs/promises';
import { startGuarded } from './lib/process/guarded.mjs';
import { ensureVscodeServer } from './lib/editor/install-vscode-server.mjs';
import { ExplainedError, main } from './lib/process/main.mjs';
import { inProject } from './lib/paths.mjs';
import { prepare } from './lib/process/prepare.mjs';

const SUFFIX = '.bench.ts';
/** The benchmarks that need VS Code's server. */
const benchmarksInEditor = new Set(['activation']);

await main(async () => {
  const flags = process.argv.slice(2);
  const name = flags.find((flag) => !flag.startsWith('-'));
  const files = await readdir(inProject('test', 'bench'));
  const known = files.filter((file) => file.endsWith(SUFFIX)).map((file) => file.slice(0, -SUFFIX.length));
  if (name === undefined) {
    console.log(`Choose a benchmark: npm run bench -- NAME. Available: ${known.join(', ')}.`);
    return;
  }
  if (!known.includes(name)) throw new ExplainedError(`Unknown benchmark "${name}". Available: ${known.join(', ')}.`);
  await prepare();
  if (benchmarksInEditor.has(name)) await ensureVscodeServer();
  // Imported here because it needs node_modules, which prepare() installs.
  const { build } = await import('./build.mjs');
  await build(['bench']);
  const bundle = inProject('out', 'test', 'bench', `${name}.bench.js`);
  const options = flags.filter((flag) => flag !== name);
  const { ended } = startGuarded(process.execPath, ['--enable-source-maps', bundle, ...options], { output: 'inherit' });
  process.exitCode = await ended;
});
