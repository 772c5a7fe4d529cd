/** The tracked jobs by what is true of them, kept up to date from the store's changes, so that no view scans all jobs. */
import type { Disposable } from '../../base/disposable';
import type { JobKey } from '../model/job-reference';
import type { TrackedJob } from '../model/tracked-job';
import type { JobStore } from './job-store';

export class JobGroups<Group extends string> implements Disposable {
  private readonly keys = new Map<Group, Set<JobKey>>();
  private readonly groups = new Map<JobKey, readonly Group[]>();
  private readonly subscription: Disposable;

  /**
   * A view makes its groups before it listens to the store itself, so that they are up to date when it is called.
   * @param groupsOf returns the groups that a job is in, each once
   */
  constructor(
    private readonly store: Pick<JobStore, 'all' | 'onDidChange'>,
    private readonly groupsOf: (tracked: TrackedJob, key: JobKey) => readonly Group[],
  ) {
    this.regroupAll();
    this.subscription = store.onDidChange((changes) => {
      for (const { key } of changes) this.regroup(key);
    });
  }

  count(group: Group): number {
    return this.keys.get(group)?.size ?? 0;
  }

  has(group: Group): boolean {
    return this.keys.has(group);
  }

  /** @returns the keys of the group's jobs, in the order in which they came into it */
  of(group: Group): Iterable<JobKey> {
    return this.keys.get(group) ?? [];
  }

  /** @returns the job that has been in the group longest */
  first(group: Group): TrackedJob | undefined {
    const [key] = this.of(group);
    return key === undefined ? undefined : this.store.all().get(key);
  }

  /** @returns the job of the group that was tracked last: unlike the first, the same in all windows */
  latest(group: Group): TrackedJob | undefined {
    let latest: TrackedJob | undefined;
    for (const key of this.of(group)) {
      const tracked = this.store.all().get(key);
      if (tracked !== undefined && (latest === undefined || isLater(tracked, latest))) latest = tracked;
    }
    return latest;
  }

  /** @returns the groups that have jobs */
  names(): Iterable<Group> {
    return this.keys.keys();
  }

  /** To be called when the groups of a job depend on something else that has changed. */
  regroup(key: JobKey): void {
    const tracked = this.store.all().get(key);
    this.move(key, tracked === undefined ? [] : this.groupsOf(tracked, key));
  }

  /** As `regroup`, for all jobs. */
  regroupAll(): void {
    this.keys.clear();
    this.groups.clear();
    for (const [key, tracked] of this.store.all()) this.move(key, this.groupsOf(tracked, key));
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private move(key: JobKey, groups: readonly Group[]): void {
    const before = this.groups.get(key) ?? [];
    if (before.length === 0 && groups.length === 0) return;
    for (const group of before) if (!groups.includes(group)) this.leave(key, group);
    for (const group of groups) if (!before.includes(group)) this.enter(key, group);
    if (groups.length > 0) this.groups.set(key, groups);
    else this.groups.delete(key);
  }

  private enter(key: JobKey, group: Group): void {
    const keys = this.keys.get(group);
    if (keys === undefined) this.keys.set(group, new Set([key]));
    else keys.add(key);
  }

  private leave(key: JobKey, group: Group): void {
    const keys = this.keys.get(group);
    keys?.delete(key);
    if (keys?.size === 0) this.keys.delete(group);
  }
}

function isLater(a: TrackedJob, b: TrackedJob): boolean {
  return a.trackedAt === b.trackedAt ? a.reference.jobId > b.reference.jobId : a.trackedAt > b.trackedAt;
}
