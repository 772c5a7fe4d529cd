/** Stores credentials in the editor's SecretStorage, one secret per profile. */
// valita: see src/cloud/api/json-schema.ts.
import * as v from '@badrap/valita';
import { errorMessageOf } from '../../base/error-message';
import type { Credential } from '../../cloud/http/credential';
import type { Checked, EqualTypes } from '../../storage/schema-check';
import type { Secrets } from './secret-storage';

const credentialSchema = v.union(
  v.object({ accessKey: v.string(), secretKey: v.string(), securityToken: v.string().optional() }),
  v.object({ token: v.string(), expiresAt: v.number().optional() }),
);
/** A field that only the type or only the schema has does not compile. */
type StoredCredential = Checked<Credential, EqualTypes<Credential, v.Infer<typeof credentialSchema>>>;

/** The secret storage failed: there may be no keyring, or it is locked. */
export class VaultError extends Error {}

/** All methods reject with a VaultError if the secret storage fails. */
export class Vault {
  constructor(private readonly secrets: Secrets) {}

  /** @returns undefined if no credential is stored. */
  async read(profileId: string): Promise<Credential | undefined> {
    const secret = await this.orVaultError(this.secrets.get(secretName(profileId)));
    return secret === undefined ? undefined : readCredential(secret);
  }

  /** Reads the secret back, since the storage may fail without an error. */
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

function readCredential(secret: string): StoredCredential | undefined {
  try {
    return credentialSchema.parse(JSON.parse(secret), { mode: 'strip' });
  } catch {
    return undefined;
  }
}

/** The name dates from when all credentials were access keys. */
function secretName(profileId: string): string {
  return `elbJobs.accessKey.${profileId}`;
}
