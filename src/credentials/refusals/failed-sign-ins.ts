/** The failed sign-ins of one access key, token or user in the last ten minutes, and the file that holds them. */
// valita: see src/cloud/api/json-schema.ts.
import * as v from '@badrap/valita';
import type { Clock, Instant } from '../../base/clock';
import { MINUTE } from '../../base/time-units';
import type { Checked, EqualTypes } from '../../storage/schema-check';

/** The service locks a key after five failures; another program may use the same key. */
export const MAX_FAILURES = 3;
export const FAILURE_WINDOW_MS = 10 * MINUTE;
/** IAM locks a user for so long, unless the account's administrator chose a longer time. */
const LOCK_MS = 15 * MINUTE;

/** A request that was refused, or whose result is not known. */
interface Attempt {
  /** The same for all requests of one trial. */
  readonly trial: string;
  /** Two times, since the clock may be set, and the computer restarted. */
  readonly at: Instant;
  readonly elapsed: number;
  /** Not answered yet; it stays so if the window is killed. */
  readonly isOpen?: boolean | undefined;
  /** The service said that the account is locked. It counts as MAX_FAILURES, also in older versions, which do not know the field. */
  readonly isLock?: boolean | undefined;
}

export interface FailedSignIns {
  readonly attempts: readonly Attempt[];
  /** The hash of the key that a person let fail once more. */
  readonly agreedKey?: string | undefined;
}

/** No key of an account is used before `until`, but for the agreed one. */
export interface AccountBlock {
  readonly until: Instant;
  /** Whether the service itself locked the account: then no person can agree to use it. */
  readonly isLocked?: boolean | undefined;
}

export const NO_FAILURES: FailedSignIns = { attempts: [] };

const VERSION = 1;
/** A file with more attempts is damaged. */
const MAX_ATTEMPTS = 32;
/** No request takes this long. */
const MAX_OPEN_MS = MINUTE;

const time = v.number().assert(Number.isFinite);
const fileSchema = v.object({
  attempts: v.array(
    v.object({
      trial: v.string(),
      at: time,
      elapsed: time,
      isOpen: v.boolean().optional(),
      isLock: v.boolean().optional(),
    }),
  ),
  agreedKey: v.string().optional(),
});
type SavedFailures = Checked<FailedSignIns, EqualTypes<FailedSignIns, v.Infer<typeof fileSchema>>>;

type Times = Pick<Clock, 'now' | 'elapsed'>;

/** @returns the content of a file; undefined if it is unreadable. */
export function readFailures(text: string | undefined): SavedFailures | undefined {
  if (text === undefined) return NO_FAILURES;
  try {
    const parsed = fileSchema.try(JSON.parse(text), { mode: 'strip' });
    return parsed.ok && parsed.value.attempts.length <= MAX_ATTEMPTS ? parsed.value : undefined;
  } catch {
    return undefined;
  }
}

export function writeFailures({ attempts, agreedKey }: FailedSignIns): string {
  return `${JSON.stringify({ version: VERSION, attempts: attempts.slice(-MAX_ATTEMPTS), agreedKey })}\n`;
}

export function attemptNow(trial: string, clock: Times): Attempt {
  return { trial, at: clock.now(), elapsed: clock.elapsed() };
}

/** @returns what counts after the service said that the account is locked. */
export function lockNow(trial: string, clock: Times): FailedSignIns {
  return { attempts: Array.from({ length: MAX_FAILURES }, () => ({ ...attemptNow(trial, clock), isLock: true })) };
}

/** @returns what an unreadable file counts as: one more failure could lock the key. */
export function unknownFailures(clock: Times): FailedSignIns {
  return { attempts: Array.from({ length: MAX_FAILURES }, () => attemptNow('unreadable', clock)) };
}

/** @returns the failures that still count. An agreement ends with the block that it lifts. */
export function currentFailures({ attempts, agreedKey }: FailedSignIns, clock: Times): FailedSignIns {
  const counted = attempts.filter((attempt) => remainingMs(attempt, clock) > 0);
  return counted.length < MAX_FAILURES ? { attempts: counted } : { attempts: counted, agreedKey };
}

/** @returns undefined if keys may be used. */
export function blockIn({ attempts }: FailedSignIns, clock: Times): AccountBlock | undefined {
  const locked = blockedUntil({ attempts: attempts.filter(({ isLock }) => isLock === true) }, clock);
  if (locked !== undefined) return { until: locked, isLocked: true };
  const until = blockedUntil({ attempts }, clock);
  return until === undefined ? undefined : { until };
}

function blockedUntil({ attempts }: FailedSignIns, clock: Times): Instant | undefined {
  const remaining = attempts.map((attempt) => remainingMs(attempt, clock)).filter((ms) => ms > 0);
  // Then fewer than MAX_FAILURES count.
  const decisive = remaining.sort((a, b) => b - a)[MAX_FAILURES - 1];
  return decisive === undefined ? undefined : clock.now() + decisive;
}

/** @returns the failures without the requests that a window still waits for: most of them succeed. */
export function answeredFailures({ attempts, agreedKey }: FailedSignIns, clock: Times): FailedSignIns {
  const isWaiting = (attempt: Attempt) => attempt.isOpen === true && remainingMs(attempt, clock) > FAILURE_WINDOW_MS;
  return { attempts: attempts.filter((attempt) => !isWaiting(attempt)), agreedKey };
}

/** @returns how long an attempt still counts, by the clock that shows the longer time. */
function remainingMs({ at, elapsed, isOpen, isLock }: Attempt, clock: Times): number {
  // When the service refused a request is known from its response only.
  const answeredMs = isLock === true ? LOCK_MS : FAILURE_WINDOW_MS;
  const countedMs = isOpen === true ? MAX_OPEN_MS + answeredMs : answeredMs;
  const ofAge = (ageMs: number) => (ageMs >= 0 && ageMs < countedMs ? countedMs - ageMs : 0);
  return Math.max(ofAge(clock.now() - at), ofAge(clock.elapsed() - elapsed));
}
