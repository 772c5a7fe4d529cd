/** Reads the credential of a profile from its source, at each use. */
import { type Credential, isIamToken } from '../cloud/http/credential';
import { type ElbError, failure } from '../cloud/http/error';
import { accessKeyPrefix } from '../cloud/http/redact';
import { problemOfCredential } from '../cloud/http/request-checks';
import type { Clock, Instant } from '../base/clock';
import type { CredentialError } from '../jobs/model/poll-error';
import { isSameProject } from '../jobs/model/project';
import { errorMessageOf } from '../base/error-message';
import { jsonEqual } from '../base/json/json-equal';
import { isInSecretStorage, profileId, type SavedProfile, type ProfileSource } from './profiles/profile';
import type { KeyReading, KeySource } from './sources/key-source';
import type { SecretPlace, StoredSecret, Vault } from './secrets/vault';

interface CredentialReaderParts {
  readonly vault: Pick<Vault, 'read' | 'store'>;
  /** Reads keys outside the editor. See KeySources. */
  readonly sources: { read(source: KeySource): Promise<KeyReading> };
  readonly clock: Pick<Clock, 'now'>;
}

type CredentialReading =
  | { readonly ok: true; readonly credential: Credential; readonly expiresAt?: Instant | undefined }
  | { readonly ok: false; readonly error: CredentialError | ElbError };

export class CredentialReader {
  private readonly startedAt: Instant;
  /** By profile id: when this window last changed the credential, whose secret it can therefore read. */
  private readonly changedHere = new Map<string, Instant>();
  /** The profiles whose secrets this window has bound to their places, or failed to. */
  private readonly bound = new Set<string>();

  constructor(private readonly parts: CredentialReaderParts) {
    this.startedAt = parts.clock.now();
  }

  noteChangedHere(profileId: string, keyChangedAt: Instant): void {
    this.changedHere.set(profileId, keyChangedAt);
  }

  /** Never rejects. */
  async read(profile: SavedProfile): Promise<CredentialReading> {
    const { source } = profile;
    // The id is the name of the secret.
    if (profile.id !== profileId(profile.endpoint, profile.projectId)) return failed({ kind: 'keys-of-other-place' });
    if (!isOutside(source)) return this.readStored(profile);
    const reading = await this.parts.sources.read(source);
    return reading.ok ? this.unlessExpired(reading) : failed({ kind: 'source-unusable', problem: reading.problem });
  }

  private async readStored(profile: SavedProfile): Promise<CredentialReading> {
    let secret: StoredSecret | undefined;
    try {
      secret = await this.parts.vault.read(profile.id);
    } catch (cause) {
      return failed({ kind: 'keys-unreadable', message: errorMessageOf(cause) });
    }
    const credential = secret?.credential;
    const isOther = credential !== undefined && !belongsTo(profile, credential);
    const isChangedElsewhere = this.changedHere.get(profile.id) !== profile.keyChangedAt;
    const isChangedSince = profile.keyChangedAt > this.startedAt && isChangedElsewhere;
    if (isChangedSince && (credential === undefined || isOther)) return failed({ kind: 'keys-elsewhere' });
    if (secret === undefined || credential === undefined) return failed({ kind: 'keys-lost' });
    const place = placeOf(profile);
    if (!isSamePlace(secret.place ?? place, place)) return failed({ kind: 'keys-of-other-place' });
    if (secret.place === undefined) await this.bind(profile.id, { credential, place });
    // Saved by a version that did not check it.
    const invalid = problemOfCredential(credential);
    if (invalid !== undefined) return { ok: false, error: invalid };
    const reading = this.unlessExpired({ credential, expiresAt: profile.expiresAt });
    const needsPasscode = profile.source.kind === 'password' && profile.source.mfaUserId !== undefined;
    // Not even the password alone would get another token.
    return !reading.ok && needsPasscode ? failure('token-expired', { reason: 'second-factor-needed' }) : reading;
  }

  /** Saves the place with a secret that an earlier version stored. If that fails, the next session tries again. */
  private async bind(profileId: string, secret: StoredSecret): Promise<void> {
    if (this.bound.has(profileId)) return;
    this.bound.add(profileId);
    try {
      // Another window may just have stored another one.
      const present = await this.parts.vault.read(profileId);
      if (jsonEqual(present, { credential: secret.credential })) await this.parts.vault.store(profileId, secret);
    } catch {
      // The secret is used as before.
    }
  }

  /** Fails for an expired credential, which the service would refuse. */
  private unlessExpired({ credential, expiresAt }: Omit<CredentialReading & { ok: true }, 'ok'>): CredentialReading {
    const expiry = isIamToken(credential) ? (credential.expiresAt ?? expiresAt) : expiresAt;
    return expiry !== undefined && expiry <= this.parts.clock.now()
      ? failure('token-expired')
      : { ok: true, credential, expiresAt: expiry };
  }
}

/** @returns the place that the secret of a profile is for. */
export function placeOf({
  endpoint,
  projectId,
  source,
}: Pick<SavedProfile, 'endpoint' | 'projectId' | 'source'>): SecretPlace {
  return source.kind === 'password'
    ? { endpoint, projectId, iamEndpoint: source.iamEndpoint }
    : { endpoint, projectId };
}

function isSamePlace(one: SecretPlace, other: SecretPlace): boolean {
  return isSameProject(one, other) && one.iamEndpoint === other.iamEndpoint;
}

/** @returns the first characters of an access key, by which a person recognizes it; undefined for a token. */
export function startOf(credential: Credential): string | undefined {
  return isIamToken(credential) ? undefined : accessKeyPrefix(credential.accessKey);
}

/** @returns whether the profile was last saved with this credential, as far as its visible fields show. */
function belongsTo({ accessKeyStart, expiresAt }: SavedProfile, credential: Credential): boolean {
  if (!isIamToken(credential)) return startOf(credential) === accessKeyStart;
  return accessKeyStart === undefined && (credential.expiresAt === undefined || credential.expiresAt === expiresAt);
}

function isOutside(source: ProfileSource): source is KeySource {
  return !isInSecretStorage(source);
}

function failed(error: CredentialError): CredentialReading {
  return { ok: false, error };
}
