/** In which order the tree lists jobs, which of them, and under which headings. */
import type { JobKey } from '../../jobs/model/job-reference';
import { classifyStatus, isRunning, hasFailed, isWaitingUpgrade, type StatusClass } from '../../jobs/model/job-status';
import { isActive, isLost, isUnseen, type TrackedJob } from '../../jobs/model/tracked-job';
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
  /** What a job's names, ids or type must contain; empty for all. */
  readonly text: string;
}

export const NEWEST_FIRST: Arrangement = { grouping: 'none', order: 'newest', filter: 'all', text: '' };

export interface JobGroup {
  /** Of the group: one of the statuses, a project, a type; undefined where nothing is known yet. */
  readonly of: string | undefined;
  readonly keys: readonly JobKey[];
}

type Entry = readonly [JobKey, TrackedJob];

/** What a status means to a person. */
export type StatusGroup = StatusClass | 'waiting';

/** Another text where the job is to be listed elsewhere; empty where it is not to be listed. */
export function placeOf(tracked: TrackedJob, arrangement: Arrangement): string {
  if (!isListed(tracked, arrangement)) return '';
  const { grouping, order } = arrangement;
  const rank = order === 'status' ? rankOf(statusGroupOf(tracked)) : 0;
  return `${rank} ${tracked.trackedAt} ${groupOf(tracked, grouping) ?? ''}`;
}

/** One group of all where they are not grouped; groups without jobs are left out. */
export function arrange(jobs: ReadonlyMap<JobKey, TrackedJob>, arrangement: Arrangement): readonly JobGroup[] {
  const { grouping, order } = arrangement;
  const shown = [...jobs].filter(([, tracked]) => isListed(tracked, arrangement)).sort((a, b) => compare(a, b, order));
  const groups = new Map<string | undefined, JobKey[]>();
  for (const [key, tracked] of shown) {
    const of = groupOf(tracked, grouping);
    const group = groups.get(of);
    if (group === undefined) groups.set(of, [key]);
    else group.push(key);
  }
  const all = [...groups].map(([of, keys]) => ({ of, keys }));
  return grouping === 'status' ? all.sort((a, b) => rankOf(a.of) - rankOf(b.of)) : all;
}

function groupOf(tracked: TrackedJob, grouping: Grouping): string | undefined {
  const { job, reference } = tracked;
  switch (grouping) {
    case 'none':
      return undefined;
    case 'status':
      return statusGroupOf(tracked);
    case 'project':
      return `${reference.endpoint} ${reference.projectId}`;
    case 'type':
      return job?.jobType;
  }
}

/** Whether the filters let the job be seen. */
export function isListed(tracked: TrackedJob, { filter, text }: Arrangement): boolean {
  return isShown(tracked, filter) && hasText(tracked, text.toLowerCase());
}

function isShown(tracked: TrackedJob, filter: Filter): boolean {
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

function hasText({ label, job, reference, aliases }: TrackedJob, text: string): boolean {
  if (text === '') return true;
  const words = [label, job?.jobType, job?.status, job?.resourceId, reference.jobId, reference.projectId, ...aliases];
  const hasIt = (word: string | undefined) => word?.toLowerCase().includes(text) === true;
  const isOfPart = ({ jobId, jobType, resourceId, entities }: SubJob) =>
    [jobId, jobType, resourceId].some(hasIt) || entities.some((entity) => hasIt(entity.resourceId));
  return words.some(hasIt) || job?.subJobs.some(isOfPart) === true;
}

function statusGroupOf(tracked: TrackedJob): StatusGroup {
  const { job } = tracked;
  // Nobody knows what became of a job that went on when the service last knew it.
  if (isLost(tracked) && isRunning(job)) return 'unknown';
  if (hasFailed(job)) return 'failed';
  return job !== undefined && isWaitingUpgrade(job) ? 'waiting' : classifyStatus(job?.status);
}

/** What needs a person comes first, what is over last. */
const RANKS: readonly StatusGroup[] = ['failed', 'waiting', 'in-progress', 'unknown', 'cancelled', 'succeeded'];

function rankOf(group: string | undefined): number {
  return RANKS.findIndex((each) => each === group);
}

function compare([aKey, a]: Entry, [bKey, b]: Entry, order: Order): number {
  // The same in all windows, whatever the order in which they read the jobs.
  const newest = b.trackedAt - a.trackedAt || (aKey < bKey ? -1 : 1);
  switch (order) {
    case 'newest':
      return newest;
    case 'oldest':
      return -newest;
    case 'status':
      return rankOf(statusGroupOf(a)) - rankOf(statusGroupOf(b)) || newest;
  }
}
