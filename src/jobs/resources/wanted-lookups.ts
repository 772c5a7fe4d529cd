/** What to look up for a job: names when an id is new and when the job ends, and what explains a failure. */
import type { Instant } from '../../base/clock';
import { MAX_KNOWN_RESOURCES, MAX_RESOURCES_OF_JOB } from '../../base/limits';
import { DAY, HOUR } from '../../base/time-units';
import { deletedLoadBalancers } from '../model/deleted-load-balancers';
import { isWaitingUpgrade } from '../model/job-status';
import { NAME_ACTIONS, type ResourceAction, type ResourceType } from '../model/project-resources';
import { isPartQuota, quotaKeysOf } from '../model/quota-of-job';
import { isResourceId, resourceIdsOf } from '../model/resource-ids';
import type { TrackedJob } from '../model/tracked-job';
import { type KnownProject, type KnownQuota, type KnownResource, latestOf, MAX_LOOKUPS } from './known-project';

export type LookUpKind = ResourceType | 'recycle-bin' | 'quota';

/** The permission that a look-up needs. */
export const ACTIONS: Readonly<Record<LookUpKind, ResourceAction>> = {
  ...NAME_ACTIONS,
  'recycle-bin': 'elb:loadbalancers:list',
  quota: 'elb:quotas:list',
};

export interface WantedLookUp {
  readonly kind: LookUpKind;
  /** A resource's id, or a quota's key. */
  readonly id: string;
}

/** How long after its end a job still makes look-ups: later, they explain nothing to anybody. */
const MAX_AGE_MS = DAY;
/** How long after its end a job's resources are looked up once more. */
const MAX_END_AGE_MS = HOUR;

/** What was looked up, by id. */
export class KnownIndex {
  private readonly resources: ReadonlyMap<string, KnownResource>;
  private readonly quotas: ReadonlyMap<string, KnownQuota>;
  /** The resource that the next new one replaces; undefined if there is room. */
  private readonly oldest: KnownResource | undefined;

  constructor({ resources, quotas }: KnownProject) {
    this.resources = new Map(resources.map((resource) => [resource.id, resource]));
    this.quotas = new Map(quotas.map((quota) => [quota.key, quota]));
    this.oldest = resources[MAX_KNOWN_RESOURCES - 1];
  }

  /** @returns what to look up for the job now; empty for a job that ended long ago */
  wantedFor(tracked: TrackedJob, now: Instant): readonly WantedLookUp[] {
    const { job, ending } = tracked;
    if (job === undefined || isTooOld(tracked, now)) return [];
    const names = resourceIdsOf(job).filter(({ id }) => this.isNameWanted(id, tracked, now));
    const wanted: WantedLookUp[] = names.map(({ id, type }) => ({ kind: type, id }));
    if (ending === undefined) return wanted;
    for (const id of deletedLoadBalancers(job).filter(isResourceId).slice(0, MAX_RESOURCES_OF_JOB)) {
      const known = this.resources.get(id);
      if (known === undefined && this.isFull(now)) continue;
      if (!isSince(ending.noticedAt, known?.recycleBin?.askedAt, now)) wanted.push({ kind: 'recycle-bin', id });
    }
    for (const id of quotaKeysOf(job)) {
      const isKnown = isSince(ending.noticedAt, this.quotas.get(id)?.askedAt, now);
      if (!isKnown && !isPartQuota(id)) wanted.push({ kind: 'quota', id });
    }
    return wanted;
  }

  /** Whether another resource would replace one that may be wanted again at once. */
  private isFull(now: Instant): boolean {
    return this.oldest !== undefined && now - latestOf(this.oldest) < DAY;
  }

  private isNameWanted(id: string, tracked: TrackedJob, now: Instant): boolean {
    const { ending } = tracked;
    const times = this.resources.get(id)?.lookedUpAt ?? [];
    const [latest] = times;
    // A clock that was set back leaves times in the future; those of more than a day are damaged.
    if (latest === undefined || latest > now + DAY) return !this.isFull(now);
    if (ending === undefined || isSince(ending.noticedAt, latest, now)) return false;
    // A decision needs the state since the traffic was switched.
    if (tracked.job !== undefined && isWaitingUpgrade(tracked.job)) return true;
    const recent = times.filter((time) => now - time < DAY);
    return recent.length < MAX_LOOKUPS && now - ending.noticedAt < MAX_END_AGE_MS;
  }
}

/** Whether a look-up was made since a job ended. True for one before now if the clock was set back to before the end. */
function isSince(endedAt: Instant, lookedUpAt: Instant | undefined, now: Instant): boolean {
  if (lookedUpAt === undefined) return false;
  return lookedUpAt >= endedAt || (lookedUpAt <= now && endedAt > now);
}

/** Never true for an upgrade that waits. */
function isTooOld({ job, ending }: TrackedJob, now: Instant): boolean {
  if (ending === undefined || (job !== undefined && isWaitingUpgrade(job))) return false;
  return Math.abs(now - ending.noticedAt) >= MAX_AGE_MS;
}
