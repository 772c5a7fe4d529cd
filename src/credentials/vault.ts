/** Keeps access keys in the editor's SecretStorage, one secret a profile. */
// valita: see ../elb/json-schema.
import * as v from '@badrap/valita';
import type { SecretStorage } from 'vscode';
import type { AccessKey } from '../elb/signer';
import { reasonOf } from '../jobs/reason-of';

const accessKeySchema = v.object({
  accessKey: v.string(),
  secretKey: v.string(),
  securityToken: v.string().optional(),
});

/** The secret storage failed; there may be no keyring, or it is locked. */
export class VaultError extends Error {}

/** All methods reject with a VaultError where the storage fails. */
export class Vault {
  constructor(private readonly secrets: SecretStorage) {}

  /** Undefined where nothing is kept. */
  async read(profileId: string): Promise<AccessKey | undefined> {
    const secret = await orVaultError(this.secrets.get(secretName(profileId)));
    return secret === undefined ? undefined : readAccessKey(secret);
  }

  /** Rejects also where the storage fails silently. */
  async store(profileId: string, key: AccessKey): Promise<void> {
    const secret = JSON.stringify(key);
    await orVaultError(this.secrets.store(secretName(profileId), secret));
    if ((await orVaultError(this.secrets.get(secretName(profileId)))) !== secret) {
      throw new VaultError('The secret could not be read back.');
    }
  }

  async delete(profileId: string): Promise<void> {
    await orVaultError(this.secrets.delete(secretName(profileId)));
  }
}

function readAccessKey(secret: string): AccessKey | undefined {
  try {
    return accessKeySchema.parse(JSON.parse(secret), { mode: 'strip' });
  } catch {
    return undefined;
  }
}

async function orVaultError<T>(action: Thenable<T>): Promise<T> {
  try {
    return await action;
  } catch (cause) {
    throw new VaultError(reasonOf(cause), { cause });
  }
}

function secretName(profileId: string): string {
  return `elbJobs.accessKey.${profileId}`;
}
