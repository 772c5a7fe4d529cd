/** Watches the files that profiles read their keys from, so that a new key is used without a restart. */
import type { Disposable } from '../../base/disposable';
import type { SavedProfile } from './profile';

/** Calls the listener when the file is created, changed or removed; neither the file nor its folder needs to exist. */
export type WatchFile = (file: string, listener: () => void) => Disposable;

export class SourceFileWatches implements Disposable {
  /** By file. */
  private readonly watches = new Map<string, Disposable>();

  constructor(
    private readonly watchFile: WatchFile,
    private readonly listener: () => void,
  ) {}

  /** Watches the files of these profiles, and no others. */
  update(profiles: readonly SavedProfile[]): void {
    const needed = new Set(profiles.flatMap(({ source }) => ('file' in source ? source.file : [])));
    for (const [file, watch] of this.watches) {
      if (needed.has(file)) continue;
      watch.dispose();
      this.watches.delete(file);
    }
    for (const file of needed) {
      if (!this.watches.has(file)) this.watches.set(file, this.watchFile(file, this.listener));
    }
  }

  dispose(): void {
    for (const watch of this.watches.values()) watch.dispose();
    this.watches.clear();
  }
}
