/** Synchronises this window's job list with the files on disk: saves its changes, and adopts other windows' changes. */
import { setImmediate } from 'node:timers/promises';
import { MAX_ADOPTED_JOBS } from '../../base/limits';
import type { Log } from '../../base/log';
import { SerialQueue } from '../../base/serial-queue';
import { KeyedQueue } from '../../storage/keyed-queue';
import type { JobChange } from '../model/job-change';
import type { JobKey } from '../model/job-reference';
import { type TrackedJob, withoutSessionState } from '../model/tracked-job';
import { adopted, withWholeAnswer } from './adopted-job';
import type { JobFiles, JobStamp, KeyedJob, StoredJobChange } from '../files/job-files';
import type { JobList } from './job-list';
import { inLargerParts, inRemovalParts } from './job-parts';
import { UnsavedChanges } from './unsaved-changes';

/** How often a job is read again if it changes here during the read. */
const MAX_READS = 5;

/** A job on its way out of the list, with what is needed if it cannot be removed. */
interface LeavingJob {
  readonly key: JobKey;
  readonly tracked: TrackedJob;
  readonly unsaved: StoredJobChange | undefined;
  readonly isUncreated: boolean;
}

export class JobSync {
  private readonly writes = new KeyedQueue<JobKey>();
  private readonly reads = new SerialQueue();
  /** Changes that could not be saved; retried with the job's next change, or when the files are read again. */
  private readonly unsavedChanges: UnsavedChanges;
  /** Jobs whose files could not be created. They are tracked until the window closes, and creation is retried. */
  private readonly uncreated = new Set<JobKey>();
  /** Of the stored jobs that the list holds. A job that was read but not adopted has none, so it is read again. */
  private readonly stamps = new Map<JobKey, JobStamp>();
  /** Jobs whose creation began during the current read: they need not be among the stored jobs yet. */
  private readonly createdMeanwhile = new Set<JobKey>();

  constructor(
    private readonly files: JobFiles,
    private readonly list: JobList,
    private readonly log: Log,
  ) {
    this.unsavedChanges = new UnsavedChanges(log);
  }

  /** Whether other windows can know the job: its file has been created, or is about to be. */
  isShared(key: JobKey): boolean {
    return !this.uncreated.has(key);
  }

  /** Whether the job's file is there and holds all of this window's changes. Retries unsaved changes first. */
  async isStored(key: JobKey): Promise<boolean> {
    return (await this.saved(key)) && this.isShared(key) && (await this.files.read(key)) !== undefined;
  }

  /** Reads these jobs, or all that changed since they were read. Rejects if the folder cannot be read. */
  readAgain(keys?: ReadonlySet<JobKey>): Promise<void> {
    return this.reads.add(() => this.readFiles(keys));
  }

  /** Creates the files of jobs that were just added to the list. Rejects if one could not be created. */
  async create(added: ReadonlyMap<JobKey, TrackedJob>): Promise<void> {
    // All are in the queue at once, so that readFiles() does not take a job without a file for a removed one.
    const jobs = [...added].map(([key, tracked]) => ({ keys: [key], key, tracked }));
    const writes = this.writes.addSequentially(jobs, ({ key, tracked }) => this.files.create(key, tracked));
    const created = jobs.map(async ({ key }, index) => {
      this.createdMeanwhile.add(key);
      try {
        const stored = await writes[index];
        if (stored !== undefined) this.adopt([[key, stored]]);
      } catch (cause) {
        this.uncreated.add(key);
        throw cause;
      }
    });
    const failed = (await Promise.allSettled(created)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  /** Saves a change of a job in the list, together with its unsaved changes. */
  save(key: JobKey, change: StoredJobChange): void {
    const known = this.list.get(key);
    if (known === undefined) return;
    const all = this.unsavedChanges.take(key, change);
    this.writes
      .add(key, () =>
        this.files.change(key, withoutSessionState(known), async (stored) =>
          // Of a job at rest, the change may have the documented fields only.
          withoutSessionState(withWholeAnswer(await all(stored), stored)),
        ),
      )
      .then((stored) => {
        this.unsavedChanges.succeeded(key);
        if (stored !== undefined) this.adopt([[key, stored]]);
        // Another window stopped tracking it.
        else if (!this.writes.has(key) && !this.uncreated.has(key)) this.forget([key]);
      })
      .catch(async (cause: unknown) => {
        if (!this.unsavedChanges.failed(key, all, cause)) return;
        await this.writes.flush();
        this.unsavedChanges.logCount();
      });
  }

  /**
   * Removes jobs from the list at once, in one event, and then from the disk. Those that cannot be removed there return to
   * the list. Rejects if there are any.
   * @param onRemoval called with each job as it was on disk, its whole answer included
   */
  async remove(keys: readonly JobKey[], onRemoval?: (key: JobKey, whole: TrackedJob) => void): Promise<void> {
    const leaving = keys.flatMap((key): LeavingJob[] => {
      const tracked = this.list.get(key);
      if (tracked === undefined) return [];
      return [{ key, tracked, unsaved: this.unsavedChanges.get(key), isUncreated: this.uncreated.has(key) }];
    });
    const removals = this.writes.addSequentially(inRemovalParts(leaving), ({ jobs }) =>
      this.removeFromDisk(jobs, onRemoval),
    );
    this.forget(keys);
    const failures = new Map((await Promise.all(removals)).flatMap((failed) => [...failed]));
    const returned: JobChange[] = [];
    for (const { key, tracked, unsaved, isUncreated } of leaving) {
      // It may be tracked again by now.
      if (this.list.has(key)) continue;
      this.unsavedChanges.delete(key);
      if (!failures.has(key)) continue;
      if (unsaved !== undefined) this.unsavedChanges.set(key, unsaved);
      if (isUncreated) this.uncreated.add(key);
      returned.push(...this.list.put(key, tracked));
    }
    this.list.fire(returned);
    for (const failure of failures.values()) throw failure;
  }

  /**
   * Reads the job's answer from the disk if it is not in memory. Rejects if that fails.
   * @returns the job with its whole answer; undefined if the answer cannot be read any more
   */
  async readWhole(key: JobKey, tracked: TrackedJob): Promise<TrackedJob | undefined> {
    if (tracked.job === undefined || tracked.job.raw !== undefined) return tracked;
    const whole = withWholeAnswer(tracked, await this.files.read(key));
    return whole.job?.raw === undefined ? undefined : whole;
  }

  /** Resolves when the job's pending writes have finished or failed. */
  settled(key: JobKey): Promise<void> {
    return this.writes.settled(key);
  }

  /** Retries the job's unsaved changes. @returns whether all of its changes are saved */
  async saved(key: JobKey): Promise<boolean> {
    await this.settled(key);
    this.retrySave(key);
    await this.settled(key);
    return !this.unsavedChanges.has(key);
  }

  /** Resolves when all pending writes have finished or failed. */
  flush(): Promise<void> {
    return this.writes.flush();
  }

  /** @returns the jobs that could not be removed, with the reasons. Never rejects. */
  private async removeFromDisk(
    jobs: readonly LeavingJob[],
    onRemoval?: (key: JobKey, whole: TrackedJob) => void,
  ): Promise<ReadonlyMap<JobKey, unknown>> {
    const failures = new Map<JobKey, unknown>();
    const fail = (cause: unknown, keys: readonly JobKey[]) => {
      for (const key of keys) failures.set(key, cause);
    };
    const whole = new Map<JobKey, TrackedJob>();
    for (const { key, tracked } of onRemoval === undefined ? [] : jobs) {
      await this.readWhole(key, tracked).then(
        (read) => whole.set(key, read ?? tracked),
        (cause: unknown) => {
          fail(cause, [key]);
        },
      );
    }
    const removable = jobs.map(({ key }) => key).filter((key) => !failures.has(key));
    try {
      for (const [key, cause] of await this.files.remove(removable)) failures.set(key, cause);
    } catch (cause) {
      fail(cause, removable);
    }
    for (const [key, read] of whole) if (!failures.has(key)) onRemoval?.(key, read);
    return failures;
  }

  private retrySave(key: JobKey): void {
    if (this.unsavedChanges.has(key)) this.save(key, (stored) => stored);
  }

  /** A disk that was full may have space by now. */
  private retryCreate(key: JobKey): void {
    const tracked = this.list.get(key);
    if (tracked === undefined || this.writes.has(key)) return;
    this.createdMeanwhile.add(key);
    this.writes
      .add(key, () => this.files.create(key, withoutSessionState(tracked)))
      .then(
        (stored) => {
          this.uncreated.delete(key);
          this.adopt([[key, stored]]);
          this.list.fire([{ key, tracked: this.list.get(key) ?? stored, kinds: ['updated'] }]);
        },
        (cause: unknown) => {
          this.log.debug(`Job ${tracked.reference.jobId} still cannot be saved: ${String(cause)}`);
        },
      );
  }

  private async readFiles(keys?: ReadonlySet<JobKey>): Promise<void> {
    for (const key of this.unsavedChanges.keys()) this.retrySave(key);
    for (const key of this.uncreated) this.retryCreate(key);
    this.createdMeanwhile.clear();
    const expected = [...(keys ?? this.list.all().keys())].filter((key) => this.isExpectedOnDisk(key));
    const stamps = keys === undefined ? (await this.files.scan()).stamps : new Map<JobKey, JobStamp>();
    const isChanged = (key: JobKey) => this.stamps.get(key) !== stamps.get(key);
    const present = await this.read(keys === undefined ? [...stamps.keys()].filter(isChanged) : [...keys], stamps);
    const missing = expected.filter((key) => !stamps.has(key) && !present.has(key));
    if (missing.length === 0) return;
    // It could also be on its way from one file to another, or unreadable.
    const stored = await this.files.scan();
    // Otherwise it may be in a file that cannot be read now.
    if (!stored.areAll) return;
    this.forget(
      missing.filter((key) => !stored.stamps.has(key) && this.isExpectedOnDisk(key) && !this.createdMeanwhile.has(key)),
    );
  }

  /** Whether the job is in the list, and no write can be the reason why it is not stored. */
  private isExpectedOnDisk(key: JobKey): boolean {
    return this.list.has(key) && !this.writes.has(key) && !this.uncreated.has(key);
  }

  /**
   * Reads and adopts jobs.
   * @param stamps of the jobs, from before they are read
   * @returns those without a stamp that could be read
   */
  private async read(keys: readonly JobKey[], stamps: ReadonlyMap<JobKey, JobStamp>): Promise<ReadonlySet<JobKey>> {
    const present = new Set<JobKey>();
    let readJobs = 0;
    const isBeingRemoved = (key: JobKey) => this.writes.has(key) && !this.list.has(key);
    let unread = keys.filter((key) => !isBeingRemoved(key));
    for (let attempt = 0; attempt < MAX_READS && unread.length > 0; attempt += 1) {
      const before = new Map<JobKey, TrackedJob>();
      for (const key of unread) {
        const known = this.list.get(key);
        if (known !== undefined) before.set(key, known);
      }
      // A job that changed here meanwhile may be newer than what was read.
      const isNewer = ([key]: KeyedJob) => this.list.get(key) !== before.get(key);
      const reading = unread;
      unread = [];
      for await (const part of inLargerParts(this.files.readRows(reading))) {
        readJobs += part.length;
        for (const [key] of part) if (!stamps.has(key)) present.add(key);
        const newer = part.filter(isNewer);
        for (const [key] of newer) unread.push(key);
        this.adopt(newer.length === 0 ? part : part.filter((each) => !isNewer(each)), stamps);
      }
    }
    // Other work has its turn before views show what was read.
    if (readJobs > MAX_ADOPTED_JOBS) await setImmediate();
    return present;
  }

  /** Takes over stored jobs, except those with changes that are still to be written, which are newer. */
  private adopt(jobs: readonly KeyedJob[], stamps?: ReadonlyMap<JobKey, JobStamp>): void {
    const changes: JobChange[] = [];
    for (const [key, stored] of jobs) {
      if (this.writes.has(key) || this.unsavedChanges.has(key)) continue;
      const stamp = stamps?.get(key);
      if (stamp !== undefined) this.stamps.set(key, stamp);
      const before = this.list.get(key);
      const { tracked, shown } = before === undefined ? { tracked: stored } : adopted(stored, before);
      changes.push(...this.list.put(key, tracked, shown));
    }
    this.list.fire(changes);
  }

  /** Removes jobs from the list only. */
  private forget(keys: readonly JobKey[]): void {
    const changes: JobChange[] = [];
    for (const key of keys.filter((each) => this.list.has(each))) {
      changes.push(...this.list.delete(key));
      this.uncreated.delete(key);
      this.unsavedChanges.delete(key);
      this.stamps.delete(key);
    }
    this.list.fire(changes);
  }
}
