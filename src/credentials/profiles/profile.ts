/** What is known of an account's way in, but for its secrets. */
import type { EndpointOrigin } from '../../cloud/places/endpoint';
import type { Instant } from '../../base/clock';
import { projectHash } from '../../jobs/model/project-hash';
import type { Refusal } from '../refusals/refusal';
import type { KeySource } from '../sources/key-source';

/** Where a profile's credential is: in the editor's secret storage, or where the person keeps it. */
export type ProfileSource =
  /** An access key that the person typed. */
  | { readonly kind: 'stored' }
  /** An IAM token that the person pasted. */
  | { readonly kind: 'token' }
  /** The IAM token of a user who gave a password, which is kept nowhere. */
  | {
      readonly kind: 'password';
      readonly iamEndpoint: EndpointOrigin;
      readonly domain: string;
      readonly user: string;
    }
  | KeySource;

export interface SavedProfile {
  /** Follows from endpoint and project, which are fixed: another project is another profile. */
  readonly id: string;
  /** What the person calls it. */
  readonly name?: string | undefined;
  readonly endpoint: EndpointOrigin;
  /** Missing for a custom endpoint. */
  readonly region?: string | undefined;
  readonly projectId: string;
  readonly projectName?: string | undefined;
  readonly source: ProfileSource;
  /** By which a person knows the key; the rest of it is a secret. A token has none. */
  readonly accessKeyStart?: string | undefined;
  /** Tells other windows that the key is another one. */
  readonly keyChangedAt: Instant;
  /** Of a token, and of a temporary key where its end is known. */
  readonly expiresAt?: Instant | undefined;
  /** When the service last accepted the credential while a person looked. */
  readonly verifiedAt?: Instant | undefined;
  /** The one that jobs are tracked with unless the person says otherwise. */
  readonly isDefault?: boolean | undefined;
}

export interface Profile extends SavedProfile {
  /** The service refused this credential: nothing is asked with it until it is changed or the person says try again. */
  readonly refusal?: Refusal | undefined;
}

export function profileId(endpoint: EndpointOrigin, projectId: string): string {
  return projectHash({ endpoint, projectId }).slice(0, 16);
}

/** A name for people, e.g. `Production` or `cn-north-4 · 7b7705dce1e8…`. */
export function profileName({ name, endpoint, region, projectId, projectName }: SavedProfile): string {
  if (name !== undefined) return name;
  const place = region ?? new URL(endpoint).host;
  // A region's main project is called as the region.
  const isTelling = projectName !== undefined && projectName !== region;
  return `${place} · ${isTelling ? projectName : `${projectId.slice(0, 12)}…`}`;
}

/** Whether the editor's secret storage holds the credential. */
export function isInSecretStorage({ kind }: ProfileSource): boolean {
  return kind === 'stored' || kind === 'token' || kind === 'password';
}
