/** What VS Code runs inside its extension host: all host tests, whose counts go to the report file. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { runMocha } from '../../scripts/lib/tests/mocha-run.mjs';

export async function run(): Promise<void> {
  const names = readdirSync(__dirname, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => name.endsWith('.test.js')).sort();
  const failures = await runMocha(
    files.map((name) => path.join(__dirname, name)),
    { timeout: 120_000 },
  );
  if (failures > 0) throw new Error(`${failures} of the host tests failed.`);
}
