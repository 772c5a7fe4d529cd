/**
 * Measures what hostile answers, lists and texts cost, against targets: `npm run bench -- hostile [--json]`. Times are CPU
 * times, the best of three, each figure in a process of its own. Exits with 1 if a figure misses its target.
 */
import { execFileSync } from 'node:child_process';
import { growthMiB } from './hostile/growth';
import { apiWaitsTurnMs, textTurnMs, waitsTurnMs } from './hostile/longest-turns';
import { listHeapMiB } from './hostile/list-heap';
import { pasteMs1MiB } from './hostile/paste-time';
import { redactorFalse, redactorMisses } from './hostile/redactor-counts';
import { combiningMs, subJobsMs20000 } from './hostile/view-times';

interface Figure {
  readonly measure: () => number | Promise<number>;
  /** The figure must not be larger. */
  readonly target: number;
  readonly meaning: string;
}

const FIGURES: Readonly<Record<string, Figure>> = {
  subJobsMs20000: { measure: subJobsMs20000, target: 50, meaning: '20,000 sub-jobs, from the answer to all views, ms' },
  combiningMs: { measure: combiningMs, target: 50, meaning: '200 sub-job ids of 20,000 combining marks, likewise, ms' },
  growthMiB: { measure: growthMiB, target: 2, meaning: 'files of a job after 200 hostile answers of 1 MB, MiB' },
  listHeapMiB: { measure: listHeapMiB, target: 150, meaning: 'peak memory for a list of 10 pages of 30 MB, MiB' },
  pasteMs1MiB: { measure: pasteMs1MiB, target: 50, meaning: 'the slowest pasted text of 1 MiB, ms' },
  textTurnMs: { measure: textTurnMs, target: 25, meaning: 'longest turn for a pasted text of 256 KiB, ms' },
  waitsTurnMs: { measure: waitsTurnMs, target: 25, meaning: 'longest turn for 5,000 waits that start in one, ms' },
  apiWaitsTurnMs: { measure: apiWaitsTurnMs, target: 50, meaning: 'the same for 3,000 waits of other extensions, ms' },
  redactorMisses: { measure: redactorMisses, target: 0, meaning: 'encodings × cuts of secrets that were not removed' },
  redactorFalse: { measure: redactorFalse, target: 0, meaning: 'clean bodies of 1,000 that were changed' },
};

const MEASURE_OPTION = '--measure=';
const measured = process.argv.find((argument) => argument.startsWith(MEASURE_OPTION))?.slice(MEASURE_OPTION.length);

run().catch((cause: unknown) => {
  console.error(cause);
  process.exitCode = 1;
});

async function run(): Promise<void> {
  if (measured !== undefined) console.log(JSON.stringify(await FIGURES[measured]?.measure()));
  else report();
}

function report(): void {
  const isJson = process.argv.includes('--json');
  const figures: Record<string, number> = {};
  for (const [name, { target, meaning }] of Object.entries(FIGURES)) {
    const figure = inNewProcess(name);
    figures[name] = figure;
    const isMissed = !(figure <= target);
    if (isMissed) process.exitCode = 1;
    if (!isJson) console.log(`${isMissed ? 'MISSED' : 'ok    '} ${name}: ${figure} (at most ${target}): ${meaning}`);
  }
  if (isJson) console.log(JSON.stringify(figures));
}

function inNewProcess(name: string): number {
  const options = ['--expose-gc', '--enable-source-maps', __filename, `${MEASURE_OPTION}${name}`];
  const output = execFileSync(process.execPath, options, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  return Number(output.trim().split('\n').at(-1));
}
