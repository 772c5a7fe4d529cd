/** Reads the settings of the extension, and holds them within bounds: a settings file may hold anything. */
import { workspace } from 'vscode';
import type { NotificationLevel } from './announcer';

const DEFAULT_BUDGET = 100;
const SMALLEST_BUDGET = 10;
const GREATEST_BUDGET = 200;

export function notificationLevel(): NotificationLevel {
  const level = workspace.getConfiguration('elbJobs').get<unknown>('notifications');
  return level === 'failures' || level === 'none' ? level : 'all';
}

/** Requests in any five minutes. */
export function requestBudget(): number {
  const budget = workspace.getConfiguration('elbJobs').get<unknown>('requestBudget');
  if (typeof budget !== 'number' || Number.isNaN(budget)) return DEFAULT_BUDGET;
  return Math.min(Math.max(Math.floor(budget), SMALLEST_BUDGET), GREATEST_BUDGET);
}
