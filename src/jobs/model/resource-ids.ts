/** The load balancers and listeners that a job works on. */
import { MAX_QUERIED_ID_LENGTH, MAX_RESOURCES_OF_JOB } from '../../base/limits';
import type { Job, JobFields } from '../../cloud/api/job';
import { RESOURCE_TYPES, type ResourceType } from './project-resources';

export interface ResourceId {
  readonly id: string;
  readonly type: ResourceType;
}

const ID = /^[\w-]+$/;

/** Whether an id can be requested and stored. The service's are UUIDs. */
export function isResourceId(id: string): boolean {
  return id.length <= MAX_QUERIED_ID_LENGTH && ID.test(id);
}

/**
 * Returns the resources of the job, of its sub-jobs and of their entities, each once, at most MAX_RESOURCES_OF_JOB. The type of
 * an id without an entity follows from the type of the job. Entities of other types are left out.
 */
export function resourceIdsOf(job: Job): readonly ResourceId[] {
  const types = new Map<string, ResourceType>();
  const others: (readonly [id: string | undefined, of: JobFields])[] = [];
  const isFull = () => types.size >= MAX_RESOURCES_OF_JOB;
  const add = (id: string | undefined, type: ResourceType | undefined) => {
    if (id !== undefined && type !== undefined && isResourceId(id) && !isFull() && !types.has(id)) types.set(id, type);
  };
  add(job.resourceId, typeOfOwn(job));
  for (const subJob of job.subJobs) {
    if (isFull()) break;
    for (const { resourceId, resourceType } of subJob.entities) {
      if (isFull()) break;
      add(resourceId, typeNamed(resourceType));
    }
    const isEntity = subJob.entities.some(({ resourceId }) => resourceId === subJob.resourceId);
    if (!isEntity) others.push([subJob.resourceId, subJob]);
  }
  for (const [id, of] of others) add(id, typeByJob(of));
  return [...types].map(([id, type]) => ({ id, type }));
}

/** The type of the job's own resource: that of its entity, if a sub-job has it. */
function typeOfOwn(job: Job): ResourceType | undefined {
  for (const { entities } of job.resourceId === undefined ? [] : job.subJobs) {
    const entity = entities.find(({ resourceId }) => resourceId === job.resourceId);
    if (entity !== undefined) return typeNamed(entity.resourceType);
  }
  return typeByJob(job);
}

function typeNamed(name: string | undefined): ResourceType | undefined {
  return RESOURCE_TYPES.find((type) => type === name?.toLowerCase());
}

/** E.g. `cloneListener` works on a listener. */
function typeByJob({ jobType }: JobFields): ResourceType {
  return jobType !== undefined && /listener/i.test(jobType) ? 'listener' : 'loadbalancer';
}
