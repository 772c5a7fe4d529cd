/** Which load balancers a batch deletion removed: the recycle bin may hold them. */
import type { Job, SubJob } from '../../cloud/api/job';
import { classifyStatus, isEnding, isFailed } from './job-status';

const BATCH_DELETE = 'batchdeleteloadbalancer';

/** @returns the ids of the load balancers that an ended batch deletion removed, each once; none for other jobs */
export function deletedLoadBalancers(job: Job): readonly string[] {
  if (job.jobType?.toLowerCase() !== BATCH_DELETE || !isEnding(job.status)) return [];
  const hasSucceeded = classifyStatus(job.status) === 'succeeded';
  const ids = job.subJobs.flatMap((subJob) => (isDone(subJob, hasSucceeded) ? idsOf(subJob) : []));
  return [...new Set(ids)];
}

function isDone(subJob: SubJob, hasJobSucceeded: boolean): boolean {
  if (isFailed(subJob)) return false;
  return subJob.status === undefined ? hasJobSucceeded : classifyStatus(subJob.status) === 'succeeded';
}

function idsOf({ entities, resourceId }: SubJob): readonly string[] {
  const ids = entities.flatMap((entity) =>
    entity.resourceType === 'loadbalancer' && entity.resourceId !== undefined ? [entity.resourceId] : [],
  );
  // Without entities, the sub-job's own resource is the load balancer.
  return entities.length > 0 || resourceId === undefined ? ids : [resourceId];
}
