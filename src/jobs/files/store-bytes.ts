/** Counts the bytes of all stored jobs, and removes the oldest quarantined files if there are many. */
import path from 'node:path';
import type { Clock, Instant } from '../../base/clock';
import { MAX_QUARANTINED_BYTES, MAX_QUARANTINED_FILES, MAX_STORE_BYTES } from '../../base/limits';
import { partsOf } from '../../base/parts-of';
import { MINUTE } from '../../base/time-units';
import type { FileSystem } from '../../storage/file-system';
import { isOurs, isQuarantined, STORAGE_FOLDERS } from '../../storage/storage-folders';
import type { WindowContext } from '../../storage/window-context';
import { jobFileKeys } from './job-file';
import type { JobKey } from '../model/job-reference';

export type StoreBytesParts = Pick<WindowContext, 'files' | 'directory' | 'log'> & {
  readonly clock: Pick<Clock, 'elapsed'>;
  /** MAX_STORE_BYTES by default. */
  readonly maxStoreBytes?: number;
};

interface CountedFile {
  readonly name: string;
  readonly bytes: number;
  readonly changedAt: Instant;
}

/** Of MAX_STORE_BYTES. The rest is for what other windows write until the next count, and for a segment that replaces another one. */
const ALMOST_FULL_SHARE = 7 / 8;
/** Each count reads the sizes of all files. */
const MIN_INTERVAL_MS = 10 * MINUTE;
const MAX_CONCURRENT_STATS = 32;

export class StoreBytes {
  /** Of the jobs' own files. */
  private ofFiles = new Map<JobKey, number>();
  /** Files that this window wrote during a count; undefined if none is in progress. */
  private noted: Map<JobKey, number> | undefined;
  private total = 0;
  private countedAt = -Infinity;
  private readonly maxBytes: number;
  private isWarned = false;

  constructor(private readonly parts: StoreBytesParts) {
    this.maxBytes = parts.maxStoreBytes ?? MAX_STORE_BYTES;
  }

  /** The bytes that are to become free; zero or less if there is space. As of the last count and of this window's writes since. */
  get excess(): number {
    return this.total - ALMOST_FULL_SHARE * this.maxBytes;
  }

  /** Notes that this window wrote the job's file, or removed it (0 bytes). */
  note(key: JobKey, bytes: number): void {
    this.noted?.set(key, bytes);
    this.total += bytes - (this.ofFiles.get(key) ?? 0);
    if (bytes === 0) this.ofFiles.delete(key);
    else this.ofFiles.set(key, bytes);
  }

  /** Counts all files, unless that was done within the last ten minutes. */
  async countIfDue(): Promise<void> {
    if (this.parts.clock.elapsed() - this.countedAt >= MIN_INTERVAL_MS) await this.count();
  }

  /** Counts all files. Removes the oldest quarantined ones of each folder if there are too many. */
  async count(): Promise<void> {
    this.countedAt = this.parts.clock.elapsed();
    const noted = new Map<JobKey, number>();
    this.noted = noted;
    try {
      const ofFiles = new Map<JobKey, number>();
      let total = 0;
      for (const folder of [STORAGE_FOLDERS.jobs, STORAGE_FOLDERS.ended, STORAGE_FOLDERS.follow, '.']) {
        const isOfJobs = folder === STORAGE_FOLDERS.jobs || folder === STORAGE_FOLDERS.ended;
        const directory = path.join(this.parts.directory, folder);
        const files = await filesIn(this.parts.files, directory, (name) =>
          isOfJobs ? isOurs(name) : isQuarantined(name),
        );
        for (const { name, bytes } of files) {
          // A file of any size may have been moved aside. Jobs must not lose their answers for it.
          total += isQuarantined(name) ? Math.min(bytes, MAX_QUARANTINED_BYTES) : bytes;
        }
        const quarantined = files.filter(({ name }) => isQuarantined(name));
        total -= await removeOldest(this.parts, directory, quarantined);
        if (folder !== STORAGE_FOLDERS.jobs) continue;
        for (const { name, bytes } of files) for (const key of jobFileKeys([name])) ofFiles.set(key, bytes);
      }
      this.ofFiles = ofFiles;
      this.total = total;
      for (const [key, bytes] of noted) this.note(key, bytes);
    } finally {
      if (this.noted === noted) this.noted = undefined;
    }
  }

  /** Logs once that the limit is exceeded. Call it after all that may be removed was removed. */
  warnIfFull(): void {
    const isFull = this.total > this.maxBytes;
    if (isFull && !this.isWarned) {
      const mebibytes = Math.round(this.total / 1024 / 1024);
      this.parts.log.warn(
        `The tracked jobs take ${mebibytes} MiB on the disk. Remove jobs from the list to free space.`,
      );
    }
    this.isWarned = isFull;
  }
}

/** @returns the regular files of a folder */
async function filesIn(
  files: Pick<FileSystem, 'names' | 'stat'>,
  directory: string,
  isCounted: (name: string) => boolean,
): Promise<readonly CountedFile[]> {
  const found: CountedFile[] = [];
  for (const names of partsOf((await files.names(directory)).filter(isCounted), MAX_CONCURRENT_STATS)) {
    // A file that cannot be read now is counted the next time.
    const stat = (name: string) => files.stat(path.join(directory, name)).catch(() => undefined);
    const stats = await Promise.all(names.map(stat));
    for (const [index, name] of names.entries()) {
      const size = stats[index];
      if (size !== undefined) found.push({ name, ...size });
    }
  }
  return found;
}

/** @returns the bytes of the files that were removed: those after the newest, beyond the limits */
async function removeOldest(
  { files, log }: Pick<StoreBytesParts, 'files' | 'log'>,
  directory: string,
  quarantined: readonly CountedFile[],
): Promise<number> {
  const [, ...older] = [...quarantined].sort((a, b) => b.changedAt - a.changedAt);
  let keptFiles = 1;
  let keptBytes = 0;
  let removedBytes = 0;
  for (const { name, bytes } of older) {
    if (keptFiles < MAX_QUARANTINED_FILES && keptBytes + bytes <= MAX_QUARANTINED_BYTES) {
      keptFiles += 1;
      keptBytes += bytes;
      continue;
    }
    const file = path.join(directory, name);
    try {
      await files.remove(file);
      removedBytes += Math.min(bytes, MAX_QUARANTINED_BYTES);
      log.warn(`${file} was removed: there are newer quarantined files, and too many or too large ones in all.`);
    } catch (cause) {
      log.debug(`${file} could not be removed: ${String(cause)}`);
    }
  }
  return removedBytes;
}
