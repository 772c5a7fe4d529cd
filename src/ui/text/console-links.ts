/** The console pages of the load balancers that a job names. */
import type { Job } from '../../cloud/api/job';
import { consoleUrl, loadBalancersOf } from '../../cloud/api/console-url';
import { classifyStatus } from '../../jobs/model/job-status';
import type { TrackedJob } from '../../jobs/model/tracked-job';

export interface ConsoleLink {
  /** Of the load balancer. */
  readonly id: string;
  readonly url: string;
}

/** Returns no links if the job has deleted its load balancers, or if the console of its endpoint is unknown. */
export function consoleLinks({ job, reference }: TrackedJob): readonly ConsoleLink[] {
  if (job === undefined || hasDeletedLoadBalancers(job)) return [];
  return loadBalancersOf(job).flatMap((id) => {
    const url = consoleUrl(reference.endpoint, id);
    return url === undefined ? [] : [{ id, url }];
  });
}

export function hasDeletedLoadBalancers({ jobType, status }: Job): boolean {
  return jobType === 'batchDeleteLoadbalancer' && classifyStatus(status) === 'succeeded';
}
