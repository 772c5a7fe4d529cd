/** All that is known about a tracked job, and how a response, an error or a person changes it. */
import type { Job, SubJob } from '../../cloud/api/job';
import type { ShowJobResponse } from '../../cloud/api/job-schema';
import type { Instant } from '../../base/clock';
import { compare } from '../../base/compare';
import type { ReadableList } from '../../base/lazy-list';
import type { JobReference } from './job-reference';
import type { PollError } from './poll-error';
import type { ProjectResources } from './project-resources';
import { cutOptionalText, cutText } from '../../base/cut-text';
import { MAX_ALIASES } from '../../base/limits';
import { isRunning, isEnding } from './job-status';
import { givenUpPolls, isGivenUp, type NotFoundPolls, withNotFound } from './not-found-polls';
import { isSameAnswer } from './same-answer';
import { newStatuses, type StatusSeen, withStatuses } from './status-history';
import { DAY } from '../../base/time-units';

export interface TrackedJob {
  readonly reference: JobReference;
  readonly trackedAt: Instant;
  /** Other ids by which the service calls the job in its responses. */
  readonly aliases: readonly string[];
  /** From the last response, with sub-jobs in time order; missing before the first. */
  readonly job?: Job | undefined;
  /** Of the last response. */
  readonly requestId?: string | undefined;
  /** When the last response came, not counting lists that repeat it. */
  readonly answeredAt?: Instant | undefined;
  /** When a response last changed the status of the job or of a sub-job. */
  readonly changedAt?: Instant | undefined;
  /** The statuses seen of the job and its sub-jobs, the latest last. */
  readonly history: ReadableList<StatusSeen>;
  /** How often the job has ended; each ending is announced once. */
  readonly endingNumber: number;
  /** The number of the last ending that the person has seen. */
  readonly seenEnding: number;
  /** The current ending; missing while the job runs. */
  readonly ending?: Ending | undefined;
  /** Missing if the last poll succeeded. */
  readonly pollFailure?: PollFailure | undefined;
  /** When polls did not find a job that the service never returned. */
  readonly notFoundAt?: NotFoundPolls | undefined;
  /** When a person last refreshed in a window that does not poll, or a reminder needed a poll. */
  readonly pollWantedAt?: Instant | undefined;
  /** The name that the person gave the job. */
  readonly label?: string | undefined;
  /** Whether its endings are not announced. */
  readonly muted: boolean;
  /** Of the job's project; missing if none are known. Not saved with the job. */
  readonly resources?: ProjectResources | undefined;
}

interface Ending {
  readonly status: string;
  readonly noticedAt: Instant;
}

export interface PollFailure {
  readonly error: PollError;
  readonly since: Instant;
  /** Failed polls in a row, either because the job is not found or for other reasons. */
  readonly attempts: number;
}

/** Errors that do not go away on a later poll. They outlast the session, unlike a network failure. */
export const PERSISTENT_ERROR_KINDS = ['not-found', 'no-longer-kept', 'forbidden'] as const;

export type PersistentErrorKind = (typeof PERSISTENT_ERROR_KINDS)[number];

const PERSISTENT_KINDS: ReadonlySet<PollError['kind']> = new Set<PollError['kind']>(PERSISTENT_ERROR_KINDS);

export function newlyTracked(reference: JobReference, now: Instant): TrackedJob {
  return { reference, trackedAt: now, aliases: [], history: [], endingNumber: 0, seenEnding: 0, muted: false };
}

/** A job that leaves an ending and ends again has a new ending; SUCCESS → COMPLETE is the same ending. */
export function withResponse(tracked: TrackedJob, response: ShowJobResponse, now: Instant): TrackedJob {
  const before = tracked.job;
  const isSame = before !== undefined && isSameAnswer(before, response.job);
  const job = isSame ? before : inTimeOrder(response.job);
  const seen = isSame ? [] : newStatuses(before, job, now);
  const ending = endingAfter(tracked.ending, job.status, now);
  const isNew = ending !== undefined && ending !== tracked.ending;
  const isCounted = isNew && !(tracked.ending?.status === 'SUCCESS' && ending.status === 'COMPLETE');
  return {
    ...tracked,
    aliases: withAlias(tracked, job.jobId),
    job,
    requestId: cutOptionalText(response.requestId) ?? (isSame ? tracked.requestId : undefined),
    answeredAt: now,
    changedAt: seen.length > 0 && before !== undefined ? now : tracked.changedAt,
    history: withStatuses(tracked.history, seen),
    endingNumber: tracked.endingNumber + (isCounted ? 1 : 0),
    ending,
    pollFailure: undefined,
    ...(tracked.notFoundAt === undefined ? {} : { notFoundAt: undefined }),
  };
}

export function withError(tracked: TrackedJob, error: PollError, now: Instant): TrackedJob {
  const before = tracked.pollFailure;
  const continues = before !== undefined && isNotFoundError(before.error) === isNotFoundError(error);
  const notFoundAt = error.kind === 'not-found' ? notFoundAfter(tracked, now) : tracked.notFoundAt;
  return {
    ...tracked,
    pollFailure: {
      error: interpreted(withShortTexts(error), notFoundAt, now),
      since: continues ? before.since : now,
      attempts: continues ? before.attempts + 1 : 1,
    },
    ...(notFoundAt === undefined ? {} : { notFoundAt }),
  };
}

/** Returns the job as if its last poll had not failed; a job that was given up is polled again like a new one. */
export function withoutPollFailure(tracked: TrackedJob): TrackedJob {
  const cleared = { ...tracked, pollFailure: undefined };
  return isLost(tracked) && tracked.notFoundAt !== undefined ? { ...cleared, notFoundAt: undefined } : cleared;
}

/** Merges the person's changes to a duplicate, and the endings seen of it, into the job. */
export function withDuplicate(tracked: TrackedJob, duplicate: TrackedJob): TrackedJob {
  const isSeen = tracked.ending !== undefined && duplicate.ending !== undefined && !isUnseen(duplicate);
  return {
    ...tracked,
    trackedAt: Math.min(tracked.trackedAt, duplicate.trackedAt),
    history:
      (duplicate.history.at(0)?.at ?? Infinity) < (tracked.history.at(0)?.at ?? Infinity)
        ? duplicate.history
        : tracked.history,
    seenEnding: isSeen ? tracked.endingNumber : tracked.seenEnding,
    label: tracked.label ?? duplicate.label,
    muted: tracked.muted || duplicate.muted,
  };
}

/** @returns the job without its session state, as files hold it and windows share it */
export function withoutSessionState(tracked: TrackedJob): TrackedJob {
  const { resources, ...saved } = tracked;
  if (tracked.pollFailure !== undefined && !isLost(tracked)) return { ...saved, pollFailure: undefined };
  return resources === undefined ? tracked : saved;
}

/** @returns all ids of a job, the one that it is tracked by first */
export function idsOf({ reference, aliases }: Pick<TrackedJob, 'reference' | 'aliases'>): readonly string[] {
  return [reference.jobId, ...aliases];
}

/** Whether the service says that the job does not exist, or that these credentials may not read it. */
export function isLost({ pollFailure }: TrackedJob): boolean {
  return pollFailure !== undefined && PERSISTENT_KINDS.has(pollFailure.error.kind);
}

/** Whether a person, or another window, requested a poll that has had no response yet. */
export function isPollWanted({ pollWantedAt, answeredAt }: TrackedJob): boolean {
  return pollWantedAt !== undefined && answeredAt !== undefined && answeredAt < pollWantedAt;
}

/** Whether the job is worth polling; also true if nothing is known about it yet. */
export function isActive(tracked: TrackedJob): boolean {
  return isRunning(tracked.job) && !isLost(tracked);
}

/** Whether the job has ended, or is no longer kept by the service, so that its ending stays unknown. */
export function isFinished({ job, pollFailure }: TrackedJob): boolean {
  return job !== undefined && (!isRunning(job) || pollFailure?.error.kind === 'no-longer-kept');
}

/** Whether the service has never found the job: it may be in another project. */
export function isNotFound({ job, pollFailure }: TrackedJob): boolean {
  return job === undefined && pollFailure !== undefined && isNotFoundError(pollFailure.error);
}

/** Whether the job has an ending that the person has not seen. */
export function isUnseen({ ending, endingNumber, seenEnding }: TrackedJob): boolean {
  return ending !== undefined && seenEnding < endingNumber;
}

/**
 * Whether the status bar counts the job: it runs or waits for a decision, or its ending is unseen, or it ended or was lost
 * within the last day.
 */
export function isCountedInStatusBar(tracked: TrackedJob, now: Instant): boolean {
  const { job, ending, pollFailure } = tracked;
  if (isUnseen(tracked)) return true;
  if (pollFailure !== undefined && isLost(tracked)) return Math.abs(now - pollFailure.since) < DAY;
  return ending === undefined || isRunning(job) || Math.abs(now - ending.noticedAt) < DAY;
}

/** @returns when `isCountedInStatusBar` changes, if the job does not change before; undefined if it does not */
export function statusBarCountChangesAt(tracked: TrackedJob, now: Instant): Instant | undefined {
  const { job, ending, pollFailure } = tracked;
  if (isUnseen(tracked)) return undefined;
  const since = isLost(tracked) ? pollFailure?.since : isRunning(job) ? undefined : ending?.noticedAt;
  if (since === undefined) return undefined;
  // This computer's clock may have been set back by more than a day.
  return [since - DAY + 1, since + DAY].find((at) => now < at);
}

/** Sorts sub-jobs, which the service does not order, by begin; those without one come last. */
export function inTimeOrder(job: Job): Job {
  const begin = ({ beginTime }: SubJob) => beginTime ?? Number.MAX_SAFE_INTEGER;
  const subJobs = [...job.subJobs].sort((a, b) => begin(a) - begin(b) || compare(a.jobId ?? '', b.jobId ?? ''));
  return { ...job, subJobs };
}

/** @returns the error with each of its texts cut to MAX_FIELD_LENGTH */
export function withShortTexts<AnyError extends PollError>(error: AnyError): AnyError {
  const fields = Object.entries(error).map(([name, value]: [string, unknown]) => [
    name,
    typeof value === 'string' ? cutText(value) : value,
  ]);
  return Object.fromEntries(fields) as AnyError;
}

/** @returns undefined if the service returned the job before */
function notFoundAfter({ job, notFoundAt, pollFailure }: TrackedJob, now: Instant): NotFoundPolls | undefined {
  if (job !== undefined) return undefined;
  const wasGivenUp = pollFailure?.error.kind === 'not-found';
  return withNotFound(notFoundAt ?? (wasGivenUp ? givenUpPolls(pollFailure.since) : undefined), now);
}

function interpreted(error: PollError, notFoundAt: NotFoundPolls | undefined, now: Instant): PollError {
  if (error.kind !== 'not-found') return error;
  if (notFoundAt === undefined) return { ...error, kind: 'no-longer-kept' };
  return isGivenUp(notFoundAt, now) ? error : { ...error, kind: 'not-found-yet' };
}

function isNotFoundError({ kind }: PollError): boolean {
  return kind === 'not-found' || kind === 'not-found-yet' || kind === 'no-longer-kept';
}

/** A response without a status does not change the ending. */
function endingAfter(before: Ending | undefined, status: string | undefined, now: Instant): Ending | undefined {
  if (status === undefined || status === before?.status) return before;
  return isEnding(status) ? { status, noticedAt: now } : undefined;
}

/** The first ids stay: a service that sends another id each time must not push out the one that it uses in lists. */
function withAlias(tracked: TrackedJob, id: string | undefined): readonly string[] {
  if (id === undefined || id === tracked.reference.jobId || tracked.aliases.includes(id)) return tracked.aliases;
  if (tracked.aliases.length >= MAX_ALIASES) return tracked.aliases;
  return [...tracked.aliases, id];
}
