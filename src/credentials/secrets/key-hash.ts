/** Tells keys apart without telling them: a hash that is the same in all windows, and worth nothing without its salt. */
import { createHmac, randomBytes } from 'node:crypto';
import path from 'node:path';
import { type Credential, isIamToken } from '../../cloud/http/credential';
import type { EndpointOrigin } from '../../cloud/places/endpoint';
import { type LockParts, withLock } from '../../storage/file-lock';
import type { Log } from '../../base/log';
import type { Secrets } from './secret-storage';

export interface KeyHashParts extends LockParts {
  readonly secrets: Pick<Secrets, 'get' | 'store'>;
  readonly directory: string;
  readonly log: Log;
}

const SALT = 'elbJobs.salt';
const SALT_BYTES = 32;
/** Hexadecimal digits; a file name of them is short enough everywhere. */
const LENGTH = 32;

export class KeyHash {
  private kept: Promise<string> | undefined;
  /** Where the secret storage keeps none: hashes are then worth nothing to other windows. */
  private readonly own = randomBytes(SALT_BYTES).toString('hex');
  private isFailing = false;

  constructor(private readonly parts: KeyHashParts) {}

  /** Of all that a request is authenticated with. */
  of(credential: Credential): Promise<string> {
    return this.hash(
      isIamToken(credential)
        ? ['token', credential.token]
        : ['key', credential.accessKey, credential.secretKey, credential.securityToken ?? null],
    );
  }

  /** Of those whose requests the service counts together: a new secret for an access key changes nothing. */
  ofCaller(endpoint: EndpointOrigin, credential: Credential): Promise<string> {
    return this.hash(
      isIamToken(credential)
        ? ['caller by token', endpoint, credential.token]
        : ['caller by key', endpoint, credential.accessKey],
    );
  }

  private async hash(facts: readonly (string | null)[]): Promise<string> {
    const salt = await this.salt();
    return createHmac('sha256', salt).update(JSON.stringify(facts)).digest('hex').slice(0, LENGTH);
  }

  private async salt(): Promise<string> {
    try {
      this.kept ??= this.readSalt();
      return await this.kept;
    } catch (cause) {
      this.kept = undefined;
      if (!this.isFailing) this.parts.log.warn(`Keys are told apart in this window alone: ${String(cause)}`);
      this.isFailing = true;
      return this.own;
    }
  }

  private async readSalt(): Promise<string> {
    return (await this.parts.secrets.get(SALT)) ?? (await this.createSalt());
  }

  /** Two windows with two salts would not obey each other's refusals. */
  private createSalt(): Promise<string> {
    return withLock(this.parts, path.join(this.parts.directory, 'salt'), async () => {
      const { secrets } = this.parts;
      if ((await secrets.get(SALT)) === undefined) await secrets.store(SALT, this.own);
      const salt = await secrets.get(SALT);
      if (salt === undefined) throw new Error('The salt was not kept.');
      return salt;
    });
  }
}
