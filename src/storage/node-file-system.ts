/** The file operations that windows share state by, on the disk. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Disposable } from '../base/disposable';
import { MAX_READ_PART_BYTES, MAX_STATE_FILE_BYTES } from '../base/limits';
import { BusyRetry, thisSystem } from './busy-retry';
import { type Disk, type FileStats, nodeDisk, type OpenFile } from './disk';
import {
  type Durability,
  type FileSize,
  type FileSystem,
  hasCode,
  TEMPORARY_SUFFIX,
  UnusableFileError,
} from './file-system';
import { FolderWatcher, PRIVATE_FOLDER } from './folder-watcher';
import { readBytes, type RegularFileAction, withRegularFile } from './open-file';
import { isLeftover } from './storage-folders';

const PRIVATE_FILE_MODE = 0o600;
const OWNER_CAN_WRITE = 0o200n;

/** Some disks round times to two seconds. */
const MAX_INEXACT_TIME_MS = 3000;

/** Each operation is retried while another program has the file open: see BusyRetry. */
export class NodeFileSystem implements FileSystem {
  private readonly disk: Disk;
  private readonly retry: BusyRetry;
  /** Makes the stamps of files that have just changed differ. */
  private stamps = 0;
  private readonly watchers = new Set<FolderWatcher>();

  /** @param disk replaces operations of Node.js */
  constructor(
    disk: Partial<Disk> = {},
    private readonly system = thisSystem,
  ) {
    this.disk = { ...nodeDisk, ...disk };
    this.retry = new BusyRetry(system);
  }

  read(file: string, maxBytes = MAX_STATE_FILE_BYTES): Promise<string | undefined> {
    return this.withRegularFile(file, async (handle, size) => {
      if (size > maxBytes) throw new UnusableFileError(file, 'too-large');
      return (await readBytes(handle, 0, size)).toString('utf8');
    });
  }

  readPart(file: string, offset: number, bytes: number): Promise<Uint8Array | undefined> {
    return this.withRegularFile(file, (handle, size) => {
      if (!isSize(offset) || !isSize(bytes) || bytes > MAX_READ_PART_BYTES) {
        throw new UnusableFileError(file, 'too-large');
      }
      return readBytes(handle, offset, Math.max(Math.min(bytes, size - offset), 0));
    });
  }

  async stamp(file: string): Promise<string | undefined> {
    const stats = await this.statsOf(file);
    if (stats === undefined) return undefined;
    // A program may set the time of change back, e.g. when it restores a backup, but not the time of the last write to either.
    const stamp = `${stats.ino}-${stats.size}-${stats.mtimeNs}-${stats.ctimeNs}`;
    if (Math.abs(this.system.clock.now() - Number(stats.mtimeMs)) > MAX_INEXACT_TIME_MS) return stamp;
    this.stamps += 1;
    return `${stamp}-${this.stamps}`;
  }

  async stat(file: string): Promise<FileSize | undefined> {
    const stats = await this.statsOf(file);
    if (stats?.isFile() !== true) return undefined;
    return { bytes: Number(stats.size), changedAt: Number(stats.ctimeNs / 1_000_000n) };
  }

  async replace(file: string, text: string, durability: Durability = 'durable'): Promise<void> {
    await this.makeFolder(path.dirname(file));
    await this.withTemporary(file, async (temporary) => {
      await this.write(await this.openNew(temporary), text, durability);
      await this.moveOver(temporary, file);
    });
  }

  async create(file: string, text: string): Promise<boolean> {
    await this.makeFolder(path.dirname(file));
    return this.withTemporary(file, async (temporary) => {
      await this.write(await this.openNew(temporary), text, 'volatile');
      try {
        // The file appears with its content; opening it would create it empty.
        await this.link(temporary, file);
        return true;
      } catch (cause) {
        if (hasCode(cause, 'EEXIST')) return false;
        // Some disks have no links, and report that with various codes; any other fault occurs here again.
        return this.createInPlace(file, text);
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
    await unlessMissing(() =>
      this.retry.run(async () => {
        try {
          await this.disk.unlink(file);
        } catch (cause) {
          if (hasCode(cause, 'ENOENT') || !(await this.moveFolderAside(file))) throw cause;
        }
      }),
    );
  }

  async names(directory: string): Promise<readonly string[]> {
    for (const watcher of this.watchers) if (watcher.directory === directory) void watcher.check();
    return (await unlessMissing(() => this.retry.run(() => this.disk.readdir(directory)))) ?? [];
  }

  watch(directory: string, listener: (names?: ReadonlySet<string>) => void): Disposable {
    const watcher = new FolderWatcher(directory, listener);
    this.watchers.add(watcher);
    return {
      dispose: () => {
        this.watchers.delete(watcher);
        watcher.dispose();
      },
    };
  }

  private statsOf(file: string): Promise<FileStats | undefined> {
    return unlessMissing(() => this.retry.run(() => this.disk.lstat(file)));
  }

  private makeFolder(directory: string): Promise<void> {
    return this.retry.run(() => this.disk.mkdir(directory, PRIVATE_FOLDER.mode));
  }

  /** @returns undefined if there is no file */
  private withRegularFile<T>(file: string, action: RegularFileAction<T>): Promise<T | undefined> {
    return unlessMissing(() => this.retry.run(() => withRegularFile(this.disk, file, action)));
  }

  /** Rejects with EEXIST if the file exists. */
  private openNew(file: string): Promise<OpenFile> {
    return this.retry.run(() => this.disk.open(file, 'wx', PRIVATE_FILE_MODE));
  }

  /** Writes the text, and closes the file. */
  private async write(handle: OpenFile, text: string, durability: Durability): Promise<void> {
    try {
      await handle.writeFile(text);
      // A rename may reach the disk before the content does; a power cut would then leave an empty file.
      if (durability === 'durable') await handle.sync();
    } finally {
      await handle.close();
    }
  }

  private async withTemporary<T>(file: string, action: (temporary: string) => Promise<T>): Promise<T> {
    const temporary = `${file}.${randomUUID()}${TEMPORARY_SUFFIX}`;
    try {
      return await action(temporary);
    } finally {
      await this.removeTemporary(temporary);
    }
  }

  /** Removes a file in the background if another program has it open: that must neither delay nor hide the result. */
  private async removeTemporary(file: string): Promise<void> {
    try {
      await this.disk.unlink(file);
    } catch (cause) {
      if (hasCode(cause, 'ENOENT')) return;
      // Each round of retries is retried. If that fails too, removeLeftovers() removes the file later.
      void this.retry.run(() => this.retry.run(() => this.disk.unlink(file))).catch(() => undefined);
    }
  }

  private link(existing: string, file: string): Promise<void> {
    const link = () => this.disk.link(existing, file);
    // Elsewhere, EPERM means that the disk has no links.
    return this.system.platform === 'win32' ? this.retry.run(link) : link();
  }

  private async createInPlace(file: string, text: string): Promise<boolean> {
    let handle: OpenFile;
    try {
      handle = await this.openNew(file);
    } catch (cause) {
      if (hasCode(cause, 'EEXIST')) return false;
      throw cause;
    }
    try {
      await this.write(handle, text, 'volatile');
      return true;
    } catch (cause) {
      // A file without its content would count as created.
      await this.removeTemporary(file);
      throw cause;
    }
  }

  private moveOver(from: string, to: string): Promise<void> {
    return this.retry.run(async () => {
      try {
        await this.disk.rename(from, to);
      } catch (cause) {
        if (hasCode(cause, 'ENOENT') || !((await this.moveFolderAside(to)) || (await this.makeReplaceable(to)))) {
          throw cause;
        }
        await this.disk.rename(from, to);
      }
    });
  }

  /** Frees the name of a file from a folder, and keeps the folder. @returns false if there is no folder */
  private async moveFolderAside(file: string): Promise<boolean> {
    const moved = await unlessMissing(async () => {
      if (!(await this.disk.lstat(file)).isDirectory()) return false;
      await this.disk.rename(file, `${file}.unreadable-${randomUUID()}`);
      return true;
    });
    return moved ?? false;
  }

  /** Windows replaces no read-only file, e.g. one from a backup. @returns whether the file was read-only */
  private async makeReplaceable(file: string): Promise<boolean> {
    if (this.system.platform !== 'win32') return false;
    const wasReadOnly = await unlessMissing(async () => {
      const stats = await this.disk.lstat(file);
      if (!stats.isFile() || (stats.mode & OWNER_CAN_WRITE) !== 0n) return false;
      await this.disk.chmod(file, PRIVATE_FILE_MODE);
      return true;
    });
    return wasReadOnly ?? false;
  }
}

export interface LeftoverOptions {
  /** Called for each file that could not be removed. */
  readonly onFailure?: (cause: unknown) => void;
  /** Replaces operations of Node.js. */
  readonly disk?: Partial<Disk>;
  readonly system?: typeof thisSystem;
}

/**
 * Removes the temporary files and the locks that killed processes left in a folder. It leaves other programs' files alone,
 * and a folder that is a link to another place. Rejects if the folder cannot be read.
 * @param minAgeMs longer than any lock is held
 */
export async function removeLeftovers(
  directory: string,
  minAgeMs: number,
  { onFailure = () => undefined, disk: some = {}, system = thisSystem }: LeftoverOptions = {},
): Promise<void> {
  const disk = { ...nodeDisk, ...some };
  const retry = new BusyRetry(system);
  const folder = await unlessMissing(() => retry.run(() => disk.lstat(directory)));
  if (folder?.isDirectory() !== true) return;
  const removeIfOld = async (file: string) => {
    // Each time: another process may have locked the file anew meanwhile.
    const stats = await disk.lstat(file);
    if (stats.isFile() && system.clock.now() - Number(stats.mtimeMs) > minAgeMs) await disk.unlink(file);
  };
  const names = (await unlessMissing(() => retry.run(() => disk.readdir(directory)))) ?? [];
  for (const name of names.filter(isLeftover)) {
    await unlessMissing(() => retry.run(() => removeIfOld(path.join(directory, name)))).catch(onFailure);
  }
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

async function unlessMissing<T>(action: () => Promise<T>): Promise<T | undefined> {
  try {
    return await action();
  } catch (cause) {
    if (hasCode(cause, 'ENOENT')) return undefined;
    throw cause;
  }
}
