/** Measures the longest turn of the event loop while texts are searched and other extensions start thousands of waits. */
import { JobApi, MAX_WAITED_JOBS } from '../../../src/automation/api/job-api';
import { RequestedJobs } from '../../../src/automation/jobs/requested-jobs';
import { systemClock as clock } from '../../../src/base/clock';
import { MAX_PASTED_LENGTH, MAX_TRACKED_JOBS } from '../../../src/base/limits';
import type { JobReference } from '../../../src/jobs/model/job-reference';
import { JobStore } from '../../../src/jobs/store/job-store';
import { JobWaiter } from '../../../src/jobs/waiting/job-waiter';
import { jobsInTurns } from '../../../src/mentions/job-mentions';
import { PASTED_TEXTS } from '../../support/hostile/pasted-texts';
import { MemoryLog, noFiles, reference } from '../../support/samples';

const RUNS = 3;
const references = Array.from({ length: MAX_TRACKED_JOBS }, (_, index) => ({ ...reference, jobId: `job-${index}` }));

/** @returns CPU milliseconds of the longest turn for the text that takes longest */
export async function textTurnMs(): Promise<number> {
  let longest = 0;
  for (const { ofLength } of PASTED_TEXTS.inputs) {
    const text = ofLength(MAX_PASTED_LENGTH);
    longest = Math.max(longest, await bestOf(() => longestTurnMs(() => jobsInTurns(text))));
  }
  return longest;
}

/** @returns the same for 5,000 waits for new jobs that start in one turn, and are cancelled */
export function waitsTurnMs(): Promise<number> {
  return bestOf(async () => {
    const store = new JobStore(noFiles, new MemoryLog());
    const waiter = new JobWaiter({ store, clock, log: new MemoryLog() });
    const options = { acceptWaitingUpgrade: false, failFast: false };
    return startAndCancel((job, signal) => waiter.waitFor([job], { ...options, signal }), references);
  });
}

/** @returns the same for as many calls of the exported API as it accepts, for tracked jobs */
export function apiWaitsTurnMs(): Promise<number> {
  return bestOf(async () => {
    const log = new MemoryLog();
    const store = new JobStore(noFiles, log);
    await store.trackAll(references, clock.now());
    const credentials = { all: () => [], profileOf: () => undefined };
    const parts = {
      store,
      clock,
      log,
      credentials,
      ready: Promise.resolve(),
      waiter: new JobWaiter({ store, clock, log }),
    };
    const requested = new RequestedJobs({ ...parts, engine: { retry: () => undefined }, pause: { isPaused: false } });
    const api = new JobApi(parts, requested);
    return startAndCancel((job, signal) => api.waitFor(job, { signal }), references.slice(0, MAX_WAITED_JOBS));
  });
}

function startAndCancel(
  waitFor: (job: JobReference, signal: AbortSignal) => Promise<unknown>,
  jobs: readonly JobReference[],
): Promise<number> {
  const cancellation = new AbortController();
  return longestTurnMs(async () => {
    const waits = jobs.map((job) => waitFor(job, cancellation.signal).catch(() => undefined));
    for (let turn = 0; turn < jobs.length / 10; turn += 1) await nextTurn();
    cancellation.abort();
    await Promise.all(waits);
  });
}

async function longestTurnMs(work: () => Promise<unknown>): Promise<number> {
  globalThis.gc?.();
  let [longest, isDone] = [0, false];
  let before = process.cpuUsage();
  const check = () => {
    const { user, system } = process.cpuUsage(before);
    longest = Math.max(longest, (user + system) / 1000);
    before = process.cpuUsage();
    if (!isDone) setImmediate(check);
  };
  await nextTurn();
  before = process.cpuUsage();
  setImmediate(check);
  await work();
  await nextTurn();
  isDone = true;
  return longest;
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** @returns the least of three runs after one that warms up, with one decimal place */
async function bestOf(run: () => Promise<number>): Promise<number> {
  await run();
  let best = Infinity;
  for (let count = 0; count < RUNS; count += 1) best = Math.min(best, await run());
  return Math.round(best * 10) / 10;
}
