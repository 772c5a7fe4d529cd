/** How long a job that the service never found is polled again: it may have just been created, and not be known everywhere yet. */
import type { Instant } from '../../base/clock';
import { MINUTE, SECOND } from '../../base/time-units';

/**
 * When the first MIN_POLLS polls did not find the job, the first one first; at least one. Saved with the job: neither a
 * refresh nor another window, session or failure starts the time again.
 */
export type NotFoundPolls = readonly Instant[];

/** After each poll that did not find the job. */
export const RETRY_DELAYS_MS = [10 * SECOND, 30 * SECOND, 2 * MINUTE];
/** When the polls are due, in milliseconds after the first. */
const RETRIES_MS = RETRY_DELAYS_MS.map((_, index) => RETRY_DELAYS_MS.slice(0, index + 1).reduce((a, b) => a + b));
const LIMIT_MS = Math.max(...RETRIES_MS);
/** If polling was paused or the computer slept, the time alone says nothing. */
const MIN_POLLS = 1 + RETRY_DELAYS_MS.length;

/** Returns the polls with the one at `now`. */
export function withNotFound(polls: NotFoundPolls = [], now: Instant): NotFoundPolls {
  return polls.length >= MIN_POLLS || polls.at(-1) === now ? polls : [...polls, now];
}

/** Returns the polls of a job that an older version gave up, which did not save them. */
export function givenUpPolls(since: Instant): NotFoundPolls {
  return Array.from({ length: MIN_POLLS }, () => since);
}

/** Whether the job counts as not found if the poll at `now` did not find it. */
export function isGivenUp(polls: NotFoundPolls, now: Instant): boolean {
  const [since = now] = polls;
  // If the clock was set back, the polls alone count.
  return polls.length >= MIN_POLLS && (now < since || now - since >= LIMIT_MS);
}

/** Returns when a job that is not given up is polled again. Extra polls, as of a refresh, do not put that off. */
export function nextNotFoundPoll(polls: NotFoundPolls, lastPollAt: Instant): Instant {
  const [since = lastPollAt] = polls;
  const planned = lastPollAt < since ? undefined : RETRIES_MS.find((delay) => lastPollAt < since + delay);
  if (planned !== undefined) return since + planned;
  return lastPollAt + (RETRY_DELAYS_MS[polls.length - 1] ?? 2 * MINUTE);
}

/** Returns the polls of a file that may be damaged; undefined if it has none. */
export function saneNotFoundPolls(polls: readonly (Instant | undefined)[]): NotFoundPolls | undefined {
  const sane = polls.slice(0, MIN_POLLS).filter((at) => at !== undefined);
  return sane.length === 0 ? undefined : sane;
}
