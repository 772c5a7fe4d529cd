// Updates the table "What is tested" in SECURITY.md from the hostile inputs of the tests: `npm run security-table`.
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { inProject } from './lib/paths.mjs';
import { main } from './lib/process/main.mjs';
import { prepare } from './lib/process/prepare.mjs';

await main(async () => {
  await prepare();
  // Imported here because they need node_modules, which prepare() installs.
  const { build } = await import('./build.mjs');
  const prettier = await import('prettier');
  await build(['security-table']);
  /** @type {unknown} */
  const bundle = createRequire(inProject('package.json'))('./out/test/security-table.js');
  const { withTable } = /** @type {{ withTable: (text: string) => string }} */ (bundle);
  const file = inProject('SECURITY.md');
  const options = { ...(await prettier.resolveConfig(file)), parser: 'markdown' };
  await writeFile(file, await prettier.format(withTable(await readFile(file, 'utf8')), options));
  console.log('Updated the table in SECURITY.md.');
});
