/** What is known of one tracked job, and how an answer, an error or a person changes it. */
import type { Job, SubJob } from '../../cloud/api/job';
import type { ShowJobResponse } from '../../cloud/api/job-schema';
import type { Instant } from '../../base/clock';
import type { JobReference } from './job-reference';
import type { PollError } from './poll-error';
import { jsonEqual } from '../../base/json-equal';
import { isRunning, isEnding } from './job-status';
import { SECOND, MINUTE, DAY } from '../../base/time-units';

export interface TrackedJob {
  readonly reference: JobReference;
  readonly trackedAt: Instant;
  /** Ids that the service gave the job in its answers, unlike the one in the reference. */
  readonly aliases: readonly string[];
  /** As last answered, its sub-jobs in time order; missing until the first answer. */
  readonly job?: Job | undefined;
  /** Of the last answer. */
  readonly requestId?: string | undefined;
  /** Of the last answer that was not just one more of the same. */
  readonly answeredAt?: Instant | undefined;
  /** When an answer last showed another status of the job or of a sub-job. */
  readonly changedAt?: Instant | undefined;
  /** Status by status, of the job and its sub-jobs, as they were seen; the latest last. */
  readonly history: readonly StatusSeen[];
  /** How often the job has come to an end; each number is announced once. */
  readonly endingNumber: number;
  /** The number of the last ending that the person has looked at. */
  readonly seenEnding: number;
  /** The present ending; missing while the job goes on. */
  readonly ending?: Ending | undefined;
  /** Missing when the last look was answered. */
  readonly pollFailure?: PollFailure | undefined;
  /** When a person last asked for a look, in a window that does not ask itself. */
  readonly pollWantedAt?: Instant | undefined;
  /** What the person calls the job. */
  readonly label?: string | undefined;
  /** Its end is not announced. */
  readonly muted: boolean;
}

export interface StatusSeen {
  readonly at: Instant;
  readonly status: string;
  /** Of a sub-job; missing where the status is the job's own. */
  readonly subJobId?: string | undefined;
}

export interface Ending {
  readonly status: string;
  readonly noticedAt: Instant;
}

export interface PollFailure {
  readonly error: PollError;
  readonly since: Instant;
  /** Looks that failed in a row, because the job is not found or for other reasons. */
  readonly attempts: number;
}

/** A job that was just created may not be known everywhere in the cloud yet: when to request it again. */
export const NEW_JOB_RETRY_DELAYS_MS = [10 * SECOND, 30 * SECOND, 2 * MINUTE];

/** Of the history the latest so many are kept. */
const LONGEST_HISTORY = 200;

/** Difficulties that no further look overcomes by itself: they outlast the session, unlike a network that is away. */
const PERSISTENT_KINDS: ReadonlySet<PollError['kind']> = new Set<PollError['kind']>([
  'not-found',
  'no-longer-kept',
  'forbidden',
]);

export function newlyTracked(reference: JobReference, now: Instant): TrackedJob {
  return { reference, trackedAt: now, aliases: [], history: [], endingNumber: 0, seenEnding: 0, muted: false };
}

/** A job that leaves an ending and ends again has ended anew; SUCCESS → COMPLETE is one and the same ending. */
export function withResponse(tracked: TrackedJob, answer: ShowJobResponse, now: Instant): TrackedJob {
  const before = tracked.job;
  const isSame = before !== undefined && isSameAnswer(before.raw, answer.job.raw);
  const job = isSame ? before : inTimeOrder(answer.job);
  const seen = isSame ? [] : newStatuses(before, job, now);
  const ending = endingAfter(tracked.ending, job.status, now);
  const isNew = ending !== undefined && ending !== tracked.ending;
  const isAnother = isNew && !(tracked.ending?.status === 'SUCCESS' && ending.status === 'COMPLETE');
  return {
    ...tracked,
    aliases: withAlias(tracked, job.jobId),
    job,
    requestId: answer.requestId ?? (isSame ? tracked.requestId : undefined),
    answeredAt: now,
    changedAt: seen.length > 0 && before !== undefined ? now : tracked.changedAt,
    history: seen.length === 0 ? tracked.history : [...tracked.history, ...seen].slice(-LONGEST_HISTORY),
    endingNumber: tracked.endingNumber + (isAnother ? 1 : 0),
    ending,
    pollFailure: undefined,
  };
}

export function withError(tracked: TrackedJob, error: PollError, now: Instant): TrackedJob {
  const before = tracked.pollFailure;
  const goesOn = before !== undefined && isNotFoundError(before.error) === isNotFoundError(error);
  const attempts = goesOn ? before.attempts + 1 : 1;
  return {
    ...tracked,
    pollFailure: { error: meaningOf(error, tracked, attempts), since: goesOn ? before.since : now, attempts },
  };
}

/** The same job was tracked by another id: what the person did to it there, and what was seen of it, holds here. */
export function withDuplicate(tracked: TrackedJob, twin: TrackedJob): TrackedJob {
  const isSeen = tracked.ending !== undefined && twin.ending !== undefined && !isUnseen(twin);
  return {
    ...tracked,
    trackedAt: Math.min(tracked.trackedAt, twin.trackedAt),
    history: (twin.history[0]?.at ?? Infinity) < (tracked.history[0]?.at ?? Infinity) ? twin.history : tracked.history,
    seenEnding: isSeen ? tracked.endingNumber : tracked.seenEnding,
    label: tracked.label ?? twin.label,
    muted: tracked.muted || twin.muted,
  };
}

/** Less what belongs to one session: what a file holds, and what windows have in common. */
export function withoutSessionState(tracked: TrackedJob): TrackedJob {
  return tracked.pollFailure === undefined || isLost(tracked) ? tracked : { ...tracked, pollFailure: undefined };
}

/** The service says that there is no such job, or none for us. */
export function isLost({ pollFailure }: TrackedJob): boolean {
  return pollFailure !== undefined && PERSISTENT_KINDS.has(pollFailure.error.kind);
}

/** Whether something may still be heard of the job that is worth a look, also where nothing is known of it yet. */
export function isActive(tracked: TrackedJob): boolean {
  return isRunning(tracked.job) && !isLost(tracked);
}

/** The service never knew the job, at least not yet: it may be in another project. */
export function isNotFound({ job, pollFailure }: TrackedJob): boolean {
  return job === undefined && pollFailure !== undefined && isNotFoundError(pollFailure.error);
}

/** An ending that the person has not looked at. */
export function isUnseen({ ending, endingNumber, seenEnding }: TrackedJob): boolean {
  return ending !== undefined && seenEnding < endingNumber;
}

/** Whether the job is worth a word where nobody asked: it goes on, or its end or loss is new to the person or of today. */
export function isCountedInStatusBar(tracked: TrackedJob, now: Instant): boolean {
  const { job, ending, pollFailure } = tracked;
  if (pollFailure !== undefined && isLost(tracked)) return Math.abs(now - pollFailure.since) < DAY;
  if (ending === undefined || !isEnding(job?.status)) return true;
  return isUnseen(tracked) || Math.abs(now - ending.noticedAt) < DAY;
}

/** The service does not order sub-jobs; those that have not begun come last. */
export function inTimeOrder(job: Job): Job {
  const begin = ({ beginTime }: SubJob) => beginTime ?? Number.MAX_SAFE_INTEGER;
  const subJobs = [...job.subJobs].sort(
    (a, b) => begin(a) - begin(b) || (a.jobId ?? '').localeCompare(b.jobId ?? '', 'en'),
  );
  return { ...job, subJobs };
}

/** Another order of the same sub-jobs is nothing new. */
function isSameAnswer(a: object, b: object): boolean {
  return jsonEqual(a, b) || jsonEqual(withoutOrder(a), withoutOrder(b));
}

function withoutOrder(raw: { readonly sub_jobs?: unknown }): object {
  const { sub_jobs: subJobs } = raw;
  return Array.isArray(subJobs) ? { ...raw, sub_jobs: subJobs.map((subJob) => JSON.stringify(subJob)).sort() } : raw;
}

function meaningOf(error: PollError, { job }: TrackedJob, attempts: number): PollError {
  if (error.kind !== 'not-found') return error;
  if (job !== undefined) return { ...error, kind: 'no-longer-kept' };
  return attempts <= NEW_JOB_RETRY_DELAYS_MS.length ? { ...error, kind: 'not-found-yet' } : error;
}

function isNotFoundError({ kind }: PollError): boolean {
  return kind === 'not-found' || kind === 'not-found-yet' || kind === 'no-longer-kept';
}

/** An answer that leaves out the status says nothing of an ending. */
function endingAfter(before: Ending | undefined, status: string | undefined, now: Instant): Ending | undefined {
  if (status === undefined || status === before?.status) return before;
  return isEnding(status) ? { status, noticedAt: now } : undefined;
}

function newStatuses(before: Job | undefined, job: Job, at: Instant): StatusSeen[] {
  const seen: StatusSeen[] = [];
  if (job.status !== undefined && job.status !== before?.status) seen.push({ at, status: job.status });
  const statuses = new Map(before?.subJobs.map(({ jobId, status }) => [jobId, status]));
  for (const { jobId, status } of job.subJobs) {
    if (status !== undefined && status !== statuses.get(jobId)) seen.push({ at, status, subJobId: jobId ?? '' });
  }
  return seen;
}

function withAlias(tracked: TrackedJob, id: string | undefined): readonly string[] {
  if (id === undefined || id === tracked.reference.jobId || tracked.aliases.includes(id)) return tracked.aliases;
  return [...tracked.aliases, id];
}
