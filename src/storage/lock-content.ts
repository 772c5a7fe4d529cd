/** The lock files of file-lock.ts: their names, what they hold, and how one is removed without removing another's. */
import { isUuid } from '../base/id-patterns';
import { MAX_SMALL_FILE_BYTES } from '../base/limits';
import { type FileSystem, hasCode, LOCK_SUFFIX, readOr, TEMPORARY_SUFFIX } from './file-system';

/** Separates the token in a lock from the number of its heartbeat. */
export const BEAT_SEPARATOR = ' ';
export const lockOf = (file: string) => `${file}${LOCK_SUFFIX}`;
const tokenIn = (content: string) => content.split(BEAT_SEPARATOR)[0] ?? content;
export const isHeldBy = (token: string, content: string | undefined) =>
  content !== undefined && tokenIn(content) === token;
/** Ends in .tmp, so removeLeftovers() deletes it if this process dies. */
export const preparedBy = (token: string, file: string) => `${file}.${token}${TEMPORARY_SUFFIX}`;

/** The name of a lock while it is being removed. */
export const movedBy = preparedBy;

/** Stands for the content of a lock that is no file of this extension. No file has it: it is a character that is none. */
export const UNUSABLE = '\uFFFF';

/** @returns undefined if there is no lock */
export function readLock(files: FileSystem, lock: string): Promise<string | undefined> {
  return readOr(files, lock, MAX_SMALL_FILE_BYTES, (text) => text, UNUSABLE);
}

/** As readLock(); a lock that another user wrote, and that this one must not read, is unusable too. */
export async function readAnyLock(files: FileSystem, lock: string): Promise<string | undefined> {
  try {
    return await readLock(files, lock);
  } catch (cause) {
    if (hasCode(cause, 'EACCES', 'EPERM')) return UNUSABLE;
    throw cause;
  }
}

/** Removes the lock of a dead holder, and the change that the holder had prepared. */
export async function breakLock(files: FileSystem, file: string, content: string, token: string): Promise<void> {
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
export async function setAside(files: FileSystem, lock: string, token: string): Promise<void> {
  if ((await readAnyLock(files, lock)) === UNUSABLE) await files.move(lock, `${lock}.unreadable-${token}`);
}

/**
 * Removes a lock if its content is the expected one.
 * @param token names the caller's moved file, apart from those of others
 */
export async function removeIf(
  isExpected: (content: string) => boolean,
  files: FileSystem,
  lock: string,
  token: string,
): Promise<void> {
  const content = await readLock(files, lock);
  if (content === undefined || !isExpected(content)) return;
  // Moved first, since it may be another caller's lock by now.
  const moved = movedBy(token, lock);
  if (!(await files.move(lock, moved))) return;
  const movedContent = await readLock(files, moved);
  if (movedContent === UNUSABLE) return;
  // Put it back. If a third caller has locked the file meanwhile, the owner of the moved lock notices in isHeld().
  if (movedContent !== undefined && !isExpected(movedContent)) await files.create(lock, movedContent);
  await files.remove(moved);
}
