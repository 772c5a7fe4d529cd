/** Whether a person has paused polling: for all windows, until it is resumed. */
import path from 'node:path';
import type { Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/emitter';
import { MAX_STATE_FILE_BYTES } from '../../base/limits';
import { SerialQueue } from '../../base/serial-queue';
import { readOr } from '../../storage/file-system';
import type { WindowContext } from '../../storage/window-context';

type PollingPauseParts = Pick<WindowContext, 'files' | 'directory' | 'log'>;

/** Polling is paused while this file, or anything else of its name, exists. */
const NAME = 'paused';

export class PollingPause implements Disposable {
  private paused = false;
  /** The person's last choice, until it is saved. */
  private unsaved: boolean | undefined;
  /** One access to the file at a time: a late one must not undo a newer choice. */
  private readonly accesses = new SerialQueue();
  private readonly file: string;
  private readonly changes: Emitter<void>;
  private watch: Disposable | undefined;
  readonly onDidChange: Event<void>;

  constructor(private readonly parts: PollingPauseParts) {
    this.file = path.join(parts.directory, NAME);
    this.changes = new Emitter((cause) => {
      parts.log.error(`A listener failed to handle that polling was paused or resumed: ${String(cause)}`);
    });
    this.onDidChange = this.changes.event;
  }

  /** Reads the file, and follows its changes by other windows from then on. Never rejects. */
  open(): Promise<void> {
    this.watch = this.parts.files.watch(this.parts.directory, (names) => {
      if (names === undefined || names.has(NAME)) void this.readAgain();
    });
    return this.readAgain();
  }

  get isPaused(): boolean {
    return this.paused;
  }

  /** Reads the file again, or saves a choice that could not be saved before. Never rejects; on failure nothing changes. */
  readAgain(): Promise<void> {
    return this.accesses.add(async () => {
      try {
        // An unsaved choice is newer than the file.
        if (this.unsaved === undefined) await this.read();
        else await this.save();
      } catch (cause) {
        this.parts.log.error(`Whether polling is paused could not be read or saved: ${String(cause)}`);
      }
    });
  }

  /** Rejects if it cannot be saved; it then holds for this window, and `readAgain` tries to save it again. */
  pause(): Promise<void> {
    return this.choose(true);
  }

  /** As `pause`. */
  resume(): Promise<void> {
    return this.choose(false);
  }

  dispose(): void {
    this.watch?.dispose();
    this.changes.dispose();
  }

  private choose(paused: boolean): Promise<void> {
    this.unsaved = paused;
    this.set(paused);
    return this.accesses.add(() => this.save());
  }

  private async read(): Promise<void> {
    const exists = (text: string | undefined) => text !== undefined;
    const isPaused = await readOr(this.parts.files, this.file, MAX_STATE_FILE_BYTES, exists, true);
    // The person may have chosen meanwhile.
    if (this.unsaved === undefined) this.set(isPaused);
  }

  private async save(): Promise<void> {
    const { unsaved } = this;
    if (unsaved === undefined) return;
    if (unsaved) await this.parts.files.create(this.file, '');
    else await this.parts.files.remove(this.file);
    if (this.unsaved === unsaved) this.unsaved = undefined;
  }

  private set(paused: boolean): void {
    if (paused === this.paused) return;
    this.paused = paused;
    this.changes.fire();
  }
}
