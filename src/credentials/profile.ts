/** What is known of an account's way in, but for its secrets. */
import { createHash } from 'node:crypto';
import type { EndpointOrigin } from '../elb/endpoint';
import type { Instant } from '../jobs/clock';
import type { ProjectReference } from '../jobs/job-source';
import type { Refusal } from './refusal';

export interface KeptProfile {
  /** Follows from endpoint and project, which are fixed: another project is another profile. */
  readonly id: string;
  readonly endpoint: EndpointOrigin;
  /** Missing for a custom endpoint. */
  readonly region?: string | undefined;
  readonly projectId: string;
  /** By which a person knows the key; the rest of it is a secret. */
  readonly accessKeyStart: string;
  /** Tells other windows that the key is another one. */
  readonly keyChangedAt: Instant;
}

export interface Profile extends KeptProfile {
  /** The service refused this credential: nothing is asked with it until it is changed or the person says try again. */
  readonly refusal?: Refusal | undefined;
}

export function profileId(endpoint: EndpointOrigin, projectId: string): string {
  return createHash('sha256').update(`${endpoint}\n${projectId}`).digest('hex').slice(0, 16);
}

export function isProfileOf(profile: KeptProfile, { endpoint, projectId }: ProjectReference): boolean {
  return profile.endpoint === endpoint && profile.projectId === projectId;
}

/** A name for people, e.g. `cn-north-4 · 7b7705dce1e8…`. */
export function profileName({ endpoint, region, projectId }: KeptProfile): string {
  return `${region ?? new URL(endpoint).host} · ${projectId.slice(0, 12)}…`;
}
