/** Which resource a job is named after, of those that it works on and whose names are known. */
import type { Job } from '../../cloud/api/job';
import { resourceNameOf } from './project-resources';
import type { TrackedJob } from './tracked-job';

/** The resource that a job is named after. */
export interface Subject {
  readonly id: string;
  /** The service's text, not empty. */
  readonly name: string;
}

/**
 * Returns the job's own resource or, if that has no known name, the first one of its sub-jobs that has. Decodes no sub-jobs of a
 * job at rest.
 */
export function subjectOf({ job, resources }: Pick<TrackedJob, 'job' | 'resources'>): Subject | undefined {
  if (job === undefined || resources === undefined || resources.byId.size === 0) return undefined;
  const nameOf = (id: string | undefined) => resourceNameOf({ resources }, id) ?? '';
  const isNamed = (id: string | undefined) => nameOf(id) !== '';
  const id = isNamed(job.resourceId) ? job.resourceId : firstResourceOf(job, isNamed);
  return id === undefined ? undefined : { id, name: nameOf(id) };
}

/**
 * Returns how many other resources of the subject's type a batch works on; 0 for any other job, whose other resources are parts
 * or copies of its own one. Decodes the sub-jobs of a batch at rest.
 */
export function otherResourcesOf({ job, resources }: Pick<TrackedJob, 'job' | 'resources'>, { id }: Subject): number {
  if (job === undefined || (job.resourceId === id && !isBatch(job))) return 0;
  const types = new Map<string, string | undefined>();
  const add = (each: string | undefined, type?: string) => {
    if (each !== undefined) types.set(each, types.get(each) ?? type ?? resources?.byId.get(each)?.type);
  };
  for (const { resourceId, entities } of job.subJobs) {
    add(resourceId);
    for (const entity of entities) add(entity.resourceId, entity.resourceType);
  }
  const type = resources?.byId.get(id)?.type;
  return [...types].filter(([other, otherType]) => other !== id && (otherType ?? type) === type).length;
}

/** Whether one of the ids is of a resource that the job works on. Decodes no sub-jobs of a job at rest. */
export function worksOnAny(job: Job, ids: ReadonlySet<string>): boolean {
  if (ids.size === 0) return false;
  const isOne = (id: string | undefined) => id !== undefined && ids.has(id);
  return isOne(job.resourceId) || firstResourceOf(job, isOne) !== undefined;
}

/** @returns the id of the first resource of a sub-job that matches */
function firstResourceOf({ subJobs }: Job, matches: (id: string | undefined) => boolean): string | undefined {
  if (subJobs.firstText !== undefined) return subJobs.firstText(matches);
  // In the order in which a job at rest has them.
  for (const { resourceId, entities } of subJobs) {
    const entity = entities.find((each) => matches(each.resourceId));
    if (entity !== undefined) return entity.resourceId;
    if (matches(resourceId)) return resourceId;
  }
  return undefined;
}

function isBatch({ jobType }: Job): boolean {
  return jobType?.startsWith('batch') === true;
}
