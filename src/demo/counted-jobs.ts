/** Which jobs a number tells of: a demo must not swell the count of a person's own. */
import type { TrackedJob } from '../jobs/model/tracked-job';
import { isDemo } from './demo-project';

export interface CountedJobs {
  readonly jobs: readonly TrackedJob[];
  readonly areDemo: boolean;
}

/** The demo's jobs are counted alone, and only where there are no others. */
export function countedJobs(all: Iterable<TrackedJob>): CountedJobs {
  const jobs = [...all];
  const own = jobs.filter(({ reference }) => !isDemo(reference));
  return own.length > 0 ? { jobs: own, areDemo: false } : { jobs, areDemo: jobs.length > 0 };
}
