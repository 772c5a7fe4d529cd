/** Groups, sorts and filters the jobs for the tree. */
import type { Instant } from '../../base/clock';
import { compare as compareTexts } from '../../base/compare';
import type { JobKey } from '../../jobs/model/job-reference';
import { classifyStatus, isRunning, hasFailed, isWaitingUpgrade, type StatusClass } from '../../jobs/model/job-status';
import { isActive, isLost, isUnseen, type TrackedJob } from '../../jobs/model/tracked-job';
import { projectName } from '../../jobs/model/project';
import { SortedValues } from '../../jobs/store/sorted-values';
import type { SubJob } from '../../cloud/api/job';

export const GROUPINGS = ['none', 'status', 'project', 'type'] as const;
export const ORDERS = ['newest', 'oldest', 'status'] as const;
export const FILTERS = ['all', 'running', 'failed', 'unseen'] as const;

export type Grouping = (typeof GROUPINGS)[number];
export type Order = (typeof ORDERS)[number];
export type Filter = (typeof FILTERS)[number];

export interface Arrangement {
  readonly grouping: Grouping;
  readonly order: Order;
  readonly filter: Filter;
  /** What the name, an id, the type or the status of a job must contain, in any case; empty for all jobs. */
  readonly text: string;
}

export const NEWEST_FIRST: Arrangement = { grouping: 'none', order: 'newest', filter: 'all', text: '' };

interface JobGroup {
  /** A `StatusGroup`, an endpoint and a project id, or a type, depending on the grouping; undefined if there are no groups, or for unknown types. */
  readonly of: string | undefined;
  readonly keys: readonly JobKey[];
}

/** Where a job is in the list. */
export interface ListPlace {
  readonly key: JobKey;
  readonly trackedAt: Instant;
  /** See `rankIn`. Calculated once, since it may depend on each sub-job. */
  readonly rank: number;
  /** See `JobGroup`. */
  readonly of: string | undefined;
}

export type StatusGroup = StatusClass | 'waiting';

/** Returns the groups that have jobs; if the grouping is 'none', one group of all listed jobs. */
export function arrange(jobs: ReadonlyMap<JobKey, TrackedJob>, arrangement: Arrangement): readonly JobGroup[] {
  return new ArrangedJobs(arrangement, jobs).inGroups();
}

/** Jobs in their groups and order, kept up to date job by job. */
export class ArrangedJobs {
  private readonly places = new Map<JobKey, ListPlace>();
  private readonly groups = new Map<string | undefined, SortedValues<ListPlace>>();

  constructor(
    readonly arrangement: Arrangement,
    jobs: Iterable<readonly [JobKey, TrackedJob]>,
  ) {
    for (const [key, tracked] of jobs) this.set(key, tracked);
  }

  /** To be called when a job was added, changed or removed. */
  set(key: JobKey, tracked: TrackedJob | undefined): void {
    const before = this.places.get(key);
    const after = tracked && this.placeFor(key, tracked);
    if (isSamePlace(before, after)) return;
    if (before !== undefined) this.remove(before);
    if (after !== undefined) this.add(after);
  }

  /** Returns undefined if the job is not listed. */
  placeOf(key: JobKey): ListPlace | undefined {
    return this.places.get(key);
  }

  /** See `arrange`. */
  inGroups(): readonly JobGroup[] {
    const groups = [...this.groups].map(([of, places]) => ({ of, places: places.inOrder() }));
    groups.sort((a, b) => {
      if (this.arrangement.grouping === 'status') return rankOf(a.of) - rankOf(b.of);
      const [[first], [other]] = [a.places, b.places];
      return first === undefined || other === undefined ? 0 : compare(first, other, this.arrangement.order);
    });
    return groups.map(({ of, places }) => ({ of, keys: places.map(({ key }) => key) }));
  }

  private placeFor(key: JobKey, tracked: TrackedJob): ListPlace | undefined {
    if (!isListed(tracked, this.arrangement)) return undefined;
    const { grouping, order } = this.arrangement;
    return { key, trackedAt: tracked.trackedAt, rank: rankIn(order, tracked), of: groupOf(tracked, grouping) };
  }

  private add(place: ListPlace): void {
    const { order } = this.arrangement;
    let group = this.groups.get(place.of);
    if (group === undefined) {
      group = new SortedValues((a, b) => compare(a, b, order));
      this.groups.set(place.of, group);
    }
    group.add(place);
    this.places.set(place.key, place);
  }

  private remove(place: ListPlace): void {
    const group = this.groups.get(place.of);
    group?.delete(place);
    if (group?.size === 0) this.groups.delete(place.of);
    this.places.delete(place.key);
  }
}

/** False if a job moves in the list, enters it or leaves it. */
export function isSamePlace(a: ListPlace | undefined, b: ListPlace | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return a.of === b.of && a.rank === b.rank && a.trackedAt === b.trackedAt;
}

function groupOf(tracked: TrackedJob, grouping: Grouping): string | undefined {
  const { job, reference } = tracked;
  switch (grouping) {
    case 'none':
      return undefined;
    case 'status':
      return statusGroupOf(tracked);
    case 'project':
      return projectName(reference);
    case 'type':
      return job?.jobType;
  }
}

/** Whether some jobs may not be listed. */
export function isFiltered({ filter, text }: Arrangement): boolean {
  return filter !== 'all' || text !== '';
}

/** Whether the job passes the filters. */
export function isListed(tracked: TrackedJob, { filter, text }: Arrangement): boolean {
  return matchesFilter(tracked, filter) && containsText(tracked, text.toLowerCase());
}

function matchesFilter(tracked: TrackedJob, filter: Filter): boolean {
  switch (filter) {
    case 'all':
      return true;
    case 'running':
      return isActive(tracked);
    case 'failed':
      return hasFailed(tracked.job);
    case 'unseen':
      return isUnseen(tracked);
  }
}

function containsText({ label, job, reference, aliases }: TrackedJob, text: string): boolean {
  if (text === '') return true;
  const words = [label, job?.jobType, job?.status, job?.resourceId, reference.jobId, reference.projectId, ...aliases];
  const contains = (word: string | undefined) => word?.toLowerCase().includes(text) === true;
  const partContains = ({ jobId, jobType, resourceId, entities }: SubJob) =>
    [jobId, jobType, resourceId].some(contains) || entities.some((entity) => contains(entity.resourceId));
  if (words.some(contains)) return true;
  return job !== undefined && job.subJobs.mayContain?.(text) !== false && job.subJobs.some(partContains);
}

function statusGroupOf(tracked: TrackedJob): StatusGroup {
  const { job } = tracked;
  // The service no longer reports the job, so the last status may be out of date.
  if (isLost(tracked) && isRunning(job)) return 'unknown';
  if (hasFailed(job)) return 'failed';
  return job !== undefined && isWaitingUpgrade(job) ? 'waiting' : classifyStatus(job?.status);
}

/** Jobs that need a person come first, succeeded jobs last. */
const RANKS: readonly StatusGroup[] = ['failed', 'waiting', 'in-progress', 'unknown', 'cancelled', 'succeeded'];

function rankOf(group: string | undefined): number {
  return RANKS.findIndex((each) => each === group);
}

/** @returns 0 unless jobs are ordered by status */
function rankIn(order: Order, tracked: TrackedJob): number {
  return order === 'status' ? rankOf(statusGroupOf(tracked)) : 0;
}

function compare(a: ListPlace, b: ListPlace, order: Order): number {
  // The key makes the order the same in all windows, however they read the jobs.
  const newest = b.trackedAt - a.trackedAt || compareTexts(a.key, b.key);
  return order === 'oldest' ? -newest : a.rank - b.rank || newest;
}
