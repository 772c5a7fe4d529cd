/** The files that windows share, on the disk. */
import { randomUUID } from 'node:crypto';
import { type FSWatcher, mkdirSync, watch } from 'node:fs';
import { link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Disposable } from '../base/disposable';
import type { FileSystem, Lifetime } from './file-system';

/** Ends the name of a file that is being written, or that is on its way out. */
const TEMPORARY = '.tmp';
/** Of what a killed process leaves behind. */
const LEFT_BEHIND = [TEMPORARY, '.lock'] as const;
const FOLDER = { recursive: true, mode: 0o700 } as const;
const FILE_MODE = 0o600;

/** In ms: on Windows a file that somebody has open, if only a virus scanner, cannot be touched for a moment. */
const RETRY_AFTER = [10, 20, 40, 80, 160] as const;

export class NodeFileSystem implements FileSystem {
  /** @param disk what not every disk can do, or not at any time. */
  constructor(private readonly disk = { link, rename }) {}

  read(file: string): Promise<string | undefined> {
    return unlessMissing(() => retryWhileBusy(() => readFile(file, 'utf8')));
  }

  async replace(file: string, text: string, lifetime: Lifetime = 'lasting'): Promise<void> {
    await mkdir(path.dirname(file), FOLDER);
    await withTemporary(file, async (temporary) => {
      await writeNew(temporary, text, lifetime);
      await retryWhileBusy(() => this.disk.rename(temporary, file));
    });
  }

  async create(file: string, text: string): Promise<boolean> {
    await mkdir(path.dirname(file), FOLDER);
    return withTemporary(file, async (temporary) => {
      await writeNew(temporary, text);
      try {
        // Whole at once, where an open file is empty at first.
        await this.disk.link(temporary, file);
        return true;
      } catch (cause) {
        if (hasCode(cause, 'EEXIST')) return false;
        // Not every disk has links, and each says so in its own way; a fault of another kind shows again here.
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
    return new FolderWatch(directory, listener);
  }
}

/**
 * Removes what processes that were killed left half written, and the locks that they held of what is there no more.
 * @param olderThan in ms; longer than any lock is held.
 */
export async function removeLeftovers(directory: string, olderThan: number): Promise<void> {
  const names = (await unlessMissing(() => readdir(directory))) ?? [];
  for (const name of names.filter((each) => LEFT_BEHIND.some((ending) => each.endsWith(ending)))) {
    const file = path.join(directory, name);
    const writtenAt = (await unlessMissing(() => stat(file)))?.mtimeMs;
    if (writtenAt !== undefined && Date.now() - writtenAt > olderThan)
      await retryWhileBusy(() => rm(file, { force: true }));
  }
}

/** For many changes at once. */
const CALL_AFTER = 50;
const FIRST_REOPENING_AFTER = 1000;
const LAST_REOPENING_AFTER = 60_000;

/** Outlives errors and the folder itself; while it cannot watch it tries again, ever more rarely. */
class FolderWatch implements Disposable {
  private watcher: FSWatcher | undefined;
  private call: NodeJS.Timeout | undefined;
  /** What changed since the last call; undefined where it may be anything. */
  private names: Set<string> | undefined = new Set();
  private reopening: NodeJS.Timeout | undefined;
  private reopenAfter = FIRST_REOPENING_AFTER;

  constructor(
    private readonly directory: string,
    private readonly listener: (names?: ReadonlySet<string>) => void,
  ) {
    this.open();
  }

  dispose(): void {
    this.close();
    clearTimeout(this.call);
    clearTimeout(this.reopening);
  }

  /** At once, so that no change after the call is missed. */
  private open(): boolean {
    try {
      mkdirSync(this.directory, FOLDER);
      const watcher = watch(this.directory, { persistent: false });
      this.watcher = watcher;
      watcher.on('change', (_event, name: string | Buffer | null) => {
        this.changed(String(name ?? ''));
      });
      watcher.on('error', () => {
        if (this.watcher === watcher) this.reopenLater();
      });
      return true;
    } catch {
      this.reopenLater();
      return false;
    }
  }

  private changed(name: string): void {
    // What a temporary file becomes is told under its own name.
    if (name.endsWith(TEMPORARY)) return;
    if (name === '') this.names = undefined;
    this.names?.add(name);
    this.callSoon();
    // So the folder tells that itself is gone, on most systems; the watcher is deaf from then on.
    if (name === path.basename(this.directory)) this.reopenLater();
  }

  private callSoon(): void {
    this.call ??= setTimeout(() => {
      const { names } = this;
      this.call = undefined;
      this.names = new Set();
      this.listener(names);
    }, CALL_AFTER).unref();
  }

  private reopenLater(): void {
    this.close();
    this.reopening ??= setTimeout(() => {
      this.reopening = undefined;
      this.reopenAfter = Math.min(2 * this.reopenAfter, LAST_REOPENING_AFTER);
      if (!this.open()) return;
      this.reopenAfter = FIRST_REOPENING_AFTER;
      // Nobody knows what happened meanwhile.
      this.names = undefined;
      this.callSoon();
    }, this.reopenAfter).unref();
  }

  private close(): void {
    this.watcher?.close();
    this.watcher = undefined;
  }
}

async function withTemporary<T>(file: string, action: (temporary: string) => Promise<T>): Promise<T> {
  const temporary = `${file}.${randomUUID()}${TEMPORARY}`;
  try {
    return await action(temporary);
  } finally {
    // Where this fails, removeLeftovers comes later; it must not hide what became of the action.
    await rm(temporary, { force: true }).catch(() => undefined);
  }
}

/** Rejects with EEXIST where the file is there. */
async function writeNew(file: string, text: string, lifetime: Lifetime = 'passing'): Promise<void> {
  const handle = await open(file, 'wx', FILE_MODE);
  try {
    await handle.writeFile(text, 'utf8');
    // A rename may reach the disk before what was written, and a power cut then leaves an empty file.
    if (lifetime === 'lasting') await handle.sync();
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
  for (const delay of RETRY_AFTER) {
    try {
      return await action();
    } catch (cause) {
      if (!hasCode(cause, 'EPERM', 'EACCES', 'EBUSY')) throw cause;
      await new Promise((resolve) => setTimeout(resolve, delay));
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
