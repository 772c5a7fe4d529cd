/** Reads the credential of a profile where it is, at each use, or says why there is none. */
import { type Credential, isIamToken } from '../cloud/http/credential';
import { type ElbError, failure } from '../cloud/http/error';
import { shownStart } from '../cloud/http/redact';
import type { Clock, Instant } from '../base/clock';
import type { CredentialError } from '../jobs/model/poll-error';
import { errorMessageOf } from '../base/error-message';
import { isInSecretStorage, type SavedProfile, type ProfileSource } from './profiles/profile';
import type { KeyReading, KeySource } from './sources/key-source';
import type { Vault } from './secrets/vault';

export interface CredentialReaderParts {
  readonly vault: Pick<Vault, 'read'>;
  /** Reads what the person keeps outside the editor. See KeySources. */
  readonly sources: { read(source: KeySource): Promise<KeyReading> };
  readonly clock: Pick<Clock, 'now'>;
}

export type CredentialReading =
  | { readonly ok: true; readonly credential: Credential; readonly expiresAt?: Instant | undefined }
  | { readonly ok: false; readonly error: CredentialError | ElbError };

export class CredentialReader {
  private readonly startedAt: Instant;
  /** By profile id: which change was made in this window, that can read what it wrote. */
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
    return reading.ok ? this.unlessEnded(reading) : failed({ kind: 'source-unusable', problem: reading.problem });
  }

  private async readStored(profile: SavedProfile): Promise<CredentialReading> {
    let credential: Credential | undefined;
    try {
      credential = await this.parts.vault.read(profile.id);
    } catch (cause) {
      return failed({ kind: 'keys-unreadable', message: errorMessageOf(cause) });
    }
    const isOther = credential !== undefined && !isOf(profile, credential);
    const isChangedElsewhere = this.changedHere.get(profile.id) !== profile.keyChangedAt;
    const isChangedSince = profile.keyChangedAt > this.startedAt && isChangedElsewhere;
    if (isChangedSince && (credential === undefined || isOther)) return failed({ kind: 'keys-elsewhere' });
    if (credential === undefined) return failed({ kind: 'keys-lost' });
    return this.unlessEnded({ credential, expiresAt: profile.expiresAt });
  }

  /** It would be refused, and a token's end is known beforehand. */
  private unlessEnded({ credential, expiresAt }: Omit<CredentialReading & { ok: true }, 'ok'>): CredentialReading {
    const end = isIamToken(credential) ? (credential.expiresAt ?? expiresAt) : expiresAt;
    return end !== undefined && end <= this.parts.clock.now()
      ? failure('token-expired')
      : { ok: true, credential, expiresAt: end };
  }
}

/** By which a person knows an access key; a token has none. */
export function startOf(credential: Credential): string | undefined {
  return isIamToken(credential) ? undefined : shownStart(credential.accessKey);
}

/** Whether the credential is the one that the profile was last given, as far as that can be seen. */
function isOf({ accessKeyStart, expiresAt }: SavedProfile, credential: Credential): boolean {
  if (!isIamToken(credential)) return startOf(credential) === accessKeyStart;
  return accessKeyStart === undefined && (credential.expiresAt === undefined || credential.expiresAt === expiresAt);
}

function isOutside(source: ProfileSource): source is KeySource {
  return !isInSecretStorage(source);
}

function failed(error: CredentialError): CredentialReading {
  return { ok: false, error };
}
