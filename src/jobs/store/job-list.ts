/** The tracked jobs in this window's memory, and the events that report their changes. */
import type { Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/emitter';
import type { Log } from '../../base/log';
import { changesBetween, type JobChange } from '../model/job-change';
import type { JobKey } from '../model/job-reference';
import type { TrackedJob } from '../model/tracked-job';

export class JobList implements Disposable {
  private readonly jobs = new Map<JobKey, TrackedJob>();
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

  /** Adds or replaces a job. @returns the change to fire; empty if no view shows a difference */
  put(key: JobKey, tracked: TrackedJob): readonly JobChange[] {
    const before = this.jobs.get(key);
    this.jobs.set(key, tracked);
    const kinds = before === undefined ? (['added'] as const) : changesBetween(before, tracked);
    return kinds.length === 0 ? [] : [{ key, tracked, kinds }];
  }

  /** Removes a job. @returns the change to fire; empty if the job is not in the list */
  delete(key: JobKey): readonly JobChange[] {
    const tracked = this.jobs.get(key);
    this.jobs.delete(key);
    return tracked === undefined ? [] : [{ key, tracked, kinds: ['removed'] }];
  }

  /** Reports changes as one event. */
  fire(changes: readonly JobChange[]): void {
    if (changes.length > 0) this.changes.fire(changes);
  }

  dispose(): void {
    this.changes.dispose();
  }
}
