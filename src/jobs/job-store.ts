/** The tracked jobs of this window: what is known, what changed, and that it is kept. */
import type { ShowJobAnswer } from '../elb/job-schema';
import type { Instant } from './clock';
import type { Disposable } from './disposable';
import { Emitter, type Event } from './emitter';
import { jobKey, type JobKey, type JobReference } from './job-reference';
import type { Log } from './log';
import type { LookError } from './look-error';
import { newlyTracked, type TrackedJob, withAnswer, withError } from './tracked-job';

export interface JobChange {
  readonly kind: 'added' | 'updated' | 'ended' | 'removed';
  readonly key: JobKey;
  readonly tracked: TrackedJob;
}

/** Where jobs are kept between sessions. */
export interface JobFiles {
  load(): Promise<ReadonlyMap<JobKey, TrackedJob>>;
  create(key: JobKey, tracked: TrackedJob): Promise<void>;
  /** Does nothing for a job that is no longer there, since another window stopped tracking it. */
  update(key: JobKey, tracked: TrackedJob): Promise<void>;
  remove(key: JobKey): Promise<void>;
}

export class JobStore implements Disposable {
  private readonly jobs = new Map<JobKey, TrackedJob>();
  private readonly writes = new Map<JobKey, Promise<void>>();
  private readonly changes = new Emitter<readonly JobChange[]>((cause) => {
    this.log.error(`Showing a change failed: ${String(cause)}`);
  });
  readonly onDidChange: Event<readonly JobChange[]> = this.changes.event;

  constructor(
    private readonly files: JobFiles,
    private readonly log: Log,
  ) {}

  /** Reads what earlier sessions kept. Until then the store is empty. */
  async open(): Promise<void> {
    const added: JobChange[] = [];
    for (const [key, tracked] of await this.files.load()) {
      if (this.jobs.has(key)) continue;
      this.jobs.set(key, tracked);
      added.push({ kind: 'added', key, tracked });
    }
    this.changes.fire(added);
  }

  all(): ReadonlyMap<JobKey, TrackedJob> {
    return this.jobs;
  }

  get(key: JobKey): TrackedJob | undefined {
    return this.jobs.get(key);
  }

  /** The row of a job, by the id it is tracked by or by one that the service calls it. */
  find(reference: JobReference): JobKey | undefined {
    const key = jobKey(reference);
    if (this.jobs.has(key)) return key;
    for (const [other, { reference: known, aliases }] of this.jobs) {
      const sameProject = known.endpoint === reference.endpoint && known.projectId === reference.projectId;
      if (sameProject && aliases.includes(reference.jobId)) return other;
    }
    return undefined;
  }

  /** Rejects where the job could not be kept; it is then tracked until the window closes. */
  async track(reference: JobReference, now: Instant): Promise<JobKey> {
    const known = this.find(reference);
    if (known !== undefined) return known;
    const key = jobKey(reference);
    const tracked = newlyTracked(reference, now);
    this.jobs.set(key, tracked);
    this.changes.fire([{ kind: 'added', key, tracked }]);
    await this.write(key, () => this.files.create(key, tracked));
    return key;
  }

  applyAnswer(key: JobKey, answer: ShowJobAnswer, now: Instant): void {
    const before = this.jobs.get(key);
    if (before === undefined) return;
    const { next, changed, ended } = withAnswer(before, answer, now);
    this.jobs.set(key, next);
    if (!changed) return;
    this.keep(key, next);
    this.changes.fire([{ kind: ended ? 'ended' : 'updated', key, tracked: next }]);
  }

  applyError(key: JobKey, error: LookError, now: Instant): void {
    const before = this.jobs.get(key);
    if (before === undefined) return;
    const tracked = withError(before, error, now);
    this.jobs.set(key, tracked);
    this.changes.fire([{ kind: 'updated', key, tracked }]);
  }

  /** Rejects where the job could not be taken off the disk; it is then still tracked. */
  async untrack(key: JobKey): Promise<void> {
    await this.write(key, () => this.files.remove(key));
    const tracked = this.jobs.get(key);
    if (tracked === undefined) return;
    this.jobs.delete(key);
    this.changes.fire([{ kind: 'removed', key, tracked }]);
  }

  /** Resolves when all that was to be kept is kept. */
  async flush(): Promise<void> {
    await Promise.allSettled(this.writes.values());
  }

  dispose(): void {
    this.changes.dispose();
  }

  private keep(key: JobKey, tracked: TrackedJob): void {
    this.write(key, () => this.files.update(key, tracked)).catch((cause: unknown) => {
      this.log.error(`Job ${tracked.reference.jobId} could not be saved: ${String(cause)}`);
    });
  }

  /** One write at a time for each job, in the order of its changes. */
  private write(key: JobKey, action: () => Promise<void>): Promise<void> {
    const write = (this.writes.get(key) ?? Promise.resolve()).catch(() => undefined).then(action);
    this.writes.set(key, write);
    const forget = () => {
      if (this.writes.get(key) === write) this.writes.delete(key);
    };
    write.then(forget, forget);
    return write;
  }
}
