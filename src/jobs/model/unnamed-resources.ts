/** Which permissions the names of a job's resources lack. */
import { NAME_ACTIONS, type ResourceAction, resourceOf } from './project-resources';
import { resourceIdsOf } from './resource-ids';
import type { TrackedJob } from './tracked-job';

/** @returns the refused permissions without which names of the job's resources are not known, each once */
export function permissionsForNames(tracked: Pick<TrackedJob, 'job' | 'resources'>): readonly ResourceAction[] {
  const { job, resources } = tracked;
  if (job === undefined || resources === undefined) return [];
  const refused = Object.values(NAME_ACTIONS).filter((action) => resources.refused.has(action));
  if (refused.length === 0) return [];
  const unnamed = resourceIdsOf(job).filter(({ id }) => resourceOf(tracked, id) === undefined);
  return refused.filter((action) => unnamed.some(({ type }) => NAME_ACTIONS[type] === action));
}
