/** Whether a person wants nothing to be asked for the time being; it holds for all windows, and until they want otherwise. */
import path from 'node:path';
import type { Disposable } from './disposable';
import { Emitter, type Event } from './emitter';
import type { FileSystem } from './file-system';
import type { Log } from './log';

export interface PollingPauseParts {
  readonly files: FileSystem;
  readonly directory: string;
  readonly log: Log;
}

/** Polling is paused while this file is there. */
const NAME = 'paused';

export class PollingPause implements Disposable {
  private paused = false;
  private readonly file: string;
  private readonly changes: Emitter<void>;
  private readonly watch: Disposable;
  readonly onDidChange: Event<void>;

  constructor(private readonly parts: PollingPauseParts) {
    this.file = path.join(parts.directory, NAME);
    this.changes = new Emitter((cause) => {
      parts.log.error(`Telling that polling is paused or goes on failed: ${String(cause)}`);
    });
    this.onDidChange = this.changes.event;
    this.watch = parts.files.watch(parts.directory, (names) => {
      if (names === undefined || names.has(NAME)) void this.readAgain();
    });
  }

  get isPaused(): boolean {
    return this.paused;
  }

  /** Learns what another window, or an earlier session, wanted; where that fails, what was known still holds. */
  async readAgain(): Promise<void> {
    try {
      this.set((await this.parts.files.read(this.file)) !== undefined);
    } catch (cause) {
      this.parts.log.error(`Whether polling is paused could not be read: ${String(cause)}`);
    }
  }

  /** Rejects where it could not be kept; it then holds for this window. */
  async pause(): Promise<void> {
    this.set(true);
    await this.parts.files.create(this.file, '');
  }

  /** As `pause`. */
  async resume(): Promise<void> {
    this.set(false);
    await this.parts.files.remove(this.file);
  }

  dispose(): void {
    this.watch.dispose();
    this.changes.dispose();
  }

  private set(paused: boolean): void {
    if (paused === this.paused) return;
    this.paused = paused;
    this.changes.fire();
  }
}
