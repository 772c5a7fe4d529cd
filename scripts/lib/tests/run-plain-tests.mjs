// Runs the bundled tests below a folder in plain Node: `run-plain-tests.mjs FOLDER [JOBS]`, JOBS files at a time.
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { main } from '../process/main.mjs';
import { runMocha } from './mocha-run.mjs';
import { say } from '../process/progress.mjs';

/** In ms: what takes longer hangs, also on a machine that does other work. */
const LONGEST_TEST = 60_000;

await main(async () => {
  const folder = path.resolve(process.argv[2] ?? '.');
  const names = await readdir(folder, { recursive: true });
  const files = names.filter((name) => name.endsWith('.test.js')).sort();
  const jobs = Number(process.argv[3] ?? 1);
  const failures = await runMocha(
    files.map((name) => path.join(folder, name)),
    { jobs, timeout: LONGEST_TEST },
  );
  if (failures > 0) process.exitCode = 1;
  setTimeout(() => {
    say(`The tests have left open: ${process.getActiveResourcesInfo().join(', ')}. Close it in their after hooks.`);
    process.exit();
  }, 3000).unref(); // Fires only where something keeps the process alive.
});
