/** Opens files for reading: regular files only, and without following a link. */
import { constants } from 'node:fs';
import type { Disk, OpenFile } from './disk';
import { hasCode, UnusableFileError } from './file-system';

const optionalFlag = (flag: number | undefined) => flag ?? 0;
/** Windows has neither flag. */
const NO_FOLLOW = optionalFlag(constants.O_NOFOLLOW);
/** With it, opening a pipe does not wait for a writer. */
export const NON_BLOCKING = optionalFlag(constants.O_NONBLOCK);

/** @param size in bytes */
export type RegularFileAction<T> = (handle: OpenFile, size: number) => Promise<T>;

/** Runs the action with the open file. Rejects with an UnusableFileError if it is no regular file. */
export async function withRegularFile<T>(disk: Disk, file: string, action: RegularFileAction<T>): Promise<T> {
  // Windows would follow a link.
  if (NO_FOLLOW === 0 && !(await disk.lstat(file)).isFile()) throw new UnusableFileError(file, 'not-a-file');
  const handle = await openNoLink(disk, file);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new UnusableFileError(file, 'not-a-file');
    return await action(handle, stats.size);
  } finally {
    await handle.close();
  }
}

async function openNoLink(disk: Disk, file: string): Promise<OpenFile> {
  try {
    return await disk.open(file, constants.O_RDONLY | NO_FOLLOW | NON_BLOCKING);
  } catch (cause) {
    // A link (EMLINK on FreeBSD), a socket, a pipe.
    if (hasCode(cause, 'ELOOP', 'EMLINK', 'ENXIO', 'EOPNOTSUPP')) throw new UnusableFileError(file, 'not-a-file');
    throw cause;
  }
}

/** Reads no more than the size that was checked: another program may append to the file for ever. */
export async function readBytes(handle: OpenFile, offset: number, bytes: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(bytes);
  let length = 0;
  while (length < bytes) {
    const { bytesRead } = await handle.read(buffer, length, bytes - length, offset + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}
