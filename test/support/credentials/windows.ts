/** Windows of one person: each has parts of its own, over files and a secret storage that they share. */
import path from 'node:path';
import type { SecretStorage } from 'vscode';
import { CredentialManager } from '../../../src/credentials/credential-manager';
import { CredentialReader } from '../../../src/credentials/credential-reader';
import { KeyHash } from '../../../src/credentials/secrets/key-hash';
import { KeyTrials } from '../../../src/credentials/refusals/key-trials';
import { ProfileFile } from '../../../src/credentials/profiles/profile-file';
import { Refusals } from '../../../src/credentials/refusals/refusals';
import type { Environment } from '../../../src/credentials/sources/environment';
import { KeySources } from '../../../src/credentials/sources/found-key-sources';
import { SecretStorageWithTimeout } from '../../../src/credentials/secrets/secret-storage';
import { CloudJobSource } from '../../../src/credentials/cloud-job-source';
import { Vault } from '../../../src/credentials/secrets/vault';
import { CloudApi } from '../../../src/cloud/http/cloud-api';
import { ElbClient } from '../../../src/cloud/api/elb-client';
import type { HttpTransport } from '../../../src/cloud/http/transport';
import { requestBudgets } from '../../../src/jobs/budget/shared-request-budget';
import type { JobReference } from '../../../src/jobs/model/job-reference';
import { FakeClock, whileTimePasses } from '../fake-clock';
import { MemoryFileSystem } from '../memory-file-system';
import { MemoryLog } from '../samples';

export const FOLDER = path.normalize('/storage');
/** Of the person. */
export const HOME = path.normalize('/home/person');
/** An access key that was typed. */
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

/** The parts under test use these three methods alone. */
export function asStorage(secrets: MemorySecrets): SecretStorage {
  return secrets as unknown as SecretStorage;
}

export interface Window {
  readonly credentials: CredentialManager;
  readonly reader: CredentialReader;
  readonly source: CloudJobSource;
  /** How a look at a job ends: `ok`, or the kind of its error. */
  readonly look: (reference: JobReference) => Promise<string>;
}

export class Windows {
  readonly clock = new FakeClock();
  readonly secrets = new MemorySecrets();
  readonly log = new MemoryLog();
  /** The variables of the environment. */
  environment: Environment = {};
  /** Whether all files fail. */
  isBroken = false;
  readonly files = new MemoryFileSystem(() =>
    this.isBroken ? Promise.reject(new Error('no disk')) : Promise.resolve(),
  );
  private opened = 0;

  /** @param transport the cloud. */
  constructor(private readonly transport: HttpTransport = () => Promise.reject(new Error('Nothing is to be asked.'))) {}

  /** @param clock one of its own for a window that dies: it then stands still. */
  async open(transport = this.transport, clock = this.clock): Promise<Window> {
    this.opened += 1;
    const { files, log } = this;
    const shared = { clock, files, log, directory: FOLDER, owner: `window-${this.opened}` };
    const secrets = new SecretStorageWithTimeout(asStorage(this.secrets), clock);
    const keyHash = new KeyHash({ ...shared, secrets });
    const vault = new Vault(secrets);
    const sources = new KeySources({ ...shared, environment: () => this.environment, home: HOME });
    const reader = new CredentialReader({ vault, sources, clock });
    const credentials = new CredentialManager({
      profileFile: new ProfileFile(shared),
      vault,
      reader,
      keyHash,
      refusals: new Refusals(shared),
      watchFile: (file, listener) => files.watch(path.dirname(file), listener),
      clock,
      log,
    });
    const source = new CloudJobSource({
      client: new ElbClient(new CloudApi(transport, () => clock.now())),
      credentials,
      keyHash,
      trials: new KeyTrials(shared),
      budgetNamed: requestBudgets({ ...shared, limit: () => 10 }),
      clock,
    });
    await credentials.open();
    const look = async (reference: JobReference) => {
      const result = await source.showJob(reference, new AbortController().signal);
      return result.ok ? 'ok' : result.error.kind;
    };
    return { credentials, reader, source, look };
  }

  /** Lets time pass until it is done, as where windows wait for each other. */
  whileTimePasses<T>(action: Promise<T>): Promise<T> {
    return whileTimePasses(this.clock, action);
  }

  /** All that is on the disk and in the log. */
  written(): string {
    return [...this.files.files].flat().concat(this.log.lines).join('\n');
  }
}
