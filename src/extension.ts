/** Composition root: builds the parts and wires them. */
import path from 'node:path';
import { commands, env, type ExtensionContext, ExtensionKind, ExtensionMode, window } from 'vscode';
import { CredentialManager } from './credentials/credential-manager';
import { ProfileFile } from './credentials/profile-file';
import { signedLook } from './credentials/signed-look';
import { Vault } from './credentials/vault';
import { axiosTransport } from './elb/axios-transport';
import { CloudApi } from './elb/cloud-api';
import { ElbClient } from './elb/elb-client';
import { readJob } from './elb/job-schema';
import { systemClock as clock } from './jobs/clock';
import { Emitter } from './jobs/emitter';
import { JobDirectory } from './jobs/job-files';
import { JobStore } from './jobs/job-store';
import { PollEngine } from './jobs/poll-engine';
import { requestBudgets } from './jobs/request-budget';
import { Announcer } from './ui/announcer';
import { offerTryAgain, registerCommands } from './ui/commands';
import { ExtensionLog } from './ui/extension-log';
import { JobTree } from './ui/job-tree';
import { notificationLevel, requestBudget } from './ui/settings';
import { StatusBar } from './ui/status-bar';
import { TreeMessage } from './ui/tree-message';

export interface App {
  readonly store: JobStore;
  readonly credentials: CredentialManager;
  readonly engine: PollEngine;
  readonly tree: JobTree;
  readonly statusBar: StatusBar;
  /** Resolves when jobs and profiles of earlier sessions are there. */
  readonly ready: Promise<void>;
}

/** Tests look at the parts; nobody else gets them. */
export function activate(context: ExtensionContext): App | undefined {
  const app = compose(context);
  return context.extensionMode === ExtensionMode.Test ? app : undefined;
}

export function compose({ globalStorageUri, secrets, extension, subscriptions }: ExtensionContext): App {
  const log = new ExtensionLog();
  const directory = globalStorageUri.fsPath;
  const { version } = extension.packageJSON as { readonly version: string };
  const runsRemotely = env.remoteName !== undefined && extension.extensionKind === ExtensionKind.Workspace;

  const credentials = new CredentialManager(
    new ProfileFile(path.join(directory, 'profiles.json'), log),
    new Vault(secrets),
    clock,
    log,
  );
  const clockSkews = new Emitter<number>((cause) => {
    log.error(`Telling of a clock that is off failed: ${String(cause)}`);
  });
  const api = new CloudApi(
    axiosTransport(`elb-job-tracker/${version}`),
    () => clock.now(),
    (skew) => {
      log.warn(`The clock of this computer is off by ${skew} ms; requests are signed with the time of the service.`);
      clockSkews.fire(skew);
    },
  );
  const client = new ElbClient(api);
  const files = new JobDirectory(directory, readJob, log);
  const store = new JobStore(files, log);
  const engine = new PollEngine({
    store,
    lookAtJob: signedLook(client, credentials, clock),
    budgetOf: requestBudgets(requestBudget),
    clock,
    random: () => Math.random(),
    log,
  });

  const tree = new JobTree(store, clock);
  const statusBar = new StatusBar(store, credentials);
  const announcer = new Announcer({
    store,
    claim: (key, endingNumber) => files.claimAnnouncement(key, endingNumber),
    level: notificationLevel,
    reveal: (key) => tree.reveal(key, { focus: true }),
    log,
  });

  const message = new TreeMessage(tree.view, store, credentials);
  const open = async (part: Promise<void>) => {
    try {
      await part;
    } catch (cause) {
      log.error(`What earlier sessions kept could not be read: ${String(cause)}`);
      message.reportStorageFailure();
    }
  };
  const ready = Promise.all([open(credentials.reload()), open(store.open())]).then(() => {
    announcer.catchUp();
  });
  const reloadCredentials = () => {
    // Another window may have signed in or out. A failure was reported when the profiles were first read.
    credentials.reload().catch((cause: unknown) => {
      log.warn(`The profiles could not be read again: ${String(cause)}`);
    });
  };

  subscriptions.push(
    log,
    credentials,
    store,
    engine,
    tree,
    statusBar,
    announcer,
    message,
    clockSkews,
    clockSkews.event((skew) => {
      message.reportClockSkew(skew);
    }),
    credentials.onDidChange(() => {
      void commands.executeCommand('setContext', 'elbJobs.signedIn', credentials.all().length > 0);
      engine.resume();
    }),
    credentials.onDidRefuse((profile) => {
      offerTryAgain(credentials, profile, log);
    }),
    secrets.onDidChange(() => {
      reloadCredentials();
      engine.resume();
    }),
    window.onDidChangeWindowState(({ focused }) => {
      if (!focused) return;
      reloadCredentials();
      engine.catchUp();
    }),
    ...registerCommands({ store, engine, credentials, tree, clock, log, runsRemotely, ready }),
  );
  return { store, credentials, engine, tree, statusBar, ready };
}
