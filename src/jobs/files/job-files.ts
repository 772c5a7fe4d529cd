/** Where jobs are stored between sessions, and shared with other windows. JobDirectory implements it. */
import type { JobKey } from '../model/job-reference';
import type { TrackedJob } from '../model/tracked-job';

/** A text that differs whenever the stored job may differ. */
export type JobStamp = string;

export interface StoredJobs {
  readonly stamps: ReadonlyMap<JobKey, JobStamp>;
  /** Whether no other job is stored. False while a file of many ended jobs cannot be read. */
  readonly areAll: boolean;
}

/** Changes a stored job; returns the same object to leave it as it is. */
export type StoredJobChange = (stored: TrackedJob) => TrackedJob | Promise<TrackedJob>;

/** @returns the change, which is made only if the condition holds right before */
export function changeIf(
  condition: () => Promise<boolean>,
  change: (tracked: TrackedJob) => TrackedJob,
): StoredJobChange {
  return async (stored) => ((await condition()) ? change(stored) : stored);
}

export type KeyedJob = readonly [JobKey, TrackedJob];

export interface JobFiles {
  /** @returns the stamps of stored jobs. Reads none of them. */
  scan(): Promise<StoredJobs>;
  /**
   * Reads jobs in parts, so that other work has its turn. Ended jobs that are at rest come without `job.raw`. Jobs that cannot
   * be read are left out and logged.
   */
  readRows(keys: readonly JobKey[]): AsyncIterable<readonly KeyedJob[]>;
  /** @returns the whole job; undefined if there is none, or if this version cannot read it */
  read(key: JobKey): Promise<TrackedJob | undefined>;
  /** @returns the stored job, which is another window's if that window was first */
  create(key: JobKey, tracked: TrackedJob): Promise<TrackedJob>;
  /**
   * Changes the whole stored job, which may hold more than this window knows.
   * @param known what this window knows; used if the stored job is unreadable, and returned if the job must stay as it is: a
   * newer version wrote it, or it is damaged in part
   * @returns the stored job after the change; undefined if another window stopped tracking it
   */
  change(key: JobKey, known: TrackedJob, change: StoredJobChange): Promise<TrackedJob | undefined>;
  /** @returns the jobs that could not be removed, with the reasons */
  remove(keys: readonly JobKey[]): Promise<ReadonlyMap<JobKey, unknown>>;
}
