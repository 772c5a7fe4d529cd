/** The rows below a tracked job: its error, its sub-jobs in time order, and their resources. */
import { uniqueId } from '../../base/unique-id';
import type { JobEntity, JobFields, SubJob } from '../../cloud/api/job';
import { adviceOn } from '../../cloud/api/job-error-advice';
import type { JobKey } from '../../jobs/model/job-reference';
import { classifyStatus, hasFailure, firstFailed } from '../../jobs/model/job-status';
import type { TrackedJob } from '../../jobs/model/tracked-job';

export interface JobNode {
  readonly kind: 'job';
  /** Stable over refreshes, reloads and windows, as all ids here are: the view keeps selection and expansion by it. */
  readonly id: string;
  readonly key: JobKey;
}

/** A heading, below which jobs are that have something in common. */
export interface GroupNode {
  readonly kind: 'group';
  readonly id: string;
  readonly of: string | undefined;
  readonly keys: readonly JobKey[];
}

export type DetailNode =
  | {
      readonly kind: 'waiting' | 'difficulty' | 'request-id';
      readonly id: string;
      readonly parent: JobNode;
    }
  | { readonly kind: 'advice'; readonly id: string; readonly parent: JobNode | SubJobNode; readonly code: string }
  | { readonly kind: 'failed-first'; readonly id: string; readonly parent: JobNode; readonly subJob: SubJob }
  | { readonly kind: 'failure'; readonly id: string; readonly parent: JobNode | SubJobNode; readonly of: JobFields }
  | SubJobNode
  | { readonly kind: 'entity'; readonly id: string; readonly parent: SubJobNode; readonly entity: JobEntity };

export interface SubJobNode {
  readonly kind: 'sub-job';
  readonly id: string;
  readonly parent: JobNode;
  readonly subJob: SubJob;
}

export type JobTreeNode = GroupNode | JobNode | DetailNode;

export function childrenOfJob(parent: JobNode, { job, pollFailure }: TrackedJob): DetailNode[] {
  const children: DetailNode[] = [];
  if (pollFailure !== undefined) children.push({ kind: 'difficulty', id: `${parent.id}/difficulty`, parent });
  // A row that has no rows below it at first would stay closed for good.
  else if (job === undefined) children.push({ kind: 'waiting', id: `${parent.id}/waiting`, parent });
  if (job === undefined) return children;
  if (hasFailure(job)) children.push({ kind: 'failure', id: `${parent.id}/failure`, parent, of: job });
  const subJob = firstFailed(job);
  if (subJob !== undefined) children.push({ kind: 'failed-first', id: `${parent.id}/failed-first`, parent, subJob });
  children.push(...adviceOf(parent, job.errorCode));
  if (hasFailure(job) || classifyStatus(job.status) === 'failed' || subJob !== undefined) {
    children.push({ kind: 'request-id', id: `${parent.id}/request-id`, parent });
  }
  const used = new Set<string>();
  for (const subJob of job.subJobs) {
    const id = uniqueId(`${parent.id}/sub-job/${subJob.jobId ?? subJob.jobType ?? ''}`, used);
    children.push({ kind: 'sub-job', id, parent, subJob });
  }
  return children;
}

export function childrenOfSubJob(parent: SubJobNode): DetailNode[] {
  const { subJob } = parent;
  const children: DetailNode[] = [];
  if (hasFailure(subJob)) children.push({ kind: 'failure', id: `${parent.id}/failure`, parent, of: subJob });
  children.push(...adviceOf(parent, subJob.errorCode));
  const used = new Set<string>();
  for (const entity of subJob.entities) {
    const id = uniqueId(`${parent.id}/entity/${entity.resourceId ?? ''}`, used);
    children.push({ kind: 'entity', id, parent, entity });
  }
  return children;
}

function adviceOf(parent: JobNode | SubJobNode, code: string | undefined): DetailNode[] {
  return code === undefined || adviceOn(code) === undefined
    ? []
    : [{ kind: 'advice', id: `${parent.id}/advice`, parent, code }];
}
