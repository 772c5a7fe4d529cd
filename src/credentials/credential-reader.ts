/** Reads the credential of a profile from its source, at each use. */
import { type Credential, isIamToken } from '../cloud/http/credential';
import { type ElbError, failure } from '../cloud/http/error';
import { accessKeyPrefix } from '../cloud/http/redact';
import type { Clock, Instant } from '../base/clock';
import type { CredentialError } from '../jobs/model/poll-error';
import { errorMessageOf } from '../base/error-message';
import { isInSecretStorage, type SavedProfile, type ProfileSource } from './profiles/profile';
import type { KeyReading, KeySource } from './sources/key-source';
import type { Vault } from './secrets/vault';

interface CredentialReaderParts {
  readonly vault: Pick<Vault, 'read'>;
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

  constructor(private readonly parts: CredentialReaderParts) {
    this.startedAt = parts.clock.now();
  }

  noteChangedHere(profileId: string, keyChangedAt: Instant): void {
    this.changedHere.set(profileId, keyChangedAt);
  }

  /** Never rejects. */
  async read(profile: SavedProfile): Promise<CredentialReading> {
    const { source } = profile;
    if (!isOutside(source)) return this.readStored(profile);
    const reading = await this.parts.sources.read(source);
    return reading.ok ? this.unlessExpired(reading) : failed({ kind: 'source-unusable', problem: reading.problem });
  }

  private async readStored(profile: SavedProfile): Promise<CredentialReading> {
    let credential: Credential | undefined;
    try {
      credential = await this.parts.vault.read(profile.id);
    } catch (cause) {
      return failed({ kind: 'keys-unreadable', message: errorMessageOf(cause) });
    }
    const isOther = credential !== undefined && !belongsTo(profile, credential);
    const isChangedElsewhere = this.changedHere.get(profile.id) !== profile.keyChangedAt;
    const isChangedSince = profile.keyChangedAt > this.startedAt && isChangedElsewhere;
    if (isChangedSince && (credential === undefined || isOther)) return failed({ kind: 'keys-elsewhere' });
    if (credential === undefined) return failed({ kind: 'keys-lost' });
    return this.unlessExpired({ credential, expiresAt: profile.expiresAt });
  }

  /** Fails for an expired credential, which the service would refuse. */
  private unlessExpired({ credential, expiresAt }: Omit<CredentialReading & { ok: true }, 'ok'>): CredentialReading {
    const expiry = isIamToken(credential) ? (credential.expiresAt ?? expiresAt) : expiresAt;
    return expiry !== undefined && expiry <= this.parts.clock.now()
      ? failure('token-expired')
      : { ok: true, credential, expiresAt: expiry };
  }
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
