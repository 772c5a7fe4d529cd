/**
 * The demo's jobs, and what they work on: the id of each determines its script, and the time at which it is tracked determines its
 * start.
 */
import type { JobFields } from '../cloud/api/job';
import type { Instant } from '../base/clock';
import type { JobReference } from '../jobs/model/job-reference';
import { type CatalogJob, type JobKind, scriptOf } from '../simulator/jobs/job-catalog';
import { jobAt, type JobScript, type MainJob } from '../simulator/jobs/job-script';
import { DemoRandom } from './demo-ids';
import { DEMO_PROJECT } from './demo-project';
import { resourcesOf, type WorkedResource } from '../simulator/resources/worked-resources';
import { MINUTE, SECOND } from '../base/time-units';

interface DemoJob extends CatalogJob {
  readonly jobId: string;
  readonly durationMs: number;
  /** How long before it was tracked the job started: with jobs in progress, the first minute shows more. */
  readonly startedBeforeMs: number;
  /** Of the job's own resource, then of those of its sub-jobs, of which the second comes before the first. */
  readonly names: readonly string[];
}

export interface DemoResource extends WorkedResource {
  readonly name: string;
  readonly jobId: string;
}

/** In the order of the list, from its top. */
const DEMO_JOBS: readonly DemoJob[] = [
  {
    // Its stages end after 15 s and 106 s; then it waits to be completed.
    jobId: 'demo0001-5b0e-4c7a-a1d9-3f52c6e80b17',
    kind: 'UPGRADE',
    durationMs: 25 * MINUTE + 8 * SECOND,
    startedBeforeMs: 19 * MINUTE + 51 * SECOND,
    names: ['prod-api'],
  },
  {
    jobId: 'demo0002-91fd-4e3b-a86c-07d4b2a95e31',
    kind: 'cloneLoadbalancer',
    durationMs: 41 * SECOND,
    startedBeforeMs: 0,
    names: ['checkout-web', 'https-443', 'checkout-web-clone', 'http-80'],
  },
  {
    jobId: 'demo0003-c4a8-4d16-a5f2-e80b71936cd4',
    kind: 'batchCreateV3Loadbalancer',
    outcome: 'fail',
    durationMs: 75 * SECOND,
    startedBeforeMs: 12 * SECOND,
    names: ['staging-web', 'staging-web-2', 'staging-web-1', 'staging-web-3'],
  },
  {
    // In rollback from the start.
    jobId: 'demo0004-2e67-4b9f-a3c0-5d18f4e7a926',
    kind: 'cloneListener',
    outcome: 'rollback',
    durationMs: 8 * MINUTE + 20 * SECOND,
    startedBeforeMs: 6 * MINUTE + 10 * SECOND,
    names: ['payments-https', 'payments-https-clone'],
  },
  {
    // The first to end, after 9 s.
    jobId: 'demo0005-7f3d-4a52-ae84-b96c05d1e7f8',
    kind: 'batchDeleteListener',
    durationMs: 4 * MINUTE + 12 * SECOND,
    startedBeforeMs: 4 * MINUTE + 3 * SECOND,
    names: ['images-cdn', 'cdn-http-8080', 'cdn-http-80', 'cdn-https-8443'],
  },
];

/** Durations in ms of earlier demo jobs, from which the remaining time is estimated. */
const EARLIER_DURATIONS: readonly (readonly [JobKind, number])[] = [
  ['UPGRADE', 23 * MINUTE + 40 * SECOND],
  ['UPGRADE', 25 * MINUTE + 30 * SECOND],
  ['UPGRADE', 28 * MINUTE + 29 * SECOND],
  ['cloneLoadbalancer', 39 * SECOND],
  ['cloneLoadbalancer', 42 * SECOND],
  ['cloneLoadbalancer', 47 * SECOND],
];

export function demoReferences(): readonly JobReference[] {
  return DEMO_JOBS.map(({ jobId }) => ({ ...DEMO_PROJECT, jobId }));
}

export function earlierDemoJobs(): readonly JobFields[] {
  return EARLIER_DURATIONS.map(([jobType, endTime], index) => ({
    jobId: `demo-earlier-${index}`,
    jobType,
    status: 'COMPLETE',
    beginTime: 0,
    endTime,
  }));
}

/** Returns what the service would show of a demo job tracked since `trackedAt`; undefined for other ids. */
export function demoJobAt(jobId: string, trackedAt: Instant, now: Instant): MainJob | undefined {
  const known = DEMO_JOBS.find((job) => job.jobId === jobId);
  if (known === undefined) return undefined;
  const startedAt = trackedAt - known.startedBeforeMs;
  const { projectId } = DEMO_PROJECT;
  // After the clock was set back, the job is as it was when tracked.
  return jobAt(
    { projectId, jobId, bodyJobId: jobId, startedAt, script: scriptOfDemo(known) },
    Math.max(now, trackedAt),
  );
}

/** Returns what the jobs work on, the same at each call. */
export function demoResources(): readonly DemoResource[] {
  return DEMO_JOBS.flatMap((job) =>
    resourcesOf(scriptOfDemo(job)).map((resource, index) => ({
      ...resource,
      name: job.names[index] ?? '',
      jobId: job.jobId,
    })),
  );
}

function scriptOfDemo(job: DemoJob): JobScript {
  return scriptOf(job, new DemoRandom(job.jobId));
}
