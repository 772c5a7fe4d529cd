/** A profile: the project, the source of its credential and what may be shown of it, without any secret. */
import type { EndpointOrigin } from '../../cloud/places/endpoint';
import type { Instant } from '../../base/clock';
import { projectHash } from '../../jobs/model/project-hash';
import type { RequestError } from '../../jobs/model/poll-error';
import type { KeySource } from '../sources/key-source';

/** Where a profile's credential is: in the editor's secret storage, or outside the editor. */
export type ProfileSource =
  /** A typed access key. */
  | { readonly kind: 'stored' }
  /** A pasted IAM token. */
  | { readonly kind: 'token' }
  /** The IAM token of a user who entered a password; the password itself is not stored. */
  | {
      readonly kind: 'password';
      readonly iamEndpoint: EndpointOrigin;
      readonly domain: string;
      readonly user: string;
      /** The user's id, if the token was created with a passcode of virtual MFA too. */
      readonly mfaUserId?: string | undefined;
    }
  | KeySource;

export interface SavedProfile {
  /** Derived from endpoint and project, which are fixed: another project is another profile. See `profileId`. */
  readonly id: string;
  /** Chosen by the person. */
  readonly name?: string | undefined;
  readonly endpoint: EndpointOrigin;
  /** Missing for a custom endpoint. */
  readonly region?: string | undefined;
  readonly projectId: string;
  readonly projectName?: string | undefined;
  readonly source: ProfileSource;
  /** The first characters of the access key, by which a person recognizes it. Missing for a token. */
  readonly accessKeyStart?: string | undefined;
  /** Changes with the key, so that other windows notice it. */
  readonly keyChangedAt: Instant;
  /** For a token, and for a temporary key if its expiry is known. */
  readonly expiresAt?: Instant | undefined;
  /** When the service last accepted the credential in a person's test. */
  readonly verifiedAt?: Instant | undefined;
  /** Whether jobs are tracked with it unless the person chooses another. */
  readonly isDefault?: boolean | undefined;
}

export interface ProfileRefusal {
  readonly at: Instant;
  readonly error: RequestError;
}

export interface Profile extends SavedProfile {
  /**
   * Set if the service refused the credential, or too many others with the same access key: no request uses it until the
   * person changes it or tries it again, or the time of `too-many-failures` has passed.
   */
  readonly refusal?: ProfileRefusal | undefined;
}

/** @returns 16 hexadecimal digits. */
export function profileId(endpoint: EndpointOrigin, projectId: string): string {
  return projectHash({ endpoint, projectId }).slice(0, 16);
}

/** @returns a name for people, e.g. `Production` or `cn-north-4 · 7b7705dce1e8…`. */
export function profileName({ name, endpoint, region, projectId, projectName }: SavedProfile): string {
  if (name !== undefined) return name;
  const place = region ?? new URL(endpoint).host;
  // A region's main project has the region's name.
  const hasOwnName = projectName !== undefined && projectName !== region;
  return `${place} · ${hasOwnName ? projectName : `${projectId.slice(0, 12)}…`}`;
}

/** Whether the editor's secret storage holds the credential. */
export function isInSecretStorage({ kind }: ProfileSource): boolean {
  return kind === 'stored' || kind === 'token' || kind === 'password';
}
