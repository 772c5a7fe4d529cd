/** Keeps access keys in the editor's SecretStorage, one secret a profile. */
// valita: see ../elb/json-schema.
import * as v from '@badrap/valita';
import type { SecretStorage } from 'vscode';
import type { AccessKey } from '../elb/signer';
import type { Clock } from '../jobs/clock';
import { reasonOf } from '../jobs/reason-of';
import { within } from '../jobs/within';

/** Milliseconds: the window that keeps the secrets may be gone, while its extension host goes on. */
const PATIENCE = 10_000;

const accessKeySchema = v.object({
  accessKey: v.string(),
  secretKey: v.string(),
  securityToken: v.string().optional(),
});

/** The secret storage failed; there may be no keyring, or it is locked. */
export class VaultError extends Error {}

/** All methods reject with a VaultError where the storage fails. */
export class Vault {
  constructor(
    private readonly secrets: Pick<SecretStorage, 'get' | 'store' | 'delete'>,
    private readonly clock: Pick<Clock, 'schedule'>,
  ) {}

  /** Undefined where nothing is kept. */
  async read(profileId: string): Promise<AccessKey | undefined> {
    const secret = await this.orVaultError(this.secrets.get(secretName(profileId)));
    return secret === undefined ? undefined : readAccessKey(secret);
  }

  /** Rejects also where the storage fails silently. */
  async store(profileId: string, key: AccessKey): Promise<void> {
    const secret = JSON.stringify(key);
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
      return await within(this.clock, PATIENCE, action, () => {
        throw new Error('The secret storage did not answer.');
      });
    } catch (cause) {
      throw new VaultError(reasonOf(cause), { cause });
    }
  }
}

function readAccessKey(secret: string): AccessKey | undefined {
  try {
    return accessKeySchema.parse(JSON.parse(secret), { mode: 'strip' });
  } catch {
    return undefined;
  }
}

function secretName(profileId: string): string {
  return `elbJobs.accessKey.${profileId}`;
}
