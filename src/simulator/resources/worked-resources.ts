/** The load balancers and listeners that a job works on, and what it does to them. */
import type { JobEntity, JobScript } from '../jobs/job-script';

export type ResourceType = JobEntity['resource_type'];

export interface WorkedResource {
  readonly id: string;
  readonly type: ResourceType;
}

/** A job's own resource is a load balancer, unless an entity with its id or this job type says otherwise. */
const OF_LISTENERS: ReadonlySet<string> = new Set(['cloneListener']);

/** The provisioning_status while an upgrade has this status; ACTIVE while it has another one. */
const UPGRADE_STATES: ReadonlyMap<string, string> = new Map([
  ['SUCCESS', 'UPGRADED'],
  ['FAIL', 'UPGRADE_FAILED'],
  ['ROLLBACKING', 'UPGRADE_FAILED'],
  ['ROLLBACK_FAIL', 'ROLLBACK_FAILED'],
]);

/** @returns each resource once: the job's own, then those of its sub-jobs in the order of the script. */
export function resourcesOf({ jobType, resourceId, subJobs }: JobScript): readonly WorkedResource[] {
  const entities = subJobs.flatMap((subJob) => subJob.entities);
  const own = entities.find((entity) => entity.resource_id === resourceId)?.resource_type;
  const types = new Map<string, ResourceType>();
  types.set(resourceId, own ?? (OF_LISTENERS.has(jobType) ? 'listener' : 'loadbalancer'));
  for (const { resource_id: id, resource_type: type } of entities) if (!types.has(id)) types.set(id, type);
  return [...types].map(([id, type]) => ({ id, type }));
}

/** @returns the provisioning_status that a job of the type leaves its load balancer in; undefined if it does not change that. */
export function stateAfter(jobType: string, status: string | undefined): string | undefined {
  if (jobType !== 'UPGRADE' || status === undefined) return undefined;
  return UPGRADE_STATES.get(status) ?? 'ACTIVE';
}

/** @returns whether a job with that status has moved the load balancer to the recycle bin. */
export function hasDeleted(
  { jobType, resourceId, subJobs }: JobScript,
  status: string | undefined,
  id: string,
): boolean {
  if (jobType !== 'batchDeleteLoadbalancer' || (status !== 'COMPLETE' && status !== 'SUCCESS')) return false;
  // The own resource of a batch is none of those that it deletes.
  const entities = subJobs.flatMap((subJob) => subJob.entities);
  return entities.length === 0 ? id === resourceId : entities.some((entity) => entity.resource_id === id);
}
