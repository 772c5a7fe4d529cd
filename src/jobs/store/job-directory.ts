/** Stores tracked jobs in folders that all windows share: a small file each, and ended ones together in segments. */
import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { Disposable } from '../../base/disposable';
import { partsOf } from '../../base/parts-of';
import { withLockRetried } from '../../storage/file-lock';
import { isBusy } from '../../storage/file-system';
import { Quarantine } from '../../storage/quarantine';
import { STORAGE_FOLDERS } from '../../storage/storage-folders';
import { jobKey, type JobKey } from '../model/job-reference';
import type { TrackedJob } from '../model/tracked-job';
import { EndingClaims } from './ending-claims';
import { jobFileKeys, jobFilePath, readStoredJob, type StoredJob, writeJobFile } from '../files/job-file';
import type { JobFiles, JobStamp, KeyedJob, StoredJobChange, StoredJobs } from '../files/job-files';
import { type EndedJob, type EndedJobPlace, EndedJobs, type EndedJobsParts } from './segments/ended-jobs';
import { StoreBytes, type StoreBytesParts } from '../files/store-bytes';
import { readFileOrSegment } from './stored-job';

/** `onQuarantine` is called with the new path of a file that held no tracked job and was moved aside. */
export type JobDirectoryParts = EndedJobsParts & Pick<StoreBytesParts, 'maxStoreBytes'>;

/** Files that are read, or jobs that are removed, at the same time. */
const MAX_CONCURRENT_JOBS = 8;
const MAX_CONCURRENT_STAMPS = 32;
/** How often the folder is read again if jobs move to segments, or back, meanwhile. */
const MAX_SCANS = 3;

export class JobDirectory implements JobFiles, Disposable {
  private readonly folder: string;
  readonly ended: EndedJobs;
  readonly bytes: StoreBytes;
  /** The announced endings of these jobs. */
  readonly claims: EndingClaims;
  private readonly quarantine: Quarantine;

  constructor(private readonly parts: JobDirectoryParts) {
    this.folder = path.join(parts.directory, STORAGE_FOLDERS.jobs);
    this.ended = new EndedJobs(parts);
    this.bytes = new StoreBytes(parts);
    this.claims = new EndingClaims(parts, this.ended);
    this.quarantine = new Quarantine(parts, 'holds no tracked job of this version');
  }

  async scan(): Promise<StoredJobs> {
    for (let attempt = 1; ; attempt += 1) {
      const before = await this.ended.all();
      const files = await this.fileStamps();
      const after = await this.ended.all();
      // A job that moved meanwhile may have been missed in both places.
      if (before !== after && attempt < MAX_SCANS) continue;
      const stamps = new Map<JobKey, JobStamp>();
      if (before !== after) addStamps(stamps, before.places);
      addStamps(stamps, after.places);
      for (const [key, stamp] of files) stamps.set(key, stamp);
      return { stamps, areAll: after.unread === undefined };
    }
  }

  async *readRows(keys: readonly JobKey[]): AsyncGenerator<readonly KeyedJob[]> {
    const names = new Set(await this.fileKeys());
    const withFile = keys.filter((key) => names.has(key));
    const moved = new Set(withFile);
    for await (const jobs of this.readFiles(withFile)) {
      for (const [key] of jobs) moved.delete(key);
      yield jobs;
    }
    // Also those whose files were moved to a segment just now.
    const withoutFile = keys.filter((key) => !names.has(key));
    const rows: (readonly KeyedJob[])[] = [];
    let missing = moved.size + withoutFile.length;
    for await (const jobs of this.ended.readRows([...moved, ...withoutFile])) {
      rows.push(jobs);
      missing -= jobs.length;
      yield jobs;
    }
    if (missing === 0) return;
    // Also those that were changed just now, and have files again.
    const unread = new Set(withoutFile);
    for (const jobs of rows) for (const [key] of jobs) unread.delete(key);
    yield* this.readFiles([...unread]);
  }

  /** @returns undefined if there is no such job, or if this version cannot read it */
  async read(key: JobKey): Promise<TrackedJob | undefined> {
    return this.contentOf(key, await this.load(key));
  }

  private async contentOf(key: JobKey, stored: StoredJob | EndedJob): Promise<TrackedJob | undefined> {
    if (stored.kind === 'ours') return stored.content;
    if (stored.kind === 'newer') {
      this.parts.log.warn(`${this.fileOf(key)} was written by a newer version and is left alone.`);
    }
    if (isDamaged(stored)) await this.locked(key, () => this.quarantineIfDamaged(key));
    return undefined;
  }

  /**
   * Writes a newly tracked job, and quarantines a file of that name that this version cannot read.
   * @returns the stored job, which is another window's if that window was first
   */
  async create(key: JobKey, tracked: TrackedJob): Promise<TrackedJob> {
    return this.locked(key, async (replace) => {
      const stored = await this.loadUnlessDamaged(key);
      if (stored.kind === 'ours') return stored.content;
      if (stored.kind !== 'absent') {
        await this.moveToQuarantine(key, stored);
        await this.claims.removeAll(key, undefined);
      }
      await replace(this.textOf(key, tracked));
      return tracked;
    });
  }

  /**
   * Changes the stored job, which may hold more than this window knows.
   * @param known what this window knows; used if the file is unreadable, and returned if the job must stay as it is: a newer
   * version wrote it, or its record in a segment is damaged in part
   * @returns the stored job after the change; undefined if another window stopped tracking it
   */
  async change(key: JobKey, known: TrackedJob, change: StoredJobChange): Promise<TrackedJob | undefined> {
    return this.locked(key, async (replace) => {
      const stored = await this.load(key);
      if (stored.kind === 'absent') return undefined;
      if (stored.kind === 'newer') return known;
      if ('hasDamagedDetails' in stored && stored.hasDamagedDetails) {
        this.parts.log.warn(
          `A change of the ended job ${key} is not saved: its record is damaged and is left as it is.`,
        );
        return known;
      }
      if (isDamaged(stored)) await this.moveToQuarantine(key, stored);
      const before = stored.kind === 'ours' ? stored.content : known;
      const after = await change(before);
      if (after === before && stored.kind === 'ours') return before;
      await replace(this.textOf(key, after));
      return after;
    });
  }

  async remove(keys: readonly JobKey[]): Promise<ReadonlyMap<JobKey, unknown>> {
    const failures = new Map<JobKey, unknown>();
    const endingNumbers = new Map<JobKey, number>();
    try {
      for await (const jobs of this.ended.readRows(keys)) {
        for (const [key, { endingNumber }] of jobs) endingNumbers.set(key, endingNumber);
      }
      // All at once: it writes the whole list of segments.
      await this.ended.removeAll(keys);
    } catch (cause) {
      this.parts.log.debug(`Ended jobs could not be removed together: ${String(cause)}`);
    }
    for (const some of partsOf(keys, MAX_CONCURRENT_JOBS)) {
      const removeOrNote = (key: JobKey) =>
        this.removeOne(key, endingNumbers.get(key)).catch((cause: unknown) => failures.set(key, cause));
      await Promise.all(some.map(removeOrNote));
    }
    return failures;
  }

  /** Calls the listener with the jobs whose files changed, or with undefined if any job may have changed. */
  watch(listener: (keys?: ReadonlySet<JobKey>) => void): Disposable {
    const files = this.parts.files.watch(this.folder, (names) => {
      if (names === undefined) {
        listener();
        return;
      }
      const keys = new Set(jobFileKeys([...names]));
      if (keys.size > 0) listener(keys);
    });
    const ended = this.ended.watch(() => {
      listener();
    });
    return {
      dispose: () => {
        files.dispose();
        ended.dispose();
      },
    };
  }

  dispose(): void {
    this.ended.dispose();
  }

  /** Removes the job's file and its claims. A file that holds another job is quarantined. */
  private async removeOne(key: JobKey, endingNumber: number | undefined): Promise<void> {
    await this.locked(key, async () => {
      const stored = await readStoredJob(this.parts, key);
      if (stored.kind === 'misplaced') await this.moveToQuarantine(key, stored);
      else await this.parts.files.remove(this.fileOf(key));
      this.bytes.note(key, 0);
      // After the file: a segment that was written meanwhile counts only if its mover still finds the file.
      await this.ended.removeAll([key]);
      await this.claims.removeAll(key, stored.kind === 'ours' ? stored.content.endingNumber : endingNumber);
    });
  }

  private async fileStamps(): Promise<ReadonlyMap<JobKey, JobStamp>> {
    const stamps = new Map<JobKey, JobStamp>();
    for (const some of partsOf(await this.fileKeys(), MAX_CONCURRENT_STAMPS)) {
      const found = await Promise.all(some.map((key) => this.stampOf(key)));
      for (const [index, key] of some.entries()) {
        const stamp = found[index];
        if (stamp !== undefined) stamps.set(key, stamp);
      }
    }
    return stamps;
  }

  /** @returns undefined if there is no file; a stamp that no file has if another program has it open */
  private stampOf(key: JobKey): Promise<JobStamp | undefined> {
    return this.parts.files.stamp(this.fileOf(key)).catch((cause: unknown) => {
      this.parts.log.debug(`Job file ${key} may have changed: ${String(cause)}`);
      return randomUUID();
    });
  }

  private async fileKeys(): Promise<readonly JobKey[]> {
    return jobFileKeys(await this.parts.files.names(this.folder));
  }

  private async *readFiles(keys: readonly JobKey[]): AsyncGenerator<readonly KeyedJob[]> {
    for (const some of partsOf(keys, MAX_CONCURRENT_JOBS)) {
      const jobs = await Promise.all(some.map((key) => this.readOrLog(key)));
      yield some.flatMap((key, index): KeyedJob[] => {
        const tracked = jobs[index];
        return tracked === undefined ? [] : [[key, tracked]];
      });
    }
  }

  private async readOrLog(key: JobKey): Promise<TrackedJob | undefined> {
    try {
      const stored = await readStoredJob(this.parts, key);
      return stored.kind === 'absent' ? undefined : await this.contentOf(key, stored);
    } catch (cause) {
      this.parts.log.error(`Job file ${key} could not be read: ${String(cause)}`);
      return undefined;
    }
  }

  /** @returns the text of the job's file, which is about to be written */
  private textOf(key: JobKey, tracked: TrackedJob): string {
    const text = writeJobFile(tracked);
    this.bytes.note(key, Buffer.byteLength(text));
    return text;
  }

  private fileOf(key: JobKey): string {
    return jobFilePath(this.parts.directory, key);
  }

  private load(key: JobKey): Promise<StoredJob | EndedJob> {
    return readFileOrSegment(this.parts, this.ended, key);
  }

  /** A segment that a damaged disk cannot read may have the job, but must not keep new jobs from being saved. */
  private async loadUnlessDamaged(key: JobKey): Promise<StoredJob | EndedJob> {
    const stored = await readStoredJob(this.parts, key);
    if (stored.kind !== 'absent') return stored;
    return this.ended.read(key).catch((cause: unknown) => {
      if (isBusy(cause)) throw cause;
      this.parts.log.warn(`It is not known whether job ${key} has been stored already: ${String(cause)}`);
      return stored;
    });
  }

  private locked<T>(key: JobKey, action: Parameters<typeof withLockRetried<T>>[2]): Promise<T> {
    return withLockRetried(this.parts, this.fileOf(key), action);
  }

  /** Call it under the lock: another window may have fixed the file meanwhile. */
  private async quarantineIfDamaged(key: JobKey): Promise<void> {
    const stored = await this.load(key);
    if (isDamaged(stored)) await this.moveToQuarantine(key, stored);
  }

  private async moveToQuarantine(key: JobKey, stored: StoredJob | EndedJob): Promise<void> {
    const file = this.fileOf(key);
    if (stored.kind === 'misplaced' && (await this.load(jobKey(stored.content.reference))).kind === 'ours') {
      await this.quarantine.moveCopy(file);
    } else {
      await this.quarantine.move(file);
    }
  }
}

/** Whether this version cannot use the file, and no newer one wrote it. */
function isDamaged({ kind }: StoredJob | EndedJob): boolean {
  return kind === 'unreadable' || kind === 'misplaced';
}

/** Adds the jobs that are in segments, each with its segment's name for a stamp. */
function addStamps(stamps: Map<JobKey, JobStamp>, places: ReadonlyMap<JobKey, EndedJobPlace>): void {
  for (const [key, { segment, entry }] of places) if (!entry.isDamaged) stamps.set(key, segment.name);
}
