/** Identifies keys by a hash: the same in all windows, and useless without its salt, which is a secret. */
import { createHmac, randomBytes } from 'node:crypto';
import path from 'node:path';
import { MAX_SMALL_FILE_BYTES } from '../../base/limits';
import { OutageLog } from '../../base/outage-log';
import type { PasswordSignIn } from '../../cloud/api/iam-client';
import { type Credential, isIamToken } from '../../cloud/http/credential';
import type { EndpointOrigin } from '../../cloud/places/endpoint';
import { type LockParts, withLockRetried } from '../../storage/file-lock';
import { readOr } from '../../storage/file-system';
import type { WindowContext } from '../../storage/window-context';
import type { Secrets } from './secret-storage';

/** How a request is authenticated, as hashes. */
export interface KeyUse {
  /** Of the whole key or token. For a password, the same as `account`. */
  readonly keyHash: string;
  /** Of the access key, token or user whose failures the service counts together. */
  readonly account: string;
}

type KeyHashParts = LockParts &
  Pick<WindowContext, 'directory' | 'log'> & {
    /** Holds the salt of earlier versions, which other computers, browsers and windows may not share. */
    readonly secrets: Pick<Secrets, 'get'>;
  };

const FILE = 'salt';
/** In the secret storage. */
const EARLIER_SALT = 'elbJobs.salt';
const SALT_BYTES = 32;
const SALT = /^[0-9a-f]{64}$/;
/** Hexadecimal digits: short enough for a file name on every system. */
const HASH_LENGTH = 32;

export class KeyHash {
  private readonly file: string;
  private savedSalt: Promise<string> | undefined;
  private earlierSalt: Promise<string | undefined> | undefined;
  /** Used while the disk fails: other windows then get other hashes. */
  private readonly ownSalt = randomBytes(SALT_BYTES).toString('hex');
  private readonly outages: OutageLog;

  constructor(private readonly parts: KeyHashParts) {
    this.file = path.join(parts.directory, FILE);
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

  /** @returns how a request with the credential is counted: see KeyUse. Never rejects. */
  async useOf(credential: Credential): Promise<KeyUse> {
    const keyHash = await this.of(credential);
    // Another token is another credential; another secret key need not be.
    const account = isIamToken(credential) ? keyHash : await this.hash(['access key', credential.accessKey]);
    return { keyHash, account };
  }

  /**
   * @returns how a sign-in by password is counted. Nothing is derived from the password: its hash could be guessed by
   * trying common passwords. Never rejects.
   */
  async useOfUser({ iamEndpoint, domain, user }: Omit<PasswordSignIn, 'password' | 'project'>): Promise<KeyUse> {
    const names = [domain, user].map((name) => name.trim().toLowerCase());
    const account = await this.hash(['user', iamOf(iamEndpoint), ...names]);
    return { keyHash: account, account };
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
      return (await this.readEarlierSalt()) ?? this.ownSalt;
    }
  }

  private async readSalt(): Promise<string> {
    return (await this.saltInFile()) ?? this.saveSalt((await this.readEarlierSalt()) ?? this.ownSalt);
  }

  /** Under a lock: two windows with two salts would not respect each other's refusals. @returns the salt of all windows */
  private saveSalt(salt: string): Promise<string> {
    return withLockRetried(this.parts, this.file, async (replace) => {
      const saved = await this.saltInFile();
      if (saved !== undefined) return saved;
      if (await this.exists()) this.parts.log.warn(`${this.file} holds no salt and is replaced.`);
      await replace(`${salt}\n`);
      return salt;
    });
  }

  /** @returns undefined if there is none, or something else, e.g. a link to another file */
  private saltInFile(): Promise<string | undefined> {
    return readOr(this.parts.files, this.file, MAX_SMALL_FILE_BYTES, (text) => saltIn(text), undefined);
  }

  private exists(): Promise<boolean> {
    return readOr(this.parts.files, this.file, MAX_SMALL_FILE_BYTES, (text) => text !== undefined, true);
  }

  /** Once, since a secret storage that does not answer is waited for. The refusals of earlier versions are named by this salt. */
  private readEarlierSalt(): Promise<string | undefined> {
    this.earlierSalt ??= this.saltInSecrets();
    return this.earlierSalt;
  }

  private async saltInSecrets(): Promise<string | undefined> {
    try {
      return saltIn(await this.parts.secrets.get(EARLIER_SALT));
    } catch (cause) {
      this.parts.log.warn(`The salt of earlier versions could not be read: ${String(cause)}`);
      return undefined;
    }
  }
}

/** The regions of Huawei Cloud share one IAM: a lock is one of the user, whatever the endpoint. */
function iamOf(endpoint: EndpointOrigin): EndpointOrigin {
  return endpoint.replace(/^https:\/\/iam\.[a-z0-9-]+\.(myhuaweicloud\.(?:com|eu))$/, 'https://iam.$1');
}

function saltIn(text: string | undefined): string | undefined {
  const salt = text?.trim() ?? '';
  return SALT.test(salt) ? salt : undefined;
}
