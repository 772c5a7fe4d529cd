/** The tracked jobs in this window's memory, and the events that report their changes. */
import type { Instant } from '../../base/clock';
import { compare } from '../../base/compare';
import type { Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/emitter';
import type { Log } from '../../base/log';
import type { ListedJob } from '../../cloud/api/job-schema';
import { changesBetween, type JobChange } from '../model/job-change';
import type { JobKey } from '../model/job-reference';
import { isEnding } from '../model/job-status';
import { projectName, type ProjectReference } from '../model/project';
import type { ProjectResources } from '../model/project-resources';
import type { TrackedJob } from '../model/tracked-job';
import { AttachedResources } from './attached-resources';
import { JobIds } from './job-ids';
import { RepeatedLists } from './repeated-lists';
import { SortedValues } from './sorted-values';

interface FinishedJob {
  readonly key: JobKey;
  readonly noticedAt: Instant;
}

export class JobList implements Disposable {
  private readonly jobs = new Map<JobKey, TrackedJob>();
  readonly ids = new JobIds();
  readonly repeated = new RepeatedLists();
  private readonly resources = new AttachedResources();
  private readonly finished = new Map<JobKey, FinishedJob>();
  private readonly latestFirst = new SortedValues<FinishedJob>(
    (a, b) => b.noticedAt - a.noticedAt || compare(a.key, b.key),
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
  put(key: JobKey, job: TrackedJob, shown = this.jobs.get(key)): readonly JobChange[] {
    const before = this.jobs.get(key);
    const tracked = this.resources.attachTo(job);
    this.jobs.set(key, tracked);
    this.updateIndexes(key, before, tracked);
    const kinds = shown === undefined ? (['added'] as const) : changesBetween(shown, tracked);
    return kinds.length === 0 ? [] : [{ key, tracked, kinds }];
  }

  /**
   * Replaces what is known about the resources of a project.
   * @param isShown whether the views of a job show a difference
   */
  setResources(
    project: ProjectReference,
    resources: ProjectResources | undefined,
    isShown: (tracked: TrackedJob) => boolean,
  ): void {
    this.resources.set(project, resources);
    const changes: JobChange[] = [];
    for (const [key, before] of this.jobs) {
      const tracked = this.resources.attachTo(before);
      if (tracked === before) continue;
      this.jobs.set(key, tracked);
      if (isShown(tracked)) changes.push({ key, tracked, kinds: ['updated'] });
    }
    this.fire(changes);
  }

  /** Removes a job. @returns the change to fire; empty if the job is not in the list */
  delete(key: JobKey): readonly JobChange[] {
    const tracked = this.jobs.get(key);
    this.jobs.delete(key);
    this.updateIndexes(key, tracked, undefined);
    return tracked === undefined ? [] : [{ key, tracked, kinds: ['removed'] }];
  }

  /** @returns the finished jobs without the latest `maxJobs` of those that ended since `since` */
  finishedBeyond(maxJobs: number, since: Instant): readonly JobKey[] {
    const latestFirst = this.latestFirst.inOrder();
    const isTooOld = (index: number) => (latestFirst[index]?.noticedAt ?? Infinity) < since;
    let kept = latestFirst.length;
    while (kept > 0 && (kept > maxJobs || isTooOld(kept - 1))) kept -= 1;
    return latestFirst.slice(kept).map(({ key }) => key);
  }

  /** See RepeatedLists. @param found the jobs that a list of a project has */
  changesIn<Change>(
    found: ReadonlyMap<JobKey, ListedJob>,
    changeBy: (key: JobKey, listed: ListedJob) => Change | undefined,
  ): Iterable<readonly [JobKey, Change]> {
    const [key = ''] = found.keys();
    const reference = this.jobs.get(key)?.reference;
    return this.repeated.changesIn(reference === undefined ? '' : projectName(reference), found, changeBy);
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
    this.repeated.changed(key);
    const noticedAt = isEnding(after?.job?.status) ? after?.ending?.noticedAt : undefined;
    const known = this.finished.get(key);
    if (known?.noticedAt === noticedAt) return;
    if (known !== undefined) this.latestFirst.delete(known);
    if (noticedAt === undefined) this.finished.delete(key);
    else {
      const finished = { key, noticedAt };
      this.finished.set(key, finished);
      this.latestFirst.add(finished);
    }
  }
}
