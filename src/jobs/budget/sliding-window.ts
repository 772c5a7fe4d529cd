/** The arithmetic of a request budget: which requests count at a moment, and when the next ones may be sent. */
import { DAY, MINUTE, SECOND } from '../../base/time-units';
import type { RateLimit } from '../../cloud/http/error';
import type { BudgetCount } from './request-budget';

/** The window in which the service counts. */
export const SERVICE_WINDOW_MS = 5 * MINUTE;
/** The usual maximum time from taking a request to its arrival at the service. */
export const TRANSIT_MS = 3 * SECOND;
/** How long a taken request counts. */
const BUDGET_WINDOW_MS = SERVICE_WINDOW_MS + TRANSIT_MS;
/** How long a limit that the service named applies; it may be raised later. */
export const LOWERED_FOR_MS = DAY;
/** The share of a limit that the service named; the rest is for the person's other tools. */
export const SHARE = 1 / 2;

/** All times are from `Clock.elapsed`, so that setting the computer's clock does not free requests. */
export interface BudgetUse {
  /** When each request was taken, in order. */
  readonly taken: readonly number[];
  /** The limit that the budget was last lowered to, and when. */
  readonly lowered?: { readonly limit: number; readonly at: number } | undefined;
}

export const UNUSED: BudgetUse = { taken: [] };

/** @returns what still counts. Times in the future are from before the computer restarted, and do not. */
export function currentUse({ taken, lowered }: BudgetUse, now: number): BudgetUse {
  const isCurrent = (at: number, durationMs: number) => at <= now && at > now - durationMs;
  return {
    taken: taken.filter((at) => isCurrent(at, BUDGET_WINDOW_MS)),
    lowered: lowered !== undefined && isCurrent(lowered.at, LOWERED_FOR_MS) ? lowered : undefined,
  };
}

export function joinedUse(one: BudgetUse, other: BudgetUse): BudgetUse {
  return {
    taken: [...one.taken, ...other.taken].sort((a, b) => a - b),
    lowered: [one.lowered, other.lowered]
      .filter((lowered) => lowered !== undefined)
      .sort((a, b) => a.limit - b.limit)[0],
  };
}

/** @param limit the limit in the person's settings */
function limitOf({ lowered }: BudgetUse, limit: number): number {
  return Math.max(1, Math.min(limit, lowered?.limit ?? limit));
}

/** Lowers the budget to half of the limit that the service named, if that is less than before. */
export function loweredUse(
  before: BudgetUse,
  { requests, periodMs }: RateLimit,
  limit: number,
  now: number,
): BudgetUse {
  const use = currentUse(before, now);
  const named = Math.max(1, Math.floor((requests * SERVICE_WINDOW_MS * SHARE) / periodMs));
  return named < limitOf(use, limit) ? { ...use, lowered: { limit: named, at: now } } : use;
}

export function countOf(before: BudgetUse, limit: number, now: number): BudgetCount {
  const use = currentUse(before, now);
  return { used: use.taken.length, limit: limitOf(use, limit) };
}

export function isMoreThanHalf(before: BudgetUse, limit: number, now: number): boolean {
  const count = countOf(before, limit, now);
  return count.used > count.limit / 2;
}

export interface TakeResult {
  /** Time until the requests may be sent; 0 if they were taken. */
  readonly delayMs: number;
  readonly use: BudgetUse;
}

export function take(count: number, before: BudgetUse, limit: number, now: number): TakeResult {
  const use = currentUse(before, now);
  const delayMs = delayOf(count, use.taken, limitOf(use, limit), now);
  if (delayMs > 0) return { delayMs, use };
  return { delayMs, use: { ...use, taken: [...use.taken, ...Array<number>(count).fill(now)] } };
}

/**
 * Up to half of the budget may be sent at once. The rest is spread over the time until the oldest requests no longer
 * count, since minutes without requests would follow a burst. More requests than the whole budget may be sent together
 * if no others count; they would otherwise wait forever.
 * @returns milliseconds until `count` requests may be sent together
 */
function delayOf(count: number, taken: readonly number[], limit: number, now: number): number {
  const used = taken.length;
  const first = taken[0];
  const last = taken.at(-1);
  if (first === undefined || last === undefined || used + count <= Math.ceil(limit / 2)) return 0;
  const room = Math.min(count, limit);
  const blocking = taken[used + room - 1 - limit];
  if (blocking !== undefined) return blocking + BUDGET_WINDOW_MS - now;
  const spacing = Math.max(BUDGET_WINDOW_MS / limit, (first + BUDGET_WINDOW_MS - now) / (limit - used));
  return Math.max(0, Math.ceil(last + room * spacing - now));
}
