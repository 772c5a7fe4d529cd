/** Groups, sorts and filters the jobs for the tree. */
import type { Instant } from '../../base/clock';
import { compare as compareTexts } from '../../base/compare';
import { oneLine } from '../../base/one-line';
import type { JobKey } from '../../jobs/model/job-reference';
import { classifyStatus, isRunning, hasFailed, isWaitingUpgrade, type StatusClass } from '../../jobs/model/job-status';
import { isActive, isLost, isNotFound, isUnseen, type TrackedJob } from '../../jobs/model/tracked-job';
import { subjectOf, worksOnAny } from '../../jobs/model/job-resources';
import { projectName } from '../../jobs/model/project';
import type { ProjectResources } from '../../jobs/model/project-resources';
import { SortedValues } from '../../jobs/store/sorted-values';
import type { SubJob } from '../../cloud/api/job';

export const GROUPINGS = ['none', 'status', 'project', 'type'] as const;
export const ORDERS = ['newest', 'oldest', 'status', 'name'] as const;
export const FILTERS = ['running', 'waiting', 'failed', 'succeeded', 'cancelled', 'other', 'unseen'] as const;

export type Grouping = (typeof GROUPINGS)[number];
export type Order = (typeof ORDERS)[number];
export type Filter = (typeof FILTERS)[number];

/** Which jobs are listed. A job passes if it passes each of these; an empty one lets all jobs pass. */
export interface JobFilter {
  /** The job must be in one of these states. */
  readonly filter: readonly Filter[];
  /** The job must be in one of these projects, see `projectName`. */
  readonly projects: readonly string[];
  readonly types: readonly string[];
  /** What the name, an id, the type or the status of a job, or the name of a resource must contain, in any case; empty for all jobs. */
  readonly text: string;
}

export interface Arrangement extends JobFilter {
  readonly grouping: Grouping;
  readonly order: Order;
}

export const NO_FILTER: JobFilter = { filter: [], projects: [], types: [], text: '' };
export const NEWEST_FIRST: Arrangement = { grouping: 'none', order: 'newest', ...NO_FILTER };

/** Characters of a name by which jobs are sorted, and digits of a number in it. */
const MAX_SORTED_LENGTH = 100;
const MAX_SORTED_DIGITS = 12;

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
  /** By which jobs are ordered before their ages; empty unless they are ordered by name. */
  readonly name: string;
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
    const name = order === 'name' ? sortNameOf(tracked) : '';
    // Jobs without a name come last.
    const rank = order === 'name' && name === '' ? 1 : rankIn(order, tracked);
    return { key, trackedAt: tracked.trackedAt, rank, name, of: groupOf(tracked, grouping) };
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
  return a.of === b.of && a.rank === b.rank && a.name === b.name && a.trackedAt === b.trackedAt;
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
export function isFiltered({ filter, projects, types, text }: JobFilter): boolean {
  return filter.length + projects.length + types.length > 0 || text !== '';
}

/** Whether the job passes the filters. */
export function isListed(tracked: TrackedJob, { filter, projects, types, text }: JobFilter): boolean {
  const { job, reference } = tracked;
  if (filter.length > 0 && !filter.some((each) => matchesFilter(tracked, each))) return false;
  if (projects.length > 0 && !projects.includes(projectName(reference))) return false;
  if (types.length > 0 && (job?.jobType === undefined || !types.includes(job.jobType))) return false;
  return containsText(tracked, text.toLowerCase());
}

/** Whether the job is in this state. A job may be in several: a failed job that is rolled back is running, too. */
export function matchesFilter(tracked: TrackedJob, filter: Filter): boolean {
  const { job } = tracked;
  switch (filter) {
    case 'running':
      return isActive(tracked) && !isNotFound(tracked) && statusGroupOf(tracked) !== 'waiting';
    case 'failed':
      return hasFailed(job);
    case 'unseen':
      return isUnseen(tracked);
    case 'waiting':
      return job !== undefined && isWaitingUpgrade(job) && !isLost(tracked);
    case 'succeeded':
    case 'cancelled':
      return statusGroupOf(tracked) === filter;
    case 'other':
      return statusGroupOf(tracked) === 'unknown';
  }
}

function containsText({ label, job, reference, aliases, resources }: TrackedJob, text: string): boolean {
  if (text === '') return true;
  const words = [label, job?.jobType, job?.status, job?.resourceId, reference.jobId, reference.projectId, ...aliases];
  const contains = (word: string | undefined) => word?.toLowerCase().includes(text) === true;
  const partContains = ({ jobId, jobType, resourceId, entities }: SubJob) =>
    [jobId, jobType, resourceId].some(contains) || entities.some((entity) => contains(entity.resourceId));
  if (words.some(contains)) return true;
  if (job !== undefined && resources !== undefined && worksOnAny(job, idsByNames(resources, text))) return true;
  return job !== undefined && job.subJobs.mayContain?.(text) !== false && job.subJobs.some(partContains);
}

/** The last text, and the ids of resources whose names contain it: it is looked for in the jobs of a project one by one. */
const found = new WeakMap<ProjectResources, { readonly text: string; readonly ids: ReadonlySet<string> }>();

/** @param text in lower case */
function idsByNames(resources: ProjectResources, text: string): ReadonlySet<string> {
  const known = found.get(resources);
  if (known?.text === text) return known.ids;
  const ids = new Set<string>();
  for (const [id, { name }] of resources.byId) {
    if (name !== undefined && oneLine(name).toLowerCase().includes(text)) ids.add(id);
  }
  found.set(resources, { text, ids });
  return ids;
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

/** @returns the name that a person gave the job, else that of its resource; in lower case, and with long numbers, so that `web-10` follows `web-9` */
function sortNameOf(tracked: TrackedJob): string {
  const name = oneLine((tracked.label ?? subjectOf(tracked)?.name ?? '').slice(0, MAX_SORTED_LENGTH));
  return name.toLowerCase().replace(/\d+/g, (digits) => digits.padStart(MAX_SORTED_DIGITS, '0'));
}

function compare(a: ListPlace, b: ListPlace, order: Order): number {
  // The key makes the order the same in all windows, however they read the jobs.
  const newest = b.trackedAt - a.trackedAt || compareTexts(a.key, b.key);
  return order === 'oldest' ? -newest : a.rank - b.rank || compareTexts(a.name, b.name) || newest;
}
