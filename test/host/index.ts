/** The entry point that VS Code runs in the extension host: runs all host tests and writes the report file. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { runMocha } from '../../scripts/lib/tests/mocha-run.mjs';

export async function run(): Promise<void> {
  const names = readdirSync(__dirname, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => name.endsWith('.test.js')).sort();
  const failures = await runMocha(
    files.map((name) => path.join(__dirname, name)),
    { timeoutMs: 120_000 },
  );
  if (failures > 0) throw new Error(`${failures} host tests failed.`);
}
