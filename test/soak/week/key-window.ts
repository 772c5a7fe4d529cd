/** A window of the wrong-key hours: polls with credentials, as the extension composes them. */
import { ElbClient } from '../../../src/cloud/api/elb-client';
import { IamClient } from '../../../src/cloud/api/iam-client';
import { CloudApi } from '../../../src/cloud/http/cloud-api';
import type { HttpTransport } from '../../../src/cloud/http/transport';
import { CloudJobSource } from '../../../src/credentials/cloud-job-source';
import { CredentialManager } from '../../../src/credentials/credential-manager';
import { CredentialReader } from '../../../src/credentials/credential-reader';
import { GuardedRequests } from '../../../src/credentials/guarded-requests';
import { ProfileStore } from '../../../src/credentials/profile-store';
import { ProfileFile } from '../../../src/credentials/profiles/profile-file';
import { KeyTrials } from '../../../src/credentials/refusals/key-trials';
import { Refusals } from '../../../src/credentials/refusals/refusals';
import { SignInFailures } from '../../../src/credentials/refusals/sign-in-failures';
import { KeyHash } from '../../../src/credentials/secrets/key-hash';
import { Vault } from '../../../src/credentials/secrets/vault';
import { SignIn } from '../../../src/credentials/sign-in';
import type { Environment } from '../../../src/credentials/sources/environment';
import { KeySources } from '../../../src/credentials/sources/key-sources';
import { noNames } from '../../support/engine-fixture';
import type { SeededRandom } from '../../support/seeded-random';
import type { Ledger } from './ledger';
import type { Process } from './machine';
import type { SeenSecrets } from './secret-storages';
import type { DiskOfProcess } from './shared-disk';
import { sharedOf, SoakWindow, type WindowParts } from './soak-window';

interface KeyWindowParts {
  readonly process: Process;
  readonly files: DiskOfProcess;
  readonly ledger: Ledger;
  readonly random: SeededRandom;
  readonly secrets: SeenSecrets;
  readonly environment: () => Environment;
  readonly transport: HttpTransport;
  readonly onError: (line: string) => void;
}

export interface KeyWindow {
  readonly window: SoakWindow;
  readonly credentials: CredentialManager;
  readonly reader: CredentialReader;
  readonly signIn: SignIn;
  readonly close: () => void;
}

export function openKeyWindow(parts: KeyWindowParts): KeyWindow {
  const { process, files, ledger, random, secrets, environment, transport, onError } = parts;
  const shared = sharedOf({ process, files, onError });
  const keyHash = new KeyHash({ ...shared, secrets });
  const vault = new Vault(secrets);
  const sources = new KeySources({ ...shared, environment, home: '/home' });
  const reader = new CredentialReader({ vault, sources, clock: process });
  const refusals = new Refusals(shared);
  const failures = new SignInFailures(shared);
  const requests = new GuardedRequests({ keyHash, trials: new KeyTrials({ ...shared, failures }), failures });
  const profiles = new ProfileStore({
    ...{ ...shared, vault, reader, keyHash, refusals, failures },
    profileFile: new ProfileFile({ ...shared, onQuarantine: onError }),
    watchFile: () => ({ dispose: () => undefined }),
  });
  const credentials = new CredentialManager({ ...shared, profiles, reader, keyHash, refusals, failures });
  const api = new CloudApi(
    transport,
    () => process.now(),
    undefined,
    (credential) => requests.mayRepeat(credential),
  );
  const client = new ElbClient(api);
  const signIn = new SignIn({ iam: new IamClient(api), elb: client, requests, credentials, keyHash, clock: process });
  const sourceOf: WindowParts['sourceOf'] = (_, budgetNamed) =>
    new CloudJobSource({ client, credentials, keyHash, requests, budgetNamed, clock: process });
  const window = new SoakWindow({
    ...{ process, files, ledger, random, sourceOf, onError, resourcesOf: () => noNames.resourceSource },
    limit: 100,
    onStatus: () => undefined,
  });
  credentials.onDidChange(() => {
    window.resume();
  });
  secrets.onDidChange(() => {
    void profiles.reload();
    window.resume();
  });
  void profiles.open();
  const close = () => {
    window.close();
    credentials.dispose();
    profiles.dispose();
    failures.dispose();
  };
  return { window, credentials, reader, signIn, close };
}
