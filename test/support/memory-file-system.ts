/** Files in memory, which several simulated windows share. */
import path from 'node:path';
import type { Disposable } from '../../src/base/disposable';
import { MAX_STATE_FILE_BYTES } from '../../src/base/limits';
import { type FileSize, type FileSystem, UnusableFileError } from '../../src/storage/file-system';

type Operation = 'read' | 'readPart' | 'stamp' | 'replace' | 'create' | 'move' | 'remove' | 'names';

interface Watcher {
  readonly directory: string;
  readonly listener: (names?: ReadonlySet<string>) => void;
  names: Set<string> | undefined;
}

/** On Windows, paths contain backslashes; tests name files with slashes. */
const withSlashes = (file: string) => file.replaceAll(path.sep, '/');

const folderOf = (file: string) => path.posix.dirname(withSlashes(file));

/** Finds a file by its path with either separator; the keys have slashes. */
class ByPath<T> extends Map<string, T> {
  override get(file: string): T | undefined {
    return super.get(withSlashes(file));
  }

  override has(file: string): boolean {
    return super.has(withSlashes(file));
  }

  override set(file: string, value: T): this {
    return super.set(withSlashes(file), value);
  }

  override delete(file: string): boolean {
    return super.delete(withSlashes(file));
  }
}

/** Called before each operation; a test can delay it, or let it fail. */
type BeforeOperation = (operation: Operation, file: string) => Promise<void>;

export class MemoryFileSystem implements FileSystem {
  private contents = new ByPath<string>();
  private changeCounts = new ByPath<number>();
  private changeTimes = new ByPath<number>();
  /** The clock of `changeTimes`. */
  private changes = { count: 0 };
  private watchers = new Set<Watcher>();
  private readonly failures: { readonly error: Error; readonly operation: Operation | undefined }[] = [];

  constructor(private readonly beforeOperation: BeforeOperation = () => Promise.resolve()) {}

  /** @returns the same files for another window, whose operations are delayed or fail in another way */
  viewWith(beforeOperation: BeforeOperation): MemoryFileSystem {
    const view = new MemoryFileSystem(beforeOperation);
    view.contents = this.contents;
    view.changeCounts = this.changeCounts;
    view.changeTimes = this.changeTimes;
    view.changes = this.changes;
    view.watchers = this.watchers;
    return view;
  }

  get files(): ReadonlyMap<string, string> {
    return this.contents;
  }

  isWatched(directory: string): boolean {
    return [...this.watchers].some((watcher) => watcher.directory === withSlashes(directory));
  }

  /** Lets the next operation, or the next of that kind, reject and change nothing. */
  failNext(error: Error, operation?: Operation): void {
    this.failures.push({ error, operation });
  }

  async read(file: string, maxBytes = MAX_STATE_FILE_BYTES): Promise<string | undefined> {
    await this.begin('read', file);
    const text = this.contents.get(file);
    if (text !== undefined && Buffer.byteLength(text) > maxBytes) throw new UnusableFileError(file, 'too-large');
    return text;
  }

  async readPart(file: string, offset: number, bytes: number): Promise<Uint8Array | undefined> {
    await this.begin('readPart', file);
    const text = this.contents.get(file);
    return text === undefined ? undefined : Buffer.from(text).subarray(offset, offset + bytes);
  }

  async stamp(file: string): Promise<string | undefined> {
    await this.begin('stamp', file);
    return this.contents.has(file) ? String(this.changeCounts.get(file) ?? 0) : undefined;
  }

  async stat(file: string): Promise<FileSize | undefined> {
    await this.begin('stamp', file);
    const text = this.contents.get(file);
    return text === undefined
      ? undefined
      : { bytes: Buffer.byteLength(text), changedAt: this.changeTimes.get(file) ?? 0 };
  }

  async replace(file: string, text: string): Promise<void> {
    await this.begin('replace', file);
    this.contents.set(file, text);
    this.changed(file);
  }

  async create(file: string, text: string): Promise<boolean> {
    await this.begin('create', file);
    if (this.contents.has(file)) return false;
    this.contents.set(file, text);
    this.changed(file);
    return true;
  }

  async move(from: string, to: string): Promise<boolean> {
    await this.begin('move', from);
    const text = this.contents.get(from);
    if (text === undefined) return false;
    this.contents.delete(from);
    this.contents.set(to, text);
    this.changed(from);
    this.changed(to);
    return true;
  }

  async remove(file: string): Promise<void> {
    await this.begin('remove', file);
    if (this.contents.delete(file)) this.changed(file);
  }

  async names(directory: string): Promise<readonly string[]> {
    await this.begin('names', directory);
    return [...this.contents.keys()]
      .filter((file) => folderOf(file) === path.posix.normalize(withSlashes(directory)))
      .map((file) => path.basename(file));
  }

  watch(directory: string, listener: (names?: ReadonlySet<string>) => void): Disposable {
    const watcher = { directory: path.posix.normalize(withSlashes(directory)), listener, names: undefined };
    this.watchers.add(watcher);
    return { dispose: () => this.watchers.delete(watcher) };
  }

  private async begin(operation: Operation, file: string): Promise<void> {
    await this.beforeOperation(operation, withSlashes(file));
    const failure = this.failures.find((each) => (each.operation ?? operation) === operation);
    if (failure === undefined) return;
    this.failures.splice(this.failures.indexOf(failure), 1);
    throw failure.error;
  }

  private changed(file: string): void {
    this.changeCounts.set(file, (this.changeCounts.get(file) ?? 0) + 1);
    this.changes.count += 1;
    this.changeTimes.set(file, this.changes.count);
    for (const watcher of this.watchers) {
      if (watcher.directory !== folderOf(file)) continue;
      if (watcher.names !== undefined) {
        watcher.names.add(path.basename(file));
        continue;
      }
      watcher.names = new Set([path.basename(file)]);
      queueMicrotask(() => {
        const { names } = watcher;
        watcher.names = undefined;
        if (this.watchers.has(watcher)) watcher.listener(names);
      });
    }
  }
}
