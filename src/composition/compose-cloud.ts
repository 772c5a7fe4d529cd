/** Composes what asks the cloud, and the credentials that it asks with. */
import { homedir } from 'node:os';
import type { SecretStorage } from 'vscode';
import { CredentialManager } from '../credentials/credential-manager';
import { CredentialReader } from '../credentials/credential-reader';
import { KeyHash } from '../credentials/secrets/key-hash';
import { KeyTrials } from '../credentials/refusals/key-trials';
import { ProfileFile } from '../credentials/profiles/profile-file';
import { Refusals } from '../credentials/refusals/refusals';
import { SecretStorageWithTimeout } from '../credentials/secrets/secret-storage';
import { SignIn } from '../credentials/sign-in';
import { CloudJobSource } from '../credentials/cloud-job-source';
import { KeySources } from '../credentials/sources/found-key-sources';
import { Vault } from '../credentials/secrets/vault';
import { axiosTransport } from '../cloud/http/axios-transport';
import { CloudApi } from '../cloud/http/cloud-api';
import { ElbClient } from '../cloud/api/elb-client';
import { IamClient } from '../cloud/api/iam-client';
import type { Disposable } from '../base/disposable';
import { Emitter, type Event } from '../base/emitter';
import { requestBudgets } from '../jobs/budget/shared-request-budget';
import { requestBudget } from '../ui/editor/settings';
import { watchFile } from '../ui/editor/file-watcher';
import type { WindowContext } from '../storage/window-context';

export interface Cloud {
  readonly credentials: CredentialManager;
  readonly reader: CredentialReader;
  readonly keySources: KeySources;
  readonly signIn: SignIn;
  readonly source: CloudJobSource;
  /** Milliseconds by which the clock of an endpoint is known to be ahead of this computer's. */
  readonly clockSkewOf: (endpoint: string) => number;
  /** Requests are signed with a time so many milliseconds ahead of this computer's. */
  readonly onClockSkew: Event<number>;
  readonly disposables: readonly Disposable[];
}

export function composeCloud(
  shared: WindowContext,
  storage: SecretStorage,
  environment: () => NodeJS.ProcessEnv,
  version: string,
): Cloud {
  const { clock, log } = shared;
  const secrets = new SecretStorageWithTimeout(storage, clock);
  const keyHash = new KeyHash({ ...shared, secrets });
  const vault = new Vault(secrets);
  const keySources = new KeySources({ ...shared, environment, home: homedir() });
  const reader = new CredentialReader({ vault, sources: keySources, clock });
  const credentials = new CredentialManager({
    ...shared,
    profileFile: new ProfileFile(shared),
    vault,
    reader,
    keyHash,
    refusals: new Refusals(shared),
    watchFile,
  });
  const clockSkews = new Emitter<number>((cause) => {
    log.error(`Telling of a clock that is off failed: ${String(cause)}`);
  });
  const api = new CloudApi(
    axiosTransport(`elb-job-tracker/${version}`),
    () => clock.now(),
    (skew) => {
      log.warn(
        skew === 0
          ? 'The clock of this computer is right again.'
          : `Signatures are made with a clock that is ${skew} ms ahead of that of this computer.`,
      );
      clockSkews.fire(skew);
    },
  );
  const client = new ElbClient(api);
  const source = new CloudJobSource({
    client,
    credentials,
    keyHash,
    trials: new KeyTrials(shared),
    budgetNamed: requestBudgets({ ...shared, limit: requestBudget }),
    clock,
  });
  return {
    credentials,
    reader,
    keySources,
    signIn: new SignIn(new IamClient(api), client),
    source,
    clockSkewOf: (endpoint) => api.clockSkewOf(endpoint),
    onClockSkew: clockSkews.event,
    disposables: [credentials, clockSkews],
  };
}
