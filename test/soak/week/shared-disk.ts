/** The files that the windows of one computer share. Pending operations of a killed window have no effect. */
import path from 'node:path';
import type { Disposable } from '../../../src/base/disposable';
import type { FileSize, FileSystem } from '../../../src/storage/file-system';
import { SECOND } from '../../../src/base/time-units';
import type { Process } from './machine';
import type { SeededRandom } from '../../support/seeded-random';

interface Watcher {
  readonly owner: Process;
  readonly listener: (names?: ReadonlySet<string>) => void;
  names: Set<string>;
  call: Disposable | undefined;
}

interface Folder {
  readonly files: Map<string, string>;
  readonly watchers: Set<Watcher>;
}

/** The share of operations that are slow, so that later ones overtake them. */
const SLOW_SHARE = 0.004;
const MAX_OPERATION_MS = 400;
/** As long as the real file system waits for more changes. */
const WATCH_DELAY_MS = 50;
/** The share of watcher calls that come late. */
const LATE_SHARE = 0.02;
const MAX_WATCH_DELAY_MS = 10 * SECOND;
/** The share of watcher calls without file names. */
const NAMELESS_SHARE = 0.02;

export class SharedDisk {
  private readonly folders = new Map<string, Folder>();
  private readonly writeCounts = new Map<string, number>();
  /** Called for each new file. */
  onCreated: (file: string) => void = () => undefined;
  onRemoved: (file: string) => void = () => undefined;

  constructor(readonly random: SeededRandom) {}

  read(file: string): string | undefined {
    return this.folder(path.dirname(file)).files.get(path.basename(file));
  }

  stamp(file: string): string | undefined {
    return this.read(file) === undefined ? undefined : String(this.writeCounts.get(file) ?? 0);
  }

  write(file: string, text: string): void {
    this.writeCounts.set(file, (this.writeCounts.get(file) ?? 0) + 1);
    const folder = this.folder(path.dirname(file));
    const name = path.basename(file);
    const isNew = !folder.files.has(name);
    folder.files.set(name, text);
    this.notifyWatchers(folder, name);
    if (isNew) this.onCreated(file);
  }

  remove(file: string): void {
    const folder = this.folder(path.dirname(file));
    const name = path.basename(file);
    if (!folder.files.delete(name)) return;
    this.notifyWatchers(folder, name);
    this.onRemoved(file);
  }

  names(directory: string): string[] {
    return [...this.folder(directory).files.keys()];
  }

  watch(directory: string, owner: Process, listener: (names?: ReadonlySet<string>) => void): Disposable {
    const { watchers } = this.folder(directory);
    const watcher: Watcher = { owner, listener, names: new Set(), call: undefined };
    watchers.add(watcher);
    const dispose = () => {
      watcher.call?.dispose();
      watchers.delete(watcher);
    };
    owner.onDeath(dispose);
    return { dispose };
  }

  private folder(directory: string): Folder {
    let folder = this.folders.get(directory);
    if (folder === undefined) {
      folder = { files: new Map(), watchers: new Set() };
      this.folders.set(directory, folder);
    }
    return folder;
  }

  private notifyWatchers({ watchers }: Folder, name: string): void {
    if (watchers.size === 0 || name.endsWith('.tmp')) return;
    for (const watcher of watchers) {
      watcher.names.add(name);
      watcher.call ??= this.schedule(watcher);
    }
  }

  private schedule(watcher: Watcher): Disposable {
    const delay = this.random.chance(LATE_SHARE)
      ? this.random.between(WATCH_DELAY_MS, MAX_WATCH_DELAY_MS)
      : WATCH_DELAY_MS;
    const isNameless = this.random.chance(NAMELESS_SHARE);
    return watcher.owner.schedule(delay, () => {
      const { names } = watcher;
      watcher.names = new Set();
      watcher.call = undefined;
      watcher.listener(isNameless ? undefined : names);
    });
  }
}

/** The disk as one process sees it. */
export class DiskOfProcess implements FileSystem {
  constructor(
    private readonly disk: SharedDisk,
    private readonly owner: Process,
  ) {}

  read(file: string): Promise<string | undefined> {
    return this.operation(() => this.disk.read(file));
  }

  readPart(file: string, offset: number, bytes: number): Promise<Uint8Array | undefined> {
    return this.operation(() => {
      const text = this.disk.read(file);
      return text === undefined ? undefined : Buffer.from(text).subarray(offset, offset + bytes);
    });
  }

  stamp(file: string): Promise<string | undefined> {
    return this.operation(() => this.disk.stamp(file));
  }

  stat(file: string): Promise<FileSize | undefined> {
    return this.operation(() => {
      const text = this.disk.read(file);
      return text === undefined ? undefined : { bytes: Buffer.byteLength(text), changedAt: 0 };
    });
  }

  replace(file: string, text: string): Promise<void> {
    return this.operation(() => {
      this.disk.write(file, text);
    });
  }

  create(file: string, text: string): Promise<boolean> {
    return this.operation(() => {
      if (this.disk.read(file) !== undefined) return false;
      this.disk.write(file, text);
      return true;
    });
  }

  move(from: string, to: string): Promise<boolean> {
    return this.operation(() => {
      const text = this.disk.read(from);
      if (text === undefined) return false;
      this.disk.remove(from);
      this.disk.write(to, text);
      return true;
    });
  }

  remove(file: string): Promise<void> {
    return this.operation(() => {
      this.disk.remove(file);
    });
  }

  names(directory: string): Promise<readonly string[]> {
    return this.operation(() => this.disk.names(directory));
  }

  watch(directory: string, listener: (names?: ReadonlySet<string>) => void): Disposable {
    return this.disk.watch(directory, this.owner, listener);
  }

  /** Takes effect, and then resolves, some time later. The process may be killed before each. */
  private async operation<T>(effect: () => T): Promise<T> {
    const { owner, disk } = this;
    owner.countOperation();
    if (disk.random.chance(SLOW_SHARE)) await sleep(owner, disk.random.between(1, MAX_OPERATION_MS));
    else if (disk.random.chance(0.5)) await Promise.resolve();
    if (owner.isDead) return never();
    const result = effect();
    return owner.countOperation() ? result : never();
  }
}

function sleep(owner: Process, durationMs: number): Promise<void> {
  return new Promise((resolve) => {
    owner.schedule(durationMs, resolve);
  });
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
