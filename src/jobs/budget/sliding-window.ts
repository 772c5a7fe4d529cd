/** The arithmetic of a request budget: what counts at a moment, and when the next requests may leave. */
import type { RateLimit } from '../../cloud/http/error';

/** Milliseconds: the time within which the service counts. */
const COUNTED_FOR = 5 * 60_000;
/** Milliseconds from taking a request until it reaches the service, at most as a rule. */
const ON_ITS_WAY = 3000;
/** Milliseconds for which a request that was taken counts. */
export const BUDGET_WINDOW = COUNTED_FOR + ON_ITS_WAY;
/** Milliseconds for which a limit that the service named is held to: it may have been raised since. */
const LOWERED_FOR = 24 * 60 * 60_000;
/** Of a limit that the service named: the rest is for the person's other tools. */
const SHARE = 1 / 2;

/** All instants are of `Clock.elapsed`, so that no setting of the clock makes room for more. */
export interface BudgetUse {
  /** When each request was taken, in order. */
  readonly taken: readonly number[];
  /** To how many requests the budget was lowered, and when. */
  readonly lowered?: { readonly limit: number; readonly at: number } | undefined;
}

export const UNUSED: BudgetUse = { taken: [] };

/** What still counts. An instant in the future is of before the computer was restarted. */
export function currentUse({ taken, lowered }: BudgetUse, now: number): BudgetUse {
  const isCurrent = (at: number, duration: number) => at <= now && at > now - duration;
  return {
    taken: taken.filter((at) => isCurrent(at, BUDGET_WINDOW)),
    lowered: lowered !== undefined && isCurrent(lowered.at, LOWERED_FOR) ? lowered : undefined,
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

/** @param limit what the person's setting allows. */
function limitOf({ lowered }: BudgetUse, limit: number): number {
  return Math.max(1, Math.min(limit, lowered?.limit ?? limit));
}

/** The service named its limit: half of that is the budget, where that is less than it was. */
export function loweredUse(before: BudgetUse, { requests, period }: RateLimit, limit: number, now: number): BudgetUse {
  const use = currentUse(before, now);
  const named = Math.max(1, Math.floor((requests * COUNTED_FOR * SHARE) / period));
  return named < limitOf(use, limit) ? { ...use, lowered: { limit: named, at: now } } : use;
}

export function isMoreThanHalf(before: BudgetUse, limit: number, now: number): boolean {
  const use = currentUse(before, now);
  return use.taken.length > limitOf(use, limit) / 2;
}

export interface Taking {
  /** Milliseconds until they may leave; 0: they are taken. */
  readonly delay: number;
  readonly use: BudgetUse;
}

export function take(count: number, before: BudgetUse, limit: number, now: number): Taking {
  const use = currentUse(before, now);
  const delay = delayOf(count, use.taken, limitOf(use, limit), now);
  if (delay > 0) return { delay, use };
  return { delay, use: { ...use, taken: [...use.taken, ...Array<number>(count).fill(now)] } };
}

/**
 * Milliseconds until so many requests may leave together. Up to half of the budget goes at once; the rest is spread over
 * the time until the oldest requests no longer count, since a burst would leave minutes of silence behind it.
 * More than the budget may leave where nothing else counts: they would else wait for ever.
 */
function delayOf(count: number, taken: readonly number[], limit: number, now: number): number {
  const used = taken.length;
  const first = taken[0];
  const last = taken.at(-1);
  if (first === undefined || last === undefined || used + count <= Math.ceil(limit / 2)) return 0;
  const room = Math.min(count, limit);
  const blocking = taken[used + room - 1 - limit];
  if (blocking !== undefined) return blocking + BUDGET_WINDOW - now;
  const spacing = Math.max(BUDGET_WINDOW / limit, (first + BUDGET_WINDOW - now) / (limit - used));
  return Math.max(0, Math.ceil(last + room * spacing - now));
}
