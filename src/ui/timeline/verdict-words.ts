/** How a job is doing, in one line: the first line of its report. */
import { l10n } from 'vscode';
import type { Instant } from '../../base/clock';
import type { Job, JobFields } from '../../cloud/api/job';
import {
  classifyStatus,
  firstFailed,
  hasError,
  hasFailed,
  isEnding,
  isRunning,
  isWaitingUpgrade,
} from '../../jobs/model/job-status';
import { mayBeMissing } from '../../jobs/model/status-history';
import { isLost, type TrackedJob } from '../../jobs/model/tracked-job';
import { errorLabel } from '../text/error-words';
import { contradictionWord, durationWord, elapsedWord, shownName, waitingUpgradeWord } from '../text/job-words';
import { plainTextUpTo } from '../text/plain-text';
import { joinWithCommas, named, withDots } from '../text/punctuation';
import { subJobName } from '../parts/sub-job-names';

/** The report has the whole message below. */
const MAX_MESSAGE_LENGTH = 160;

/**
 * E.g. `FAILED after 30 sec: ELB.8902 · Quota exceeded` or `RUNNING for 12 min: 3 of 5 sub-jobs done`. Not Markdown.
 * @param now undefined if the job is no longer tracked.
 */
export function verdictOf(tracked: TrackedJob, now: Instant | undefined): string {
  const { job, pollFailure } = tracked;
  const pollProblem =
    (pollFailure && errorLabel(pollFailure.error)) ?? (now === undefined ? l10n.t('no longer tracked') : undefined);
  if (job === undefined) return pollProblem ?? l10n.t('waiting for the first response');
  const status = statusOf(job);
  const duration = durationWord(job);
  if (isEnding(job.status)) {
    const outcome = duration === undefined ? status : l10n.t('{status} after {duration}', { status, duration });
    const progress = classifyStatus(job.status) === 'cancelled' ? progressWords(job) : undefined;
    return withReasons(outcome, [waitingUpgradeWord(job), contradictionWord(job), progress, reasonOf(tracked, job)]);
  }
  const reasons = [progressWords(job), reasonOf(tracked, job), pollProblem];
  if (now === undefined || isLost(tracked)) return withReasons(l10n.t('{status} when last seen', { status }), reasons);
  const elapsed = duration ?? elapsedWord(job, now);
  return withReasons(
    elapsed === undefined ? status : l10n.t('{status} for {duration}', { status, duration: elapsed }),
    reasons,
  );
}

/** E.g. `3 jobs: 1 failed, 2 running`: how several jobs are doing. */
export function countsVerdict(jobs: readonly TrackedJob[]): string {
  const groups: readonly (readonly [(tracked: TrackedJob) => boolean, (count: number) => string])[] = [
    [({ job }) => hasFailed(job), (count) => l10n.t('{count} failed', { count })],
    [
      ({ job }) => job !== undefined && isWaitingUpgrade(job),
      (count) => l10n.t('{count} waiting for completion or rollback', { count }),
    ],
    [isLost, (count) => l10n.t('{count} not found or no longer available', { count })],
    [({ job }) => isRunning(job), (count) => l10n.t('{count} running', { count })],
    [({ job }) => classifyStatus(job?.status) === 'cancelled', (count) => l10n.t('{count} cancelled', { count })],
    [() => true, (count) => l10n.t('{count} succeeded', { count })],
  ];
  const counts = groups.map(() => 0);
  for (const tracked of jobs) {
    const group = groups.findIndex(([matches]) => matches(tracked));
    counts[group] = (counts[group] ?? 0) + 1;
  }
  const facts = joinWithCommas(groups.map(([, words], index) => (counts[index] ? words(counts[index]) : undefined)));
  return l10n.t('{count} jobs: {facts}', { count: jobs.length, facts });
}

/** The service's word, but the most frequent failure as it reads in a sentence. */
function statusOf({ status }: Job): string {
  if (status === undefined) return l10n.t('no status');
  return status === 'FAIL' ? 'FAILED' : shownName(status);
}

function withReasons(outcome: string, reasons: readonly (string | undefined)[]): string {
  const words = withDots(reasons);
  return words === '' ? outcome : named(outcome, words);
}

/** @returns undefined if the job has no sub-jobs, or some are not known */
function progressWords(job: Job): string | undefined {
  if (job.subJobs.length === 0 || mayBeMissing(job)) return undefined;
  const done = job.subJobs.filter(({ status }) => isEnding(status)).length;
  return l10n.t('{done} of {total} sub-jobs done', { done, total: job.subJobs.length });
}

/** The error of the job or, if it has none, of the sub-job that failed first. */
function reasonOf(tracked: TrackedJob, job: Job): string | undefined {
  if (hasError(job)) return errorWords(job);
  const failed = firstFailed(job);
  if (failed === undefined) return undefined;
  const name = subJobName(tracked, failed);
  return hasError(failed) ? named(name, errorWords(failed)) : name;
}

function errorWords({ errorCode, errorMessage }: JobFields): string {
  return withDots([
    errorCode === undefined ? undefined : shownName(errorCode),
    errorMessage === undefined ? undefined : plainTextUpTo(MAX_MESSAGE_LENGTH, errorMessage),
  ]);
}
