/** The file operations that windows share state by. Each is atomic: a reader never sees half of a change. */
import type { Instant } from '../base/clock';
import type { Disposable } from '../base/disposable';

/** Ends the name of a temporary file: one that is being written, or that is about to be removed. */
export const TEMPORARY_SUFFIX = '.tmp';
/** Ends the name of a lock file. */
export const LOCK_SUFFIX = '.lock';

/** A `durable` file survives a power cut; a `volatile` one may be lost in it, but saves the wait for the disk. */
export type Durability = 'durable' | 'volatile';

/** The name of a file is taken by a file that this extension cannot have written. Nothing of it was read. */
export class UnusableFileError extends Error {
  /** @param reason `not-a-file`: a folder, a link, a pipe or a device */
  constructor(
    readonly file: string,
    readonly reason: 'not-a-file' | 'too-large',
  ) {
    super(`${file}: ${reason}`);
  }
}

/**
 * Another program has the file open, and had it open for as long as the file system retried. The same operation may succeed
 * later. Code and message are the file system's own.
 */
export class BusyFileError extends Error {
  readonly code: string;

  constructor(override readonly cause: Error) {
    super(cause.message);
    this.code = 'code' in cause ? String(cause.code) : 'EBUSY';
  }
}

/** Whether an operation failed only because another program has the file open. */
export function isBusy(cause: unknown): cause is Error {
  return cause instanceof BusyFileError || hasCode(cause, 'EBUSY');
}

/** Whether the cause is an error of the file system with one of these codes. */
export function hasCode(cause: unknown, ...codes: readonly string[]): cause is Error {
  return cause instanceof Error && 'code' in cause && codes.some((code) => cause.code === code);
}

export interface FileSize {
  readonly bytes: number;
  readonly changedAt: Instant;
}

/** Methods reject with the file system's own error, except in the cases that they name. They follow no link to a file. */
export interface FileSystem {
  /**
   * @param maxBytes MAX_STATE_FILE_BYTES by default
   * @returns the text of a file; undefined if there is none. Rejects with an UnusableFileError if it is no regular file,
   * or if it is larger.
   */
  read(file: string, maxBytes?: number): Promise<string | undefined>;
  /**
   * @returns the bytes from `offset`, fewer if the file ends before; undefined if there is no file. Rejects with an
   * UnusableFileError if it is no regular file.
   */
  readPart(file: string, offset: number, bytes: number): Promise<Uint8Array | undefined>;
  /**
   * @returns a text that differs from an earlier one if the file may have changed since, without reading the file; undefined
   * if there is no file. It differs each time for a file that changed within the last seconds: its time of change is not
   * exact enough.
   */
  stamp(file: string): Promise<string | undefined>;
  /** @returns the size of a file, and when it was written or renamed; undefined if there is no regular file */
  stat(file: string): Promise<FileSize | undefined>;
  /**
   * Creates or replaces a whole file, and its folders. The old file is untouched if that fails. A folder of that name is
   * moved aside.
   * @param durability `durable` by default
   */
  replace(file: string, text: string, durability?: Durability): Promise<void>;
  /** Creates a file and its folders. @returns false if the file exists already */
  create(file: string, text: string): Promise<boolean>;
  /** Renames a file. @returns false if it does not exist */
  move(from: string, to: string): Promise<boolean>;
  /** Does nothing if the file does not exist. A folder of that name is moved aside. */
  remove(file: string): Promise<void>;
  /** @returns the names in a folder; none if it does not exist */
  names(directory: string): Promise<readonly string[]>;
  /**
   * Creates the folder, and calls the listener soon after files in it changed, perhaps more than once. The listener gets
   * the names of those files, or undefined if any file may have changed.
   */
  watch(directory: string, listener: (names?: ReadonlySet<string>) => void): Disposable;
}

/**
 * Reads a file that may hold anything.
 * @returns what `parse` returns for its text, which is undefined if there is no file; or `unusable`
 */
export async function readOr<T, Unusable>(
  files: Pick<FileSystem, 'read'>,
  file: string,
  maxBytes: number,
  parse: (text: string | undefined) => T,
  unusable: Unusable,
): Promise<T | Unusable> {
  let text: string | undefined;
  try {
    text = await files.read(file, maxBytes);
  } catch (cause) {
    if (cause instanceof UnusableFileError) return unusable;
    throw cause;
  }
  return parse(text);
}
