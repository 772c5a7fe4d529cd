/** Whether a person wants nothing to be asked for the time being; it holds for all windows, and until they want otherwise. */
import path from 'node:path';
import type { Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/emitter';
import type { FileSystem } from '../../storage/file-system';
import type { Log } from '../../base/log';

export interface PollingPauseParts {
  readonly files: FileSystem;
  readonly directory: string;
  readonly log: Log;
}

/** Polling is paused while this file is there. */
const NAME = 'paused';

export class PollingPause implements Disposable {
  private paused = false;
  /** What the person wanted last, until it is kept. */
  private unsaved: boolean | undefined;
  private turns: Promise<void> = Promise.resolve();
  private readonly file: string;
  private readonly changes: Emitter<void>;
  private watch: Disposable | undefined;
  readonly onDidChange: Event<void>;

  constructor(private readonly parts: PollingPauseParts) {
    this.file = path.join(parts.directory, NAME);
    this.changes = new Emitter((cause) => {
      parts.log.error(`Telling that polling is paused or goes on failed: ${String(cause)}`);
    });
    this.onDidChange = this.changes.event;
  }

  /** Learns what was wanted, and notices from then on what other windows want. */
  open(): Promise<void> {
    this.watch = this.parts.files.watch(this.parts.directory, (names) => {
      if (names === undefined || names.has(NAME)) void this.readAgain();
    });
    return this.readAgain();
  }

  get isPaused(): boolean {
    return this.paused;
  }

  /** Learns what another window, or an earlier session, wanted; where that fails, what was known still holds. */
  readAgain(): Promise<void> {
    return this.inTurn(async () => {
      try {
        // What could not be kept is newer than what the disk holds.
        if (this.unsaved === undefined) await this.read();
        else await this.save();
      } catch (cause) {
        this.parts.log.error(`Whether polling is paused could not be read or kept: ${String(cause)}`);
      }
    });
  }

  /** Rejects where it could not be kept; it then holds for this window, and is kept once that is possible. */
  pause(): Promise<void> {
    return this.want(true);
  }

  /** As `pause`. */
  resume(): Promise<void> {
    return this.want(false);
  }

  dispose(): void {
    this.watch?.dispose();
    this.changes.dispose();
  }

  private want(paused: boolean): Promise<void> {
    this.unsaved = paused;
    this.set(paused);
    return this.inTurn(() => this.save());
  }

  private async read(): Promise<void> {
    const isPaused = (await this.parts.files.read(this.file)) !== undefined;
    // The person may have said otherwise meanwhile.
    if (this.unsaved === undefined) this.set(isPaused);
  }

  private async save(): Promise<void> {
    const { unsaved } = this;
    if (unsaved === undefined) return;
    if (unsaved) await this.parts.files.create(this.file, '');
    else await this.parts.files.remove(this.file);
    if (this.unsaved === unsaved) this.unsaved = undefined;
  }

  /** One access to the file after the other: a late one must not undo what was wanted after it. */
  private inTurn(action: () => Promise<void>): Promise<void> {
    const turn = this.turns.then(action);
    this.turns = turn.catch(() => undefined);
    return turn;
  }

  private set(paused: boolean): void {
    if (paused === this.paused) return;
    this.paused = paused;
    this.changes.fire();
  }
}
