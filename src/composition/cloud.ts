/** Composes what asks the cloud, and the credentials that it asks with. */
import { homedir } from 'node:os';
import type { SecretStorage } from 'vscode';
import { CredentialManager } from '../credentials/credential-manager';
import { CredentialReader } from '../credentials/credential-reader';
import { KeyHash } from '../credentials/key-hash';
import { KeyTrials } from '../credentials/key-trials';
import { ProfileFile } from '../credentials/profile-file';
import { Refusals } from '../credentials/refusals';
import { PatientSecrets } from '../credentials/secrets';
import { SignIn } from '../credentials/sign-in';
import { SignedSource } from '../credentials/signed-source';
import { KeySources } from '../credentials/sources/found-key-sources';
import { Vault } from '../credentials/vault';
import { axiosTransport } from '../elb/axios-transport';
import { CloudApi } from '../elb/cloud-api';
import { ElbClient } from '../elb/elb-client';
import { IamClient } from '../elb/iam-client';
import type { Disposable } from '../jobs/disposable';
import { Emitter, type Event } from '../jobs/emitter';
import { requestBudgets } from '../jobs/file-request-budget';
import { requestBudget } from '../ui/settings';
import { watchFile } from '../ui/watch-file';
import type { Shared } from './shared';

export interface Cloud {
  readonly credentials: CredentialManager;
  readonly reader: CredentialReader;
  readonly keySources: KeySources;
  readonly signIn: SignIn;
  readonly source: SignedSource;
  /** Milliseconds by which the clock of an endpoint is known to be ahead of this computer's. */
  readonly clockSkewOf: (endpoint: string) => number;
  /** Requests are signed with a time so many milliseconds ahead of this computer's. */
  readonly onClockSkew: Event<number>;
  readonly disposables: readonly Disposable[];
}

export function composeCloud(
  shared: Shared,
  storage: SecretStorage,
  environment: () => NodeJS.ProcessEnv,
  version: string,
): Cloud {
  const { clock, log } = shared;
  const secrets = new PatientSecrets(storage, clock);
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
  const source = new SignedSource({
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
