/** The files that the windows of one computer share; those of a dead one touch them no more, whatever was on its way. */
import path from 'node:path';
import type { Disposable } from '../../../src/base/disposable';
import type { FileSystem } from '../../../src/storage/file-system';
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

/** Of the operations: those that take their time, so that others overtake them. */
const SLOW = 0.004;
const SLOWEST = 400;
/** In ms, as long as the real one waits for more changes. */
const CALL_AFTER = 50;
/** Of the calls: those that come late, and those that do not tell which files have changed. */
const LATE = 0.02;
const LATEST = 10_000;
const NAMELESS = 0.02;

export class SharedDisk {
  private readonly folders = new Map<string, Folder>();
  /** Told of each file that is created where there was none. */
  onCreated: (file: string) => void = () => undefined;
  onRemoved: (file: string) => void = () => undefined;

  constructor(readonly random: SeededRandom) {}

  read(file: string): string | undefined {
    return this.folder(path.dirname(file)).files.get(path.basename(file));
  }

  write(file: string, text: string): void {
    const folder = this.folder(path.dirname(file));
    const name = path.basename(file);
    const isNew = !folder.files.has(name);
    folder.files.set(name, text);
    this.tell(folder, name);
    if (isNew) this.onCreated(file);
  }

  remove(file: string): void {
    const folder = this.folder(path.dirname(file));
    const name = path.basename(file);
    if (!folder.files.delete(name)) return;
    this.tell(folder, name);
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

  private tell({ watchers }: Folder, name: string): void {
    if (watchers.size === 0 || name.endsWith('.tmp')) return;
    for (const watcher of watchers) {
      watcher.names.add(name);
      watcher.call ??= this.schedule(watcher);
    }
  }

  private schedule(watcher: Watcher): Disposable {
    const delay = this.random.chance(LATE) ? this.random.between(CALL_AFTER, LATEST) : CALL_AFTER;
    const isNameless = this.random.chance(NAMELESS);
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

  /** It comes about, and is answered, some time later; its process may die before each. */
  private async operation<T>(effect: () => T): Promise<T> {
    const { owner, disk } = this;
    owner.countOperation();
    if (disk.random.chance(SLOW)) await pause(owner, disk.random.between(1, SLOWEST));
    else if (disk.random.chance(0.5)) await Promise.resolve();
    if (owner.isDead) return never();
    const result = effect();
    return owner.countOperation() ? result : never();
  }
}

function pause(owner: Process, duration: number): Promise<void> {
  return new Promise((resolve) => {
    owner.schedule(duration, resolve);
  });
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}
