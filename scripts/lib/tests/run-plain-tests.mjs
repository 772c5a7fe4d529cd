// Runs the bundled tests in a folder in plain Node.js: `run-plain-tests.mjs FOLDER [JOBS [TIMEOUT_MS]]`, JOBS files at a
// time. TIMEOUT_MS is for one test.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { main } from '../process/main.mjs';
import { runMocha } from './mocha-run.mjs';
import { printStatus } from '../process/progress.mjs';

/** On a busy machine, only a test that hangs takes longer. */
const TEST_TIMEOUT_MS = 60_000;

await main(async () => {
  const folder = path.resolve(process.argv[2] ?? '.');
  const names = await readdir(folder, { recursive: true });
  const files = names.filter((name) => name.endsWith('.test.js')).sort();
  const jobs = Number(process.argv[3] ?? 1);
  const timeoutMs = Number(process.argv[4] ?? TEST_TIMEOUT_MS);
  const failures = await runMocha(
    files.map((name) => path.join(folder, name)),
    { jobs, timeoutMs },
  );
  if (failures > 0) process.exitCode = 1;
  setTimeout(() => {
    const resources = process.getActiveResourcesInfo().join(', ');
    printStatus(`The tests left these resources open: ${resources}. Close them in an after hook.`);
    process.exit();
  }, 3000).unref(); // Fires only if an open resource keeps the process running.
});
