/** Composes the requests to the cloud and the credentials for them. */
import type { SecretStorage } from 'vscode';
import { CredentialManager } from '../credentials/credential-manager';
import { CredentialReader } from '../credentials/credential-reader';
import { KeyHash } from '../credentials/secrets/key-hash';
import { KeyTrials } from '../credentials/refusals/key-trials';
import { ProfileFile } from '../credentials/profiles/profile-file';
import { ProfileStore } from '../credentials/profile-store';
import { Refusals } from '../credentials/refusals/refusals';
import { SignInFailures } from '../credentials/refusals/sign-in-failures';
import { SecretStorageWithTimeout } from '../credentials/secrets/secret-storage';
import { SignIn } from '../credentials/sign-in';
import { GuardedRequests } from '../credentials/guarded-requests';
import { CloudJobSource } from '../credentials/cloud-job-source';
import { CloudResourceSource } from '../credentials/cloud-resource-source';
import { KeySources } from '../credentials/sources/key-sources';
import { homeFolder } from '../credentials/sources/named-path';
import { Vault } from '../credentials/secrets/vault';
import { axiosTransport } from '../cloud/http/axios-transport';
import { CloudApi } from '../cloud/http/cloud-api';
import { ElbClient } from '../cloud/api/elb-client';
import { IamClient } from '../cloud/api/iam-client';
import { ResourceClient } from '../cloud/api/resource-client';
import type { Disposable } from '../base/disposable';
import { MAX_KEY_FILE_BYTES } from '../base/limits';
import { Emitter, type Event } from '../base/emitter';
import { requestBudgets } from '../jobs/budget/shared-request-budget';
import { requestBudget } from '../ui/editor/settings';
import { watchFile } from '../ui/editor/file-watcher';
import { showProfilesQuarantineNotice } from '../ui/notices/quarantine-notices';
import { RegularFiles } from '../storage/regular-file';
import type { WindowContext } from '../storage/window-context';

export interface Cloud {
  readonly credentials: CredentialManager;
  readonly reader: CredentialReader;
  readonly keySources: KeySources;
  readonly signIn: SignIn;
  readonly source: CloudJobSource;
  readonly resources: CloudResourceSource;
  /** Milliseconds by which an endpoint's clock is ahead of this computer's, as far as known. */
  readonly clockSkewOf: (endpoint: string) => number;
  /** Fires when the correction of the signing time changes: milliseconds added to this computer's clock. */
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
  const keySources = new KeySources({
    ...{ clock, environment, home: homeFolder() },
    files: new RegularFiles({ clock, maxBytes: MAX_KEY_FILE_BYTES }),
  });
  const reader = new CredentialReader({ vault, sources: keySources, clock });
  const refusals = new Refusals(shared);
  const failures = new SignInFailures(shared);
  const trials = new KeyTrials({ ...shared, failures });
  const requests = new GuardedRequests({ keyHash, trials, failures });
  const onQuarantine = () => {
    showProfilesQuarantineNotice(log);
  };
  const profiles = new ProfileStore({
    ...{ clock, log, vault, reader, keyHash, refusals, failures, watchFile },
    profileFile: new ProfileFile({ ...shared, onQuarantine }),
  });
  const credentials = new CredentialManager({ clock, log, profiles, reader, keyHash, refusals, failures });
  const clockSkews = new Emitter<number>((cause) => {
    log.error(`Showing a wrong clock failed: ${String(cause)}`);
  });
  const api = new CloudApi(
    axiosTransport(`elb-job-tracker/${version}`),
    () => clock.now(),
    (skew) => {
      log.warn(clockSkewLine(skew));
      clockSkews.fire(skew);
    },
    (credential) => requests.mayRepeat(credential),
  );
  const client = new ElbClient(api, log);
  const source = new CloudJobSource({
    client,
    credentials,
    keyHash,
    requests,
    budgetNamed: requestBudgets({ ...shared, limit: requestBudget }),
    clock,
  });
  return {
    credentials,
    reader,
    keySources,
    signIn: new SignIn({ iam: new IamClient(api), elb: client, requests, credentials, keyHash, clock }),
    source,
    resources: new CloudResourceSource({ client: new ResourceClient(api), credentials, requests }),
    clockSkewOf: (endpoint) => api.clockSkewOf(endpoint),
    onClockSkew: clockSkews.event,
    disposables: [profiles, failures, credentials, clockSkews],
  };
}

function clockSkewLine(skewMs: number): string {
  return skewMs === 0
    ? "This computer's clock is correct again."
    : `Requests are signed with a time that is ${skewMs} ms ahead of this computer's clock.`;
}
