/** Composition root: builds the parts and wires them. */
import { randomUUID } from 'node:crypto';
import { homedir } from 'node:os';
import path from 'node:path';
import { env, type ExtensionContext, ExtensionKind, ExtensionMode, Uri, window } from 'vscode';
import { CredentialManager } from './credentials/credential-manager';
import { CredentialReader } from './credentials/credential-reader';
import { KeyHash } from './credentials/key-hash';
import { KeyTrials } from './credentials/key-trials';
import { profileId } from './credentials/profile';
import { ProfileFile } from './credentials/profile-file';
import { Refusals } from './credentials/refusals';
import { PatientSecrets } from './credentials/secrets';
import { SignIn } from './credentials/sign-in';
import { SignedSource } from './credentials/signed-source';
import { proposedEndpoints } from './credentials/sources/environment';
import { KeySources } from './credentials/sources/found-key-sources';
import { Vault } from './credentials/vault';
import { isDemo } from './demo/demo-project';
import { DemoSource } from './demo/demo-source';
import { RoutedSource } from './demo/routed-source';
import { axiosTransport } from './elb/axios-transport';
import { CloudApi } from './elb/cloud-api';
import { ElbClient } from './elb/elb-client';
import { IamClient } from './elb/iam-client';
import { readJob } from './elb/job-schema';
import { systemClock as clock } from './jobs/clock';
import { Emitter } from './jobs/emitter';
import { EndingWatch } from './jobs/ending-watch';
import { requestBudgets } from './jobs/file-request-budget';
import { FollowedProjects } from './jobs/followed-projects';
import { JobDirectory } from './jobs/job-directory';
import { jobKey } from './jobs/job-reference';
import { JobStore } from './jobs/job-store';
import { Lease } from './jobs/lease';
import { networkAddresses } from './jobs/network-addresses';
import { NodeFileSystem, removeLeftovers } from './jobs/node-file-system';
import { PollEngine } from './jobs/poll-engine';
import { PollingPause } from './jobs/polling-pause';
import { DurationHistory } from './jobs/prediction';
import { RecentJobs } from './jobs/recent-jobs';
import { TwinJobs } from './jobs/twin-jobs';
import { Announcer } from './ui/announcer';
import { BrowseCommand } from './ui/browse-command';
import { registerCommands } from './ui/commands';
import { ConsoleCommand } from './ui/console-command';
import { ContextKeys } from './ui/context-keys';
import { DemoData } from './ui/demo-data';
import { ExpiryNotice } from './ui/expiry-notice';
import { ExtensionLog } from './ui/extension-log';
import { FollowCommands } from './ui/follow-commands';
import { tellFollowSetAside, tellNewJobs } from './ui/follow-notices';
import { JobCommands } from './ui/job-commands';
import { JobDocuments } from './ui/job-documents';
import { registerJobLinks } from './ui/job-links';
import { JobSelection } from './ui/job-selection';
import { JobTree } from './ui/job-tree';
import { ProfileCommands } from './ui/profile-commands';
import { ProfileWizard } from './ui/profile-wizard';
import { profileWord } from './ui/profile-words';
import { tellRefusal } from './ui/refusal-notice';
import { SeenMarker } from './ui/seen-marker';
import { setAsideNotice } from './ui/set-aside-notice';
import { notificationLevel, requestBudget, retention } from './ui/settings';
import { JobSearch } from './ui/job-search';
import { PollingCommands } from './ui/polling-commands';
import { StoppedJobs } from './ui/stopped-jobs';
import { TrackAgainCommand } from './ui/track-again-command';
import { StatusBar } from './ui/status-bar';
import { Timelines } from './ui/timeline/timelines';
import { TrackCommand } from './ui/track-command';
import { TrackUriHandler } from './ui/track-uri-handler';
import { TreeMessage } from './ui/tree-message';
import { TreeOptions } from './ui/tree-options';
import { WaitCommand } from './ui/wait-command';
import { watchFile } from './ui/watch-file';
import { windowLink } from './ui/window-link';

export interface App {
  readonly store: JobStore;
  readonly credentials: CredentialManager;
  readonly engine: PollEngine;
  readonly tree: JobTree;
  readonly statusBar: StatusBar;
  readonly followed: FollowedProjects;
  /** The folder that holds what outlasts the session. */
  readonly storage: string;
  /** Resolves when jobs and profiles of earlier sessions are there. */
  readonly ready: Promise<void>;
}

/** Tests look at the parts; nobody else gets them. */
export function activate(context: ExtensionContext): App | undefined {
  const app = compose(context);
  return context.extensionMode === ExtensionMode.Test ? app : undefined;
}

/** In ms: a file that was being written so long ago is nobody's any more. */
const LEFTOVER_AGE = 60 * 60_000;

export function compose({
  globalStorageUri,
  secrets: storage,
  extension,
  subscriptions,
  globalState,
  workspaceState,
}: ExtensionContext): App {
  const log = new ExtensionLog();
  const { version } = extension.packageJSON as { readonly version: string };
  const runsRemotely = env.remoteName !== undefined && extension.extensionKind === ExtensionKind.Workspace;
  /** What windows share, and what tells this one from the others. */
  const shared = {
    files: new NodeFileSystem(),
    clock,
    owner: randomUUID(),
    directory: globalStorageUri.fsPath,
    log,
  };

  const secrets = new PatientSecrets(storage, clock);
  const keyHash = new KeyHash({ ...shared, secrets });
  const vault = new Vault(secrets);
  const environment = () => process.env;
  const sources = new KeySources({ ...shared, environment, home: homedir() });
  const reader = new CredentialReader({ vault, sources, clock });
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
  const signIn = new SignIn(new IamClient(api), client);
  const isThere = windowLink(clock);
  const jobFiles = new JobDirectory({ ...shared, readJob, onSetAside: setAsideNotice() });
  const followed = new FollowedProjects({
    ...shared,
    skewOf: ({ endpoint }) => api.clockSkewOf(endpoint),
    onSetAside: () => {
      tellFollowSetAside(log);
    },
  });
  const store = new JobStore(jobFiles, log, (left) => followed.passOver(left, clock.now()));
  const durations = new DurationHistory(isDemo);
  const pause = new PollingPause(shared);
  const cloud = new SignedSource({
    client,
    credentials,
    keyHash,
    trials: new KeyTrials(shared),
    budgetNamed: requestBudgets({ ...shared, limit: requestBudget }),
    clock,
  });
  const demoSource = new DemoSource({ trackedAt: (reference) => store.get(jobKey(reference))?.trackedAt, clock });
  const engine = new PollEngine({
    store,
    source: new RoutedSource(demoSource, cloud),
    pause,
    newJobs: {
      followed,
      isFocused: () => window.state.focused,
      tell: (news) => {
        tellNewJobs(credentials, news, log);
      },
    },
    leaseOf: ({ endpoint, projectId }) =>
      new Lease({
        ...shared,
        directory: path.join(shared.directory, 'leases'),
        name: profileId(endpoint, projectId),
        isWanted: isThere,
      }),
    durations,
    clock,
    random: () => Math.random(),
    networkAddresses,
    log,
  });

  const treeOptions = new TreeOptions(workspaceState);
  const tree = new JobTree(store, durations, clock, treeOptions, (project) => {
    const profile = credentials.profileOf(project);
    return profile === undefined ? undefined : profileWord(profile);
  });
  const statusBar = new StatusBar({ store, credentials, pause, followed, clock });
  const selection = new JobSelection(store, clock, () => (tree.view.visible ? tree.view.selection : []));
  const consoleCommand = new ConsoleCommand(selection);
  const announcer = new Announcer({
    store,
    level: notificationLevel,
    reveal: (key) => tree.reveal(key, { focus: true }),
    openInConsole: (tracked) => consoleCommand.openOf(tracked),
  });
  const wait = new WaitCommand({ store, selection, durations, pause, announcer, clock });
  const wizard = new ProfileWizard({
    credentials,
    sources,
    signIn,
    proposals: () =>
      proposedEndpoints(environment()).flatMap(({ variable, region, endpoints }) =>
        endpoints.map((endpoint) => ({ place: { endpoint, region }, origin: variable })),
      ),
    clock,
    log,
    runsRemotely,
  });
  const documents = new JobDocuments(store);
  const stopped = new StoppedJobs(globalState, log);
  const jobs = new JobCommands({ store, selection, documents, stopped, clock, log });
  const polling = new PollingCommands({ engine, pause, credentials, selection, log });
  const profiles = new ProfileCommands({ credentials, reader, signIn, wizard, followed, store, log });
  const track = new TrackCommand({ store, credentials, profiles, tree, clock, log });
  const trackAgain = new TrackAgainCommand({ store, engine, stopped, selection, tree, clock, log });
  const search = new JobSearch({ store, credentials, source: cloud, selection, tree, clock, log });
  const recentJobs = new RecentJobs({ source: cloud, clock, log });
  const browse = new BrowseCommand({ store, recentJobs, credentials, profiles, tree, clock, log });
  const follow = new FollowCommands({ followed, credentials, profiles, clock, log });
  const demo = new DemoData({ store, durations, tree, documents, clock, log });
  const message = new TreeMessage(tree.view, { store, credentials, pause, followed, options: treeOptions });

  const open = async (part: Promise<void>) => {
    try {
      await part;
    } catch (cause) {
      log.error(`What earlier sessions kept could not be read: ${String(cause)}`);
      message.reportStorageFailure();
    }
  };
  /** For what is done beside, and need not be waited for. */
  const inBackground = (what: string, work: Promise<unknown>) => {
    work.catch((cause: unknown) => {
      log.warn(`${what}: ${String(cause)}`);
    });
  };
  const endings = new EndingWatch(
    {
      store,
      claims: jobFiles,
      clock,
      isFocused: () => window.state.focused,
      isThere,
      isPolling: (project) => engine.isPolling(project),
      log,
    },
    (ended) => {
      inBackground('The end of a job could not be shown', announcer.announce(ended));
    },
  );
  const prune = () => {
    inBackground('Finished jobs could not be forgotten', store.prune(retention(), clock.now()));
  };
  const readAgain = () => {
    inBackground('The profiles could not be read again', credentials.reload());
    inBackground('The jobs could not be read again', store.readAgain());
    inBackground('Which projects are followed could not be read again', followed.readAgain());
    void pause.readAgain();
  };
  /** A pause holds for the first look; what is tracked already must be known before a job can be told to be new. */
  const openJobs = async () => {
    await pause.readAgain();
    await store.open();
    inBackground('Which projects are followed could not be read', followed.readAgain());
  };
  const ready = Promise.all([open(credentials.reload()), open(openJobs())]).then(() => {
    inBackground('What ended before could not be announced', endings.catchUp());
    prune();
    for (const folder of ['.', 'jobs', 'announced', 'leases', 'budgets', 'refusals', 'trials', 'notices', 'follow']) {
      const directory = path.join(shared.directory, folder);
      inBackground('Leftovers could not be removed', removeLeftovers(directory, LEFTOVER_AGE));
    }
  });

  const timelines = new Timelines({ store, clock, log, media: Uri.joinPath(extension.extensionUri, 'media') }, ready);

  subscriptions.push(
    timelines,
    log,
    credentials,
    store,
    engine,
    followed,
    followed.watch(() => {
      inBackground('Which projects are followed could not be read again', followed.readAgain());
    }),
    new TwinJobs({ store, claims: jobFiles, log }),
    tree,
    treeOptions,
    statusBar,
    endings,
    message,
    demo,
    new ExpiryNotice({
      credentials,
      store,
      claim: (name) => shared.files.create(path.join(shared.directory, 'notices', name), shared.owner),
      clock,
      log,
    }),
    pause,
    new SeenMarker(tree.view, store, clock),
    clockSkews,
    clockSkews.event((skew) => {
      message.reportClockSkew(skew);
    }),
    jobFiles.watch((keys) => {
      inBackground('The jobs could not be read again', store.readAgain(keys));
    }),
    store.onDidChange((changes) => {
      if (changes.some(({ kinds }) => kinds.includes('ended'))) prune();
    }),
    new ContextKeys({
      store,
      credentials,
      pause,
      followed,
      options: treeOptions,
      view: tree.view,
      networkAddresses,
      clock,
    }),
    credentials.onDidChange(() => {
      engine.resume();
    }),
    credentials.onDidRefuse((profile) => {
      tellRefusal(credentials, profile, log);
    }),
    storage.onDidChange(() => {
      inBackground('The profiles could not be read again', credentials.reload());
      engine.resume();
    }),
    window.onDidChangeWindowState(({ focused }) => {
      if (!focused) return;
      readAgain();
      engine.catchUp();
    }),
    documents,
    wait,
    ...registerJobLinks(),
    window.registerUriHandler(new TrackUriHandler({ credentials, profiles, track, clock, log, ready })),
    ...registerCommands({
      track,
      trackAgain,
      search,
      browse,
      follow,
      timelines,
      demo,
      credentials,
      profiles,
      jobs,
      polling,
      consoleCommand,
      wait,
      selection,
      treeOptions,
      log,
      ready,
    }),
  );
  return { store, credentials, engine, tree, statusBar, followed, storage: shared.directory, ready };
}
