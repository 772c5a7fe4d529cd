/** The console pages of the load balancers that a job names. */
import { consoleUrl, loadBalancersOf } from '../../cloud/api/console-url';
import { classifyStatus } from '../../jobs/model/job-status';
import type { TrackedJob } from '../../jobs/model/tracked-job';

export interface ConsoleLink {
  readonly id: string;
  readonly url: string;
}

/** What can be opened; nothing of a job that has deleted it. */
export function consoleLinks({ job, reference }: TrackedJob): readonly ConsoleLink[] {
  if (job === undefined || hasDeleted(job)) return [];
  return loadBalancersOf(job).flatMap((id) => {
    const url = consoleUrl(reference.endpoint, id);
    return url === undefined ? [] : [{ id, url }];
  });
}

export function hasDeleted({ jobType, status }: NonNullable<TrackedJob['job']>): boolean {
  return jobType === 'batchDeleteLoadbalancer' && classifyStatus(status) === 'succeeded';
}
