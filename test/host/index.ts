/** The entry point that VS Code runs in the extension host: runs all host tests and writes the report file. */
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { runMocha } from '../../scripts/lib/tests/mocha-run.mjs';

/** Enough for several waits on a busy machine; only a test that hangs takes longer. */
const MAX_TEST_MS = 240_000;

export async function run(): Promise<void> {
  const names = readdirSync(__dirname, { recursive: true, encoding: 'utf8' });
  const files = names.filter((name) => name.endsWith('.test.js')).sort();
  const failures = await runMocha(
    files.map((name) => path.join(__dirname, name)),
    { timeoutMs: MAX_TEST_MS },
  );
  if (failures > 0) throw new Error(`${failures} host tests failed.`);
}
