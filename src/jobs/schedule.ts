/** When to look at a job next: pure functions of what is known of it. */
import type { Instant } from './clock';
import { isEnding, isWaitingUpgrade } from './status';
import type { Difficulty, TrackedJob } from './tracked-job';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const SHORTEST_INTERVAL = 2 * SECOND;
const LONGEST_INTERVAL = 30 * SECOND;
const SHARE_OF_AGE = 0.05;
const JITTER = 0.1;
/** After an ending: a job may still be rolled back. */
const LATE_LOOKS = [1 * MINUTE, 3 * MINUTE, 10 * MINUTE];
const WAITING_UPGRADE_INTERVAL = 5 * MINUTE;
const WAITING_UPGRADE_PATIENCE = 24 * HOUR;
/** A job that was just created may not be known everywhere in the cloud yet. */
export const UNSEEN_JOB_DELAYS = [10 * SECOND, 30 * SECOND, 2 * MINUTE];
const SHORTEST_BACKOFF = 1 * SECOND;
const LONGEST_BACKOFF = 60 * SECOND;

export interface Moment {
  readonly now: Instant;
  /** The last look in this session, answered or not. */
  readonly lastLookAt: Instant | undefined;
  /** Uniform in [0, 1). */
  readonly random: number;
}

/** The instant of the next look; undefined where none is due of itself any more. */
export function nextLookAt(tracked: TrackedJob, moment: Moment): Instant | undefined {
  if (tracked.difficulty !== undefined && moment.lastLookAt !== undefined) {
    const delay = delayAfterError(tracked, tracked.difficulty, moment.random);
    return delay === undefined ? undefined : moment.lastLookAt + delay;
  }
  if (tracked.job !== undefined && tracked.ending !== undefined && isEnding(tracked.job.status)) {
    const { noticedAt } = tracked.ending;
    return isWaitingUpgrade(tracked.job)
      ? nextLookAtWaitingUpgrade(noticedAt, moment)
      : nextLateLook(noticedAt, moment);
  }
  if (moment.lastLookAt === undefined) return moment.now;
  const justChanged = tracked.changedAt !== undefined && tracked.changedAt === tracked.answeredAt;
  return moment.lastLookAt + (justChanged ? SHORTEST_INTERVAL : interval(tracked, moment.lastLookAt, moment.random));
}

function interval(tracked: TrackedJob, at: Instant, random: number): number {
  const age = at - (tracked.job?.beginTime ?? tracked.trackedAt);
  const steady = Math.min(Math.max(age * SHARE_OF_AGE, SHORTEST_INTERVAL), LONGEST_INTERVAL);
  return steady * (1 + JITTER * (2 * random - 1));
}

function nextLateLook(endedAt: Instant, { now, lastLookAt }: Moment): Instant | undefined {
  return LATE_LOOKS.map((delay) => endedAt + delay).find((at) => at > (lastLookAt ?? now));
}

function nextLookAtWaitingUpgrade(endedAt: Instant, { now, lastLookAt }: Moment): Instant | undefined {
  const next = lastLookAt === undefined ? now : lastLookAt + WAITING_UPGRADE_INTERVAL;
  return next <= endedAt + WAITING_UPGRADE_PATIENCE ? next : undefined;
}

function delayAfterError(tracked: TrackedJob, { error, attempts }: Difficulty, random: number): number | undefined {
  switch (error.kind) {
    case 'throttled':
    case 'server':
      return Math.max(error.retryAfter ?? 0, backoff(attempts, random));
    case 'keys-unreadable':
    case 'network':
    case 'certificate':
    case 'timeout':
    case 'proxy':
    case 'malformed':
      return backoff(attempts, random);
    case 'not-found-yet':
      return UNSEEN_JOB_DELAYS[attempts - 1];
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

/** Exponential with full jitter. */
function backoff(attempts: number, random: number): number {
  const ceiling = Math.min(SHORTEST_INTERVAL * 2 ** attempts, LONGEST_BACKOFF);
  return Math.max(random * ceiling, SHORTEST_BACKOFF);
}
