/** Lets one caller at a time, of all windows, change a file; the lock of one that died is broken. */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../base/clock';
import type { Disposable } from '../base/disposable';
import type { FileSystem, Lifetime } from './file-system';

export interface LockParts {
  readonly files: FileSystem;
  readonly clock: Clock;
  /** Fit for a file name, and never that of another process, not even of an earlier one. */
  readonly owner: string;
  /** Shortens all times where a test is in a hurry. */
  readonly timeScale?: number;
}

/** In ms of the waiter's own waiting, since clocks jump: so long a caller may hold a lock before others take it for dead. */
export const LOCK_TIMEOUT_MS = 5000;
const FIRST_PAUSE = 25;
const LONGEST_PAUSE = 200;
/** A waiter that slept, maybe together with the holder, has waited no longer than this. */
const LONGEST_STEP = 1000;

/** In ms: how often a holder that may take long shows that it lives. */
const BEAT_EVERY = 1500;

/** Replaces the locked file; answers whether it did. */
export type Replace = (text: string, lifetime?: Lifetime) => Promise<boolean>;

/**
 * Runs the action while no other caller, in this window or another, runs one for the same file.
 * @param action is given a way to replace the file that takes its effect only while the lock is held, since a caller
 * that was paused for long may have been taken for dead; it answers whether it did.
 */
export async function withLock<T>(
  parts: LockParts,
  file: string,
  action: (replace: Replace, token: string) => Promise<T>,
): Promise<T> {
  const { files } = parts;
  const lock = lockOf(file);
  const token = randomUUID();
  const stillHeld = async () => isBy(token, await files.read(lock));
  const replace: Replace = async (text, lifetime) => {
    const prepared = preparedBy(token, file);
    await files.replace(prepared, text, lifetime);
    // Who breaks the lock first removes what was prepared, so that from then on the move comes to nothing.
    if ((await stillHeld()) && (await files.move(prepared, file))) return true;
    await files.remove(prepared);
    return false;
  };
  await acquire(parts, file, token);
  try {
    return await action(replace, token);
  } finally {
    // What the action did is done; a lock that stays is broken by whoever waits for it.
    await removeWhere(files, lock, (held) => isBy(token, held), token).catch(() => undefined);
  }
}

/** How often at most an action is tried whose lock was lost: a computer that sleeps does not so again and again. */
const MOST_ATTEMPTS = 5;

/**
 * The same for an action that is to replace the file: it begins anew, with what the file holds by then, where the lock
 * was lost in between, as by a window that slept. Only what it answered last counts.
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
    // A person may read this in any language.
    if (attempt === MOST_ATTEMPTS) throw new Error(file);
  }
}

/** The same for an action that may take longer than waiters are patient, a request for one: they see that it goes on. */
export async function withLongLock<T>(parts: LockParts, file: string, action: () => Promise<T>): Promise<T> {
  return withLock(parts, file, async (_, token) => {
    const beating = new Beating(parts, lockOf(file), token);
    try {
      return await action();
    } finally {
      await beating.end();
    }
  });
}

/** Changes the lock's content again and again, for as long as it is the one that was there at first. */
class Beating {
  private next: Disposable | undefined;
  private last: Promise<void>;
  private beats = 0;
  private isOver = false;

  constructor(
    private readonly parts: LockParts,
    private readonly lock: string,
    private readonly token: string,
  ) {
    this.last = this.begin();
  }

  async end(): Promise<void> {
    this.isOver = true;
    this.next?.dispose();
    await this.last;
  }

  private async begin(): Promise<void> {
    const held = await this.parts.files.read(this.lock).catch(() => undefined);
    if (held !== undefined && isBy(this.token, held)) this.beatLater(held);
  }

  private beatLater(held: string): void {
    if (this.isOver) return;
    this.next = this.parts.clock.schedule(BEAT_EVERY * (this.parts.timeScale ?? 1), () => {
      this.last = this.beat(held);
    });
  }

  private async beat(held: string): Promise<void> {
    const { files } = this.parts;
    this.beats += 1;
    const beaten = `${this.token}${BEAT}${this.beats}`;
    // One that cannot be written is as good as none.
    const isHeld = await files.read(this.lock).then(
      (now) => now === held,
      () => true,
    );
    if (!isHeld) return;
    const isWritten = await files.replace(this.lock, beaten, 'passing').then(
      () => true,
      () => false,
    );
    this.beatLater(isWritten ? beaten : held);
  }
}

const lockOf = (file: string) => `${file}.lock`;
/** Parts a lock's token from the number of its beat. */
const BEAT = ' ';
const tokenIn = (held: string) => held.split(BEAT)[0] ?? held;
const isBy = (token: string, held: string | undefined) => held !== undefined && tokenIn(held) === token;
/** A name as leftovers have, as are all others here, should this be the end of us. */
const preparedBy = (token: string, file: string) => `${file}.${token}.tmp`;

async function acquire(parts: LockParts, file: string, token: string): Promise<void> {
  const { files, clock, timeScale = 1 } = parts;
  const lock = lockOf(file);
  let seen: string | undefined;
  let seenFor = 0;
  let lastLook = clock.elapsed();
  let pause = FIRST_PAUSE * timeScale;
  for (;;) {
    const holder = await files.read(lock);
    if (holder === undefined && (await files.create(lock, token))) return;
    const now = clock.elapsed();
    if (holder !== undefined && holder === seen) {
      seenFor += Math.min(now - lastLook, LONGEST_STEP * timeScale);
      pause = Math.min(2 * pause, LONGEST_PAUSE * timeScale);
    } else {
      seen = holder;
      seenFor = 0;
      pause = FIRST_PAUSE * timeScale;
    }
    lastLook = now;
    if (holder !== undefined && seenFor >= LOCK_TIMEOUT_MS * timeScale) {
      // Of many who lose patience at once, one at a time looks and breaks; the others then see a lock that lives.
      await withLock(parts, lock, async () => {
        await files.remove(preparedBy(tokenIn(holder), file));
        await removeWhere(files, lock, (held) => held === holder, token);
        // It may have prepared a change while its lock was removed.
        await files.remove(preparedBy(tokenIn(holder), file));
      });
    } else {
      await new Promise<void>((resolve) => {
        clock.schedule(pause, resolve);
      });
    }
  }
}

/** @param own tells the caller's moved file from those of others. */
async function removeWhere(
  files: FileSystem,
  lock: string,
  isMeant: (held: string) => boolean,
  own: string,
): Promise<void> {
  const held = await files.read(lock);
  if (held === undefined || !isMeant(held)) return;
  // Moved first, since it may be another's by now.
  const moved = `${lock}.${own}.tmp`;
  if (!(await files.move(lock, moved))) return;
  const movedHolder = await files.read(moved);
  // Put back. Where a third has come meanwhile, the one whose lock it was learns it from stillHeld.
  if (movedHolder !== undefined && !isMeant(movedHolder)) await files.create(lock, movedHolder);
  await files.remove(moved);
}
