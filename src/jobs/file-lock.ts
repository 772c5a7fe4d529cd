/** Lets one caller at a time, of all windows, change a file; the lock of one that died is broken. */
import type { Clock } from './clock';
import type { FileSystem } from './file-system';

export interface LockParts {
  readonly files: FileSystem;
  readonly clock: Clock;
  /** Fit for a file name, and never that of another process, not even of an earlier one. */
  readonly owner: string;
  /** Shortens all times where a test is in a hurry. */
  readonly timeScale?: number;
}

/** In ms of the waiter's own waiting, since clocks jump: so long a caller may hold a lock before others take it for dead. */
export const LOCK_PATIENCE = 5000;
const FIRST_PAUSE = 25;
const LONGEST_PAUSE = 200;
/** A waiter that slept, maybe together with the holder, has waited no longer than this. */
const LONGEST_STEP = 1000;

/** Only tells the acquisitions of this process apart. */
let acquisitions = 0;

/**
 * Runs the action while no other caller, in this window or another, runs one for the same file.
 * @param action is given a way to replace the file that takes its effect only while the lock is held, since a caller
 * that was paused for long may have been taken for dead; it answers whether it did.
 */
export async function withLock<T>(
  parts: LockParts,
  file: string,
  action: (replace: (text: string) => Promise<boolean>) => Promise<T>,
): Promise<T> {
  const { files } = parts;
  const lock = lockOf(file);
  acquisitions += 1;
  const token = `${parts.owner}-${acquisitions}`;
  const stillHeld = async () => (await files.read(lock)) === token;
  const replace = async (text: string) => {
    const prepared = preparedBy(token, file);
    await files.replace(prepared, text);
    // Who breaks the lock first removes what was prepared, so that from then on the move comes to nothing.
    if ((await stillHeld()) && (await files.move(prepared, file))) return true;
    await files.remove(prepared);
    return false;
  };
  await acquire(parts, file, token);
  try {
    return await action(replace);
  } finally {
    // What the action did is done; a lock that stays is broken by whoever waits for it.
    await removeIfStill(files, lock, token, token).catch(() => undefined);
  }
}

const lockOf = (file: string) => `${file}.lock`;
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
    if (holder !== undefined && seenFor >= LOCK_PATIENCE * timeScale) {
      // Of many who lose patience at once, one at a time looks and breaks; the others then see a lock that lives.
      await withLock(parts, lock, async () => {
        await files.remove(preparedBy(holder, file));
        await removeIfStill(files, lock, holder, token);
      });
    } else {
      await new Promise<void>((resolve) => {
        clock.schedule(pause, resolve);
      });
    }
  }
}

/** @param own tells the caller's moved file from those of others. */
async function removeIfStill(files: FileSystem, lock: string, holder: string, own: string): Promise<void> {
  if ((await files.read(lock)) !== holder) return;
  // Moved first, since it may be another's by now.
  const moved = `${lock}.${own}.tmp`;
  if (!(await files.move(lock, moved))) return;
  const movedHolder = await files.read(moved);
  // Put back. Where a third has come meanwhile, the one whose lock it was learns it from stillHeld.
  if (movedHolder !== undefined && movedHolder !== holder) await files.create(lock, movedHolder);
  await files.remove(moved);
}
