/** An upgrade that has switched the traffic and waits for its owner: since when, for which load balancer, and what is possible. */
import type { Instant } from '../../base/clock';
import { MAX_INSTANT } from '../../base/limits';
import type { Job } from '../../cloud/api/job';
import { isWaitingUpgrade } from './job-status';
import { resourceOf } from './project-resources';
import { isActive, isLost, type TrackedJob } from './tracked-job';

/** The values of `action` in the service's request that ends the wait. */
export type UpgradeDecision = 'complete' | 'rollback';

/** The states of the load balancer in which the service accepts each decision. */
const STATES: Readonly<Record<UpgradeDecision, readonly string[]>> = {
  complete: ['UPGRADED'],
  rollback: ['UPGRADED', 'UPGRADE_FAILED', 'ROLLBACK_FAILED'],
};

/** Whether the job is an upgrade that waits, as far as the service still reports it. */
export function needsDecision(tracked: TrackedJob): tracked is TrackedJob & { readonly job: Job } {
  return tracked.job !== undefined && isWaitingUpgrade(tracked.job) && !isLost(tracked);
}

/** Whether the job runs by itself, as far as is known. An upgrade that waits for a decision may do so for days. */
export function isInProgress(tracked: TrackedJob): boolean {
  return isActive(tracked) && !needsDecision(tracked);
}

/**
 * @returns when the traffic was switched, which is when the last sub-job ended; if that is not known, when a poll first found the
 * job waiting. Undefined if it does not wait.
 */
export function waitsSince({ job, ending }: Pick<TrackedJob, 'job' | 'ending'>): Instant | undefined {
  if (job === undefined || !isWaitingUpgrade(job)) return undefined;
  let last: Instant | undefined;
  for (const { endTime } of job.subJobs) if (isTime(endTime) && endTime > (last ?? 0)) last = endTime;
  return last ?? (isTime(job.endTime) ? job.endTime : ending?.noticedAt);
}

/** @returns the id of the load balancer that is upgraded; undefined if the job does not name exactly one */
export function upgradedLoadBalancer({ resourceId, subJobs }: Job): string | undefined {
  if (resourceId !== undefined) return resourceId;
  const ids = new Set<string>();
  for (const { entities } of subJobs) {
    for (const entity of entities) {
      if (entity.resourceType === 'loadbalancer' && entity.resourceId !== undefined) ids.add(entity.resourceId);
    }
  }
  const [only] = ids;
  return ids.size === 1 ? only : undefined;
}

/**
 * @returns the `provisioning_status` of the upgraded load balancer, as it was last seen; undefined if it was not seen since a poll
 * found the job waiting: an earlier state says nothing about what is possible now
 */
export function upgradedState(tracked: TrackedJob): string | undefined {
  const { job, ending } = tracked;
  const resource = job && resourceOf(tracked, upgradedLoadBalancer(job));
  const isCurrent = resource !== undefined && resource.seenAt >= (ending?.noticedAt ?? 0);
  return isCurrent ? resource.provisioningStatus : undefined;
}

/** Whether the service accepts the decision; true if the state is not known. */
export function isPossible(decision: UpgradeDecision, state: string | undefined): boolean {
  return state === undefined || STATES[decision].includes(state);
}

function isTime(instant: Instant | undefined): instant is Instant {
  return instant !== undefined && instant > 0 && instant <= MAX_INSTANT;
}
