/** Polls simulated jobs with the engine, and at a fixed interval, and counts requests and delays. */
import type { Instant } from '../../../src/base/clock';
import { JobStore } from '../../../src/jobs/store/job-store';
import { PollEngine } from '../../../src/jobs/polling/poll-engine';
import { DurationHistory } from '../../../src/jobs/model/duration-history';
import { KnownResources } from '../../../src/jobs/resources/known-resources';
import { MemoryFileSystem } from '../../support/memory-file-system';
import { MemoryRequestBudget } from '../../support/memory-request-budget';
import type { StartedJob, Transition } from '../../../src/simulator/jobs/job-script';
import { FakeClock, settle } from '../../support/fake-clock';
import { nothingFollowed } from '../../support/engine-fixture';
import { FakeResources } from '../../support/fake-resources';
import { neverPaused, onlyWindow } from '../../support/fake-source';
import { MemoryLog, noFiles, reference } from '../../support/samples';
import { SimulatedService, SimulatedSource } from '../../support/simulated-service';
import { MINUTE, SECOND, HOUR } from '../../../src/base/time-units';

export const BUDGET = 100;
const PROJECT = 'a'.repeat(32);
export const BEGIN = Date.UTC(2026, 0, 1);
/** Includes the extra polls after the last ending. */
const TIME_AFTER_LAST_ENDING_MS = 15 * MINUTE;

/** More than a list of 1,000 jobs with three sub-jobs each has. */
const PARTS_OF_LIST = 10;

const SEED = 20_260_101;

export interface Case {
  readonly name: string;
  readonly jobs: readonly StartedJob[];
  readonly history?: readonly number[];
}

export interface Figures {
  readonly requests: number;
  readonly bytes: number;
  readonly meanDelay: number;
  readonly p95Delay: number;
  readonly peak: number;
  readonly delays: readonly { readonly delay: number; readonly length: number }[];
  /** Look-ups of names, in `requests` too. */
  readonly lookUps: number;
}

/** mulberry32, so that all runs have the same numbers. */
function randomFrom(state: number): () => number {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const EXAMPLE_DURATION_MS = 28 * MINUTE + 29 * SECOND;

/** A job like the official example: INIT for 26 min 2 s, a switch 27 s later, completion after another 120 s. */
export function exampleJob(index: number, startedAt: Instant, bodyJobId?: string): StartedJob {
  const subJob = (jobType: string, from: number, to: number) => ({
    jobId: `${jobType}-${index}`,
    jobType,
    resourceId: '9f5b432c-987e-4777-a1bc-6642be4b2b50',
    entities: [{ resource_id: '9f5b432c-987e-4777-a1bc-6642be4b2b50', resource_type: 'loadbalancer' as const }],
    transitions: [
      { at: from, status: 'RUNNING' },
      { at: to, status: 'SUCCESS' },
    ],
  });
  const init = 26 * MINUTE + 2 * SECOND;
  return {
    ...jobOf(index, startedAt, [
      { at: 0, status: 'RUNNING' },
      { at: EXAMPLE_DURATION_MS, status: 'COMPLETE' },
    ]),
    bodyJobId: bodyJobId ?? idOf(index),
    script: {
      jobType: 'UPGRADE',
      resourceId: '9f5b432c-987e-4777-a1bc-6642be4b2b50',
      transitions: [
        { at: 0, status: 'RUNNING' },
        { at: EXAMPLE_DURATION_MS, status: 'COMPLETE' },
      ],
      subJobs: [
        subJob('UPGRADE_TRAFFIC_SWITCH', init + 27 * SECOND, init + 27 * SECOND),
        subJob('UPGRADE_INIT', 0, init),
        subJob('UPGRADE_COMPLETE', EXAMPLE_DURATION_MS, EXAMPLE_DURATION_MS),
      ],
    },
  };
}

function simpleJob(index: number, startedAt: Instant, length: number, jobType: string): StartedJob {
  const transitions = [
    { at: 0, status: 'RUNNING' },
    { at: length, status: 'COMPLETE' },
  ];
  const job = jobOf(index, startedAt, transitions);
  return { ...job, script: { ...job.script, jobType } };
}

function jobOf(index: number, startedAt: Instant, transitions: readonly Transition[]): StartedJob {
  return {
    projectId: PROJECT,
    jobId: idOf(index),
    bodyJobId: idOf(index),
    startedAt: Math.round(startedAt),
    script: { jobType: 'UPGRADE', resourceId: idOf(index), transitions, subJobs: [] },
  };
}

function idOf(index: number): string {
  return `37d5c1fd-fa57-4c6d-bdcd-${String(index).padStart(12, '0')}`;
}

function lengthOf({ script }: StartedJob): number {
  return script.transitions.at(-1)?.at ?? 0;
}

/** The jobs of one batch call, which start 40 ms apart. */
export function batch(count: number, make: (index: number, startedAt: Instant) => StartedJob): StartedJob[] {
  return Array.from({ length: count }, (_, index) => make(index, BEGIN + index * 40));
}

export function mixed(): StartedJob[] {
  const random = randomFrom(SEED);
  return Array.from({ length: 100 }, (_, index) => {
    const length = 30 * SECOND * (6 * 120) ** random();
    return simpleJob(index, BEGIN + random() * HOUR, Math.round(length), `type-${index}`);
  });
}

export function similar(apart: number): StartedJob[] {
  const random = randomFrom(SEED + 1);
  return Array.from({ length: 100 }, (_, index) => {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const length = Math.round(5 * MINUTE * (1 + 0.1 * normal));
    return simpleJob(index, BEGIN + index * apart, length, 'cloneLoadbalancer');
  });
}

/** Eight durations of earlier jobs, normally distributed around 5 min. */
export const HISTORY = [-1.3, -0.8, -0.4, -0.1, 0.2, 0.5, 0.9, 1.4].map((normal) => 5 * MINUTE * (1 + 0.1 * normal));

export async function ours({ jobs, history = [] }: Case, hasNames: boolean): Promise<Figures> {
  const clock = new FakeClock(BEGIN);
  const service = new SimulatedService(clock);
  const store = new JobStore(noFiles, new MemoryLog());
  const durations = new DurationHistory();
  for (const [index, length] of history.entries()) {
    durations.add({
      jobId: `past-${index}`,
      jobType: 'cloneLoadbalancer',
      status: 'COMPLETE',
      beginTime: 0,
      endTime: length,
    });
  }
  const resourceSource = new FakeResources(clock);
  const known = new KnownResources({
    ...{ files: new MemoryFileSystem(), clock, owner: 'bench', directory: 'storage', log: new MemoryLog() },
    ...{ store, isOn: () => hasNames },
  });
  const engine = new PollEngine({
    store,
    source: new SimulatedSource(service, new MemoryRequestBudget(() => BUDGET, clock)),
    pause: neverPaused,
    leaseOf: onlyWindow,
    durations,
    clock,
    random: randomFrom(SEED + 2),
    networkAddresses: () => '',
    newJobs: nothingFollowed,
    resources: { known, resourceSource },
    log: new MemoryLog(),
  });
  const delays: { delay: number; length: number }[] = [];
  const byId = new Map(jobs.map((job) => [job.jobId, job]));
  store.onDidChange((changes) => {
    for (const { kinds, tracked } of changes) {
      const job = byId.get(tracked.reference.jobId);
      if (!kinds.includes('ended') || job === undefined) continue;
      delays.push({ delay: clock.now() - (job.startedAt + lengthOf(job)), length: lengthOf(job) });
    }
  });
  for (const job of [...jobs].sort((a, b) => a.startedAt - b.startedAt)) {
    await clock.advance(job.startedAt - clock.now());
    service.start(job);
    await store.track({ ...reference, projectId: PROJECT, jobId: job.jobId }, clock.now());
  }
  const end = Math.max(...jobs.map((job) => job.startedAt + lengthOf(job))) + TIME_AFTER_LAST_ENDING_MS;
  while (clock.now() < end) {
    await clock.advance(Math.min(SECOND, end - clock.now()));
    // A list of many jobs is applied in parts.
    for (let part = 0; part < PARTS_OF_LIST; part += 1) await settle();
  }
  engine.dispose();
  if (delays.length !== jobs.length) throw new Error(`${delays.length} of ${jobs.length} endings were noticed.`);
  const lookUps = resourceSource.requests.map(({ at }) => at);
  return figuresOf(
    [...service.requests.map(({ at }) => at), ...lookUps].sort((a, b) => a - b),
    service.requests.reduce((sum, { bytes }) => sum + bytes, 0),
    delays,
    lookUps.length,
  );
}

/** Polls each job alone: immediately, and then after each pause until it has ended. */
export function fixed({ jobs }: Case, pause: number): Figures {
  const requests: number[] = [];
  const delays: { delay: number; length: number }[] = [];
  let bytes = 0;
  for (const job of jobs) {
    const length = lengthOf(job);
    const service = new SimulatedService(new FakeClock(job.startedAt + length));
    service.start(job);
    service.show({ ...reference, projectId: PROJECT, jobId: job.jobId });
    const [answer] = service.requests;
    const pauses = Math.ceil(length / pause);
    for (let poll = 0; poll <= pauses; poll += 1) requests.push(job.startedAt + poll * pause);
    delays.push({ delay: pauses * pause - length, length });
    bytes += (pauses + 1) * (answer?.bytes ?? 0);
  }
  return figuresOf(
    requests.sort((a, b) => a - b),
    bytes,
    delays,
  );
}

function figuresOf(requests: readonly number[], bytes: number, delays: Figures['delays'], lookUps = 0): Figures {
  let peak = 0;
  let first = 0;
  for (const [index, at] of requests.entries()) {
    while ((requests[first] ?? at) <= at - 5 * MINUTE) first += 1;
    peak = Math.max(peak, index - first + 1);
  }
  const only = delays.map(({ delay }) => delay);
  return {
    requests: requests.length,
    bytes,
    meanDelay: only.reduce((sum, delay) => sum + delay, 0) / only.length,
    p95Delay: percentile95(only),
    peak,
    delays,
    lookUps,
  };
}

export function percentile95(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? NaN;
}
