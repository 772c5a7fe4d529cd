/** The icons of jobs and sub-jobs. */
import { ThemeColor, ThemeIcon } from 'vscode';
import type { JobFields } from '../../cloud/api/job';
import { classifyStatus, isRunning, isWaitingUpgrade, succeededWithFailedSubJob } from '../../jobs/model/job-status';
import { isLost, type TrackedJob } from '../../jobs/model/tracked-job';

export function statusIcon(part: JobFields): ThemeIcon {
  if (isWaitingUpgrade(part)) return new ThemeIcon('debug-pause', new ThemeColor('charts.yellow'));
  switch (classifyStatus(part.status)) {
    case 'in-progress':
      return new ThemeIcon(part.status === 'ROLLBACKING' ? 'discard' : 'sync', new ThemeColor('charts.blue'));
    case 'succeeded':
      return new ThemeIcon('pass', new ThemeColor('testing.iconPassed'));
    case 'failed':
      return errorIcon('error');
    case 'cancelled':
      return new ThemeIcon('circle-slash', new ThemeColor('disabledForeground'));
    case 'unknown':
      return new ThemeIcon('question', new ThemeColor('charts.yellow'));
  }
}

/** Whether the icon of a job or sub-job shows its status, so that a row need not say it in words, too. */
export function isStatusInIcon({ status }: JobFields): boolean {
  return status !== undefined && STATUSES_WITH_ICON.has(status);
}

/** Other statuses share the icon of one of these. An upgrade at SUCCESS has its own icon and words. */
const STATUSES_WITH_ICON: ReadonlySet<string> = new Set(['RUNNING', 'SUCCESS', 'COMPLETE', 'FAIL', 'CANCEL']);

export function jobIcon(tracked: TrackedJob): ThemeIcon {
  const { job, pollFailure } = tracked;
  if (succeededWithFailedSubJob(job)) return warningIcon();
  if (job !== undefined && hasStatusIcon(tracked)) return statusIcon(job);
  return pollFailure === undefined ? new ThemeIcon('circle-outline') : warningIcon();
}

/** Whether the icon of the job's row shows its status, and not a warning. */
export function hasStatusIcon(tracked: TrackedJob): boolean {
  const { job } = tracked;
  // If the service no longer reports the job, the last status may be out of date.
  const isUncertain = isLost(tracked) && isRunning(job);
  return job !== undefined && !isUncertain && !succeededWithFailedSubJob(job);
}

export function warningIcon(): ThemeIcon {
  return new ThemeIcon('warning', new ThemeColor('problemsWarningIcon.foreground'));
}

/** An icon in the colour of errors. */
export function errorIcon(id: string): ThemeIcon {
  return new ThemeIcon(id, new ThemeColor('problemsErrorIcon.foreground'));
}
