/** Composition root: builds the parts of a window and wires them. */
import { randomUUID } from 'node:crypto';
import { type ExtensionContext, ExtensionMode } from 'vscode';
import type { ElbJobTracker } from '../api/elb-job-tracker';
import { registerAutomation } from './automation/register-automation';
import { composeCloud } from './composition/compose-cloud';
import { Session } from './composition/session';
import type { WindowContext } from './storage/window-context';
import { composeTracking } from './composition/compose-tracking';
import { composeViews } from './composition/compose-views';
import type { CredentialManager } from './credentials/credential-manager';
import { systemClock } from './base/clock';
import type { FollowedProjects } from './jobs/discovery/followed-projects';
import type { JobStore } from './jobs/store/job-store';
import { NodeFileSystem } from './storage/node-file-system';
import type { PollEngine } from './jobs/polling/poll-engine';
import { ExtensionLog } from './ui/editor/extension-log';
import type { JobTree } from './ui/tree/job-tree';
import type { StatusBar } from './ui/status-bar';

export interface App extends ElbJobTracker {
  readonly store: JobStore;
  readonly credentials: CredentialManager;
  readonly engine: PollEngine;
  readonly tree: JobTree;
  readonly statusBar: StatusBar;
  readonly followed: FollowedProjects;
  /** The global storage folder. */
  readonly storage: string;
  /** Resolves when the saved jobs and profiles are loaded. */
  readonly ready: Promise<void>;
}

/** Returns the API for other extensions, and to tests also the parts. */
export function activate(context: ExtensionContext): ElbJobTracker {
  const app = compose(context);
  return context.extensionMode === ExtensionMode.Test ? app : Object.freeze({ getAPI: app.getAPI });
}

export function compose(context: ExtensionContext): App {
  const { globalStorageUri, secrets: storage, extension } = context;
  const log = new ExtensionLog(systemClock);
  const shared: WindowContext = {
    files: new NodeFileSystem(),
    clock: systemClock,
    owner: randomUUID(),
    directory: globalStorageUri.fsPath,
    log,
  };
  const { version } = extension.packageJSON as { readonly version: string };
  const environment = () => process.env;
  const cloud = composeCloud(shared, storage, environment, version);
  const tracking = composeTracking(shared, cloud);
  // The disk is read after activation, which must not delay the start of VS Code.
  const ready = new Promise((resolve) => setImmediate(resolve)).then(() => session.open());
  const automation = registerAutomation({ ...shared, ...tracking, credentials: cloud.credentials, ready });
  const { notifyOutside } = automation;
  const views = composeViews({ context, shared, log, cloud, tracking, environment, ready, notifyOutside });
  const session = new Session({ shared, storage, cloud, tracking, views });
  context.subscriptions.push(
    session,
    ...automation.disposables,
    ...views.disposables,
    ...tracking.disposables,
    ...cloud.disposables,
    log,
  );
  const { credentials } = cloud;
  const { store, engine, followed } = tracking;
  const { tree, statusBar } = views;
  const { getAPI } = automation.exported;
  return { store, credentials, engine, tree, statusBar, followed, storage: shared.directory, ready, getAPI };
}
