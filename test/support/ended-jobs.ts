/** Ended jobs, and windows over one disk that move them to segments. */
import { limitJob, readJob } from '../../src/cloud/api/job-schema';
import { DAY, HOUR, MINUTE } from '../../src/base/time-units';
import { jobKey, type JobKey } from '../../src/jobs/model/job-reference';
import { newlyTracked, type TrackedJob, withResponse } from '../../src/jobs/model/tracked-job';
import { JobDirectory } from '../../src/jobs/store/job-directory';
import { writeJobFile } from '../../src/jobs/files/job-file';
import { JobMover } from '../../src/jobs/store/segments/job-mover';
import type { FileSystem } from '../../src/storage/file-system';
import type { FakeClock } from './fake-clock';
import type { MemoryFileSystem } from './memory-file-system';
import { jobAt, MemoryLog, reference, subJobAt } from './samples';

export const STORAGE = 'storage';
/** As many as a move needs. */
export const ENOUGH = 64;

const idOf = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

export const referenceOf = (number: number) => ({ ...reference, jobId: idOf(number) });
export const keyOf = (number: number): JobKey => jobKey(referenceOf(number));
export const fileOf = (key: JobKey) => `${STORAGE}/jobs/${key}.json`;

/** @returns a job that ended a day before `now` */
export function endedJob(number: number, now: number, subJobCount = 2): TrackedJob {
  const at = now - DAY;
  const subJobs = Array.from({ length: subJobCount }, (_, index) =>
    subJobAt({
      jobId: idOf(1000 * (number + 1) + index),
      jobType: 'cloneListener',
      status: 'COMPLETE',
      beginTime: at + index * MINUTE,
      endTime: at + (index + 1) * MINUTE,
      entities: [{ resourceId: idOf(index), resourceType: 'listener' }],
    }),
  );
  const job = readJob(jobAt('COMPLETE', { jobId: idOf(number), beginTime: at, endTime: at + HOUR, subJobs }).raw);
  if (job === undefined) throw new Error('The sample is no job.');
  const running = withResponse(newlyTracked(referenceOf(number), at - 5), { job: { ...job, status: 'RUNNING' } }, at);
  return withResponse({ ...running, job: undefined }, { job, requestId: `request-${number}` }, at + 1);
}

/** Writes the files of so many ended jobs, as a version without segments does. */
export async function writeEndedJobs(
  files: MemoryFileSystem,
  count: number,
  now: number,
  first = 0,
): Promise<JobKey[]> {
  const keys: JobKey[] = [];
  for (let number = first; number < first + count; number += 1) {
    await files.replace(fileOf(keyOf(number)), writeJobFile(endedJob(number, now)));
    keys.push(keyOf(number));
  }
  return keys;
}

let windows = 0;

/** A window: its directory and its mover. */
export class StoreWindow {
  readonly log = new MemoryLog();
  readonly reported: string[] = [];
  readonly directory: JobDirectory;
  readonly mover: JobMover;

  constructor(files: FileSystem, clock: FakeClock, minJobs = ENOUGH, maxStoreBytes?: number) {
    windows += 1;
    const parts = {
      ...{ files, clock, log: this.log, directory: STORAGE, owner: `window-${windows}`, readJob, limitJob },
      minJobs,
      ...(maxStoreBytes === undefined ? {} : { maxStoreBytes }),
      onQuarantine: (file: string) => this.reported.push(file),
    };
    this.directory = new JobDirectory(parts);
    this.mover = new JobMover(parts, this.directory.ended, this.directory.bytes);
  }

  /** @returns all jobs, without what the service sent, as JSON has them */
  async readAll(): Promise<ReadonlyMap<JobKey, unknown>> {
    const keys = [...(await this.directory.scan()).stamps.keys()];
    const all = new Map<JobKey, unknown>();
    for await (const jobs of this.directory.readRows(keys)) {
      for (const [key, tracked] of jobs) all.set(key, asRow(tracked));
    }
    return all;
  }

  /** @returns all jobs, each read whole */
  async readAllWhole(): Promise<ReadonlyMap<JobKey, TrackedJob>> {
    const all = new Map<JobKey, TrackedJob>();
    for (const key of (await this.directory.scan()).stamps.keys()) {
      const tracked = await this.directory.read(key);
      if (tracked !== undefined) all.set(key, tracked);
    }
    return all;
  }

  async move(): Promise<void> {
    await this.mover.moveJobs(await this.readAllWhole());
  }
}

/** As JSON has it: without fields that are undefined. */
export function asJson(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

export function asRow(tracked: TrackedJob): unknown {
  return asJson(tracked.job === undefined ? tracked : { ...tracked, job: { ...tracked.job, raw: undefined } });
}

export function namesIn(files: MemoryFileSystem, folder: string, end = ''): string[] {
  const start = `${STORAGE}/${folder}/`;
  return [...files.files.keys()].filter((file) => file.startsWith(start) && file.endsWith(end));
}

export const jobFilesIn = (files: MemoryFileSystem) => namesIn(files, 'jobs', '.json');
export const segmentsIn = (files: MemoryFileSystem) => namesIn(files, 'ended', '.segment');
