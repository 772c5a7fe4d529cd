/** Selects the jobs that numbers in the UI count: demo jobs must not add to a person's own. */
import type { TrackedJob } from '../jobs/model/tracked-job';
import { isDemo } from './demo-project';

interface CountedJobs {
  readonly jobs: readonly TrackedJob[];
  readonly areDemo: boolean;
}

/** Returns the person's own jobs; the demo's if there are no others. */
export function countedJobs(all: Iterable<TrackedJob>): CountedJobs {
  const jobs = [...all];
  const own = jobs.filter(({ reference }) => !isDemo(reference));
  return own.length > 0 ? { jobs: own, areDemo: false } : { jobs, areDemo: jobs.length > 0 };
}
