/** Watches a folder on disk for changes of its files. */
import { type FSWatcher, mkdirSync, watch } from 'node:fs';
import path from 'node:path';
import type { Disposable } from '../base/disposable';
import { MINUTE, SECOND } from '../base/time-units';
import { TEMPORARY_SUFFIX } from './file-system';

/** Makes a folder, and those above it, that only this user can open. */
export const PRIVATE_FOLDER = { recursive: true, mode: 0o700 } as const;

/** Combines many changes into one call of the listener. */
const CALL_DELAY_MS = 50;
const MIN_REOPEN_DELAY_MS = SECOND;
const MAX_REOPEN_DELAY_MS = MINUTE;

/** Continues after errors, and after the folder is removed: it then creates and opens the folder again, with back-off. */
export class FolderWatcher implements Disposable {
  private watcher: FSWatcher | undefined;
  private callTimer: NodeJS.Timeout | undefined;
  /** The files changed since the last call; undefined if any may have. */
  private names: Set<string> | undefined = new Set();
  private reopenTimer: NodeJS.Timeout | undefined;
  private reopenDelayMs = MIN_REOPEN_DELAY_MS;

  /** @param listener called with the names of changed files, or with undefined if any may have changed */
  constructor(
    private readonly directory: string,
    private readonly listener: (names?: ReadonlySet<string>) => void,
  ) {
    this.open();
  }

  dispose(): void {
    this.close();
    clearTimeout(this.callTimer);
    clearTimeout(this.reopenTimer);
  }

  /** Synchronous, so that no change after the call is missed. */
  private open(): boolean {
    try {
      mkdirSync(this.directory, PRIVATE_FOLDER);
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
    // A temporary file that is renamed is reported again under its new name.
    if (name.endsWith(TEMPORARY_SUFFIX)) return;
    if (name === '') this.names = undefined;
    this.names?.add(name);
    this.callSoon();
    // Most systems report the folder's own name when it is removed. The watcher reports nothing more after that.
    if (name === path.basename(this.directory)) this.reopenLater();
  }

  private callSoon(): void {
    this.callTimer ??= setTimeout(() => {
      const { names } = this;
      this.callTimer = undefined;
      this.names = new Set();
      this.listener(names);
    }, CALL_DELAY_MS).unref();
  }

  private reopenLater(): void {
    this.close();
    this.reopenTimer ??= setTimeout(() => {
      this.reopenTimer = undefined;
      this.reopenDelayMs = Math.min(2 * this.reopenDelayMs, MAX_REOPEN_DELAY_MS);
      if (!this.open()) return;
      this.reopenDelayMs = MIN_REOPEN_DELAY_MS;
      // Changes were missed meanwhile.
      this.names = undefined;
      this.callSoon();
    }, this.reopenDelayMs).unref();
  }

  private close(): void {
    this.watcher?.close();
    this.watcher = undefined;
  }
}
