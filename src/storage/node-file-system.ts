/** The file operations that windows share state by, on the disk. */
import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, link, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { Disposable } from '../base/disposable';
import { MAX_STATE_FILE_BYTES } from '../base/limits';
import { type Durability, type FileSystem, TEMPORARY_SUFFIX, UnusableFileError } from './file-system';
import { FolderWatcher, PRIVATE_FOLDER } from './folder-watcher';
import { isLeftover } from './storage-folders';

const PRIVATE_FILE_MODE = 0o600;

const optionalFlag = (flag: number | undefined) => flag ?? 0;
/** Windows has neither flag. */
const NO_FOLLOW = optionalFlag(constants.O_NOFOLLOW);
/** With it, opening a pipe does not wait for a writer. */
export const NON_BLOCKING = optionalFlag(constants.O_NONBLOCK);

/** On Windows, a file that any program has open, e.g. a virus scanner, can be neither replaced nor removed. */
const BUSY_RETRY_DELAYS_MS = [10, 20, 40, 80, 160] as const;

export class NodeFileSystem implements FileSystem {
  /** @param disk operations that some disks lack, or that can fail for a moment */
  constructor(private readonly disk = { link, rename }) {}

  read(file: string, maxBytes = MAX_STATE_FILE_BYTES): Promise<string | undefined> {
    return unlessMissing(() => retryWhileBusy(() => readRegularFile(file, maxBytes)));
  }

  async replace(file: string, text: string, durability: Durability = 'durable'): Promise<void> {
    await mkdir(path.dirname(file), PRIVATE_FOLDER);
    await withTemporary(file, async (temporary) => {
      await writeNew(temporary, text, durability);
      await this.moveOver(temporary, file);
    });
  }

  async create(file: string, text: string): Promise<boolean> {
    await mkdir(path.dirname(file), PRIVATE_FOLDER);
    return withTemporary(file, async (temporary) => {
      await writeNew(temporary, text);
      try {
        // The file appears with its content; opening it would create it empty.
        await this.disk.link(temporary, file);
        return true;
      } catch (cause) {
        if (hasCode(cause, 'EEXIST')) return false;
        // Some disks have no links, and report that with various codes; any other fault occurs here again.
        return retryWhileBusy(() => createInPlace(file, text));
      }
    });
  }

  async move(from: string, to: string): Promise<boolean> {
    const moved = await unlessMissing(async () => {
      await this.moveOver(from, to);
      return true;
    });
    return moved ?? false;
  }

  async remove(file: string): Promise<void> {
    try {
      await retryWhileBusy(() => rm(file, { force: true }));
    } catch (cause) {
      if (!(await this.moveFolderAside(file))) throw cause;
    }
  }

  async names(directory: string): Promise<readonly string[]> {
    return (await unlessMissing(() => readdir(directory))) ?? [];
  }

  watch(directory: string, listener: (names?: ReadonlySet<string>) => void): Disposable {
    return new FolderWatcher(directory, listener);
  }

  private async moveOver(from: string, to: string): Promise<void> {
    try {
      await retryWhileBusy(() => this.disk.rename(from, to));
    } catch (cause) {
      if (hasCode(cause, 'ENOENT') || !(await this.moveFolderAside(to))) throw cause;
      await retryWhileBusy(() => this.disk.rename(from, to));
    }
  }

  /** Frees the name of a file from a folder, and keeps the folder. @returns false if there is no folder */
  private async moveFolderAside(file: string): Promise<boolean> {
    const moved = await unlessMissing(async () => {
      if (!(await lstat(file)).isDirectory()) return false;
      await this.disk.rename(file, `${file}.unreadable-${randomUUID()}`);
      return true;
    });
    return moved ?? false;
  }
}

/**
 * Removes the temporary files and the locks that killed processes left in a folder. It leaves other programs' files alone,
 * and a folder that is a link to another place.
 * @param minAgeMs longer than any lock is held
 */
export async function removeLeftovers(directory: string, minAgeMs: number): Promise<void> {
  const folder = await unlessMissing(() => lstat(directory));
  if (folder?.isDirectory() !== true) return;
  for (const name of (await readdir(directory)).filter(isLeftover)) {
    const file = path.join(directory, name);
    const stats = await unlessMissing(() => lstat(file));
    if (stats?.isFile() === true && Date.now() - stats.mtimeMs > minAgeMs) {
      await retryWhileBusy(() => rm(file, { force: true }));
    }
  }
}

async function readRegularFile(file: string, maxBytes: number): Promise<string> {
  // Windows would follow a link.
  if (NO_FOLLOW === 0 && !(await lstat(file)).isFile()) throw new UnusableFileError(file, 'not-a-file');
  const handle = await openNoLink(file);
  try {
    const stats = await handle.stat();
    if (!stats.isFile()) throw new UnusableFileError(file, 'not-a-file');
    if (stats.size > maxBytes) throw new UnusableFileError(file, 'too-large');
    return await readAll(handle, stats.size);
  } finally {
    await handle.close();
  }
}

async function openNoLink(file: string): Promise<FileHandle> {
  try {
    return await open(file, constants.O_RDONLY | NO_FOLLOW | NON_BLOCKING);
  } catch (cause) {
    // A link (EMLINK on FreeBSD), a socket, a pipe.
    if (hasCode(cause, 'ELOOP', 'EMLINK', 'ENXIO', 'EOPNOTSUPP')) throw new UnusableFileError(file, 'not-a-file');
    throw cause;
  }
}

/** Reads no more than the size that was checked: another program may append to the file for ever. */
async function readAll(handle: FileHandle, bytes: number): Promise<string> {
  const buffer = Buffer.allocUnsafe(bytes);
  let length = 0;
  while (length < bytes) {
    const { bytesRead } = await handle.read(buffer, length, bytes - length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.toString('utf8', 0, length);
}

async function withTemporary<T>(file: string, action: (temporary: string) => Promise<T>): Promise<T> {
  const temporary = `${file}.${randomUUID()}${TEMPORARY_SUFFIX}`;
  try {
    return await action(temporary);
  } finally {
    // A failure here must not hide the action's result; removeLeftovers() removes the file later.
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** Rejects with EEXIST if the file exists. */
async function writeNew(file: string, text: string, durability: Durability = 'volatile'): Promise<void> {
  const handle = await open(file, 'wx', PRIVATE_FILE_MODE);
  try {
    await handle.writeFile(text, 'utf8');
    // A rename may reach the disk before the content does; a power cut would then leave an empty file.
    if (durability === 'durable') await handle.sync();
  } finally {
    await handle.close();
  }
}

async function createInPlace(file: string, text: string): Promise<boolean> {
  try {
    await writeNew(file, text);
    return true;
  } catch (cause) {
    if (hasCode(cause, 'EEXIST')) return false;
    throw cause;
  }
}

export async function retryWhileBusy<T>(action: () => Promise<T>): Promise<T> {
  for (const delayMs of BUSY_RETRY_DELAYS_MS) {
    try {
      return await action();
    } catch (cause) {
      if (!hasCode(cause, 'EPERM', 'EACCES', 'EBUSY')) throw cause;
      await new Promise((resolve) => setTimeout(resolve, delayMs));
    }
  }
  return action();
}

async function unlessMissing<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return undefined;
    throw cause;
  }
}

function hasCode(cause: unknown, ...codes: readonly string[]): boolean {
  return cause instanceof Error && 'code' in cause && codes.some((code) => cause.code === code);
}
