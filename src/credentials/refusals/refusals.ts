/** The refused credentials, for all windows and sessions: one file per refusal, named by a hash of the key. */
import path from 'node:path';
import type { Disposable } from '../../base/disposable';
import { MAX_SMALL_FILE_BYTES } from '../../base/limits';
import { OutageLog } from '../../base/outage-log';
import { SerialQueue } from '../../base/serial-queue';
import { STORAGE_FOLDERS } from '../../storage/storage-folders';
import type { WindowContext } from '../../storage/window-context';
import { readRefusal, type Refusal, UNREADABLE_REFUSAL, writeRefusal } from './refusal';

/** What was refused: a key, or a key in one project alone. */
export interface RefusedUse {
  /** See KeyHash. */
  readonly keyHash: string;
  /** Missing if the key itself was refused. */
  readonly profileId?: string | undefined;
}

export class Refusals {
  private readonly folder: string;
  private readonly outages: OutageLog;
  /** One action at a time, since each reads and sets `names`. */
  private readonly actions = new SerialQueue();
  /** The names of the refusal files, as last read. */
  private names: ReadonlySet<string> = new Set();
  /** By file name: refusals that could not be saved yet, and hold for this session. */
  private readonly unsaved = new Map<string, Refusal>();

  constructor(private readonly parts: Pick<WindowContext, 'files' | 'directory' | 'log'>) {
    this.folder = path.join(parts.directory, STORAGE_FOLDERS.refusals);
    this.outages = new OutageLog(parts.log, 'error');
  }

  get isEmpty(): boolean {
    return this.names.size === 0 && this.unsaved.size === 0;
  }

  /**
   * Saves what could not be saved before, and reads which refusals other windows added and lifted. If that fails, the known
   * refusals hold. Never rejects.
   */
  refresh(): Promise<void> {
    return this.actions.add(async () => {
      await this.saveUnsaved();
      await this.readNames();
    });
  }

  /** @returns the refusal as of the last refresh: of the key, or else of the key in this project alone. */
  async find(keyHash: string, profileId?: string): Promise<Refusal | undefined> {
    const ofKey = await this.read(fileName({ keyHash }));
    return ofKey !== undefined || profileId === undefined ? ofKey : this.read(fileName({ keyHash, profileId }));
  }

  /** @returns whether the refusal is new: if several windows are refused at the same time, only one notifies. */
  add(use: RefusedUse, refusal: Refusal): Promise<boolean> {
    return this.actions.add(async () => {
      const name = fileName(use);
      try {
        const isNew = await this.parts.files.create(this.fileOf(name), writeRefusal(refusal));
        this.names = new Set([...this.names, name]);
        return isNew;
      } catch (cause) {
        this.parts.log.error(`The refusal of a credential could not be saved: ${String(cause)}`);
        if (this.unsaved.has(name)) return false;
        this.unsaved.set(name, refusal);
        return true;
      }
    });
  }

  /** Allows the key to be tried again, in all projects. Rejects if it stays refused. */
  lift(keyHash: string): Promise<void> {
    return this.actions.add(async () => {
      const isOfKey = (name: string) => name.startsWith(`${keyHash}.`);
      for (const name of [...this.unsaved.keys()].filter(isOfKey)) this.unsaved.delete(name);
      await this.readNames();
      for (const name of [...this.names].filter(isOfKey)) await this.parts.files.remove(this.fileOf(name));
      this.names = new Set([...this.names].filter((name) => !isOfKey(name)));
    });
  }

  watch(listener: () => void): Disposable {
    return this.parts.files.watch(this.folder, listener);
  }

  /** Without the file, other windows and the next session would try the refused key again, which may lock it. */
  private async saveUnsaved(): Promise<void> {
    for (const [name, refusal] of this.unsaved) {
      try {
        await this.parts.files.create(this.fileOf(name), writeRefusal(refusal));
      } catch {
        // It holds here all the same, and its failure has been logged.
        return;
      }
      this.unsaved.delete(name);
    }
  }

  private async readNames(): Promise<void> {
    try {
      this.names = new Set(await this.parts.files.names(this.folder));
      this.outages.succeeded('names');
    } catch (cause) {
      this.outages.failed('names', '', `Refusals could not be read again: ${String(cause)}`);
    }
  }

  private async read(name: string): Promise<Refusal | undefined> {
    const unsaved = this.unsaved.get(name);
    if (unsaved !== undefined || !this.names.has(name)) return unsaved;
    try {
      const text = await this.parts.files.read(this.fileOf(name), MAX_SMALL_FILE_BYTES);
      return text === undefined ? undefined : readRefusal(text);
    } catch (cause) {
      this.parts.log.error(`A refusal could not be read, so it holds: ${String(cause)}`);
      return UNREADABLE_REFUSAL;
    }
  }

  private fileOf(name: string): string {
    return path.join(this.folder, name);
  }
}

function fileName({ keyHash, profileId }: RefusedUse): string {
  return profileId === undefined ? `${keyHash}.json` : `${keyHash}.${profileId}.json`;
}
