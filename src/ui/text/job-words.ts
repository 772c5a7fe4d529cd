/** Names and states of jobs and sub-jobs. */
import { env, l10n } from 'vscode';
import { MAX_SHOWN_ID_LENGTH } from '../../base/limits';
import { oneLine } from '../../base/one-line';
import type { Job, JobFields } from '../../cloud/api/job';
import type { Instant } from '../../base/clock';
import { type Prediction, timeLeft } from '../../jobs/model/duration-history';
import { isEnding, isWaitingUpgrade, succeededWithFailedSubJob } from '../../jobs/model/job-status';
import { isLost, type TrackedJob } from '../../jobs/model/tracked-job';
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

/** The type and the start of the id, e.g. `UPGRADE 37d5c1fd`. */
export function jobName({ job, reference }: Pick<TrackedJob, 'job' | 'reference'>): string {
  return withDemoMark(reference, `${jobTypeWord(job)} ${shortId(reference.jobId)}`);
}

/** The name that a person gave the job, else `jobName`. */
export function jobTitle(tracked: Pick<TrackedJob, 'job' | 'label' | 'reference'>): string {
  const { label, reference } = tracked;
  return label === undefined ? jobName(tracked) : withDemoMark(reference, plainText(label));
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

/** Status, durations, and why the last poll failed, e.g. `RUNNING · 12 min · no connection`. */
export function jobState(tracked: TrackedJob, now: Instant): string {
  const { job, pollFailure } = tracked;
  const state = job === undefined ? undefined : partState(job, isLost(tracked) ? undefined : now);
  const failure = pollFailure && errorLabel(pollFailure.error);
  return state === undefined && failure === undefined ? l10n.t('waiting') : withDots([state, failure]);
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
  return withDots([statusWord(part), waitingUpgradeWord(part), durationWord(part), elapsedWord(part, now)]);
}

function statusWord({ status }: JobFields): string {
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
  const { job } = tracked;
  if (isLost(tracked) || !isInstant(job?.beginTime) || job.endTime !== undefined || isEnding(job.status)) {
    return undefined;
  }
  const left = timeLeft(prediction, now - job.beginTime);
  if (left === undefined) return undefined;
  const duration = formatElapsed(left, env.language);
  const values = { duration, samples: prediction.samples, type: jobTypeWord(job) };
  return {
    short: l10n.t('about {duration} left', { duration }),
    long: l10n.t('about {duration} left (median of {samples} {type} jobs)', values),
  };
}

/** To show beside SUCCESS, which for an upgrade means that it waits for a decision; undefined for other jobs. */
export function waitingUpgradeWord(part: JobFields): string | undefined {
  return isWaitingUpgrade(part) ? l10n.t('waiting for completion or rollback') : undefined;
}

/** To show beside the status of a job that succeeded although a sub-job failed; undefined for other jobs. */
export function contradictionWord(job: Job | undefined): string | undefined {
  return succeededWithFailedSubJob(job) ? l10n.t('a sub-job failed') : undefined;
}

/** The last line of a list that is not shown whole. */
export function moreWord(count: number): string {
  return l10n.t('and {count} more', { count });
}
