/** What was looked up about the resources of a project, and how answers and refusals change it. */
import type { Instant } from '../../base/clock';
import { MAX_KNOWN_QUOTAS, MAX_KNOWN_RESOURCES } from '../../base/limits';
import { DAY } from '../../base/time-units';
import type { ProjectReference } from '../model/project';
import type { ProjectResources, Quota, Resource, ResourceAction, ResourceType } from '../model/project-resources';
import type { FoundQuota, FoundResource } from './resource-source';

/** How long after its last look-up a resource is kept. */
export const RESOURCE_RETENTION_MS = 30 * DAY;
/** Look-ups of a resource in any 24 hours. */
export const MAX_LOOKUPS = 2;

export interface KnownResource {
  readonly id: string;
  readonly type: ResourceType;
  /** When it was looked up, the latest first; the last MAX_LOOKUPS. */
  readonly lookedUpAt: readonly Instant[];
  /** As the service returned it last; missing if it never did. */
  readonly found?: Omit<Resource, 'type' | 'isInRecycleBin'> | undefined;
  /** `isHeld` is missing if the service did not say. */
  readonly recycleBin?: { readonly askedAt: Instant; readonly isHeld?: boolean | undefined } | undefined;
}

export interface KnownQuota {
  readonly key: string;
  readonly askedAt: Instant;
  /** Missing if the service did not say. */
  readonly found?: Omit<FoundQuota, 'key'> | undefined;
}

/** The service refused an action to a caller: see ResourceSource.callerOf. */
export interface Refusal {
  readonly action: ResourceAction;
  readonly caller: string;
}

export interface KnownProject extends ProjectReference {
  /** The one that was looked up last comes first. */
  readonly resources: readonly KnownResource[];
  readonly quotas: readonly KnownQuota[];
  readonly refused: readonly Refusal[];
}

export type KnownChange = (known: KnownProject) => KnownProject;

export function nothingKnown({ endpoint, projectId }: ProjectReference): KnownProject {
  return { endpoint, projectId, resources: [], quotas: [], refused: [] };
}

/** Adds an answer to a look-up of these ids. A resource that the service did not return keeps what was known. */
export function withLookUp(
  type: ResourceType,
  ids: readonly string[],
  found: readonly FoundResource[],
  now: Instant,
): KnownChange {
  return (known) => {
    const before = new Map(known.resources.map((resource) => [resource.id, resource]));
    const answers = new Map(found.map((resource) => [resource.id, resource]));
    const lookedUp = ids.map((id): KnownResource => {
      const known = before.get(id);
      const answer = answers.get(id);
      const lookedUpAt = [now, ...(known?.lookedUpAt ?? [])].slice(0, MAX_LOOKUPS);
      return { ...known, id, type, lookedUpAt, ...(answer === undefined ? {} : { found: foundAt(answer, now) }) };
    });
    return withResources(known, lookedUp, now);
  };
}

/** @param heldIds undefined if the service did not say. */
export function withRecycleBin(
  ids: readonly string[],
  heldIds: ReadonlySet<string> | undefined,
  now: Instant,
): KnownChange {
  return (known) => {
    const before = new Map(known.resources.map((resource) => [resource.id, resource]));
    const asked = ids.map((id): KnownResource => {
      const known = before.get(id) ?? { id, type: 'loadbalancer', lookedUpAt: [] };
      const isHeld = heldIds?.has(id);
      return { ...known, recycleBin: { askedAt: now, ...(isHeld === undefined ? {} : { isHeld }) } };
    });
    return withResources(known, asked, now);
  };
}

/** Adds an answer about these quotas; none if the service did not say. */
export function withQuotas(keys: readonly string[], found: readonly FoundQuota[], now: Instant): KnownChange {
  return (known) => {
    const asked = keys.map((key): KnownQuota => {
      const answer = found.find((quota) => quota.key === key);
      if (answer === undefined) return { key, askedAt: now };
      const { key: _, ...figures } = answer;
      return { key, askedAt: now, found: figures };
    });
    const others = known.quotas.filter(({ key }) => !keys.includes(key));
    return { ...known, quotas: [...asked, ...others].slice(0, MAX_KNOWN_QUOTAS) };
  };
}

export function withRefusal(action: ResourceAction, caller: string): KnownChange {
  return (known) => ({
    ...known,
    refused: [...known.refused.filter((refusal) => refusal.action !== action), { action, caller }],
  });
}

/** @param caller keeps the refusals of this caller */
export function withoutRefusals(caller?: string): KnownChange {
  return (known) => {
    const refused = known.refused.filter((refusal) => refusal.caller === caller);
    return refused.length === known.refused.length ? known : { ...known, refused };
  };
}

/** @returns without resources that were looked up too long ago, and without the oldest if there are too many */
export function limited(known: KnownProject, now: Instant): KnownProject {
  const isRecent = (resource: KnownResource) => Math.abs(now - latestOf(resource)) < RESOURCE_RETENTION_MS;
  const resources = known.resources.filter(isRecent).slice(0, MAX_KNOWN_RESOURCES);
  return resources.length === known.resources.length ? known : { ...known, resources };
}

/** @returns undefined if there is nothing to show */
export function shownResources({ resources, quotas, refused }: KnownProject): ProjectResources | undefined {
  if (resources.length === 0 && quotas.length === 0 && refused.length === 0) return undefined;
  const byId = new Map<string, Resource>();
  for (const { id, type, found, recycleBin } of resources) {
    const isInRecycleBin = recycleBin?.isHeld;
    if (found === undefined && (recycleBin === undefined || isInRecycleBin === undefined)) continue;
    const seen = found ?? { seenAt: recycleBin?.askedAt ?? 0 };
    byId.set(id, { type, ...seen, ...(isInRecycleBin === undefined ? {} : { isInRecycleBin }) });
  }
  const shownQuotas = quotas.flatMap(({ key, askedAt, found }): (readonly [string, Quota])[] =>
    found === undefined ? [] : [[key, { key, seenAt: askedAt, ...found }]],
  );
  return { byId, quotas: new Map(shownQuotas), refused: new Set(refused.map(({ action }) => action)) };
}

/** When the service was last asked about the resource. */
export function latestOf({ lookedUpAt: [latest], recycleBin }: KnownResource): Instant {
  return Math.max(latest ?? 0, recycleBin?.askedAt ?? 0);
}

function withResources(known: KnownProject, changed: readonly KnownResource[], now: Instant): KnownProject {
  const ids = new Set(changed.map(({ id }) => id));
  return limited({ ...known, resources: [...changed, ...known.resources.filter(({ id }) => !ids.has(id))] }, now);
}

function foundAt(
  { name, provisioningStatus, operatingStatus, vipAddress }: FoundResource,
  seenAt: Instant,
): KnownResource['found'] {
  return {
    ...(name === undefined ? {} : { name }),
    ...(provisioningStatus === undefined ? {} : { provisioningStatus }),
    ...(operatingStatus === undefined ? {} : { operatingStatus }),
    ...(vipAddress === undefined ? {} : { vipAddress }),
    seenAt,
  };
}
