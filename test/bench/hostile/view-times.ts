/** Measures hostile jobs from the answer to all views. */
import { buildAllViews, trackedAfter } from '../../support/hostile/all-views';
import { combiningIds, equalSubJobs, type HostileJob, manySubJobs } from '../../support/hostile/hostile-jobs';
import { bestCpuMs } from './cpu-time';

/** @returns CPU milliseconds of the slower of 20,000 sub-jobs without ids and with equal ids */
export async function subJobsMs20000(): Promise<number> {
  return Math.max(await viewMs(manySubJobs(20_000)), await viewMs(equalSubJobs(20_000)));
}

export function combiningMs(): Promise<number> {
  return viewMs(combiningIds());
}

function viewMs(job: HostileJob): Promise<number> {
  const body = job.body();
  return bestCpuMs(() => buildAllViews(trackedAfter({ ...job, body: () => body })));
}
