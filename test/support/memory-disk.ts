/** A disk in memory, below NodeFileSystem: files, folders and hard links, and no other kinds. Its folders exist once they are made. */
import path from 'node:path';
import type { Clock } from '../../src/base/clock';
import type { Disk, FileStats, OpenFile } from '../../src/storage/disk';

/** A file, which may have several names. */
export interface MemoryFile {
  readonly ino: number;
  text: string;
  changedAt: number;
}

export function diskError(code: string, file: string): Error {
  return Object.assign(new Error(`${code}: ${file}`), { code });
}

const asyncly =
  <Args extends readonly unknown[], T>(action: (...args: Args) => T): ((...args: Args) => Promise<T>) =>
  async (...args) => {
    await Promise.resolve();
    return action(...args);
  };

export class MemoryDisk implements Disk {
  readonly files = new Map<string, MemoryFile>();
  private readonly folders = new Set<string>();
  private lastIno = 0;

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  /** Throws ENOENT if there is no such file. */
  fileAt(file: string): MemoryFile {
    const found = this.files.get(path.normalize(file));
    if (found === undefined) throw diskError('ENOENT', file);
    return found;
  }

  readonly chmod = asyncly((file: string) => {
    this.fileAt(file);
  });

  readonly mkdir = asyncly((directory: string) => {
    for (let each = path.normalize(directory); !this.folders.has(each); each = path.dirname(each)) {
      this.folders.add(each);
    }
  });

  readonly readdir = asyncly((directory: string) => {
    const folder = path.normalize(directory);
    if (!this.folders.has(folder)) throw diskError('ENOENT', directory);
    return [...this.files.keys()].filter((file) => path.dirname(file) === folder).map((file) => path.basename(file));
  });

  readonly lstat = asyncly((file: string): FileStats => {
    if (this.folders.has(path.normalize(file))) return statsOf({ ino: 0, text: '', changedAt: 0 }, true);
    return statsOf(this.fileAt(file), false);
  });

  readonly open = asyncly((file: string, flags: string | number): OpenFile => {
    if (flags !== 'wx') return this.openFile(this.fileAt(file));
    if (this.files.has(path.normalize(file))) throw diskError('EEXIST', file);
    this.checkFolder(file);
    this.lastIno += 1;
    const created: MemoryFile = { ino: this.lastIno, text: '', changedAt: this.clock.now() };
    this.files.set(path.normalize(file), created);
    return this.openFile(created);
  });

  readonly link = asyncly((existing: string, file: string) => {
    const found = this.fileAt(existing);
    if (this.files.has(path.normalize(file))) throw diskError('EEXIST', file);
    this.files.set(path.normalize(file), found);
  });

  readonly rename = asyncly((from: string, to: string) => {
    const found = this.fileAt(from);
    this.checkFolder(to);
    this.files.delete(path.normalize(from));
    this.files.set(path.normalize(to), found);
  });

  readonly unlink = asyncly((file: string) => {
    this.fileAt(file);
    this.files.delete(path.normalize(file));
  });

  private checkFolder(file: string): void {
    if (!this.folders.has(path.dirname(path.normalize(file)))) throw diskError('ENOENT', file);
  }

  private openFile(file: MemoryFile): OpenFile {
    return {
      read: asyncly((buffer, offset, length, position) => {
        const part = Buffer.from(file.text).subarray(position, position + length);
        buffer.set(part, offset);
        return { bytesRead: part.length };
      }),
      writeFile: asyncly((text) => {
        file.text = text;
        file.changedAt = this.clock.now();
      }),
      sync: () => Promise.resolve(),
      stat: asyncly(() => ({ size: Buffer.byteLength(file.text), isFile: () => true })),
      close: () => Promise.resolve(),
    };
  }
}

function statsOf({ ino, text, changedAt }: MemoryFile, isFolder: boolean): FileStats {
  const changedAtNs = BigInt(changedAt) * 1_000_000n;
  return {
    ...{ ino: BigInt(ino), size: BigInt(Buffer.byteLength(text)), mode: 0o600n },
    ...{ mtimeMs: BigInt(changedAt), mtimeNs: changedAtNs, ctimeNs: changedAtNs },
    isFile: () => !isFolder,
    isDirectory: () => isFolder,
  };
}
