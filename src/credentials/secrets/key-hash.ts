/** Identifies keys by a hash: the same in all windows, and useless without its salt, which is a secret. */
import { createHmac, randomBytes } from 'node:crypto';
import path from 'node:path';
import { OutageLog } from '../../base/outage-log';
import { type Credential, isIamToken } from '../../cloud/http/credential';
import type { EndpointOrigin } from '../../cloud/places/endpoint';
import { type LockParts, withLock } from '../../storage/file-lock';
import type { WindowContext } from '../../storage/window-context';
import type { Secrets } from './secret-storage';

type KeyHashParts = LockParts &
  Pick<WindowContext, 'directory' | 'log'> & { readonly secrets: Pick<Secrets, 'get' | 'store'> };

const SALT = 'elbJobs.salt';
const SALT_BYTES = 32;
/** Hexadecimal digits: short enough for a file name on every system. */
const HASH_LENGTH = 32;

export class KeyHash {
  private savedSalt: Promise<string> | undefined;
  /** Used while the secret storage fails: other windows then get other hashes. */
  private readonly ownSalt = randomBytes(SALT_BYTES).toString('hex');
  private readonly outages: OutageLog;

  constructor(private readonly parts: KeyHashParts) {
    this.outages = new OutageLog(parts.log, 'warn');
  }

  /** @returns the hash of everything that a request is authenticated with. Never rejects. */
  of(credential: Credential): Promise<string> {
    return this.hash(
      isIamToken(credential)
        ? ['token', credential.token]
        : ['key', credential.accessKey, credential.secretKey, credential.securityToken ?? null],
    );
  }

  /** @returns the hash of the caller whose requests the service counts together: a new secret key is the same caller. */
  ofCaller(endpoint: EndpointOrigin, credential: Credential): Promise<string> {
    return this.hash(
      isIamToken(credential)
        ? ['caller by token', endpoint, credential.token]
        : ['caller by key', endpoint, credential.accessKey],
    );
  }

  private async hash(facts: readonly (string | null)[]): Promise<string> {
    const salt = await this.salt();
    return createHmac('sha256', salt).update(JSON.stringify(facts)).digest('hex').slice(0, HASH_LENGTH);
  }

  private async salt(): Promise<string> {
    try {
      this.savedSalt ??= this.readSalt();
      const salt = await this.savedSalt;
      this.outages.succeeded('salt');
      return salt;
    } catch (cause) {
      this.savedSalt = undefined;
      this.outages.failed('salt', '', `Key hashes differ from those of other windows: ${String(cause)}`);
      return this.ownSalt;
    }
  }

  private async readSalt(): Promise<string> {
    return (await this.parts.secrets.get(SALT)) ?? (await this.createSalt());
  }

  /** Under a lock: two windows with two salts would not respect each other's refusals. */
  private createSalt(): Promise<string> {
    return withLock(this.parts, path.join(this.parts.directory, 'salt'), async () => {
      const { secrets } = this.parts;
      if ((await secrets.get(SALT)) === undefined) await secrets.store(SALT, this.ownSalt);
      const salt = await secrets.get(SALT);
      if (salt === undefined) throw new Error('The salt was not saved.');
      return salt;
    });
  }
}
