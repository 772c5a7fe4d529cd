/** Names and states of jobs and sub-jobs. */
import { env, l10n } from 'vscode';
import { MAX_SHOWN_ID_LENGTH } from '../../base/limits';
import { oneLine } from '../../base/one-line';
import type { Job, JobFields } from '../../cloud/api/job';
import type { Instant } from '../../base/clock';
import type { Prediction } from '../../jobs/model/duration-history';
import { otherResourcesOf, subjectOf } from '../../jobs/model/job-resources';
import { isEnding, isWaitingUpgrade, succeededWithFailedSubJob } from '../../jobs/model/job-status';
import { resourceNameOf } from '../../jobs/model/project-resources';
import { isLost, isNotFound, type TrackedJob } from '../../jobs/model/tracked-job';
import { waitsSince } from '../../jobs/model/waiting-upgrade';
import { timeLeftOf } from '../../jobs/waiting/time-left';
import { withDemoMark } from './demo-words';
import { isInstant } from './date-time';
import { formatDuration, formatElapsed } from './duration';
import { errorLabel } from './error-words';
import { plainText, plainTextUpTo } from './plain-text';
import { withDots } from './punctuation';

/** Enough of an id to distinguish jobs in a narrow view. */
const SHORT_ID_LENGTH = 8;

/** An id, a type or another name from the service, on one line of at most 64 characters. Keys and copies have it whole. */
export function shownName(name: string): string {
  return plainTextUpTo(MAX_SHOWN_ID_LENGTH, name);
}

export function shortId(id: string): string {
  return oneLine(id.slice(0, SHORT_ID_LENGTH));
}

/** The name of a resource, as `shownName`; undefined if it is not known, or has nothing to show. */
export function resourceWord(
  tracked: Pick<TrackedJob, 'resources'>,
  id: string | undefined,
  maxLength = MAX_SHOWN_ID_LENGTH,
): string | undefined {
  const name = resourceNameOf(tracked, id);
  return name === undefined ? undefined : plainTextUpTo(maxLength, name) || undefined;
}

/**
 * The name of the resource that a job works on and, of a batch, how many others, e.g. `prod-api` or `web-1 +2`; undefined if it is
 * not known.
 */
export function subjectWord(
  tracked: Pick<TrackedJob, 'job' | 'resources'>,
  maxLength = MAX_SHOWN_ID_LENGTH,
): string | undefined {
  const subject = subjectOf(tracked);
  const name = subject && resourceWord(tracked, subject.id, maxLength);
  if (subject === undefined || name === undefined) return undefined;
  const others = otherResourcesOf(tracked, subject);
  return others === 0 ? name : `${name} +${String(others)}`;
}

type NamedJob = Pick<TrackedJob, 'job' | 'label' | 'reference' | 'resources'>;

/** A name that no two jobs share, e.g. `UPGRADE · prod-api · 37d5c1fd`; `UPGRADE 37d5c1fd` if the name of its resource is not known. */
export function jobName(tracked: Omit<NamedJob, 'label'>): string {
  const { job, reference } = tracked;
  const [type, subject, id] = [jobTypeWord(job), subjectWord(tracked), shortId(reference.jobId)];
  return withDemoMark(reference, subject === undefined ? `${type} ${id}` : withDots([type, subject, id]));
}

/** The name that a person gave the job; else its type and the name of its resource, if that is known, else `jobName`. */
export function jobTitle(tracked: NamedJob): string {
  const { job, label, reference } = tracked;
  if (label !== undefined) return withDemoMark(reference, plainText(label));
  const subject = subjectWord(tracked);
  return subject === undefined ? jobName(tracked) : withDemoMark(reference, withDots([jobTypeWord(job), subject]));
}

/** As `jobTitle`, beside the titles of other jobs: `jobName` unless a person gave it a name. */
export function distinctJobTitle(tracked: NamedJob): string {
  return tracked.label === undefined ? jobName(tracked) : jobTitle(tracked);
}

/** @param jobs at least one. */
export function noLongerTrackedSentence(jobs: readonly TrackedJob[]): string {
  const [only] = jobs;
  return jobs.length === 1 && only !== undefined
    ? l10n.t('{job} is no longer tracked.', { job: jobTitle(only) })
    : l10n.t('{count} jobs are no longer tracked.', { count: jobs.length });
}

export function jobTypeWord(job: JobFields | undefined): string {
  return job?.jobType === undefined ? l10n.t('Job') : shownName(job.jobType);
}

/** As `jobTypeWord`, at the beginning of a row or a sentence, which says so if the job was never found. */
export function trackedTypeWord(tracked: TrackedJob): string {
  return isNotFound(tracked) && isLost(tracked) ? l10n.t('Unknown job') : jobTypeWord(tracked.job);
}

/**
 * Status, durations, and why the last poll failed, e.g. `RUNNING · 12 min · no connection`.
 * @param now undefined if the job is no longer tracked, so that no running duration is shown.
 */
export function jobState(tracked: TrackedJob, now: Instant | undefined): string {
  const { job } = tracked;
  return withDots([job && statusWord(job), jobStateBesideIcon(tracked, now)]);
}

/** As `jobState`, without the status, for a row whose icon shows it. */
export function jobStateBesideIcon(tracked: TrackedJob, now: Instant | undefined): string {
  const { job, pollFailure } = tracked;
  if (job === undefined && pollFailure === undefined) return l10n.t('waiting');
  const until = isLost(tracked) ? undefined : now;
  const state = job && partStateBesideIcon(job, until, waitingWord(tracked, until));
  return withDots([state, pollFailure && errorLabel(pollFailure.error)]);
}

/** As `jobState`, without durations, for texts that are not updated as time passes. */
export function jobStateWithoutTimes({ job, pollFailure }: TrackedJob): string {
  if (job === undefined && pollFailure === undefined) return l10n.t('waiting');
  return withDots([
    job && statusWord(job),
    job && waitingUpgradeWord(job),
    pollFailure && errorLabel(pollFailure.error),
  ]);
}

/**
 * The state of a job or sub-job, e.g. `SUCCESS · 26 min 2 sec`.
 * @param now undefined if the service no longer reports the job, so that no running duration is shown.
 */
export function partState(part: JobFields, now: Instant | undefined): string {
  return withDots([statusWord(part), partStateBesideIcon(part, now)]);
}

/** As `partState`, without the status, for a row whose icon shows it. */
export function partStateBesideIcon(
  part: JobFields,
  now: Instant | undefined,
  waiting = waitingUpgradeWord(part),
): string {
  return withDots([waiting, durationWord(part), elapsedWord(part, now)]);
}

export function statusWord({ status }: JobFields): string {
  return status === undefined ? l10n.t('no status') : shownName(status);
}

/** How long a job or sub-job took; undefined unless it has both times. */
export function durationWord({ beginTime, endTime }: JobFields): string | undefined {
  return !isInstant(beginTime) || !isInstant(endTime) ? undefined : formatDuration(endTime - beginTime, env.language);
}

/** How long a job or sub-job has been running; undefined if it has ended or has no begin. */
export function elapsedWord({ beginTime, endTime, status }: JobFields, now: Instant | undefined): string | undefined {
  return now === undefined || !isInstant(beginTime) || endTime !== undefined || isEnding(status)
    ? undefined
    : formatElapsed(now - beginTime, env.language);
}

interface TimeLeftWords {
  readonly short: string;
  readonly long: string;
}

/** The expected time left of a running job; undefined if it has ended or is overdue. */
export function timeLeftWords(tracked: TrackedJob, prediction: Prediction, now: Instant): TimeLeftWords | undefined {
  const left = timeLeftOf(tracked, prediction, now);
  if (left === undefined) return undefined;
  const duration = formatElapsed(left, env.language);
  const values = { duration, samples: prediction.samples, type: jobTypeWord(tracked.job) };
  return {
    short: l10n.t('about {duration} left', { duration }),
    long: l10n.t('about {duration} left (median of {samples} {type} jobs)', values),
  };
}

/** To show beside SUCCESS, which for an upgrade means that it waits for a decision; undefined for other jobs. */
export function waitingUpgradeWord(part: JobFields): string | undefined {
  return isWaitingUpgrade(part) ? l10n.t('waiting for completion or rollback') : undefined;
}

/** As `waitingUpgradeWord`, with how long the upgrade has been waiting; undefined if that is not known. */
function waitingWord(tracked: TrackedJob, now: Instant | undefined): string | undefined {
  const since = now === undefined ? undefined : waitsSince(tracked);
  return now === undefined || !isInstant(since)
    ? undefined
    : l10n.t('waiting {duration} for completion or rollback', { duration: formatElapsed(now - since, env.language) });
}

/** To show beside the status of a job that succeeded although a sub-job failed; undefined for other jobs. */
export function contradictionWord(job: Job | undefined): string | undefined {
  return succeededWithFailedSubJob(job) ? l10n.t('a sub-job failed') : undefined;
}

/** The last line of a list that is not shown whole. */
export function moreWord(count: number): string {
  return l10n.t('and {count} more', { count });
}
