/** Moves ended jobs that are at rest from their files to segments, which are then merged, and cut if they are too large. */
import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Disposable } from '../../../base/disposable';
import { jsonEqual } from '../../../base/json/json-equal';
import { MAX_OLD_JOB_FILE_BYTES, MAX_SEGMENT_BYTES, MAX_SEGMENT_JOBS } from '../../../base/limits';
import { HOUR, MINUTE } from '../../../base/time-units';
import { withLockRetried, withLongLock } from '../../../storage/file-lock';
import { STORAGE_FOLDERS } from '../../../storage/storage-folders';
import { jobKey, type JobKey } from '../../model/job-reference';
import { inTimeOrder, type TrackedJob, withDuplicate, withoutSessionState } from '../../model/tracked-job';
import { jobFileKeys, jobFilePath, readJobFile, readStoredJob, writeJobFile } from '../../files/job-file';
import { type LimitJob, shareOf } from '../../files/job-share';
import { StoreBytes, type StoreBytesParts } from '../../files/store-bytes';
import { isAtRest } from './at-rest';
import type { EndedJobPlace, EndedJobs, EndedJobsParts } from './ended-jobs';
import { MovedFiles } from './moved-files';
import { OlderWindows, type OlderWindowsParts } from './older-windows';
import { readRow } from './row-reader';
import { type RowReading, SharedTexts } from './row-texts';
import { writeRow } from './row-writer';
import { SegmentMerger } from './segment-merger';
import { segmentsFolder, type SegmentName, type SegmentRecord } from './segment-file';
import { answerLine, parseLine, rowLine } from './segment-line';
import { SegmentWriter } from './segment-writer';

export type JobMoverParts = EndedJobsParts & {
  readonly limitJob: LimitJob;
  /** MIN_MOVED_JOBS by default. */
  readonly minJobs?: number;
} & Pick<OlderWindowsParts, 'olderWindowWaitMs'> &
  Pick<StoreBytesParts, 'maxStoreBytes'>;

/** Fewer are not worth a segment. */
const MIN_MOVED_JOBS = 64;
/** How long to wait after a window of an older version was found. */
const OLDER_WINDOW_DELAY_MS = HOUR;
/** The least time between two moves: jobs that cannot move must not be read again each time. */
const MIN_INTERVAL_MS = 10 * MINUTE;

/** A job that is to be moved. */
interface MovableJob {
  readonly key: JobKey;
  /** Of its file's text. */
  readonly hash: string;
  readonly record: SegmentRecord;
}

export class JobMover implements Disposable {
  private readonly writer: SegmentWriter;
  private readonly merger: SegmentMerger;
  private readonly movedFiles: MovedFiles;
  private readonly olderWindows: OlderWindows;
  private run: Promise<void> | undefined;
  private isDisposed = false;
  /** On the clock's `elapsed`. */
  private notBefore = -Infinity;
  private readonly minJobs: number;
  private readonly reading: RowReading = { texts: new SharedTexts(), onDamagedDetails: () => undefined };

  constructor(
    private readonly parts: JobMoverParts,
    private readonly ended: EndedJobs,
    private readonly bytes = new StoreBytes(parts),
  ) {
    this.minJobs = parts.minJobs ?? MIN_MOVED_JOBS;
    this.writer = new SegmentWriter(parts, ended.manifest);
    this.merger = new SegmentMerger(parts, ended, this.writer);
    this.movedFiles = new MovedFiles(parts, ended);
    this.olderWindows = new OlderWindows(parts);
  }

  /**
   * Moves the jobs that are at rest, if there are enough of them, and merges segments that became sparse. One mover works at
   * a time, of all windows. Rejects with the file system's error; what was moved until then is moved.
   * @param jobs the tracked jobs
   */
  moveJobs(jobs: ReadonlyMap<JobKey, TrackedJob>): Promise<void> {
    this.run ??= this.moveIfWorthIt(jobs).finally(() => {
      this.run = undefined;
    });
    return this.run;
  }

  dispose(): void {
    this.isDisposed = true;
    this.olderWindows.dispose();
  }

  private async moveIfWorthIt(jobs: ReadonlyMap<JobKey, TrackedJob>): Promise<void> {
    const isWorthIt = async () =>
      !this.isDisposed &&
      ((await this.candidates(jobs)).length >= this.minJobs ||
        (await this.merger.isNeeded()) ||
        (await this.canFreeSpace()));
    await this.bytes.countIfDue();
    if ((await this.ended.manifest.read()) === 'newer') return;
    const failed = await this.movedFiles.putBack(
      (key, text, row) => this.movable(key, text, jobs.size)?.record.row === row,
    );
    if (!(await isWorthIt())) return;
    await withLongLock(this.parts, path.join(segmentsFolder(this.parts.directory), 'mover'), async () => {
      // Another window may have moved them meanwhile.
      if (!(await isWorthIt())) return;
      await this.writer.begin();
      await this.moveAll(jobs, failed);
      if (!this.isDisposed) await this.merger.mergeAll();
      if (!this.isDisposed) await this.freeSpace();
      await this.writer.end();
    });
  }

  /** @param failed jobs that must not move now, since an earlier file of theirs could not be put back */
  private async moveAll(jobs: ReadonlyMap<JobKey, TrackedJob>, failed: ReadonlySet<JobKey>): Promise<void> {
    const keys = (await this.candidates(jobs)).filter((key) => !failed.has(key));
    if (keys.length < this.minJobs) return;
    const copied = await this.firstText(keys);
    if (copied === undefined) return;
    const areClosed = await this.olderWindows.areClosed(copied);
    this.waitFor(areClosed ? MIN_INTERVAL_MS : OLDER_WINDOW_DELAY_MS);
    if (!areClosed) {
      if (this.isDisposed) return;
      this.parts.log.info('A window of an older version is open, so ended jobs are not moved to shared files now.');
      return;
    }
    const batch: MovableJob[] = [];
    let bytes = 0;
    for (const key of await this.finishEarlierMoves(keys, jobs.size)) {
      if (this.isDisposed) return;
      const job = await this.readMovable(key, jobs.size);
      if (job === undefined) continue;
      const jobBytes = Buffer.byteLength(job.record.row) + Buffer.byteLength(job.record.answer);
      if (batch.length === MAX_SEGMENT_JOBS || (batch.length > 0 && bytes + jobBytes > MAX_SEGMENT_BYTES)) {
        await this.moveTogether(batch.splice(0));
        bytes = 0;
      }
      batch.push(job);
      bytes += jobBytes;
    }
    if (batch.length > 0) await this.moveTogether(batch);
  }

  /** Whether the stored jobs are too large together, and are so for answers that may be removed. */
  private async canFreeSpace(): Promise<boolean> {
    if (this.bytes.excess <= 0) return false;
    const canFree = await this.merger.hasLargeAnswers();
    if (!canFree) this.bytes.warnIfFull();
    return canFree;
  }

  /** Removes answers, which documents alone show, if the stored jobs are too large together. */
  private async freeSpace(): Promise<void> {
    // Answers of jobs that have just moved count as well.
    await this.bytes.count();
    if (this.bytes.excess <= 0) return;
    const freeBytes = await this.merger.removeAnswers(this.bytes.excess);
    if (freeBytes > 0) {
      const kibibytes = Math.round(freeBytes / 1024);
      this.parts.log.warn(
        `The responses for jobs that ended first were cut on the disk, by ${kibibytes} KiB together.`,
      );
    }
    await this.bytes.count();
    this.bytes.warnIfFull();
  }

  private waitFor(delayMs: number): void {
    this.notBefore = this.parts.clock.elapsed() + delayMs * (this.parts.timeScale ?? 1);
  }

  /** @returns the jobs at rest that have files; none if it is too early for another move */
  private async candidates(jobs: ReadonlyMap<JobKey, TrackedJob>): Promise<readonly JobKey[]> {
    if (this.parts.clock.elapsed() < this.notBefore) return [];
    const now = this.parts.clock.now();
    const names = await this.parts.files.names(path.join(this.parts.directory, STORAGE_FOLDERS.jobs));
    return jobFileKeys(names).filter((key) => {
      const tracked = jobs.get(key);
      return tracked !== undefined && isAtRest(tracked, now);
    });
  }

  /**
   * Removes files that a killed mover left beside their records, and marks records that are older than their files.
   * @returns the jobs that may move now
   */
  private async finishEarlierMoves(keys: readonly JobKey[], count: number): Promise<readonly JobKey[]> {
    const { places } = await this.ended.all();
    const older = new Map<SegmentName, JobKey[]>();
    const failed = new Set<JobKey>();
    for (const key of keys) {
      const place = places.get(key);
      if (place === undefined || this.isDisposed) continue;
      const { name } = place.segment;
      const movable = await this.readMovable(key, count);
      const row = await this.ended.readRowLine(key);
      // It may be busy now, and must not move later without what its record has.
      if (movable === undefined) failed.add(key);
      else if (row === movable.record.row) await this.removeFile(movable, name);
      else if (await this.keepEarlier(key, place)) older.set(name, [...(older.get(name) ?? []), key]);
      else failed.add(key);
    }
    await this.writer.mark(older);
    return keys.filter((key) => !failed.has(key));
  }

  /**
   * Adds what the person did before to the file of a job that a window of an older version, which sees no segments, tracked
   * anew. Not if the list of segments was lost: the person may have removed the job.
   * @returns false if the file cannot be changed now
   */
  private async keepEarlier(key: JobKey, { segment, entry }: EndedJobPlace): Promise<boolean> {
    if (entry.isDamaged || segment.recovered === true) return true;
    const earlier = readRow(key, entry.row, this.reading);
    if (earlier === undefined) return true;
    const file = jobFilePath(this.parts.directory, key);
    try {
      await withLockRetried(this.parts, file, async (replace) => {
        const stored = await readStoredJob(this.parts, key);
        if (stored.kind !== 'ours' || stored.content.trackedAt <= earlier.trackedAt) return;
        const text = writeJobFile(withDuplicate(stored.content, earlier));
        await replace(text);
        this.bytes.note(key, Buffer.byteLength(text));
      });
      return true;
    } catch (cause) {
      this.parts.log.debug(`The file of job ${key}, tracked anew, could not be changed: ${String(cause)}`);
      return false;
    }
  }

  private async moveTogether(jobs: readonly MovableJob[]): Promise<void> {
    const name = await this.writer.write(
      jobs.map(({ record }) => record.row),
      jobs.map(({ record }) => record.answer),
    );
    if (name === undefined) return;
    // Now that it is listed, a window that removes a job marks it in the segment, too: a file that is still here is not removed yet.
    const absent: JobKey[] = [];
    for (const { key, hash } of jobs) {
      const text = await this.readText(jobFilePath(this.parts.directory, key));
      if (text === undefined || hashOf(text) !== hash) absent.push(key);
    }
    if (this.isDisposed) return;
    if (absent.length > 0) {
      // Marked in a later segment, they would count as removed from an earlier one, which may have them.
      await this.writer.drop([name]);
      const others = jobs.filter(({ key }) => !absent.includes(key));
      if (others.length > 0) await this.moveTogether(others);
      return;
    }
    if (!(await this.writer.publish({ name }))) return;
    for (const job of jobs) await this.removeFile(job, name);
    this.parts.log.debug(`${jobs.length} ended jobs were moved to the segment ${name}.`);
  }

  private removeFile({ key, hash }: MovableJob, name: SegmentName): Promise<void> {
    return this.movedFiles.remove(key, name, (text) => hashOf(text) === hash);
  }

  private async firstText(keys: readonly JobKey[]): Promise<string | undefined> {
    for (const key of keys) {
      const text = await this.readText(jobFilePath(this.parts.directory, key));
      if (text !== undefined && readJobFile(text, this.parts.readJob).kind === 'ours') return text;
    }
    return undefined;
  }

  /** @returns undefined if the job is not at rest, or if a record would not hold all of it; it keeps its file then */
  private async readMovable(key: JobKey, count: number): Promise<MovableJob | undefined> {
    const text = await this.readText(jobFilePath(this.parts.directory, key));
    return text === undefined ? undefined : this.movable(key, text, count);
  }

  /** @param text of the job's file */
  private movable(key: JobKey, text: string, count: number): MovableJob | undefined {
    const stored = readJobFile(text, this.parts.readJob);
    if (stored.kind !== 'ours' || jobKey(stored.content.reference) !== key) return undefined;
    if (!isAtRest(stored.content, this.parts.clock.now())) return undefined;
    const record = this.recordOf(key, this.withinShare(withoutSessionState(stored.content), count));
    return record === undefined ? undefined : { key, hash: hashOf(text), record };
  }

  private withinShare(tracked: TrackedJob, count: number): TrackedJob {
    if (tracked.job === undefined) return tracked;
    const job = this.parts.limitJob(tracked.job, shareOf(count));
    return job === tracked.job ? tracked : { ...tracked, job: inTimeOrder(job) };
  }

  private recordOf(key: JobKey, tracked: TrackedJob): SegmentRecord | undefined {
    const answer = answerLine(key, JSON.stringify(tracked.job?.raw));
    const row = rowLine(key, answer, writeRow(tracked));
    const line = parseLine(Buffer.from(row));
    const read = line === undefined ? undefined : readRow(key, line, this.reading);
    return jsonEqual(asJson(read), asJson(withoutRaw(tracked))) ? { row, answer } : undefined;
  }

  /** @returns undefined if there is no file, or if it cannot be read now: the other jobs move all the same */
  private async readText(file: string): Promise<string | undefined> {
    try {
      return await this.parts.files.read(file, MAX_OLD_JOB_FILE_BYTES);
    } catch (cause) {
      this.parts.log.debug(`${file} could not be read, so its job is not moved: ${String(cause)}`);
      return undefined;
    }
  }
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64');
}

function withoutRaw(tracked: TrackedJob): TrackedJob {
  return tracked.job === undefined ? tracked : { ...tracked, job: { ...tracked.job, raw: undefined } };
}

/** As JSON has it: without fields that are undefined. */
function asJson(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
