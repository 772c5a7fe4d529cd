/** Reads the settings of the extension, and holds them within bounds: a settings file may hold anything. */
import { workspace } from 'vscode';
import type { Retention } from '../../jobs/store/job-store';
import { DAY } from '../../base/time-units';

/** Which endings show a notification. */
export type NotificationLevel = 'all' | 'failures' | 'none';

const DEFAULT_BUDGET = 100;
const SMALLEST_BUDGET = 10;
const GREATEST_BUDGET = 200;

export function notificationLevel(): NotificationLevel {
  const level = workspace.getConfiguration('elbJobs').get<unknown>('notifications');
  return level === 'failures' || level === 'none' ? level : 'all';
}

const DEFAULT_RETENTION_DAYS = 30;
const LONGEST_RETENTION_DAYS = 365;
/** Finished jobs that are kept at most. */
const MOST_FINISHED = 5000;

/** How long finished jobs are kept, and how many of them. */
export function retention(): Retention {
  const days = workspace.getConfiguration('elbJobs').get<unknown>('history.retentionDays');
  const isNumber = typeof days === 'number' && !Number.isNaN(days);
  const kept = isNumber ? Math.min(Math.max(days, 1), LONGEST_RETENTION_DAYS) : DEFAULT_RETENTION_DAYS;
  return { maxAgeMs: kept * DAY, maxJobs: MOST_FINISHED };
}

/** Requests in any five minutes. */
export function requestBudget(): number {
  const budget = workspace.getConfiguration('elbJobs').get<unknown>('requestBudget');
  if (typeof budget !== 'number' || Number.isNaN(budget)) return DEFAULT_BUDGET;
  return Math.min(Math.max(Math.floor(budget), SMALLEST_BUDGET), GREATEST_BUDGET);
}
