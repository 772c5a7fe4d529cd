/** When to look at a job next: pure functions of what is known of it. */
import type { Instant } from '../../base/clock';
import { SECOND, MINUTE, HOUR } from '../../base/time-units';
import type { Prediction } from '../model/duration-history';
import { isEnding, isWaitingUpgrade } from '../model/job-status';
import { NEW_JOB_RETRY_DELAYS_MS, type PollFailure, type TrackedJob } from '../model/tracked-job';

const SHORTEST_INTERVAL = 2 * SECOND;
const LONGEST_INTERVAL = 30 * SECOND;
const SHARE_OF_AGE = 0.05;
const JITTER = 0.1;
/** Of the expected duration: how closely an end that is expected is looked for. */
const SHARE_OF_EXPECTED = 0.02;
/** In spreads: from when on before the expected end, and until when after it, it is looked for. */
const EXPECTED_FROM = 3;
const EXPECTED_UNTIL = 4;
/** Of the expected duration: few samples may tell too small a spread. */
const LEAST_MARGIN = 0.3;
/** After an ending: a job may still be rolled back. */
const LATE_POLL_DELAYS_MS = [1 * MINUTE, 3 * MINUTE, 10 * MINUTE];
const WAITING_UPGRADE_INTERVAL = 5 * MINUTE;
const WAITING_UPGRADE_PATIENCE = 24 * HOUR;
const SHORTEST_BACKOFF = 1 * SECOND;
const LONGEST_BACKOFF = 60 * SECOND;
/** Of the pause before it: how much sooner a look may be taken along by another. */
const EARLINESS = 0.25;

export interface Moment {
  readonly now: Instant;
  /** The last look in this session, answered or not. */
  readonly lastPollAt: Instant | undefined;
  /** Uniform in [0, 1). */
  readonly random: number;
  /** How long jobs of this type take, where that is known. */
  readonly prediction?: Prediction | undefined;
}

/** A look that is due at `at`; from `from` on it is taken along where another request can serve it. */
export interface PlannedPoll {
  readonly at: Instant;
  readonly from: Instant;
}

/** The next look; undefined where none is due of itself any more. */
export function nextPoll(tracked: TrackedJob, moment: Moment): PlannedPoll | undefined {
  const at = nextPollAt(tracked, moment);
  if (at === undefined) return undefined;
  // The first look comes at once; one after an error comes when the service can be expected to answer.
  if (moment.lastPollAt === undefined || tracked.pollFailure !== undefined) return { at, from: at };
  const since = Math.max(moment.lastPollAt, tracked.ending?.noticedAt ?? -Infinity);
  return { at, from: at - EARLINESS * (at - since) };
}

function nextPollAt(tracked: TrackedJob, moment: Moment): Instant | undefined {
  const { lastPollAt, now, random } = moment;
  if (tracked.pollFailure !== undefined) {
    const delay = delayAfterError(tracked, tracked.pollFailure, random);
    return delay === undefined ? undefined : (lastPollAt ?? now) + delay;
  }
  if (tracked.job !== undefined && tracked.ending !== undefined && isEnding(tracked.job.status)) {
    const { noticedAt } = tracked.ending;
    return isWaitingUpgrade(tracked.job) ? nextWaitingUpgradePoll(noticedAt, moment) : nextLatePoll(noticedAt, moment);
  }
  if (lastPollAt === undefined) return now;
  const justChanged = tracked.changedAt !== undefined && tracked.changedAt === tracked.answeredAt;
  return lastPollAt + (justChanged ? SHORTEST_INTERVAL : interval(tracked, lastPollAt, moment));
}

function interval(tracked: TrackedJob, at: Instant, { random, prediction }: Moment): number {
  const { job, trackedAt } = tracked;
  // A begin in the future is the work of a clock that is behind.
  const begin = job?.beginTime !== undefined && job.beginTime <= at ? job.beginTime : trackedAt;
  const age = at - begin;
  const steady = age < 0 ? LONGEST_INTERVAL : clamp(age * SHARE_OF_AGE, LONGEST_INTERVAL);
  const close = prediction === undefined ? steady : closeToEnd(prediction, age, steady);
  return close * (1 + JITTER * (2 * random - 1));
}

/** Around the expected end it is asked more closely, from the first moment on at which it may come. */
function closeToEnd({ median, spread }: Prediction, age: number, steady: number): number {
  const margin = LEAST_MARGIN * median;
  const first = median - Math.max(EXPECTED_FROM * spread, margin);
  const last = median + Math.max(EXPECTED_UNTIL * spread, margin);
  if (age > last) return steady;
  const close = Math.min(clamp(median * SHARE_OF_EXPECTED, LONGEST_INTERVAL), steady);
  return age < first ? Math.min(steady, first - age + close) : close;
}

function clamp(interval: number, longest: number): number {
  return Math.min(Math.max(interval, SHORTEST_INTERVAL), longest);
}

/** One that came a little early, taken along by another, counts. */
function nextLatePoll(endedAt: Instant, { now, lastPollAt }: Moment): Instant | undefined {
  const looked = lastPollAt ?? now;
  const next = LATE_POLL_DELAYS_MS.find((delay) => looked < endedAt + delay * (1 - EARLINESS));
  return next === undefined ? undefined : endedAt + next;
}

function nextWaitingUpgradePoll(endedAt: Instant, { now, lastPollAt }: Moment): Instant | undefined {
  const next = lastPollAt === undefined ? now : lastPollAt + WAITING_UPGRADE_INTERVAL;
  return next <= endedAt + WAITING_UPGRADE_PATIENCE ? next : undefined;
}

function delayAfterError(tracked: TrackedJob, { error, attempts }: PollFailure, random: number): number | undefined {
  switch (error.kind) {
    case 'throttled':
    case 'server':
      return Math.max(error.retryAfter ?? 0, backoff(attempts, random));
    case 'keys-elsewhere':
    case 'keys-unreadable':
    case 'source-unusable':
    case 'network':
    case 'certificate':
    case 'timeout':
    case 'proxy':
    case 'malformed':
      return backoff(attempts, random);
    case 'not-found-yet':
      return NEW_JOB_RETRY_DELAYS_MS[attempts - 1];
    case 'bad-request':
      // What was answered before is no bad request: something in between fails.
      return tracked.job === undefined ? undefined : backoff(attempts, random);
    case 'cancelled':
      return 0;
    // Nothing changes by asking again: a person has to do something first.
    case 'authentication':
    case 'clock-skew':
    case 'locked-out':
    case 'token-expired':
    case 'gateway-forbidden':
    case 'api-absent':
    case 'signed-out':
    case 'keys-lost':
    case 'forbidden':
    case 'not-found':
    case 'no-longer-kept':
      return undefined;
  }
}

/** Milliseconds: exponential with full jitter. */
export function backoff(attempts: number, random: number): number {
  const ceiling = Math.min(SHORTEST_INTERVAL * 2 ** attempts, LONGEST_BACKOFF);
  return Math.max(random * ceiling, SHORTEST_BACKOFF);
}
