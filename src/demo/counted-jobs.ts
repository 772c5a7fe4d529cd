/** Selects the jobs that numbers in the UI count: demo jobs must not add to a person's own. */
import type { TrackedJob } from '../jobs/model/tracked-job';
import { isDemo } from './demo-project';

export type JobOwner = 'own' | 'demo';

export function ownerOf({ reference }: Pick<TrackedJob, 'reference'>): JobOwner {
  return isDemo(reference) ? 'demo' : 'own';
}

/** Returns whose jobs are counted: the person's own; the demo's if there are no others. */
export function countedOwner(jobs: { has(owner: JobOwner): boolean }): JobOwner {
  return !jobs.has('own') && jobs.has('demo') ? 'demo' : 'own';
}
