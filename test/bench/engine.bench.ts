/**
 * Measures 1,000 tracked jobs of 10 sub-jobs each: time to apply a list in which one job changed and to save it, memory, and
 * timers when all jobs have ended. `npm run bench -- engine [--json]`
 */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { parseListJobsResponse, readJob } from '../../src/cloud/api/job-schema';
import { JobDirectory } from '../../src/jobs/store/job-directory';
import { jobKey } from '../../src/jobs/model/job-reference';
import { JobStore } from '../../src/jobs/store/job-store';
import { NodeFileSystem } from '../../src/storage/node-file-system';
import { PollEngine } from '../../src/jobs/polling/poll-engine';
import { DurationHistory } from '../../src/jobs/model/duration-history';
import { NEWEST_FIRST } from '../../src/ui/tree/job-arrangement';
import { JobTree } from '../../src/ui/tree/job-tree';
import { FakeClock } from '../support/fake-clock';
import { nothingFollowed } from '../support/engine-fixture';
import { unlimitedBudget, neverPaused, onlyWindow } from '../support/fake-source';
import { MemoryLog, reference } from '../support/samples';
import { median } from './median';
import { MINUTE } from '../../src/base/time-units';

const JOBS = 1000;
const SUB_JOBS = 10;
const ROUNDS = 25;
const BEGIN = Date.UTC(2026, 0, 1);

const idOf = (index: number) => `37d5c1fd-fa57-4c6d-bdcd-${String(index).padStart(12, '0')}`;
const time = (at: number) => new Date(BEGIN + at).toISOString().replace(/\.\d+/, '');

function wireJob(index: number, status: string, now: number) {
  const common = { resource_id: idOf(index), error_code: '', error_msg: '', project_id: reference.projectId };
  return {
    ...common,
    job_id: idOf(index),
    job_type: 'batchCreateV3Loadbalancer',
    status,
    begin_time: time(0),
    end_time: status === 'COMPLETE' ? time(now) : '',
    sub_jobs: Array.from({ length: SUB_JOBS }, (_, sub) => ({
      ...common,
      job_id: `${idOf(index).slice(0, -2)}${sub}-${index}`,
      job_type: 'UPGRADE_INIT',
      status: sub < 5 || status === 'COMPLETE' ? 'SUCCESS' : 'RUNNING',
      begin_time: time(sub * MINUTE),
      end_time: sub < 5 ? time((sub + 1) * MINUTE) : '',
      entities: [{ resource_id: idOf(index), resource_type: 'loadbalancer' }],
    })),
  };
}

function listBody(statusOf: (index: number) => string, now = 0): string {
  const jobs = Array.from({ length: JOBS }, (_, index) => wireJob(index, statusOf(index), now));
  return JSON.stringify({ jobs, page_info: { current_count: JOBS }, request_id: 'r' });
}

function read(body: string) {
  const page = parseListJobsResponse(body);
  if (!page.ok) throw new Error('The list is not valid.');
  return new Map(page.value.jobs.map((job) => [jobKey({ ...reference, jobId: job.jobId ?? '' }), job]));
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heap(): number {
  collect();
  return process.memoryUsage().heapUsed / 2 ** 20;
}

/** Stands in for the tree's other parts; jobs are listed in the default order. */
const projectNames = {
  of: ({ projectId }: { readonly projectId: string }) => projectId,
  onDidChange: () => ({ dispose: () => undefined }),
};
const newestFirst = {
  current: NEWEST_FIRST,
  onDidChange: () => ({ dispose: () => undefined }),
  clearFilter: () => Promise.resolve(),
};

async function run(folder: string): Promise<void> {
  const clock = new FakeClock(BEGIN);
  const log = new MemoryLog();
  const directory = new JobDirectory({
    files: new NodeFileSystem(),
    clock,
    owner: 'bench',
    directory: folder,
    readJob,
    onQuarantine: () => undefined,
    log,
  });
  const running = listBody(() => 'RUNNING');
  const heapBefore = heap();
  const store = new JobStore(directory, log);
  const tracking = Array.from({ length: JOBS }, (_, index) =>
    store.track({ ...reference, jobId: idOf(index) }, BEGIN + index),
  );
  await Promise.all(tracking);
  store.applyList(read(running), BEGIN);
  await store.flush();
  const heapMiB = heap() - heapBefore;

  const tree = new JobTree({
    ...{ store, clock, log, projectNames },
    durations: new DurationHistory(),
    options: newestFirst,
  });
  let elementsRefreshed = 0;
  tree.onDidChangeTreeData((element) => {
    elementsRefreshed += element === undefined ? JOBS : 1;
  });
  const applied: number[] = [];
  const saved: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const list = read(listBody((index) => (index <= round ? 'ROLLBACKING' : 'RUNNING'), round));
    elementsRefreshed = 0;
    const start = performance.now();
    store.applyList(list, BEGIN + round);
    applied.push(performance.now() - start);
    const before = performance.eventLoopUtilization();
    await store.flush();
    saved.push(performance.eventLoopUtilization(before).active);
    if (elementsRefreshed !== 1) throw new Error(`${elementsRefreshed} elements were refreshed in round ${round}.`);
  }

  const figures = {
    applyMs: median(applied),
    elementsRefreshed,
    heapMiB,
    saveMs: median(saved),
    idleTimers: await idleTimers(),
  };
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify(figures));
    return;
  }
  console.log(`${JOBS} jobs of ${SUB_JOBS} sub-jobs, a list of ${(running.length / 2 ** 20).toFixed(1)} MiB`);
  console.log(`time to apply one changed job          ${figures.applyMs.toFixed(2)} ms, median of ${ROUNDS}`);
  console.log(`tree elements refreshed by it          ${figures.elementsRefreshed}`);
  console.log(`heap of all tracked jobs               ${figures.heapMiB.toFixed(1)} MiB`);
  console.log(`time to save it, on the main thread    ${figures.saveMs.toFixed(2)} ms`);
  console.log(`timers when all jobs have ended        ${figures.idleTimers}`);
}

/** Returns how many timers engine and tree have 15 minutes after the last job has ended. */
async function idleTimers(): Promise<number> {
  const clock = new FakeClock(BEGIN);
  const log = new MemoryLog();
  const store = new JobStore(
    {
      keys: () => Promise.resolve([]),
      read: () => Promise.resolve(undefined),
      create: (_, tracked) => Promise.resolve(tracked),
      change: () => Promise.resolve(undefined),
      remove: () => Promise.resolve(),
    },
    log,
  );
  const durations = new DurationHistory();
  const ended = parseListJobsResponse(listBody(() => 'COMPLETE', MINUTE));
  if (!ended.ok) throw new Error('The list is not valid.');
  const byId = new Map(ended.value.jobs.map((job) => [job.jobId, job]));
  const engine = new PollEngine({
    store,
    source: {
      obstacleFor: () => Promise.resolve(undefined),
      showJob: ({ jobId }) => {
        const job = byId.get(jobId)?.read();
        if (job === undefined) throw new Error(`There is no job ${jobId}.`);
        return Promise.resolve({ ok: true, value: { job } });
      },
      listJobs: () => Promise.resolve({ ok: true, value: { jobs: ended.value.jobs } }),
      budgetOf: () => Promise.resolve(unlimitedBudget),
    },
    pause: neverPaused,
    leaseOf: onlyWindow,
    durations,
    clock,
    random: () => 0.5,
    networkAddresses: () => '',
    newJobs: nothingFollowed,
    log,
  });
  const tree = new JobTree({ store, durations, clock, options: newestFirst, projectNames, log });
  for (let index = 0; index < JOBS; index += 1) await store.track({ ...reference, jobId: idOf(index) }, clock.now());
  await clock.advance(15 * MINUTE);
  const timers = clock.pendingTimers;
  engine.dispose();
  tree.dispose();
  return timers;
}

async function main(): Promise<void> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'engine-bench-'));
  try {
    await run(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

main().catch((cause: unknown) => {
  console.error(cause);
  process.exitCode = 1;
});
