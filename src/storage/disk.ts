/** The operations of the disk that NodeFileSystem is made of. Tests replace some, or all. */
import { chmod, link, lstat, mkdir, open, readdir, rename, unlink } from 'node:fs/promises';

export interface FileStats {
  /** Identifies the file on its disk; 0 on some network drives. */
  readonly ino: bigint;
  readonly size: bigint;
  readonly mode: bigint;
  readonly mtimeMs: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
  isFile(): boolean;
  isDirectory(): boolean;
}

export interface OpenFile {
  /** @param position where to read in the file */
  read(buffer: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
  writeFile(text: string): Promise<void>;
  sync(): Promise<void>;
  stat(): Promise<Pick<FileStats, 'isFile'> & { readonly size: number }>;
  close(): Promise<void>;
}

/** Methods reject with the error of node:fs, with its code. */
export interface Disk {
  chmod(file: string, mode: number): Promise<void>;
  link(existing: string, file: string): Promise<void>;
  /** Follows no link. */
  lstat(file: string): Promise<FileStats>;
  /** Creates the folder, and those above it. Does nothing if it exists. */
  mkdir(directory: string, mode: number): Promise<void>;
  /** @param mode of a new file */
  open(file: string, flags: string | number, mode?: number): Promise<OpenFile>;
  readdir(directory: string): Promise<readonly string[]>;
  /** Replaces a file of that name. */
  rename(from: string, to: string): Promise<void>;
  unlink(file: string): Promise<void>;
}

export const nodeDisk: Disk = {
  chmod,
  link,
  lstat: (file) => lstat(file, { bigint: true }),
  mkdir: async (directory, mode) => {
    await mkdir(directory, { recursive: true, mode });
  },
  open,
  readdir: (directory) => readdir(directory),
  rename,
  unlink,
};
