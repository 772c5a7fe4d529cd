/** The icons of jobs and sub-jobs. */
import { ThemeColor, ThemeIcon } from 'vscode';
import type { JobFields } from '../../cloud/api/job';
import { classifyStatus, isRunning, isWaitingUpgrade } from '../../jobs/model/job-status';
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

export function jobIcon(tracked: TrackedJob): ThemeIcon {
  const { job, pollFailure } = tracked;
  // The service no longer reports the job, so the last status may be out of date.
  const isUncertain = isLost(tracked) && isRunning(job);
  if (job !== undefined && !isUncertain) return statusIcon(job);
  return pollFailure === undefined ? new ThemeIcon('circle-outline') : warningIcon();
}

export function warningIcon(): ThemeIcon {
  return new ThemeIcon('warning', new ThemeColor('problemsWarningIcon.foreground'));
}

/** An icon in the colour of errors. */
export function errorIcon(id: string): ThemeIcon {
  return new ThemeIcon(id, new ThemeColor('problemsErrorIcon.foreground'));
}
