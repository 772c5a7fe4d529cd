/** The file operations that windows share state by, on the disk. */
import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Disposable } from '../base/disposable';
import { type Durability, type FileSystem, LOCK_SUFFIX, TEMPORARY_SUFFIX } from './file-system';
import { FolderWatcher, PRIVATE_FOLDER } from './folder-watcher';

const PRIVATE_FILE_MODE = 0o600;

/** On Windows, a file that any program has open, e.g. a virus scanner, can be neither replaced nor removed. */
const BUSY_RETRY_DELAYS_MS = [10, 20, 40, 80, 160] as const;

export class NodeFileSystem implements FileSystem {
  /** @param disk operations that some disks lack, or that can fail for a moment */
  constructor(private readonly disk = { link, rename }) {}

  read(file: string): Promise<string | undefined> {
    return unlessMissing(() => retryWhileBusy(() => readFile(file, 'utf8')));
  }

  async replace(file: string, text: string, durability: Durability = 'durable'): Promise<void> {
    await mkdir(path.dirname(file), PRIVATE_FOLDER);
    await withTemporary(file, async (temporary) => {
      await writeNew(temporary, text, durability);
      await retryWhileBusy(() => this.disk.rename(temporary, file));
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
      await retryWhileBusy(() => this.disk.rename(from, to));
      return true;
    });
    return moved ?? false;
  }

  remove(file: string): Promise<void> {
    return retryWhileBusy(() => rm(file, { force: true }));
  }

  async names(directory: string): Promise<readonly string[]> {
    return (await unlessMissing(() => readdir(directory))) ?? [];
  }

  watch(directory: string, listener: (names?: ReadonlySet<string>) => void): Disposable {
    return new FolderWatcher(directory, listener);
  }
}

/**
 * Removes the temporary files and the locks that killed processes left in a folder.
 * @param minAgeMs longer than any lock is held
 */
export async function removeLeftovers(directory: string, minAgeMs: number): Promise<void> {
  const names = (await unlessMissing(() => readdir(directory))) ?? [];
  for (const name of names.filter((each) => each.endsWith(TEMPORARY_SUFFIX) || each.endsWith(LOCK_SUFFIX))) {
    const file = path.join(directory, name);
    const writtenAt = (await unlessMissing(() => stat(file)))?.mtimeMs;
    if (writtenAt !== undefined && Date.now() - writtenAt > minAgeMs) {
      await retryWhileBusy(() => rm(file, { force: true }));
    }
  }
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

async function retryWhileBusy<T>(action: () => Promise<T>): Promise<T> {
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
