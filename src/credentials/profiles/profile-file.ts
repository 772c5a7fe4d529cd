/** Reads and writes profiles.json, the list of profiles that all windows share; it holds no secret. */
import path from 'node:path';
import type { Disposable } from '../../base/disposable';
import { MAX_STATE_FILE_BYTES } from '../../base/limits';
import { OutageLog } from '../../base/outage-log';
import { type LockParts, withLockRetried } from '../../storage/file-lock';
import { readOr } from '../../storage/file-system';
import { Quarantine, type QuarantineParts } from '../../storage/quarantine';
import type { SavedProfile } from './profile';
import {
  changeEntries,
  type ProfileEntry,
  profilesIn,
  readEntries,
  unreadableIn,
  type UnreadableProfile,
} from './profile-entries';

type ProfileFileParts = LockParts & QuarantineParts & { readonly directory: string };

const MAX_LOGGED_ENTRIES = 20;

export interface ProfileList {
  readonly profiles: readonly SavedProfile[];
  /** Entries that this version cannot read, and that stay in the file as they are. */
  readonly unreadable: readonly UnreadableProfile[];
}

export class ProfileFile {
  private readonly file: string;
  private readonly quarantine: Quarantine;
  private readonly unreadableLog: OutageLog;

  constructor(private readonly parts: ProfileFileParts) {
    this.file = path.join(parts.directory, 'profiles.json');
    this.quarantine = new Quarantine(parts, 'does not hold a list of profiles');
    this.unreadableLog = new OutageLog(parts.log, 'warn');
  }

  /**
   * Reads the profiles. A file without a list of profiles is quarantined, and the list is then empty. Rejects if the
   * file cannot be read, or if a newer version wrote it; its content then stays as it is.
   */
  async load(): Promise<ProfileList> {
    return this.listOf(
      (await this.read()) ?? (await withLockRetried(this.parts, this.file, () => this.readOrQuarantine())),
    );
  }

  /** Changes the profiles that are in the file now, which may be more than this window has read. See `changeEntries`. */
  async edit(change: (profiles: readonly SavedProfile[]) => readonly SavedProfile[]): Promise<ProfileList> {
    return withLockRetried(this.parts, this.file, async (replace) => {
      const { text, entries } = changeEntries(await this.readOrQuarantine(), change);
      await replace(text);
      return this.listOf(entries);
    });
  }

  watch(listener: () => void): Disposable {
    return this.parts.files.watch(this.parts.directory, listener);
  }

  /** @returns undefined if the file has no list of profiles. */
  private async read(): Promise<readonly ProfileEntry[] | undefined> {
    const unusable = { kind: 'unreadable' } as const;
    const read = await readOr(this.parts.files, this.file, MAX_STATE_FILE_BYTES, readEntries, unusable);
    switch (read.kind) {
      case 'ours':
        return read.content;
      case 'absent':
        return [];
      case 'newer':
        throw new Error(`${this.file} was written by a newer version of this extension.`);
      case 'unreadable':
        return undefined;
    }
  }

  /** Runs under the lock: another window may have quarantined the file and started a new one. */
  private async readOrQuarantine(): Promise<readonly ProfileEntry[]> {
    const entries = await this.read();
    if (entries !== undefined) return entries;
    await this.quarantine.move(this.file);
    return [];
  }

  private listOf(entries: readonly ProfileEntry[]): ProfileList {
    const unreadable = unreadableIn(entries);
    const described = unreadable.map(
      ({ id, name, reason }) => `${JSON.stringify(name ?? id ?? 'unnamed')} (${reason})`,
    );
    const list = described.slice(0, MAX_LOGGED_ENTRIES).join(', ');
    if (unreadable.length === 0) {
      this.unreadableLog.succeeded(this.file);
    } else {
      const line = `${unreadable.length} entries of ${this.file} cannot be read, and stay as they are: ${list}`;
      this.unreadableLog.failed(this.file, line, line);
    }
    return { profiles: profilesIn(entries), unreadable };
  }
}
