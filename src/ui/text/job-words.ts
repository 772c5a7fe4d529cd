/** How jobs and their parts are named and described to a person. */
import { env, l10n, ThemeColor, ThemeIcon } from 'vscode';
import type { Job, JobFields } from '../../cloud/api/job';
import type { Instant } from '../../base/clock';
import { type Prediction, timeLeft } from '../../jobs/model/duration-history';
import {
  classifyStatus,
  succeededWithFailedSubJob,
  isRunning,
  isEnding,
  isWaitingUpgrade,
} from '../../jobs/model/job-status';
import { isLost, type TrackedJob } from '../../jobs/model/tracked-job';
import { markedName } from './demo-words';
import { formatDuration, formatElapsed } from './duration';
import { errorLabel } from './error-words';
import { plainText } from './plain-text';

/** Enough of an id to tell jobs apart in a narrow view. */
const SHORT_ID = 8;

export function shortId(id: string): string {
  return id.slice(0, SHORT_ID);
}

/** Tells jobs apart where there is room for it, e.g. `UPGRADE 37d5c1fd`. */
export function jobName({ job, reference }: Pick<TrackedJob, 'job' | 'reference'>): string {
  return markedName(reference, `${jobTypeWord(job)} ${shortId(reference.jobId)}`);
}

/** As the person calls it, or else its own name. */
export function jobTitle(tracked: Pick<TrackedJob, 'job' | 'label' | 'reference'>): string {
  const { label, reference } = tracked;
  return label === undefined ? jobName(tracked) : markedName(reference, plainText(label));
}

/** @param jobs at least one. */
export function noLongerTracked(jobs: readonly TrackedJob[]): string {
  const [only] = jobs;
  return jobs.length === 1 && only !== undefined
    ? l10n.t('{job} is no longer tracked.', { job: jobTitle(only) })
    : l10n.t('{count} jobs are no longer tracked.', { count: jobs.length });
}

export function jobTypeWord(job: JobFields | undefined): string {
  return job?.jobType === undefined ? l10n.t('Job') : plainText(job.jobType);
}

/** E.g. `RUNNING · 12 min`, and what keeps us from knowing more. */
export function jobState(tracked: TrackedJob, now: Instant): string {
  const { job, pollFailure } = tracked;
  const words = job === undefined ? [] : statusWords(job, isLost(tracked) ? undefined : now);
  if (pollFailure !== undefined) words.push(errorLabel(pollFailure.error));
  return words.length === 0 ? l10n.t('waiting') : words.join(' · ');
}

/** As `jobState`, for a text that is not drawn anew while the time goes on. */
export function jobStatus({ job, pollFailure }: TrackedJob): string {
  const words = [job && statusWord(job), job && waitingWord(job), pollFailure && errorLabel(pollFailure.error)];
  const known = words.filter((word) => word !== undefined);
  return known.length === 0 ? l10n.t('waiting') : known.join(' · ');
}

/**
 * E.g. `SUCCESS · 26 min 2 sec`.
 * @param now undefined where nobody knows whether it still goes on.
 */
export function partState(part: JobFields, now: Instant | undefined): string {
  return statusWords(part, now).join(' · ');
}

function statusWord({ status }: JobFields): string {
  return status === undefined ? l10n.t('no status') : plainText(status);
}

/** How long a job or sub-job took; undefined where its times do not tell. */
export function durationWord({ beginTime, endTime }: JobFields): string | undefined {
  return beginTime === undefined || endTime === undefined
    ? undefined
    : formatDuration(endTime - beginTime, env.language);
}

/** How long a job or sub-job goes on by now; undefined where it has ended. */
export function elapsedWord({ beginTime, endTime, status }: JobFields, now: Instant | undefined): string | undefined {
  return now === undefined || beginTime === undefined || endTime !== undefined || isEnding(status)
    ? undefined
    : formatElapsed(now - beginTime, env.language);
}

export interface TimeLeftWords {
  readonly short: string;
  readonly long: string;
}

/** When a running job can be expected to end; undefined where it should have ended already. */
export function timeLeftWords(tracked: TrackedJob, prediction: Prediction, now: Instant): TimeLeftWords | undefined {
  const { job } = tracked;
  if (isLost(tracked) || job?.beginTime === undefined || job.endTime !== undefined || isEnding(job.status))
    return undefined;
  const left = timeLeft(prediction, now - job.beginTime);
  if (left === undefined) return undefined;
  const duration = formatElapsed(left, env.language);
  const values = { duration, samples: prediction.samples, type: jobTypeWord(job) };
  return {
    short: l10n.t('about {duration} left', { duration }),
    long: l10n.t('about {duration} left (median of {samples} {type} jobs)', values),
  };
}

function statusWords(part: JobFields, now: Instant | undefined): string[] {
  const words = [statusWord(part), waitingWord(part), durationWord(part), elapsedWord(part, now)];
  return words.filter((word) => word !== undefined);
}

/** Beside the status of an upgrade that says it succeeded. */
export function waitingWord(part: JobFields): string | undefined {
  return isWaitingUpgrade(part) ? l10n.t('waiting for completion or rollback') : undefined;
}

/** Beside the status of a job that says it succeeded. */
export function contradictionWord(job: Job | undefined): string | undefined {
  return succeededWithFailedSubJob(job) ? l10n.t('a sub-job failed') : undefined;
}

export function statusIcon(part: JobFields): ThemeIcon {
  if (isWaitingUpgrade(part)) return new ThemeIcon('debug-pause', new ThemeColor('charts.yellow'));
  switch (classifyStatus(part.status)) {
    case 'in-progress':
      return new ThemeIcon(part.status === 'ROLLBACKING' ? 'discard' : 'sync', new ThemeColor('charts.blue'));
    case 'succeeded':
      return new ThemeIcon('pass', new ThemeColor('testing.iconPassed'));
    case 'failed':
      return new ThemeIcon('error', new ThemeColor('problemsErrorIcon.foreground'));
    case 'cancelled':
      return new ThemeIcon('circle-slash', new ThemeColor('disabledForeground'));
    case 'unknown':
      return new ThemeIcon('question', new ThemeColor('charts.yellow'));
  }
}

export function jobIcon(tracked: TrackedJob): ThemeIcon {
  const { job, pollFailure } = tracked;
  // Nobody knows whether it still goes on.
  const isUncertain = isLost(tracked) && isRunning(job);
  if (job !== undefined && !isUncertain) return statusIcon(job);
  return pollFailure === undefined
    ? new ThemeIcon('circle-outline')
    : new ThemeIcon('warning', new ThemeColor('problemsWarningIcon.foreground'));
}
