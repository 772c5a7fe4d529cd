/** Keeps credentials in the editor's SecretStorage, one secret a profile. */
// valita: see src/cloud/api/json-schema.ts.
import * as v from '@badrap/valita';
import type { Credential } from '../../cloud/http/credential';
import { errorMessageOf } from '../../base/error-message';
import type { Secrets } from './secret-storage';

const credentialSchema = v.union(
  v.object({ accessKey: v.string(), secretKey: v.string(), securityToken: v.string().optional() }),
  v.object({ token: v.string(), expiresAt: v.number().optional() }),
);

/** The secret storage failed; there may be no keyring, or it is locked. */
export class VaultError extends Error {}

/** All methods reject with a VaultError where the storage fails. */
export class Vault {
  constructor(private readonly secrets: Secrets) {}

  /** Undefined where nothing is kept. */
  async read(profileId: string): Promise<Credential | undefined> {
    const secret = await this.orVaultError(this.secrets.get(secretName(profileId)));
    return secret === undefined ? undefined : readCredential(secret);
  }

  /** Rejects also where the storage fails silently. */
  async store(profileId: string, credential: Credential): Promise<void> {
    const secret = JSON.stringify(credential);
    await this.orVaultError(this.secrets.store(secretName(profileId), secret));
    if ((await this.orVaultError(this.secrets.get(secretName(profileId)))) !== secret) {
      throw new VaultError('The secret could not be read back.');
    }
  }

  async delete(profileId: string): Promise<void> {
    await this.orVaultError(this.secrets.delete(secretName(profileId)));
  }

  private async orVaultError<T>(action: Thenable<T>): Promise<T> {
    try {
      return await action;
    } catch (cause) {
      throw new VaultError(errorMessageOf(cause), { cause });
    }
  }
}

function readCredential(secret: string): Credential | undefined {
  try {
    return credentialSchema.parse(JSON.parse(secret), { mode: 'strip' });
  } catch {
    return undefined;
  }
}

/** The name is of the time when all credentials were access keys. */
function secretName(profileId: string): string {
  return `elbJobs.accessKey.${profileId}`;
}
