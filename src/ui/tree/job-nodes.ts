/** The rows of the job tree, and which rows are below a job: its error, its sub-jobs in time order, and their resources. */
import { UniqueIds } from '../../base/unique-id';
import type { JobEntity, JobFields, SubJob } from '../../cloud/api/job';
import { adviceOn } from '../../cloud/api/job-error-advice';
import type { JobKey } from '../../jobs/model/job-reference';
import { classifyStatus, hasError, haveSameError, firstFailed, isFailed } from '../../jobs/model/job-status';
import { mayBeMissing } from '../../jobs/model/status-history';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { needsDecision } from '../../jobs/model/waiting-upgrade';
import { advisedPart, hasAdvice, recycleBinSentence } from '../text/advice-words';
import { shownEntities, shownSubJobs } from '../parts/shown-parts';

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
      readonly kind: 'waiting' | 'poll-failure' | 'decision' | 'request-id' | 'recycle-bin';
      readonly id: string;
      readonly parent: JobNode;
    }
  | AdviceNode
  | FailedFirstNode
  | { readonly kind: 'failure'; readonly id: string; readonly parent: JobNode | SubJobNode; readonly of: JobFields }
  | SubJobNode
  | MoreNode
  | { readonly kind: 'entity'; readonly id: string; readonly parent: SubJobNode; readonly entity: JobEntity };

/** What to do about the error of a part of the job. */
interface AdviceNode {
  readonly kind: 'advice';
  readonly id: string;
  readonly parent: JobNode | SubJobNode;
  readonly of: JobFields;
}

export interface SubJobNode {
  readonly kind: 'sub-job';
  readonly id: string;
  readonly parent: JobNode;
  readonly subJob: SubJob;
  /** The error and the advice that rows of the job show already, so that the sub-job does not repeat them. */
  readonly shownAbove: ShownAbove;
}

/** Names the sub-job that failed first, and shows its error unless it is the job's. */
export interface FailedFirstNode {
  readonly kind: 'failed-first';
  readonly id: string;
  readonly parent: JobNode;
  readonly subJob: SubJob;
}

interface ShownAbove {
  readonly isError: boolean;
  readonly isAdvice: boolean;
}

/** The last row of a list that is too long to be shown: how many more sub-jobs or resources there are. */
export interface MoreNode {
  readonly kind: 'more';
  readonly id: string;
  readonly parent: JobNode | SubJobNode;
  readonly count: number;
}

export type JobTreeNode = GroupNode | JobNode | DetailNode;

export function childrenOfJob(parent: JobNode, tracked: TrackedJob): DetailNode[] {
  const { job, pollFailure } = tracked;
  const children: DetailNode[] = [];
  // This id predates the name of its kind; a new id would lose the saved state of the row.
  if (pollFailure !== undefined) children.push({ kind: 'poll-failure', id: `${parent.id}/difficulty`, parent });
  // If a row had no children at first, the view would keep it collapsed.
  else if (job === undefined) children.push({ kind: 'waiting', id: `${parent.id}/waiting`, parent });
  if (job === undefined) return children;
  if (needsDecision(tracked)) children.push({ kind: 'decision', id: `${parent.id}/decision`, parent });
  if (hasError(job)) children.push({ kind: 'failure', id: `${parent.id}/failure`, parent, of: job });
  const subJob = firstFailed(job);
  if (subJob !== undefined) children.push({ kind: 'failed-first', id: `${parent.id}/failed-first`, parent, subJob });
  const advised = advisedPart(job, subJob);
  children.push(...adviceOf(parent, advised));
  if (hasError(job) || classifyStatus(job.status) === 'failed' || subJob !== undefined) {
    children.push({ kind: 'request-id', id: `${parent.id}/request-id`, parent });
  }
  if (recycleBinSentence(tracked) !== undefined) {
    children.push({ kind: 'recycle-bin', id: `${parent.id}/recycle-bin`, parent });
  }
  const { parts, hidden } = shownSubJobs(job);
  for (const { id, subJob: part } of parts) {
    const shownAbove = {
      isError: haveSameError(part, job) || (subJob !== undefined && haveSameError(part, subJob)),
      isAdvice: advised !== undefined && adviceOn(part.errorCode) === adviceOn(advised.errorCode),
    };
    children.push({ kind: 'sub-job', id: `${parent.id}/${id}`, parent, subJob: part, shownAbove });
  }
  return [...children, ...moreOf(parent, hidden)];
}

/** Returns the row of the sub-job that failed first; undefined if none failed. */
export function firstFailedRow(parent: JobNode, tracked: TrackedJob): SubJobNode | undefined {
  return childrenOfJob(parent, tracked).find(
    (row): row is SubJobNode => row.kind === 'sub-job' && isFailed(row.subJob),
  );
}

/** Whether `childrenOfJob` returns any, without the cost of their ids: the view asks that of each job in the list. */
export function hasChildren(tracked: TrackedJob): boolean {
  const { job, pollFailure } = tracked;
  if (pollFailure !== undefined || job === undefined || job.subJobs.length > 0 || mayBeMissing(job)) return true;
  return needsDecision(tracked) || hasError(job) || classifyStatus(job.status) === 'failed';
}

export function childrenOfSubJob(parent: SubJobNode): DetailNode[] {
  const { subJob, shownAbove } = parent;
  const children: DetailNode[] = [];
  if (hasError(subJob) && !shownAbove.isError) {
    children.push({ kind: 'failure', id: `${parent.id}/failure`, parent, of: subJob });
  }
  if (!shownAbove.isAdvice) children.push(...adviceOf(parent, subJob));
  const ids = new UniqueIds();
  const { parts, hidden } = shownEntities(subJob);
  for (const entity of parts) {
    const id = ids.next(`${parent.id}/entity/${entity.resourceId ?? ''}`);
    children.push({ kind: 'entity', id, parent, entity });
  }
  return [...children, ...moreOf(parent, hidden)];
}

/** Returns the key of the job that a row belongs to. */
export function keyOf(node: Exclude<JobTreeNode, GroupNode>): JobKey {
  let ancestor = node;
  while (ancestor.kind !== 'job') ancestor = ancestor.parent;
  return ancestor.key;
}

function moreOf(parent: JobNode | SubJobNode, count: number): MoreNode[] {
  return count === 0 ? [] : [{ kind: 'more', id: `${parent.id}/more`, parent, count }];
}

function adviceOf(parent: JobNode | SubJobNode, part: JobFields | undefined): AdviceNode[] {
  if (part === undefined || !hasAdvice(part)) return [];
  return [{ kind: 'advice', id: `${parent.id}/advice`, parent, of: part }];
}
