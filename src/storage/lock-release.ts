/** Removes a lock whose holder is done, in the background if another program has the lock open. */
import { SECOND } from '../base/time-units';
import type { FileSystem } from './file-system';
import { isHeldBy, movedBy, removeIf } from './lock-content';
import type { WindowContext } from './window-context';

type ReleaseParts = Pick<WindowContext, 'files' | 'clock'> & { readonly timeScale?: number };

const MIN_RETRY_DELAY_MS = 100;
const MAX_RETRY_DELAY_MS = SECOND;
/** Each waiter has broken the lock by then: see LOCK_TIMEOUT_MS. */
const MAX_RETRY_MS = 10 * SECOND;

/** The locks of this window that its holders could not remove yet, by their paths. */
const pendingReleases = new WeakMap<FileSystem, Map<string, Promise<void>>>();

/** Removes the lock if the token's holder still has it. Never rejects, since the holder's action is done. */
export async function releaseLock(parts: ReleaseParts, lock: string, token: string): Promise<void> {
  if (await tryRelease(parts.files, lock, token)) return;
  const pending = pendingReleases.get(parts.files) ?? new Map<string, Promise<void>>();
  pendingReleases.set(parts.files, pending);
  const released = retryRelease(parts, lock, token).then(() => {
    if (pending.get(lock) === released) pending.delete(lock);
  });
  pending.set(lock, released);
}

/** @returns resolves when a lock that this window is still removing is removed; undefined if there is none */
export function pendingRelease(files: FileSystem, lock: string): Promise<void> | undefined {
  return pendingReleases.get(files)?.get(lock);
}

async function retryRelease({ files, clock, timeScale = 1 }: ReleaseParts, lock: string, token: string): Promise<void> {
  const end = clock.elapsed() + MAX_RETRY_MS * timeScale;
  for (let delayMs = MIN_RETRY_DELAY_MS; clock.elapsed() < end; delayMs = Math.min(2 * delayMs, MAX_RETRY_DELAY_MS)) {
    await new Promise<void>((resolve) => {
      clock.schedule(delayMs * timeScale, resolve);
    });
    if (!(await tryRelease(files, lock, token))) continue;
    // An earlier try may have moved the lock only.
    await files.remove(movedBy(token, lock)).catch(() => undefined);
    return;
  }
}

async function tryRelease(files: FileSystem, lock: string, token: string): Promise<boolean> {
  try {
    await removeIf((content) => isHeldBy(token, content), files, lock, token);
    return true;
  } catch {
    return false;
  }
}
