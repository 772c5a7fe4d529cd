/** Keeps what credentials were refused for all windows and sessions, one file a refusal; no key is in it, but its hash. */
import path from 'node:path';
import type { Disposable } from '../../base/disposable';
import type { FileSystem } from '../../storage/file-system';
import type { Log } from '../../base/log';
import { readRefusal, type Refusal, UNREADABLE_REFUSAL, writeRefusal } from './refusal';

export interface RefusalsParts {
  readonly files: FileSystem;
  readonly directory: string;
  readonly log: Log;
}

/** What was refused: a key, or a key in one project alone. */
export interface RefusedUse {
  /** See KeyHash. */
  readonly keyHash: string;
  /** Missing where the key itself was refused. */
  readonly profileId?: string | undefined;
}

export class Refusals {
  private readonly folder: string;
  /** Of the files, as last seen. */
  private names: ReadonlySet<string> = new Set();
  /** By file name: those that could not be saved, and must be obeyed all the same. */
  private readonly unsaved = new Map<string, Refusal>();
  private isFailing = false;

  constructor(private readonly parts: RefusalsParts) {
    this.folder = path.join(parts.directory, 'refusals');
  }

  get areNone(): boolean {
    return this.names.size === 0 && this.unsaved.size === 0;
  }

  /** Learns what other windows added and lifted; where that fails, what was known still holds. */
  async refresh(): Promise<void> {
    try {
      this.names = new Set(await this.parts.files.names(this.folder));
      this.isFailing = false;
    } catch (cause) {
      if (!this.isFailing) this.parts.log.error(`Refusals could not be read again: ${String(cause)}`);
      this.isFailing = true;
    }
  }

  /** As of the last refresh. */
  async find(keyHash: string, profileId: string): Promise<Refusal | undefined> {
    return (await this.read(fileName({ keyHash }))) ?? (await this.read(fileName({ keyHash, profileId })));
  }

  /** Whether it is new: of all windows that are refused at the same time, one tells the person. */
  async add(use: RefusedUse, refusal: Refusal): Promise<boolean> {
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
  }

  /** The key may be tried again, in all projects. Rejects where it stays refused. */
  async lift(keyHash: string): Promise<void> {
    const isOfKey = (name: string) => name.startsWith(`${keyHash}.`);
    for (const name of [...this.unsaved.keys()].filter(isOfKey)) this.unsaved.delete(name);
    await this.refresh();
    for (const name of [...this.names].filter(isOfKey)) await this.parts.files.remove(this.fileOf(name));
    this.names = new Set([...this.names].filter((name) => !isOfKey(name)));
  }

  watch(listener: () => void): Disposable {
    return this.parts.files.watch(this.folder, listener);
  }

  private async read(name: string): Promise<Refusal | undefined> {
    const unsaved = this.unsaved.get(name);
    if (unsaved !== undefined || !this.names.has(name)) return unsaved;
    try {
      const text = await this.parts.files.read(this.fileOf(name));
      return text === undefined ? undefined : readRefusal(text);
    } catch (cause) {
      this.parts.log.error(`A refusal could not be read, and is obeyed: ${String(cause)}`);
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
