/** Locks a file so that one caller at a time, of all windows, changes it. A lock whose holder died is broken. */
import { randomUUID } from 'node:crypto';
import type { Disposable } from '../base/disposable';
import { isUuid } from '../base/id-patterns';
import { MAX_SMALL_FILE_BYTES } from '../base/limits';
import { MINUTE, SECOND } from '../base/time-units';
import { type Durability, type FileSystem, LOCK_SUFFIX, readOr, TEMPORARY_SUFFIX } from './file-system';
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
    // A waiter that breaks the lock removes the prepared file first; the move then finds nothing and has no effect.
    if ((await isHeld()) && (await files.move(prepared, file))) return true;
    await files.remove(prepared);
    return false;
  };
  await acquire(parts, file, token, maxWaitMs);
  try {
    return await action(replace, token);
  } finally {
    // The action is done; a lock that cannot be removed is broken by the next waiter.
    await removeIf((content) => isHeldBy(token, content), files, lock, token).catch(() => undefined);
  }
}

const MAX_ATTEMPTS = 5;

/**
 * Like `withLock`, but runs the action again, with the file's new content, if the lock was lost before the file was
 * replaced, e.g. because the computer slept.
 * @returns the result of the last run. Rejects after 5 runs.
 */
export async function withLockRetried<T>(
  parts: LockParts,
  file: string,
  action: (replace: (text: string) => Promise<void>) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    const state = { isLost: false };
    const result = await withLock(parts, file, (replace) =>
      action(async (text) => {
        state.isLost = !(await replace(text));
      }),
    );
    if (!state.isLost) return result;
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
  private lastBeat: Promise<void>;
  private count = 0;
  private isOver = false;

  constructor(
    private readonly parts: LockParts,
    private readonly lock: string,
    private readonly token: string,
  ) {
    this.lastBeat = this.begin();
  }

  async end(): Promise<void> {
    this.isOver = true;
    this.timer?.dispose();
    await this.lastBeat;
  }

  private async begin(): Promise<void> {
    const content = await readLock(this.parts.files, this.lock).catch(() => undefined);
    if (content !== undefined && isHeldBy(this.token, content)) this.beatLater(content);
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
    // If the lock cannot be read now, it counts as held.
    const isHeld = await readLock(files, this.lock).then(
      (content) => content === before,
      () => true,
    );
    if (!isHeld) return;
    const isWritten = await files.replace(this.lock, after, 'volatile').then(
      () => true,
      () => false,
    );
    this.beatLater(isWritten ? after : before);
  }
}

/** Separates the token in a lock from the number of its heartbeat. */
const BEAT_SEPARATOR = ' ';
const lockOf = (file: string) => `${file}${LOCK_SUFFIX}`;
const tokenIn = (content: string) => content.split(BEAT_SEPARATOR)[0] ?? content;
const isHeldBy = (token: string, content: string | undefined) => content !== undefined && tokenIn(content) === token;
/** Ends in .tmp, so removeLeftovers() deletes it if this process dies. */
const preparedBy = (token: string, file: string) => `${file}.${token}${TEMPORARY_SUFFIX}`;

/** Stands for the content of a lock that is no file of this extension. No file has it: it is a character that is none. */
const UNUSABLE = '\uFFFF';

/** @returns undefined if there is no lock */
async function readLock(files: FileSystem, lock: string): Promise<string | undefined> {
  try {
    return await readOr(files, lock, MAX_SMALL_FILE_BYTES, (text) => text, UNUSABLE);
  } catch (cause) {
    // Another user wrote it.
    if (cause instanceof Error && 'code' in cause && cause.code === 'EACCES') return UNUSABLE;
    throw cause;
  }
}

async function acquire(parts: LockParts, file: string, token: string, maxWaitMs: number): Promise<void> {
  const { files, clock, timeScale = 1 } = parts;
  const lock = lockOf(file);
  let seen: string | undefined;
  let unchangedForMs = 0;
  let waitedMs = 0;
  let lastCheck = clock.elapsed();
  let intervalMs = MIN_CHECK_INTERVAL_MS * timeScale;
  for (;;) {
    const content = await readLock(files, lock);
    if (content === undefined && (await files.create(lock, token))) return;
    const now = clock.elapsed();
    const countedMs = Math.min(now - lastCheck, MAX_COUNTED_WAIT_MS * timeScale);
    waitedMs += countedMs;
    if (waitedMs >= maxWaitMs * timeScale) throw new LockTimeoutError(lock);
    if (content !== undefined && content === seen) {
      unchangedForMs += countedMs;
      intervalMs = Math.min(2 * intervalMs, MAX_CHECK_INTERVAL_MS * timeScale);
    } else {
      seen = content;
      unchangedForMs = 0;
      intervalMs = MIN_CHECK_INTERVAL_MS * timeScale;
    }
    lastCheck = now;
    if (content !== undefined && unchangedForMs >= LOCK_TIMEOUT_MS * timeScale) {
      // If many waiters time out together, one at a time checks and breaks the lock; the others then find a new one.
      await withLock(parts, lock, () =>
        content === UNUSABLE ? setAside(files, lock, token) : breakLock(files, file, content, token),
      );
    } else {
      await new Promise<void>((resolve) => {
        clock.schedule(intervalMs, resolve);
      });
    }
  }
}

async function breakLock(files: FileSystem, file: string, content: string, token: string): Promise<void> {
  await removePrepared(files, file, content);
  await removeIf((held) => held === content, files, lockOf(file), token);
  // The holder may have prepared a change while its lock was being removed.
  await removePrepared(files, file, content);
}

/** A lock that another program wrote names no holder, and must name no file to remove. */
async function removePrepared(files: FileSystem, file: string, content: string): Promise<void> {
  const holder = tokenIn(content);
  if (isUuid(holder)) await files.remove(preparedBy(holder, file));
}

/** Frees the name of a lock from something that this extension did not write, and keeps it. */
async function setAside(files: FileSystem, lock: string, token: string): Promise<void> {
  if ((await readLock(files, lock)) === UNUSABLE) await files.move(lock, `${lock}.unreadable-${token}`);
}

/**
 * Removes a lock if its content is the expected one.
 * @param token names the caller's moved file, apart from those of others
 */
async function removeIf(
  isExpected: (content: string) => boolean,
  files: FileSystem,
  lock: string,
  token: string,
): Promise<void> {
  const content = await readLock(files, lock);
  if (content === undefined || !isExpected(content)) return;
  // Moved first, since it may be another caller's lock by now.
  const moved = `${lock}.${token}${TEMPORARY_SUFFIX}`;
  if (!(await files.move(lock, moved))) return;
  const movedContent = await readLock(files, moved);
  if (movedContent === UNUSABLE) return;
  // Put it back. If a third caller has locked the file meanwhile, the owner of the moved lock notices in isHeld().
  if (movedContent !== undefined && !isExpected(movedContent)) await files.create(lock, movedContent);
  await files.remove(moved);
}
