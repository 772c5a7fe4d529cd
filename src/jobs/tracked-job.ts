/** What is known of one tracked job, and how an answer or an error changes it. */
import type { Job, SubJob } from '../elb/job';
import type { ShowJobAnswer } from '../elb/job-schema';
import type { Instant } from './clock';
import type { JobReference } from './job-reference';
import type { LookError } from './look-error';
import { UNSEEN_JOB_DELAYS } from './schedule';
import { isEnding } from './status';

export interface TrackedJob {
  readonly reference: JobReference;
  readonly trackedAt: Instant;
  /** Ids that the service gave the job in its answers, unlike the one in the reference. */
  readonly aliases: readonly string[];
  /** As last answered, its sub-jobs in time order; missing until the first answer. */
  readonly job?: Job | undefined;
  /** Of the last answer. */
  readonly requestId?: string | undefined;
  readonly answeredAt?: Instant | undefined;
  /** When an answer last showed another status of the job or of a sub-job. */
  readonly changedAt?: Instant | undefined;
  /** How often the job has come to an end; each number is announced once. */
  readonly endingNumber: number;
  /** The present ending; missing while the job goes on. */
  readonly ending?: Ending | undefined;
  /** Missing when the last look was answered. */
  readonly difficulty?: Difficulty | undefined;
}

export interface Ending {
  readonly status: string;
  readonly noticedAt: Instant;
}

export interface Difficulty {
  readonly error: LookError;
  readonly since: Instant;
  /** Looks that failed in a row, because the job is not found or for other reasons. */
  readonly attempts: number;
}

export function newlyTracked(reference: JobReference, now: Instant): TrackedJob {
  return { reference, trackedAt: now, aliases: [], endingNumber: 0 };
}

export interface AnswerEffect {
  readonly next: TrackedJob;
  readonly changed: boolean;
  readonly ended: boolean;
}

/** A job that leaves an ending and ends again has ended anew; SUCCESS → COMPLETE is one and the same ending. */
export function withAnswer(tracked: TrackedJob, answer: ShowJobAnswer, now: Instant): AnswerEffect {
  const job = inTimeOrder(answer.job);
  const before = tracked.job;
  const ending = endingAfter(tracked.ending, job.status, now);
  const endsAnew = ending !== undefined && ending !== tracked.ending;
  const ended = endsAnew && !(tracked.ending?.status === 'SUCCESS' && ending.status === 'COMPLETE');
  const moved = before !== undefined && statuses(job) !== statuses(before);
  return {
    next: {
      reference: tracked.reference,
      trackedAt: tracked.trackedAt,
      aliases: withAlias(tracked, job.jobId),
      job,
      requestId: answer.requestId,
      answeredAt: now,
      changedAt: moved ? now : tracked.changedAt,
      endingNumber: tracked.endingNumber + (ended ? 1 : 0),
      ending,
    },
    changed: written(job) !== written(before) || tracked.difficulty !== undefined,
    ended,
  };
}

export function withError(tracked: TrackedJob, error: LookError, now: Instant): TrackedJob {
  const before = tracked.difficulty;
  const goesOn = before !== undefined && isNotFound(before.error) === isNotFound(error);
  const attempts = goesOn ? before.attempts + 1 : 1;
  return {
    ...tracked,
    difficulty: { error: meaningOf(error, tracked, attempts), since: goesOn ? before.since : now, attempts },
  };
}

function meaningOf(error: LookError, { job }: TrackedJob, attempts: number): LookError {
  if (error.kind !== 'not-found') return error;
  if (job !== undefined) return { ...error, kind: 'no-longer-kept' };
  return attempts <= UNSEEN_JOB_DELAYS.length ? { ...error, kind: 'not-found-yet' } : error;
}

function isNotFound({ kind }: LookError): boolean {
  return kind === 'not-found' || kind === 'not-found-yet' || kind === 'no-longer-kept';
}

/** An answer that leaves out the status says nothing of an ending. */
function endingAfter(before: Ending | undefined, status: string | undefined, now: Instant): Ending | undefined {
  if (status === undefined || status === before?.status) return before;
  return isEnding(status) ? { status, noticedAt: now } : undefined;
}

/** The service does not order sub-jobs; those that have not begun come last. */
export function inTimeOrder(job: Job): Job {
  const begin = ({ beginTime }: SubJob) => beginTime ?? Number.MAX_SAFE_INTEGER;
  const subJobs = [...job.subJobs].sort(
    (a, b) => begin(a) - begin(b) || (a.jobId ?? '').localeCompare(b.jobId ?? '', 'en'),
  );
  return { ...job, subJobs };
}

/** What can be shown of a job; another order of the same sub-jobs is no change. */
function written(job: Job | undefined): string | undefined {
  return job && JSON.stringify({ ...job, raw: undefined });
}

function statuses({ status, subJobs }: Job): string {
  return JSON.stringify([status, ...subJobs.map((subJob) => [subJob.jobId, subJob.status])]);
}

function withAlias(tracked: TrackedJob, id: string | undefined): readonly string[] {
  if (id === undefined || id === tracked.reference.jobId || tracked.aliases.includes(id)) return tracked.aliases;
  return [...tracked.aliases, id];
}
