/** Finds what is known of a job that is tracked by the id of a reference, or by an alias. */
import type { JobReference } from '../model/job-reference';
import type { TrackedJob } from '../model/tracked-job';
import type { JobStore } from './job-store';

/** @returns undefined if the job is not tracked */
export function findTracked(store: Pick<JobStore, 'find' | 'get'>, reference: JobReference): TrackedJob | undefined {
  const key = store.find(reference);
  return key === undefined ? undefined : store.get(key);
}
