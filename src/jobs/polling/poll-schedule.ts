/** When to poll a job next: pure functions of its state. */
import type { Instant } from '../../base/clock';
import { DAY, HOUR, MINUTE, SECOND } from '../../base/time-units';
import type { Prediction } from '../model/duration-history';
import { isEnding, isWaitingUpgrade } from '../model/job-status';
import { nextNotFoundPoll } from '../model/not-found-polls';
import type { PollFailure, TrackedJob } from '../model/tracked-job';

export const MIN_INTERVAL_MS = 2 * SECOND;
export const MAX_INTERVAL_MS = 30 * SECOND;
export const INTERVAL_SHARE_OF_AGE = 0.05;
export const JITTER = 0.1;
/** The interval around the expected end, as a share of the expected duration. */
export const INTERVAL_SHARE_OF_EXPECTED = 0.02;
/** That interval starts this many spreads before the expected end. */
const SPREADS_BEFORE_END = 3;
const SPREADS_AFTER_END = 4;
/** The same margins as a minimal share of the expected duration: few samples may show too small a spread. */
const MIN_MARGIN_SHARE = 0.3;
/** After an ending: the job may still be rolled back. */
export const LATE_POLL_DELAYS_MS = [1 * MINUTE, 3 * MINUTE, 10 * MINUTE];
export const WAITING_UPGRADE_INTERVAL_MS = 5 * MINUTE;
/** After the first day: an upgrade that is not decided about by then often waits for weeks. */
export const LATER_WAITING_UPGRADE_INTERVAL_MS = HOUR;
const MIN_BACKOFF_MS = 1 * SECOND;
export const MAX_BACKOFF_MS = 60 * SECOND;
/** How much earlier a list may serve a poll, as a share of the pause before the poll. */
const EARLY_SHARE = 0.25;

export interface ScheduleInput {
  readonly now: Instant;
  /** The last poll in this session, successful or not. */
  readonly lastPollAt: Instant | undefined;
  /** Uniform in [0, 1). */
  readonly random: number;
  /** How long jobs of this type take, if known. */
  readonly prediction?: Prediction | undefined;
}

/** A poll that is due at `at`. From `earliestAt` on, a list that is requested anyway serves it. */
export interface PlannedPoll {
  readonly at: Instant;
  readonly earliestAt: Instant;
}

/** Returns the next poll; undefined if the job is not polled any more unless something changes. */
export function nextPoll(tracked: TrackedJob, input: ScheduleInput): PlannedPoll | undefined {
  const at = nextPollAt(tracked, input);
  if (at === undefined) return undefined;
  // A first poll is due at once. A poll after an error waits until the service can be expected to respond.
  if (input.lastPollAt === undefined || tracked.pollFailure !== undefined) return { at, earliestAt: at };
  const since = Math.max(input.lastPollAt, tracked.ending?.noticedAt ?? -Infinity);
  return { at, earliestAt: at - EARLY_SHARE * (at - since) };
}

function nextPollAt(tracked: TrackedJob, input: ScheduleInput): Instant | undefined {
  const { lastPollAt, now, random } = input;
  if (tracked.pollFailure !== undefined) {
    const { error } = tracked.pollFailure;
    if (error.kind === 'too-many-failures') return Math.max(error.until, (lastPollAt ?? now) + MIN_INTERVAL_MS);
    if (error.kind === 'not-found-yet' && tracked.notFoundAt !== undefined) {
      return nextNotFoundPoll(tracked.notFoundAt, lastPollAt ?? now);
    }
    const delayMs = delayAfterError(tracked, tracked.pollFailure, random);
    return delayMs === undefined ? undefined : (lastPollAt ?? now) + delayMs;
  }
  if (tracked.job !== undefined && tracked.ending !== undefined && isEnding(tracked.job.status)) {
    const { noticedAt } = tracked.ending;
    return isWaitingUpgrade(tracked.job) ? nextWaitingUpgradePoll(noticedAt, input) : nextLatePoll(noticedAt, input);
  }
  if (lastPollAt === undefined) return now;
  const justChanged = tracked.changedAt !== undefined && tracked.changedAt === tracked.answeredAt;
  return lastPollAt + (justChanged ? MIN_INTERVAL_MS : intervalMs(tracked, lastPollAt, input));
}

function intervalMs(tracked: TrackedJob, at: Instant, { random, prediction }: ScheduleInput): number {
  const { job, trackedAt } = tracked;
  // If the begin lies in the future, this computer's clock is behind.
  const begin = job?.beginTime !== undefined && job.beginTime <= at ? job.beginTime : trackedAt;
  const age = at - begin;
  const byAge = age < 0 ? MAX_INTERVAL_MS : clamped(age * INTERVAL_SHARE_OF_AGE);
  const interval = prediction === undefined ? byAge : closeToExpectedEnd(prediction, age, byAge);
  return interval * (1 + JITTER * (2 * random - 1));
}

/** Returns a shorter interval around the expected end; before it, one that does not skip the start of that period. */
function closeToExpectedEnd({ medianMs, spreadMs }: Prediction, age: number, byAge: number): number {
  const margin = MIN_MARGIN_SHARE * medianMs;
  const first = medianMs - Math.max(SPREADS_BEFORE_END * spreadMs, margin);
  const last = medianMs + Math.max(SPREADS_AFTER_END * spreadMs, margin);
  if (age > last) return byAge;
  const close = Math.min(clamped(medianMs * INTERVAL_SHARE_OF_EXPECTED), byAge);
  return age < first ? Math.min(byAge, first - age + close) : close;
}

function clamped(interval: number): number {
  return Math.min(Math.max(interval, MIN_INTERVAL_MS), MAX_INTERVAL_MS);
}

/** A poll that a list served a little early counts as the late poll. */
function nextLatePoll(endedAt: Instant, { now, lastPollAt }: ScheduleInput): Instant | undefined {
  const polledAt = lastPollAt ?? now;
  const next = LATE_POLL_DELAYS_MS.find((delay) => polledAt < endedAt + delay * (1 - EARLY_SHARE));
  return next === undefined ? undefined : endedAt + next;
}

function nextWaitingUpgradePoll(endedAt: Instant, { now, lastPollAt }: ScheduleInput): Instant {
  if (lastPollAt === undefined) return now;
  return lastPollAt + (lastPollAt < endedAt + DAY ? WAITING_UPGRADE_INTERVAL_MS : LATER_WAITING_UPGRADE_INTERVAL_MS);
}

/** Returns milliseconds; undefined: the job is not polled again unless something changes. */
function delayAfterError(tracked: TrackedJob, { error, attempts }: PollFailure, random: number): number | undefined {
  switch (error.kind) {
    case 'throttled':
    case 'server':
      return Math.max(error.retryAfter ?? 0, backoff(attempts, random));
    case 'keys-elsewhere':
    case 'keys-unreadable':
    case 'invalid-credential':
    case 'source-unusable':
    case 'network':
    case 'certificate':
    case 'timeout':
    case 'proxy':
    case 'malformed':
    case 'unreadable-code':
    case 'not-found-yet':
      return backoff(attempts, random);
    case 'bad-request':
      // The same request succeeded before, so it is valid: something between here and the service fails.
      return tracked.job === undefined ? undefined : backoff(attempts, random);
    case 'cancelled':
      return 0;
    // Polling again changes nothing: a person has to act first.
    case 'authentication':
    case 'clock-skew':
    case 'locked-out':
    case 'token-expired':
    case 'too-many-failures':
    case 'gateway-forbidden':
    case 'api-absent':
    case 'signed-out':
    case 'keys-lost':
    case 'keys-of-other-place':
    case 'forbidden':
    case 'not-found':
    case 'no-longer-kept':
      return undefined;
  }
}

/** Returns milliseconds: exponential with full jitter. */
export function backoff(attempts: number, random: number): number {
  const ceiling = Math.min(MIN_INTERVAL_MS * 2 ** attempts, MAX_BACKOFF_MS);
  return Math.max(random * ceiling, MIN_BACKOFF_MS);
}
