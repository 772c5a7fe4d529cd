/** Locks a file so that one caller at a time, of all windows, changes it. A lock whose holder died is broken. */
import { randomUUID } from 'node:crypto';
import type { Disposable } from '../base/disposable';
import { MINUTE, SECOND } from '../base/time-units';
import { type Durability, type FileSystem, isBusy } from './file-system';
import {
  BEAT_SEPARATOR,
  breakLock,
  isHeldBy,
  lockOf,
  preparedBy,
  readAnyLock,
  readLock,
  setAside,
  UNUSABLE,
} from './lock-content';
import { pendingRelease, releaseLock } from './lock-release';
import type { WindowContext } from './window-context';

export type LockParts = Pick<WindowContext, 'files' | 'clock'> & {
  /** Shortens all times, for tests. */
  readonly timeScale?: number;
};

/** How long a lock may stay unchanged, in the time that a waiter itself has waited, before it counts as abandoned. */
export const LOCK_TIMEOUT_MS = 5 * SECOND;
const MIN_CHECK_INTERVAL_MS = 25;
const MAX_CHECK_INTERVAL_MS = 200;
/** The most that counts as waited between two checks: the computer, and the holder with it, may have slept. */
const MAX_COUNTED_WAIT_MS = SECOND;

/** A waiter gives up after this time, in which the lock was taken again and again, or could not be broken. */
const MAX_WAIT_MS = 2 * MINUTE;
/** The same for a long lock, whose holders may each wait for the response to a request. */
const MAX_LONG_WAIT_MS = 10 * MINUTE;

/**
 * A lock could not be taken. Nothing was changed; the caller may try again later. People read the message in any language,
 * so it is the path alone.
 */
export class LockTimeoutError extends Error {}

/** How often the holder of a long lock changes it, to show that it is alive. */
const BEAT_INTERVAL_MS = 1500;

/** Replaces the locked file. @returns false, and changes nothing, if the lock was lost */
type Replace = (text: string, durability?: Durability) => Promise<boolean>;

/**
 * Runs the action while no other caller, in this window or another, runs one for the same file. A caller that pauses for
 * longer than LOCK_TIMEOUT_MS loses its lock. Rejects with a LockTimeoutError after two minutes.
 * @param action gets a function that replaces the file only while the lock is held
 */
export function withLock<T>(parts: LockParts, file: string, action: (replace: Replace) => Promise<T>): Promise<T> {
  return runLocked(parts, file, MAX_WAIT_MS, action);
}

async function runLocked<T>(
  parts: LockParts,
  file: string,
  maxWaitMs: number,
  action: (replace: Replace, token: string) => Promise<T>,
): Promise<T> {
  const { files } = parts;
  const lock = lockOf(file);
  const token = randomUUID();
  const isHeld = async () => isHeldBy(token, await readLock(files, lock));
  const replace: Replace = async (text, durability) => {
    const prepared = preparedBy(token, file);
    await files.replace(prepared, text, durability);
    let isReplaced = false;
    try {
      // A waiter that breaks the lock removes the prepared file first; the move then finds nothing and has no effect.
      isReplaced = (await isHeld()) && (await files.move(prepared, file));
      return isReplaced;
    } finally {
      // If it fails, removeLeftovers() removes the file later.
      if (!isReplaced) await files.remove(prepared).catch(() => undefined);
    }
  };
  await acquire(parts, file, token, maxWaitMs);
  try {
    return await action(replace, token);
  } finally {
    await releaseLock(parts, lock, token);
  }
}

const MAX_ATTEMPTS = 5;

/**
 * Like `withLock`, but runs the action again, with the file's new content, if the lock was lost before the file was
 * replaced, e.g. because the computer slept, or if another program had a file open for too long.
 * @returns the result of the last run. Rejects after 5 runs.
 */
export async function withLockRetried<T>(
  parts: LockParts,
  file: string,
  action: (replace: (text: string) => Promise<void>) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const state = { isLost: false };
    try {
      const result = await withLock(parts, file, (replace) =>
        action(async (text) => {
          state.isLost = !(await replace(text));
        }),
      );
      if (!state.isLost) return result;
    } catch (cause) {
      if (!isBusy(cause) || attempt === MAX_ATTEMPTS) throw cause;
    }
    // People read this message in any language, so it is the path alone.
    if (attempt === MAX_ATTEMPTS) throw new Error(file);
  }
}

/**
 * Like `withLock`, for an action that may take longer than LOCK_TIMEOUT_MS, such as a request. Rejects with a
 * LockTimeoutError after ten minutes.
 */
export function withLongLock<T>(parts: LockParts, file: string, action: () => Promise<T>): Promise<T> {
  return runLocked(parts, file, MAX_LONG_WAIT_MS, async (_, token) => {
    const heartbeat = new Heartbeat(parts, lockOf(file), token);
    try {
      return await action();
    } finally {
      await heartbeat.end();
    }
  });
}

/** Changes the content of a lock at intervals, until the lock is lost or the heartbeat ends. */
class Heartbeat {
  private timer: Disposable | undefined;
  private lastBeat = Promise.resolve();
  private count = 0;
  private isOver = false;

  constructor(
    private readonly parts: LockParts,
    private readonly lock: string,
    private readonly token: string,
  ) {
    this.beatLater(token);
  }

  async end(): Promise<void> {
    this.isOver = true;
    this.timer?.dispose();
    await this.lastBeat;
  }

  private beatLater(content: string): void {
    if (this.isOver) return;
    this.timer = this.parts.clock.schedule(BEAT_INTERVAL_MS * (this.parts.timeScale ?? 1), () => {
      this.lastBeat = this.beat(content);
    });
  }

  private async beat(before: string): Promise<void> {
    const { files } = this.parts;
    this.count += 1;
    const after = `${this.token}${BEAT_SEPARATOR}${this.count}`;
    try {
      if ((await readLock(files, this.lock)) !== before) return;
      await files.replace(this.lock, after, 'volatile');
      this.beatLater(after);
    } catch {
      // A lock that cannot be read or replaced now may still be held.
      this.beatLater(before);
    }
  }
}

async function acquire(parts: LockParts, file: string, token: string, maxWaitMs: number): Promise<void> {
  const { files, clock, timeScale = 1 } = parts;
  const lock = lockOf(file);
  let seen: string | undefined;
  let unchangedForMs = 0;
  let busyForMs = 0;
  let waitedMs = 0;
  let lastCheck = clock.elapsed();
  let intervalMs = MIN_CHECK_INTERVAL_MS * timeScale;
  for (;;) {
    const content = await createOrRead(files, lock, token);
    if (content === token) return;
    const now = clock.elapsed();
    const countedMs = Math.min(now - lastCheck, MAX_COUNTED_WAIT_MS * timeScale);
    lastCheck = now;
    waitedMs += countedMs;
    if (waitedMs >= maxWaitMs * timeScale) throw new LockTimeoutError(lock);
    busyForMs = content instanceof Error ? busyForMs + countedMs : 0;
    if (content instanceof Error && busyForMs >= LOCK_TIMEOUT_MS * timeScale) throw content;
    if (content instanceof Error || (content !== undefined && content === seen)) {
      unchangedForMs += countedMs;
      intervalMs = Math.min(2 * intervalMs, MAX_CHECK_INTERVAL_MS * timeScale);
    } else {
      seen = content;
      unchangedForMs = 0;
      intervalMs = MIN_CHECK_INTERVAL_MS * timeScale;
    }
    const isAbandoned = typeof content === 'string' && unchangedForMs >= LOCK_TIMEOUT_MS * timeScale;
    if (isAbandoned && (await tryBreak(parts, file, content, token))) continue;
    const interval = new Promise<void>((resolve) => {
      clock.schedule(intervalMs, resolve);
    });
    await Promise.race([interval, pendingRelease(files, lock) ?? interval]);
  }
}

/**
 * @returns the token if the lock was created, else what the lock holds, or the error if another program has it open;
 * undefined if it was removed meanwhile
 */
async function createOrRead(files: FileSystem, lock: string, token: string): Promise<string | undefined | Error> {
  try {
    const content = await readAnyLock(files, lock);
    return content === undefined && (await files.create(lock, token)) ? token : content;
  } catch (cause) {
    if (isBusy(cause)) return cause;
    throw cause;
  }
}

/** @returns false if another program has a file open */
async function tryBreak(parts: LockParts, file: string, content: string, token: string): Promise<boolean> {
  const { files } = parts;
  const lock = lockOf(file);
  try {
    // If many waiters time out together, one at a time checks and breaks the lock; the others then find a new one.
    await withLock(parts, lock, () =>
      content === UNUSABLE ? setAside(files, lock, token) : breakLock(files, file, content, token),
    );
    return true;
  } catch (cause) {
    if (isBusy(cause)) return false;
    throw cause;
  }
}
