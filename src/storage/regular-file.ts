/** Reads files of other programs, which may be anything: regular files only, of limited size and in limited time. */
import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import type { Clock } from '../base/clock';
import { SECOND } from '../base/time-units';
import { withTimeout } from '../base/timing';
import { BusyRetry } from './busy-retry';
import { decodeText } from './decode-text';
import { NON_BLOCKING } from './open-file';

/**
 * `drive-relative`: its meaning depends on a drive's current folder. `not-a-file`: a pipe, a socket, a device. `too-slow`: e.g. on a network drive that does not answer. `not-text`: neither UTF-8
 * nor UTF-16.
 */
export type FileProblem = 'drive-relative' | 'not-a-file' | 'too-large' | 'too-slow' | 'not-text';

export class FileProblemError extends Error {
  constructor(readonly problem: FileProblem) {
    super(problem);
  }
}

export const READ_TIMEOUT_MS = 5 * SECOND;
/** Half of Node's threads for files and host names: a read that hangs keeps its thread. */
const MAX_READS = 2;
const CHUNK_BYTES = 64 * 1024;

/** One call of `read`. */
interface Turn {
  readonly file: string;
  start: () => void;
  /** Nothing more is read for it. */
  isOver: boolean;
}

export class RegularFiles {
  /** The files that are being read: a file that hangs is read by one thread only. */
  private readonly running = new Set<string>();
  private readonly waiting = new Set<Turn>();

  constructor(
    private readonly parts: {
      readonly clock: Pick<Clock, 'schedule'>;
      readonly maxBytes: number;
      readonly platform?: NodeJS.Platform;
    },
    private readonly disk = { open, stat },
    private readonly retry = new BusyRetry(),
  ) {}

  /**
   * @returns the text of the file, see decodeText; undefined if there is none. Rejects with a FileProblemError, or with the file system's
   * own error.
   */
  async read(file: string): Promise<string | undefined> {
    const turn: Turn = { file, start: () => undefined, isOver: false };
    const reading = this.inTurn(turn, () => this.retry.run(() => this.readNow(turn)));
    try {
      return await withTimeout(this.parts.clock, READ_TIMEOUT_MS, reading, () => {
        turn.isOver = true;
        this.waiting.delete(turn);
        throw new FileProblemError('too-slow');
      });
    } catch (cause) {
      if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
      throw cause;
    }
  }

  /** Starts the action when fewer than `MAX_READS` run, and none for the same file. */
  private inTurn<T>(turn: Turn, action: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      turn.start = () => {
        this.running.add(turn.file);
        const end = () => {
          this.running.delete(turn.file);
          this.startWaiting();
        };
        action().finally(end).then(resolve, reject);
      };
      this.waiting.add(turn);
      this.startWaiting();
    });
  }

  private startWaiting(): void {
    for (const turn of this.waiting) {
      if (this.running.size >= MAX_READS) return;
      if (this.running.has(turn.file)) continue;
      this.waiting.delete(turn);
      turn.start();
    }
  }

  private async readNow(turn: Turn): Promise<string> {
    const { file } = turn;
    if (isDriveRelative(file, this.parts.platform)) throw new FileProblemError('drive-relative');
    if (isDevicePath(file)) throw new FileProblemError('not-a-file');
    // Opening a device may already change its state, e.g. rewind a tape.
    this.check(await this.disk.stat(file));
    const handle = await this.disk.open(file, constants.O_RDONLY | NON_BLOCKING);
    try {
      // The file may have been replaced meanwhile.
      this.check(await handle.stat());
      return await this.textOf(handle, turn);
    } finally {
      await handle.close();
    }
  }

  private check(stats: Stats): void {
    if (stats.isDirectory()) throw Object.assign(new Error('It is a folder.'), { code: 'EISDIR' });
    if (!stats.isFile()) throw new FileProblemError('not-a-file');
    if (stats.size > this.parts.maxBytes) throw new FileProblemError('too-large');
  }

  /** Reads to the end, which a file that grows may never have, and a file of the kernel does not give as its size. */
  private async textOf(handle: FileHandle, turn: Turn): Promise<string> {
    const chunks: Buffer[] = [];
    for (let bytes = 0; !turn.isOver;) {
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES);
      if (bytesRead === 0) {
        const text = decodeText(Buffer.concat(chunks));
        if (text === undefined) throw new FileProblemError('not-text');
        return text;
      }
      bytes += bytesRead;
      if (bytes > this.parts.maxBytes) throw new FileProblemError('too-large');
      chunks.push(buffer.subarray(0, bytesRead));
    }
    throw new FileProblemError('too-slow');
  }
}

/** Whether a path of Windows has a drive, but does not start at its root, e.g. `D:keys`. */
export function isDriveRelative(file: string, platform: NodeJS.Platform = process.platform): boolean {
  return platform === 'win32' && /^[a-z]:(?![\\/])/i.test(file);
}

/**
 * Whether a path names a device or a pipe of Windows: asking for its state would connect to it. A long path on a drive, e.g.
 * `\\\\?\\C:\\keys`, does not.
 */
function isDevicePath(file: string): boolean {
  return process.platform === 'win32' && /^[\\/]{2}(?:\.|\?(?!\\[a-z]:\\))[\\/]/i.test(file);
}
