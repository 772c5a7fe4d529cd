/** The tracked jobs in this window's memory, and the events that report their changes. */
import type { Instant } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/emitter';
import type { Log } from '../../base/log';
import { changesBetween, type JobChange } from '../model/job-change';
import type { JobKey } from '../model/job-reference';
import { isEnding } from '../model/job-status';
import type { TrackedJob } from '../model/tracked-job';
import { JobIds } from './job-ids';
import { SortedMap } from './sorted-map';

interface FinishedJob {
  readonly key: JobKey;
  readonly noticedAt: Instant;
}

export class JobList implements Disposable {
  private readonly jobs = new Map<JobKey, TrackedJob>();
  readonly ids = new JobIds();
  private readonly finished = new SortedMap<JobKey, FinishedJob>(
    (a, b) => b.noticedAt - a.noticedAt || (a.key < b.key ? -1 : Number(a.key > b.key)),
  );
  private readonly changes: Emitter<readonly JobChange[]>;
  readonly onDidChange: Event<readonly JobChange[]>;

  constructor(log: Log) {
    this.changes = new Emitter((cause) => {
      log.error(`Showing a change failed: ${String(cause)}`);
    });
    this.onDidChange = this.changes.event;
  }

  all(): ReadonlyMap<JobKey, TrackedJob> {
    return this.jobs;
  }

  get(key: JobKey): TrackedJob | undefined {
    return this.jobs.get(key);
  }

  has(key: JobKey): boolean {
    return this.jobs.has(key);
  }

  /**
   * Adds or replaces a job.
   * @param shown what views show of the job so far; by default, the job in the list
   * @returns the change to fire; empty if no view shows a difference
   */
  put(key: JobKey, tracked: TrackedJob, shown = this.jobs.get(key)): readonly JobChange[] {
    const before = this.jobs.get(key);
    this.jobs.set(key, tracked);
    this.updateIndexes(key, before, tracked);
    const kinds = shown === undefined ? (['added'] as const) : changesBetween(shown, tracked);
    return kinds.length === 0 ? [] : [{ key, tracked, kinds }];
  }

  /** Removes a job. @returns the change to fire; empty if the job is not in the list */
  delete(key: JobKey): readonly JobChange[] {
    const tracked = this.jobs.get(key);
    this.jobs.delete(key);
    this.updateIndexes(key, tracked, undefined);
    return tracked === undefined ? [] : [{ key, tracked, kinds: ['removed'] }];
  }

  /** @returns the finished jobs, the latest first */
  finishedJobs(): readonly FinishedJob[] {
    return this.finished.inOrder();
  }

  /** Reports changes as one event. */
  fire(changes: readonly JobChange[]): void {
    if (changes.length > 0) this.changes.fire(changes);
  }

  dispose(): void {
    this.changes.dispose();
  }

  private updateIndexes(key: JobKey, before: TrackedJob | undefined, after: TrackedJob | undefined): void {
    this.ids.update(key, before, after);
    const noticedAt = isEnding(after?.job?.status) ? after?.ending?.noticedAt : undefined;
    if (noticedAt === undefined) this.finished.delete(key);
    else if (this.finished.get(key)?.noticedAt !== noticedAt) this.finished.set(key, { key, noticedAt });
  }
}
