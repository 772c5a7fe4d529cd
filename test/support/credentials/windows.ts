/** Windows of one person: each with its own parts, over shared files and a shared secret storage. */
import path from 'node:path';
import type { SecretStorage } from 'vscode';
import { CredentialManager } from '../../../src/credentials/credential-manager';
import { CredentialReader } from '../../../src/credentials/credential-reader';
import { KeyHash } from '../../../src/credentials/secrets/key-hash';
import { GuardedRequests } from '../../../src/credentials/guarded-requests';
import { KeyTrials } from '../../../src/credentials/refusals/key-trials';
import { SignInFailures } from '../../../src/credentials/refusals/sign-in-failures';
import { SignIn } from '../../../src/credentials/sign-in';
import { ProfileFile } from '../../../src/credentials/profiles/profile-file';
import { ProfileStore } from '../../../src/credentials/profile-store';
import { Refusals } from '../../../src/credentials/refusals/refusals';
import type { Environment } from '../../../src/credentials/sources/environment';
import { KeySources } from '../../../src/credentials/sources/key-sources';
import { SecretStorageWithTimeout } from '../../../src/credentials/secrets/secret-storage';
import { CloudJobSource } from '../../../src/credentials/cloud-job-source';
import { CloudResourceSource } from '../../../src/credentials/cloud-resource-source';
import { Vault } from '../../../src/credentials/secrets/vault';
import { CloudApi } from '../../../src/cloud/http/cloud-api';
import { ElbClient } from '../../../src/cloud/api/elb-client';
import { IamClient } from '../../../src/cloud/api/iam-client';
import { ResourceClient } from '../../../src/cloud/api/resource-client';
import type { HttpTransport } from '../../../src/cloud/http/transport';
import { requestBudgets } from '../../../src/jobs/budget/shared-request-budget';
import type { JobReference } from '../../../src/jobs/model/job-reference';
import { FakeClock, whileTimePasses } from '../fake-clock';
import { MemoryFileSystem } from '../memory-file-system';
import { MemoryLog } from '../samples';

export const FOLDER = '/storage';
/** The person's home folder. */
export const HOME = path.normalize('/home/person');
/** The source of a typed access key. */
export const STORED = { kind: 'stored' } as const;
export const SALT = 'elbJobs.salt';

export class MemorySecrets implements Pick<SecretStorage, 'get' | 'store' | 'delete'> {
  readonly values = new Map<string, string>();
  fails = false;
  forgets = false;

  get(name: string): Promise<string | undefined> {
    return this.fails ? Promise.reject(new Error('no keyring')) : Promise.resolve(this.values.get(name));
  }

  store(name: string, value: string): Promise<void> {
    if (this.fails) return Promise.reject(new Error('no keyring'));
    if (!this.forgets) this.values.set(name, value);
    return Promise.resolve();
  }

  delete(name: string): Promise<void> {
    if (this.fails) return Promise.reject(new Error('no keyring'));
    this.values.delete(name);
    return Promise.resolve();
  }
}

/** The parts under test use only these three methods. */
export function asStorage(secrets: MemorySecrets): SecretStorage {
  return secrets as unknown as SecretStorage;
}

export interface Window {
  readonly credentials: CredentialManager;
  readonly reader: CredentialReader;
  readonly source: CloudJobSource;
  readonly resources: CloudResourceSource;
  readonly signIn: SignIn;
  /** Polls a job. @returns `ok`, or the kind of the error. */
  readonly poll: (reference: JobReference) => Promise<string>;
}

export class Windows {
  readonly clock = new FakeClock();
  readonly secrets = new MemorySecrets();
  readonly log = new MemoryLog();
  /** The files that a window quarantined, with a notification. */
  readonly quarantined: string[] = [];
  environment: Environment = {};
  /** The time that requests are signed with. */
  now = () => this.clock.now();
  /** Whether all files fail. */
  isBroken = false;
  readonly files = new MemoryFileSystem(() =>
    this.isBroken ? Promise.reject(new Error('no disk')) : Promise.resolve(),
  );
  private opened = 0;

  /** @param transport responds to the requests. */
  constructor(private readonly transport: HttpTransport = () => Promise.reject(new Error('Unexpected request.'))) {}

  /**
   * @param clock a separate clock for a window that dies: it does not advance.
   * @param ownSecrets a separate secret storage, as in another browser
   */
  async open(transport = this.transport, clock = this.clock, ownSecrets = this.secrets): Promise<Window> {
    this.opened += 1;
    const { files, log } = this;
    const shared = { clock, files, log, directory: FOLDER, owner: `window-${this.opened}` };
    const secrets = new SecretStorageWithTimeout(asStorage(ownSecrets), clock);
    const keyHash = new KeyHash({ ...shared, secrets });
    const vault = new Vault(secrets);
    const sources = new KeySources({ ...shared, environment: () => this.environment, home: HOME });
    const reader = new CredentialReader({ vault, sources, clock });
    const refusals = new Refusals(shared);
    const failures = new SignInFailures(shared);
    const requests = new GuardedRequests({ keyHash, trials: new KeyTrials({ ...shared, failures }), failures });
    const profiles = new ProfileStore({
      ...{ clock, log, vault, reader, keyHash, refusals, failures },
      profileFile: new ProfileFile({ ...shared, onQuarantine: (file) => this.quarantined.push(file) }),
      watchFile: (file, listener) => files.watch(path.dirname(file), listener),
    });
    const credentials = new CredentialManager({ clock, log, profiles, reader, keyHash, refusals, failures });
    const api = new CloudApi(
      transport,
      () => (clock === this.clock ? this.now() : clock.now()),
      undefined,
      (credential) => requests.mayRepeat(credential),
    );
    const elb = new ElbClient(api);
    const signIn = new SignIn({ iam: new IamClient(api), elb, requests, credentials, keyHash, clock });
    const source = new CloudJobSource({
      client: elb,
      credentials,
      keyHash,
      requests,
      budgetNamed: requestBudgets({ ...shared, limit: () => 10 }),
      clock,
    });
    const resources = new CloudResourceSource({ client: new ResourceClient(api), credentials, requests });
    await profiles.open();
    const poll = async (reference: JobReference) => {
      const result = await source.showJob(reference, new AbortController().signal);
      return result.ok ? 'ok' : result.error.kind;
    };
    return { credentials, reader, source, resources, signIn, poll };
  }

  /** Advances the clock until the action is done, e.g. while windows wait for each other. */
  whileTimePasses<T>(action: Promise<T>): Promise<T> {
    return whileTimePasses(this.clock, action);
  }

  /** @returns everything on the disk and in the log. */
  written(): string {
    return [...this.files.files].flat().concat(this.log.lines).join('\n');
  }
}
