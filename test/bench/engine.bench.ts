/**
 * Measures 1,000 and 5,000 tracked jobs of 10 sub-jobs each in a window: time to apply a list in which one job changed and
 * to save it, to open the window and to focus it, memory, and timers when all jobs have ended.
 * `npm run bench -- engine [--json] [--running=N]`: of 5,000 jobs, N are running (default 100); the others ended long ago.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { idleTimers } from './engine/idle-timers';
import { type Figures, MEASURES } from './engine/measures';
import { storeJobs, type StoredMix } from './engine/stored-jobs';
import { median } from './median';

const FEW_JOBS = 1000;
const MANY_JOBS = 5000;
const RUNNING = 100;
/** Fresh processes for each measure, of which the median counts. */
const PROCESSES = 5;

type MeasureName = keyof typeof MEASURES;

const runFile = promisify(execFile);

/** @returns the median of each figure, over several processes */
async function measured(name: MeasureName, folder: string, mix: StoredMix, processes = PROCESSES): Promise<Figures> {
  const results: Figures[] = [];
  for (let count = 0; count < processes; count += 1) {
    const { stdout } = await runFile(process.execPath, [
      ...process.execArgv,
      process.argv[1] ?? '',
      ...[`--measure=${name}`, folder, String(mix.jobs), String(mix.running)],
    ]);
    results.push(JSON.parse(stdout) as Figures);
  }
  const names = Object.keys(results[0] ?? {});
  return Object.fromEntries(names.map((each) => [each, median(results.map((figures) => figures[each] ?? NaN))]));
}

async function figuresIn(folder: string, running: number) {
  const few = { jobs: FEW_JOBS, running: FEW_JOBS };
  const allRunning = { jobs: MANY_JOBS, running: MANY_JOBS };
  const mix = { jobs: MANY_JOBS, running };
  const folderOf = async (name: string, stored?: StoredMix) => {
    const created = path.join(folder, name);
    await mkdir(created, { recursive: true });
    if (stored !== undefined) await storeJobs(created, stored);
    return created;
  };
  const { heapMiB } = await measured('trackedHeap', await folderOf('tracked'), few, 1);
  const applied = await measured('apply', await folderOf('few', few), few, 1);
  const applied5000 = await measured('apply', await folderOf('many', allRunning), allRunning, 1);
  const stored = await folderOf('mix', mix);
  const opened = await measured('open', stored, mix);
  const { parseMs = NaN } = await measured('parse', stored, mix);
  const { longestMs } = await measured('longestBlock', stored, mix);
  const { heapMiB: heapMiB5000 } = await measured('openHeap', stored, mix, 1);
  // Last, since it changes jobs.
  const { focusMs, focusOneMs } = await measured('focus', stored, mix, 3);
  const { applyMs = NaN, elementsRefreshed, saveMs } = applied;
  const { applyMs: applyMs5000 = NaN } = applied5000;
  const { openMs = NaN, threadMs } = opened;
  return {
    ...{ applyMs, elementsRefreshed, heapMiB, saveMs },
    idleTimers: await idleTimers(FEW_JOBS),
    openRatio5000: openMs / parseMs,
    openThreadMs5000: threadMs,
    openLongestMs5000: longestMs,
    focusThreadMs5000: focusMs,
    focusOneThreadMs5000: focusOneMs,
    applyMs5000,
    applyGrowth: applyMs5000 / applyMs,
    heapMiB5000,
  };
}

const LINES: Readonly<Record<keyof Awaited<ReturnType<typeof figuresIn>>, string>> = {
  applyMs: 'ms to apply one changed job of 1,000',
  elementsRefreshed: 'tree elements refreshed by it',
  heapMiB: 'MiB of heap for 1,000 running jobs, without views',
  saveMs: 'ms of the thread to save it',
  idleTimers: 'timers when all of 1,000 jobs have ended',
  openRatio5000: 'times as long to open 5,000 jobs and show their rows, as to parse their answers',
  openThreadMs5000: 'ms of the thread for that',
  openLongestMs5000: 'ms at most until other work has its turn meanwhile',
  focusThreadMs5000: 'ms of the thread for a focus when nothing changed',
  focusOneThreadMs5000: 'ms of the thread for a focus when another window changed one job',
  applyMs5000: 'ms to apply one changed job of 5,000',
  applyGrowth: 'times as long as for 1,000',
  heapMiB5000: 'MiB of heap for 5,000 jobs in an open window',
};

async function main(): Promise<void> {
  const option = (name: string) => process.argv.find((each) => each.startsWith(`--${name}=`))?.split('=')[1];
  const measure = option('measure');
  if (measure !== undefined) {
    const [folder = '', jobs, running] = process.argv.slice(-3);
    const figures = await MEASURES[measure as MeasureName](folder, { jobs: Number(jobs), running: Number(running) });
    process.stdout.write(JSON.stringify(figures));
    return;
  }
  const folder = await mkdtemp(path.join(os.tmpdir(), 'engine-bench-'));
  try {
    const figures = await figuresIn(folder, Number(option('running') ?? RUNNING));
    if (process.argv.includes('--json')) console.log(JSON.stringify(figures));
    else
      for (const [name, line] of Object.entries(LINES)) {
        console.log(`${figures[name as keyof typeof figures]?.toFixed(2).padStart(9) ?? ''} ${line}`);
      }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

main().catch((cause: unknown) => {
  console.error(cause);
  process.exitCode = 1;
});
