/** The rows of the job tree, and which rows are below a job: its error, its sub-jobs in time order, and their resources. */
import { UniqueIds } from '../../base/unique-id';
import type { JobEntity, JobFields, SubJob } from '../../cloud/api/job';
import { adviceOn } from '../../cloud/api/job-error-advice';
import type { JobKey } from '../../jobs/model/job-reference';
import { classifyStatus, hasError, firstFailed } from '../../jobs/model/job-status';
import { mayBeMissing } from '../../jobs/model/status-history';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { shownEntities, shownSubJobs } from './shown-parts';

export interface JobNode {
  readonly kind: 'job';
  /** Stable across reloads and windows, as are all ids here: the view saves selection and expansion by id. */
  readonly id: string;
  readonly key: JobKey;
}

/** The heading of a group of jobs. */
export interface GroupNode {
  readonly kind: 'group';
  readonly id: string;
  readonly of: string | undefined;
  readonly keys: readonly JobKey[];
}

type DetailNode =
  | {
      readonly kind: 'waiting' | 'poll-failure' | 'request-id';
      readonly id: string;
      readonly parent: JobNode;
    }
  | { readonly kind: 'advice'; readonly id: string; readonly parent: JobNode | SubJobNode; readonly code: string }
  | { readonly kind: 'failed-first'; readonly id: string; readonly parent: JobNode; readonly subJob: SubJob }
  | { readonly kind: 'failure'; readonly id: string; readonly parent: JobNode | SubJobNode; readonly of: JobFields }
  | SubJobNode
  | MoreNode
  | { readonly kind: 'entity'; readonly id: string; readonly parent: SubJobNode; readonly entity: JobEntity };

export interface SubJobNode {
  readonly kind: 'sub-job';
  readonly id: string;
  readonly parent: JobNode;
  readonly subJob: SubJob;
}

/** The last row of a list that is too long to be shown: how many more sub-jobs or resources there are. */
export interface MoreNode {
  readonly kind: 'more';
  readonly id: string;
  readonly parent: JobNode | SubJobNode;
  readonly count: number;
}

export type JobTreeNode = GroupNode | JobNode | DetailNode;

export function childrenOfJob(parent: JobNode, { job, pollFailure }: TrackedJob): DetailNode[] {
  const children: DetailNode[] = [];
  // This id predates the name of its kind; a new id would lose the saved state of the row.
  if (pollFailure !== undefined) children.push({ kind: 'poll-failure', id: `${parent.id}/difficulty`, parent });
  // If a row had no children at first, the view would keep it collapsed.
  else if (job === undefined) children.push({ kind: 'waiting', id: `${parent.id}/waiting`, parent });
  if (job === undefined) return children;
  if (hasError(job)) children.push({ kind: 'failure', id: `${parent.id}/failure`, parent, of: job });
  const subJob = firstFailed(job);
  if (subJob !== undefined) children.push({ kind: 'failed-first', id: `${parent.id}/failed-first`, parent, subJob });
  children.push(...adviceOf(parent, job.errorCode));
  if (hasError(job) || classifyStatus(job.status) === 'failed' || subJob !== undefined) {
    children.push({ kind: 'request-id', id: `${parent.id}/request-id`, parent });
  }
  const { parts, hidden } = shownSubJobs(job);
  for (const { id, subJob } of parts) children.push({ kind: 'sub-job', id: `${parent.id}/${id}`, parent, subJob });
  return [...children, ...moreOf(parent, hidden)];
}

/** Whether `childrenOfJob` returns any, without the cost of their ids: the view asks that of each job in the list. */
export function hasChildren({ job, pollFailure }: TrackedJob): boolean {
  if (pollFailure !== undefined || job === undefined || job.subJobs.length > 0 || mayBeMissing(job)) return true;
  return hasError(job) || classifyStatus(job.status) === 'failed';
}

export function childrenOfSubJob(parent: SubJobNode): DetailNode[] {
  const { subJob } = parent;
  const children: DetailNode[] = [];
  if (hasError(subJob)) children.push({ kind: 'failure', id: `${parent.id}/failure`, parent, of: subJob });
  children.push(...adviceOf(parent, subJob.errorCode));
  const ids = new UniqueIds();
  const { parts, hidden } = shownEntities(subJob);
  for (const entity of parts) {
    const id = ids.next(`${parent.id}/entity/${entity.resourceId ?? ''}`);
    children.push({ kind: 'entity', id, parent, entity });
  }
  return [...children, ...moreOf(parent, hidden)];
}

function moreOf(parent: JobNode | SubJobNode, count: number): MoreNode[] {
  return count === 0 ? [] : [{ kind: 'more', id: `${parent.id}/more`, parent, count }];
}

function adviceOf(parent: JobNode | SubJobNode, code: string | undefined): DetailNode[] {
  return code === undefined || adviceOn(code) === undefined
    ? []
    : [{ kind: 'advice', id: `${parent.id}/advice`, parent, code }];
}
