/** Synchronises this window's job list with the files on disk: saves its changes, and adopts other windows' changes. */
import { jsonEqual } from '../../base/json-equal';
import type { Log } from '../../base/log';
import { SerialQueue } from '../../base/serial-queue';
import type { Job } from '../../cloud/api/job';
import { KeyedQueue } from '../../storage/keyed-queue';
import type { JobChange } from '../model/job-change';
import type { JobKey } from '../model/job-reference';
import { isLost, type TrackedJob, withoutSessionState } from '../model/tracked-job';
import type { StoredJobChange } from './job-directory';
import type { JobList } from './job-list';

/** Where jobs are stored between sessions, and shared with other windows. See JobDirectory. */
export interface JobFiles {
  keys(): Promise<readonly JobKey[]>;
  read(key: JobKey): Promise<TrackedJob | undefined>;
  create(key: JobKey, tracked: TrackedJob): Promise<TrackedJob>;
  change(key: JobKey, known: TrackedJob, change: StoredJobChange): Promise<TrackedJob | undefined>;
  remove(key: JobKey): Promise<void>;
}

/** How often a file is read again if its job changes here during the read. */
const MAX_READS = 5;

export class JobSync {
  private readonly writes = new KeyedQueue<JobKey>();
  private readonly reads = new SerialQueue();
  /** Changes that could not be saved; retried with the job's next change, or when the files are read again. */
  private readonly unsavedChanges = new Map<JobKey, StoredJobChange>();
  /** Jobs whose files could not be created. They are tracked until the window closes, and creation is retried. */
  private readonly uncreated = new Set<JobKey>();

  constructor(
    private readonly files: JobFiles,
    private readonly list: JobList,
    private readonly log: Log,
  ) {}

  /** Whether other windows can know the job: its file has been created, or is about to be. */
  isShared(key: JobKey): boolean {
    return !this.uncreated.has(key);
  }

  /** Whether the job's file is there and holds all of this window's changes. Retries unsaved changes first. */
  async isStored(key: JobKey): Promise<boolean> {
    return (await this.saved(key)) && this.isShared(key) && (await this.files.read(key)) !== undefined;
  }

  /** Reads the files of these jobs, or of all. Rejects if the folder cannot be read. */
  readAgain(keys?: ReadonlySet<JobKey>): Promise<void> {
    return this.reads.add(() => this.readFiles(keys));
  }

  /** Creates the files of jobs that were just added to the list. Rejects if one could not be created. */
  async create(added: ReadonlyMap<JobKey, TrackedJob>): Promise<void> {
    // All are in the queue at once, so that readFiles() does not take a job without a file for a removed one.
    const jobs = [...added].map(([key, tracked]) => ({ key, tracked }));
    const writes = this.writes.addSequentially(jobs, ({ key, tracked }) => this.files.create(key, tracked));
    const created = jobs.map(async ({ key }, index) => {
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
    const unsaved = this.unsavedChanges.get(key);
    const all = unsaved === undefined ? change : inTurn(unsaved, change);
    this.unsavedChanges.delete(key);
    this.writes
      .add(key, () =>
        this.files.change(key, withoutSessionState(known), async (stored) => withoutSessionState(await all(stored))),
      )
      .then((stored) => {
        if (stored !== undefined) this.adopt([[key, stored]]);
        // Another window stopped tracking it.
        else if (!this.writes.has(key) && !this.uncreated.has(key)) this.forget([key]);
      })
      .catch((cause: unknown) => {
        this.log.error(`Job ${known.reference.jobId} could not be saved: ${String(cause)}`);
        const later = this.unsavedChanges.get(key);
        this.unsavedChanges.set(key, later === undefined ? all : inTurn(all, later));
      });
  }

  /**
   * Removes jobs from the list at once, in one event, and from the disk one after the other. Those whose files cannot be
   * removed return to the list. Rejects if there are any.
   */
  async remove(keys: readonly JobKey[]): Promise<void> {
    const known = keys.flatMap((key) => {
      const tracked = this.list.get(key);
      return tracked === undefined
        ? []
        : [{ key, tracked, unsaved: this.unsavedChanges.get(key), isUncreated: this.uncreated.has(key) }];
    });
    const removals = this.writes.addSequentially(known, ({ key }) => this.files.remove(key));
    this.forget(keys);
    const returned: JobChange[] = [];
    const failures: unknown[] = [];
    const results = await Promise.allSettled(removals);
    for (const [index, { key, tracked, unsaved, isUncreated }] of known.entries()) {
      const result = results[index];
      if (result?.status === 'rejected') failures.push(result.reason);
      // It may be tracked again by now.
      if (this.list.has(key)) continue;
      this.unsavedChanges.delete(key);
      if (result?.status !== 'rejected') continue;
      if (unsaved !== undefined) this.unsavedChanges.set(key, unsaved);
      if (isUncreated) this.uncreated.add(key);
      returned.push(...this.list.put(key, tracked));
    }
    this.list.fire(returned);
    if (failures.length > 0) throw failures[0];
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

  private retrySave(key: JobKey): void {
    if (this.unsavedChanges.has(key)) this.save(key, (stored) => stored);
  }

  /** A disk that was full may have space by now. */
  private retryCreate(key: JobKey): void {
    const tracked = this.list.get(key);
    if (tracked === undefined || this.writes.has(key)) return;
    this.writes
      .add(key, () => this.files.create(key, withoutSessionState(tracked)))
      .then(
        (stored) => {
          this.uncreated.delete(key);
          this.adopt([[key, stored]]);
          // What changed while the file was being created is not in it.
          if (this.list.get(key) !== tracked) this.save(key, () => withoutSessionState(this.list.get(key) ?? tracked));
          this.list.fire([{ key, tracked: this.list.get(key) ?? stored, kinds: ['updated'] }]);
        },
        (cause: unknown) => {
          this.log.debug(`Job ${tracked.reference.jobId} still cannot be saved: ${String(cause)}`);
        },
      );
  }

  private async readFiles(keys?: ReadonlySet<JobKey>): Promise<void> {
    for (const key of [...this.unsavedChanges.keys()]) this.retrySave(key);
    for (const key of this.uncreated) this.retryCreate(key);
    // A job whose file is being created need not be in the folder yet.
    const known = [...this.list.all().keys()].filter((key) => !this.writes.has(key) && !this.uncreated.has(key));
    const present = new Set(await this.files.keys());
    const isBeingRemoved = (key: JobKey) => this.writes.has(key) && !this.list.has(key);
    let unread = [...(keys ?? present)].filter((key) => present.has(key) && !isBeingRemoved(key));
    for (let attempt = 0; attempt < MAX_READS && unread.length > 0; attempt += 1) {
      const before = new Map(unread.map((key) => [key, this.list.get(key)]));
      const read = await this.readEach(unread);
      // A job that changed here meanwhile may be newer than its file was when it was read.
      const isNewer = ([key]: readonly [JobKey, TrackedJob]) => this.list.get(key) !== before.get(key);
      // Before adopt(), which changes the list.
      const newer = new Set(read.filter(isNewer));
      this.adopt(read.filter((each) => !newer.has(each)));
      unread = [...newer].map(([key]) => key);
    }
    this.forget(known.filter((key) => !present.has(key) && !this.writes.has(key)));
  }

  private async readEach(keys: readonly JobKey[]): Promise<(readonly [JobKey, TrackedJob])[]> {
    const read: (readonly [JobKey, TrackedJob])[] = [];
    for (const key of keys) {
      try {
        const stored = await this.files.read(key);
        if (stored !== undefined) read.push([key, stored]);
      } catch (cause) {
        this.log.error(`Job file ${key} could not be read: ${String(cause)}`);
      }
    }
    return read;
  }

  /** Takes over stored jobs, except those with changes that are still to be written, which are newer. */
  private adopt(jobs: readonly (readonly [JobKey, TrackedJob])[]): void {
    const changes: JobChange[] = [];
    for (const [key, stored] of jobs) {
      if (this.writes.has(key) || this.unsavedChanges.has(key)) continue;
      const before = this.list.get(key);
      changes.push(...this.list.put(key, before === undefined ? stored : withSessionState(stored, before)));
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
    }
    this.list.fire(changes);
  }
}

/** @returns the stored job with what only this session knows about it: its poll failure, and a later poll */
function withSessionState(stored: TrackedJob, before: TrackedJob): TrackedJob {
  const isOlder = (stored.answeredAt ?? 0) < (before.answeredAt ?? 0);
  const isNewer = (stored.answeredAt ?? 0) > (before.answeredAt ?? 0);
  const isSameJob = isSame(before.job, stored.job);
  return {
    ...stored,
    job: isSameJob ? before.job : stored.job,
    answeredAt: isOlder ? before.answeredAt : stored.answeredAt,
    pollFailure: stored.pollFailure ?? (isLost(before) || isNewer ? undefined : before.pollFailure),
  };
}

function isSame(a: Job | undefined, b: Job | undefined): boolean {
  return a !== undefined && b !== undefined && jsonEqual(a.cut, b.cut) && jsonEqual(a.raw, b.raw);
}

function inTurn(first: StoredJobChange, second: StoredJobChange): StoredJobChange {
  return async (stored) => second(await first(stored));
}
