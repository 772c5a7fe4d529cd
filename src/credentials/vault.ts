/** Keeps access keys in the editor's SecretStorage, one secret a profile. */
// valibot: see ../elb/job-schema.
import * as v from 'valibot';
import type { SecretStorage } from 'vscode';
import type { AccessKey } from '../elb/signer';

const accessKeySchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ accessKey: v.string(), secretKey: v.string(), securityToken: v.exactOptional(v.string()) }),
);

export class Vault {
  constructor(private readonly secrets: SecretStorage) {}

  /** Undefined where nothing is kept. Rejects where the storage fails. */
  async read(profileId: string): Promise<AccessKey | undefined> {
    const parsed = v.safeParse(accessKeySchema, await this.secrets.get(secretName(profileId)));
    return parsed.success ? parsed.output : undefined;
  }

  /** Rejects where the storage fails, also where it fails silently. */
  async store(profileId: string, key: AccessKey): Promise<void> {
    const secret = JSON.stringify(key);
    await this.secrets.store(secretName(profileId), secret);
    if ((await this.secrets.get(secretName(profileId))) !== secret) {
      throw new Error('The secret could not be read back.');
    }
  }

  async delete(profileId: string): Promise<void> {
    await this.secrets.delete(secretName(profileId));
  }
}

function secretName(profileId: string): string {
  return `elbJobs.accessKey.${profileId}`;
}
