/** Reads the extension's settings and limits their values, since a settings file may contain anything. */
import { workspace } from 'vscode';
import type { Retention } from '../../jobs/store/job-store';
import { DAY } from '../../base/time-units';

/** The endings that show a notification. */
export type NotificationLevel = 'all' | 'failures' | 'none';

// The same defaults and bounds are in package.json, for VS Code's settings editor.
export const DEFAULT_REQUEST_BUDGET = 100;
export const MIN_REQUEST_BUDGET = 10;
export const MAX_REQUEST_BUDGET = 200;

const DEFAULT_RETENTION_DAYS = 30;
const MAX_RETENTION_DAYS = 365;
const MAX_FINISHED_JOBS = 5000;

export function notificationLevel(): NotificationLevel {
  const level = workspace.getConfiguration('elbJobs').get<unknown>('notifications');
  return level === 'failures' || level === 'none' ? level : 'all';
}

/** Whether names and states of load balancers and listeners are requested and shown. */
export function showsResourceNames(): boolean {
  return workspace.getConfiguration('elbJobs').get<unknown>('resourceNames') !== false;
}

/** How long finished jobs stay in the list, and how many at most. */
export function retention(): Retention {
  const days = workspace.getConfiguration('elbJobs').get<unknown>('history.retentionDays');
  const isNumber = typeof days === 'number' && !Number.isNaN(days);
  const limited = isNumber ? Math.min(Math.max(days, 1), MAX_RETENTION_DAYS) : DEFAULT_RETENTION_DAYS;
  return { maxAgeMs: limited * DAY, maxJobs: MAX_FINISHED_JOBS };
}

/** Requests in any five minutes, for each endpoint and access key. */
export function requestBudget(): number {
  const budget = workspace.getConfiguration('elbJobs').get<unknown>('requestBudget');
  if (typeof budget !== 'number' || Number.isNaN(budget)) return DEFAULT_REQUEST_BUDGET;
  return Math.min(Math.max(Math.floor(budget), MIN_REQUEST_BUDGET), MAX_REQUEST_BUDGET);
}
