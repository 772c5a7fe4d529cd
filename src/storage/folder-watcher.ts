/** Watches a folder on disk for changes of its files. */
import { type BigIntStats, type FSWatcher, mkdirSync, realpathSync, statSync, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { backgroundClock, type Clock } from '../base/clock';
import type { Disposable } from '../base/disposable';
import { MINUTE, SECOND } from '../base/time-units';
import { TEMPORARY_SUFFIX } from './file-system';

/** Makes a folder, and those above it, that only this user can open. */
export const PRIVATE_FOLDER = { recursive: true, mode: 0o700 } as const;

/** Combines many changes into one call of the listener. */
const CALL_DELAY_MS = 50;
const MIN_REOPEN_DELAY_MS = SECOND;
/** A watcher that lived for longer than this opens again without back-off. */
const MAX_REOPEN_DELAY_MS = MINUTE;

type OpenWatcher = Pick<FSWatcher, 'close'> & {
  on(event: 'change', listener: (event: string, name: string | Buffer | null) => void): unknown;
  on(event: 'error', listener: () => void): unknown;
};

/** The parts of this computer that a test replaces. */
export interface WatchedDisk {
  mkdirSync(directory: string, options: typeof PRIVATE_FOLDER): unknown;
  realpathSync(directory: string): string;
  statSync(directory: string, options: { bigint: true }): BigIntStats;
  stat(directory: string, options: { bigint: true }): Promise<BigIntStats>;
  watch(directory: string, options: { persistent: false }): OpenWatcher;
}

export const watchedDisk: WatchedDisk = {
  mkdirSync,
  realpathSync: (directory) => realpathSync.native(directory),
  statSync: (directory, options) => statSync(directory, options),
  stat,
  watch: (directory, options) => watch(directory, options),
};

interface WatcherParts {
  readonly clock: Clock;
  readonly platform: NodeJS.Platform;
  readonly disk: WatchedDisk;
}

const thisComputer: WatcherParts = { clock: backgroundClock, platform: process.platform, disk: watchedDisk };

/**
 * Continues after errors, and after the folder is removed or replaced: it then creates and opens the folder again, with
 * back-off.
 */
export class FolderWatcher implements Disposable {
  private watcher: OpenWatcher | undefined;
  private openedAt = 0;
  private opened: BigIntStats | undefined;
  /** The names that the system may report if the folder itself changes. */
  private ownNames: ReadonlySet<string> = new Set();
  private mayBeReplaced = false;
  private callTimer: Disposable | undefined;
  /** The files changed since the last call; undefined if any may have. */
  private names: Set<string> | undefined = new Set();
  private reopenTimer: Disposable | undefined;
  private reopenDelayMs = MIN_REOPEN_DELAY_MS;
  private isDisposed = false;

  /** @param listener called with the names of changed files, or with undefined if any may have changed */
  constructor(
    readonly directory: string,
    private readonly listener: (names?: ReadonlySet<string>) => void,
    private readonly parts = thisComputer,
  ) {
    this.open();
  }

  dispose(): void {
    this.isDisposed = true;
    this.close();
    this.callTimer?.dispose();
    this.reopenTimer?.dispose();
  }

  /** Opens the folder again if it was removed or replaced: not every system, and no network drive, reports that. */
  async check(): Promise<void> {
    const { watcher, opened, directory } = this;
    if (watcher === undefined || opened === undefined) return;
    const now = await this.parts.disk.stat(directory, { bigint: true }).catch(() => undefined);
    if (this.watcher === watcher && (now === undefined || !isSameFolder(opened, now))) this.reopenLater();
  }

  /** Synchronous, so that no change after the call is missed. */
  private open(): boolean {
    const { clock, disk } = this.parts;
    try {
      disk.mkdirSync(this.directory, PRIVATE_FOLDER);
      const watched = this.watchedPath();
      this.ownNames = new Set([this.directory, watched].map((each) => this.comparable(path.basename(each))));
      // Before the watch: if the folder is replaced in between, check() finds another one.
      this.opened = disk.statSync(this.directory, { bigint: true });
      const watcher = disk.watch(watched, { persistent: false });
      this.watcher = watcher;
      this.openedAt = clock.elapsed();
      watcher.on('change', (event, name) => {
        if (this.watcher === watcher) this.changed(event, String(name ?? ''));
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

  /** @returns the path without short names (`PROGRA~1`): watching one aborts the process on Windows (libuv 1.46 to 1.51) */
  private watchedPath(): string {
    try {
      return this.parts.disk.realpathSync(this.directory);
    } catch (cause) {
      // Some drives, e.g. those in memory, have no real path.
      if (this.parts.platform === 'win32' && this.directory.includes('~')) throw cause;
      return this.directory;
    }
  }

  private comparable(name: string): string {
    return this.parts.platform === 'win32' ? name.toLowerCase() : name;
  }

  private changed(event: string, name: string): void {
    // A temporary file that is renamed is reported again under its new name.
    if (name.endsWith(TEMPORARY_SUFFIX)) return;
    if (name === '') this.names = undefined;
    this.names?.add(name);
    const isOwnName = this.ownNames.has(this.comparable(name));
    if (name === '' || isOwnName) this.mayBeReplaced = true;
    this.callSoon();
    // Most systems report the folder's own name when it is removed. The watcher reports nothing more after that.
    if (isOwnName && event === 'rename') this.reopenLater();
  }

  private callSoon(): void {
    this.callTimer ??= this.parts.clock.schedule(CALL_DELAY_MS, () => {
      const { names } = this;
      this.callTimer = undefined;
      this.names = new Set();
      if (this.mayBeReplaced) void this.check();
      this.mayBeReplaced = false;
      this.listener(names);
    });
  }

  private reopenLater(): void {
    const { clock } = this.parts;
    if (this.isDisposed) return;
    if (this.watcher !== undefined && clock.elapsed() - this.openedAt >= MAX_REOPEN_DELAY_MS) {
      this.reopenDelayMs = MIN_REOPEN_DELAY_MS;
    }
    this.close();
    this.reopenTimer ??= clock.schedule(this.reopenDelayMs, () => {
      this.reopenTimer = undefined;
      this.reopenDelayMs = Math.min(2 * this.reopenDelayMs, MAX_REOPEN_DELAY_MS);
      if (!this.open()) return;
      // Changes were missed meanwhile.
      this.names = undefined;
      this.callSoon();
    });
  }

  private close(): void {
    this.watcher?.close();
    this.watcher = undefined;
  }
}

function isSameFolder(before: BigIntStats, after: BigIntStats): boolean {
  if (before.dev !== after.dev || before.ino !== after.ino) return false;
  // A new folder may have the number of a removed one. Where the time of creation is unknown, the system returns another.
  const isKnown = [before, after].every(({ birthtimeNs, ctimeNs }) => birthtimeNs !== ctimeNs);
  return !isKnown || before.birthtimeNs === after.birthtimeNs;
}
