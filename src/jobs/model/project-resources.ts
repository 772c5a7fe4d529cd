/** What is known about the load balancers and listeners of a project: their names and states, quotas, and what may not be read. */
import type { Instant } from '../../base/clock';

export const RESOURCE_TYPES = ['loadbalancer', 'listener'] as const;

export type ResourceType = (typeof RESOURCE_TYPES)[number];

/** A load balancer or a listener, as the service last returned it. All texts are the service's, and cut. */
export interface Resource {
  readonly type: ResourceType;
  /** Missing if the service has none. At most 255 characters. */
  readonly name?: string | undefined;
  /** Open-ended: documented are ACTIVE and PENDING_DELETE, and for upgrades UPGRADED, UPGRADE_FAILED and ROLLBACK_FAILED. */
  readonly provisioningStatus?: string | undefined;
  /** Open-ended. */
  readonly operatingStatus?: string | undefined;
  readonly vipAddress?: string | undefined;
  /** When the service last returned it. A resource that was deleted since keeps what was known. */
  readonly seenAt: Instant;
  /** Whether the recycle bin held it after a job deleted it; missing if that is not known. */
  readonly isInRecycleBin?: boolean | undefined;
}

export interface Quota {
  /** Open-ended, e.g. `loadbalancer`. */
  readonly key: string;
  /** -1 if there is none. */
  readonly limit: number;
  readonly used: number;
  /** Open-ended, e.g. `count`. */
  readonly unit?: string | undefined;
  /** When the service said so. */
  readonly seenAt: Instant;
}

/** The permissions that the optional requests need, as an IAM policy names them. */
export const RESOURCE_ACTIONS = ['elb:loadbalancers:list', 'elb:listeners:list', 'elb:quotas:list'] as const;

export type ResourceAction = (typeof RESOURCE_ACTIONS)[number];

/** The permission that the names of resources need, by type. */
export const NAME_ACTIONS: Readonly<Record<ResourceType, ResourceAction>> = {
  loadbalancer: 'elb:loadbalancers:list',
  listener: 'elb:listeners:list',
};

export interface ProjectResources {
  readonly byId: ReadonlyMap<string, Resource>;
  /** By their keys. */
  readonly quotas: ReadonlyMap<string, Quota>;
  /** What the service refused these credentials. */
  readonly refused: ReadonlySet<ResourceAction>;
}

/** A tracked job. */
interface WithResources {
  readonly resources?: ProjectResources | undefined;
}

/** @returns what is known about a resource of the job's project; undefined if nothing is, or if names are turned off */
export function resourceOf({ resources }: WithResources, id: string | undefined): Resource | undefined {
  return id === undefined ? undefined : resources?.byId.get(id);
}

/** @returns the resource's name, which is the service's text; undefined if it is not known, or empty */
export function resourceNameOf(tracked: WithResources, id: string | undefined): string | undefined {
  return resourceOf(tracked, id)?.name;
}
