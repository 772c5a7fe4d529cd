/** Composes the user interface: the tree, the status bar, the notifications and the commands. */
import path from 'node:path';
import { env, type ExtensionContext, ExtensionKind, window } from 'vscode';
import type { Disposable } from '../base/disposable';
import { networkAddresses } from '../jobs/polling/network-addresses';
import type { ProjectReference } from '../jobs/model/project';
import { RecentJobs } from '../jobs/discovery/recent-jobs';
import { EndingAnnouncer } from '../jobs/endings/ending-announcer';
import { ReminderClaims } from '../jobs/endings/reminder-claims';
import { UpgradeReminders } from '../jobs/endings/upgrade-reminders';
import type { JobKey } from '../jobs/model/job-reference';
import type { TrackedJob } from '../jobs/model/tracked-job';
import { EndingNotices } from '../ui/notices/ending-notices';
import { UpgradeNotices } from '../ui/notices/upgrade-notices';
import { onDemand } from '../base/on-demand';
import { isDemo } from '../demo/demo-project';
import { BrowseCommand } from '../ui/tracking/browse-command';
import type { ExtensionLog } from '../ui/editor/extension-log';
import { unreadableCode } from '../ui/editor/unreadable-code';
import { WalkthroughSteps } from '../ui/editor/walkthrough-steps';
import { commandTitles } from '../ui/editor/command-titles';
import { type CommandParts, registerCommands } from '../ui/commands';
import { ConsoleCommand } from '../ui/job-commands/console-command';
import { UpgradeCommandPicker } from '../ui/job-commands/upgrade-command-picker';
import { ContextKeys } from '../ui/tree/context-keys';
import { CopyValueCommand } from '../ui/job-commands/copy-value-command';
import { editorSections } from '../ui/diagnostics/editor-facts';
import { DemoData } from '../ui/tracking/demo-data';
import { ExpiryNotice } from '../ui/notices/expiry-notice';
import { FollowCommands } from '../ui/tracking/follow-commands';
import { pickFilter } from '../ui/tree/filter-picker';
import { FocusedRow } from '../ui/tree/focused-row';
import { isListed } from '../ui/tree/job-arrangement';
import { KeyboardCommands } from '../ui/job-commands/keyboard-commands';
import { JobCommands } from '../ui/job-commands/job-commands';
import { JobDocuments } from '../ui/documents/job-documents';
import { registerJobLinks } from '../ui/tracking/job-link-providers';
import { JobSearch } from '../ui/tracking/job-search';
import { JobSelection } from '../ui/selection/job-selection';
import { JobTree } from '../ui/tree/job-tree';
import { PollingCommands } from '../ui/job-commands/polling-commands';
import { ProfilePicker } from '../ui/selection/profile-picker';
import { proposedEndpoints } from '../credentials/sources/environment';
import { RemoveCommands, restoreRemoved } from '../ui/job-commands/remove-commands';
import { ClaimFiles } from '../storage/claim-files';
import { STORAGE_FOLDERS } from '../storage/storage-folders';
import { ProfileCommands } from '../ui/sign-in/profile-commands';
import { ProfileWizard } from '../ui/sign-in/profile-wizard';
import { SignInConsent } from '../ui/sign-in/sign-in-consent';
import { profileWord } from '../ui/text/profile-words';
import { SeenMarker } from '../ui/tree/seen-marker';
import { redrawsChangedRows } from '../ui/editor/editor-features';
import { notificationLevel, showsResourceNames } from '../ui/editor/settings';
import { StatusBar } from '../ui/status-bar';
import { RecentlyRemovedJobs } from '../ui/tracking/recently-removed-jobs';
import { Timelines } from '../ui/timeline/timelines';
import { TrackAgainCommand } from '../ui/tracking/track-again-command';
import { TrackCommand } from '../ui/tracking/track-command';
import { TrackUriHandler } from '../ui/tracking/track-uri-handler';
import { TreeMessage } from '../ui/tree/tree-message';
import { TreeOptions } from '../ui/tree/tree-options';
import { WaitCommand } from '../ui/job-commands/wait-command';
import type { Cloud } from './compose-cloud';
import type { WindowContext } from '../storage/window-context';
import type { Tracking } from './compose-tracking';

export interface Views {
  readonly tree: JobTree;
  readonly statusBar: StatusBar;
  readonly message: TreeMessage;
  readonly contextKeys: ContextKeys;
  readonly endings: EndingAnnouncer;
  readonly expiryNotice: ExpiryNotice;
  readonly disposables: readonly Disposable[];
}

interface ViewsParts {
  readonly context: Pick<ExtensionContext, 'extension' | 'globalState' | 'workspaceState'>;
  readonly shared: WindowContext;
  readonly log: ExtensionLog;
  readonly cloud: Cloud;
  readonly tracking: Tracking;
  readonly environment: () => NodeJS.ProcessEnv;
  /** Resolves when the saved jobs and profiles are loaded. */
  readonly ready: Promise<void>;
  readonly notifyOutside: CommandParts['notifyOutside'];
}

export function composeViews(parts: ViewsParts): Views {
  const { context, shared, log, cloud, tracking, environment, ready, notifyOutside } = parts;
  const { extension, globalState, workspaceState } = context;
  const { clock } = shared;
  const { credentials, reader, signIn } = cloud;
  const { store, durations, pause, followed, engine, claims, duplicates, waiter, isWindowAlive } = tracking;

  const options = new TreeOptions(workspaceState);
  const projectNames = {
    of: (project: ProjectReference) => {
      const profile = credentials.profileOf(project);
      return profile === undefined ? undefined : profileWord(profile);
    },
    onDidChange: credentials.onDidChange,
  };
  const tree = new JobTree({
    ...{ store, durations, clock, options, projectNames, log },
    redrawsChangedRows: redrawsChangedRows(),
  });
  const { view } = tree;
  const statusBar = new StatusBar({ store, credentials, pause, followed, clock });
  const message = new TreeMessage(view, { store, credentials, pause, followed, options, clock });
  const walkthrough = new WalkthroughSteps({ extensionId: extension.id, memento: globalState, clock, log });
  const removedJobs = new RecentlyRemovedJobs(globalState, log);
  const contextKeys = new ContextKeys({
    ...{ store, removedJobs, credentials, pause, followed, options, walkthrough },
    ...{ view, networkAddresses, clock },
  });

  const selection = new JobSelection(
    store,
    clock,
    () => (view.visible ? view.selection : []),
    commandTitles(extension.packageJSON),
  );
  const consoleCommand = new ConsoleCommand(selection);
  const upgradeCommand = new UpgradeCommandPicker(selection, log);
  const noticeActions = {
    reveal: (key: JobKey) => tree.reveal(key, { focus: true }),
    openInConsole: (tracked: TrackedJob) => consoleCommand.openOf(tracked),
    copyCommand: (tracked: TrackedJob) => upgradeCommand.copyFor(tracked),
  };
  const endingNotices = new EndingNotices({ ...{ store, clock, log }, level: notificationLevel, ...noticeActions });
  const consent = new SignInConsent({ signIn, log });
  const wizard = new ProfileWizard({
    ...{ credentials, reader, consent },
    sources: cloud.keySources,
    signIn,
    proposals: () => proposedEndpoints(environment()),
    clock,
    log,
    runsRemotely: env.remoteName !== undefined && extension.extensionKind === ExtensionKind.Workspace,
  });
  const documents = new JobDocuments(store);
  const picker = new ProfilePicker(credentials, clock);
  const profiles = new ProfileCommands({
    ...{ credentials, picker, reader, signIn, consent, wizard, followed, store, log },
  });
  const track = new TrackCommand({ store, engine, pause, credentials, profiles, tree, clock, log });
  const recentJobs = new RecentJobs({ source: cloud.source, clock, log });
  const timelines = new Timelines(
    {
      ...{ store, durations, clock, log, extensionUri: extension.extensionUri },
      trackAgain: (tracked) => restoreRemoved({ store, log }, [tracked]),
    },
    ready,
  );
  const diagnosticsCode = onDemand(
    () => import('../ui/diagnostics/copy-diagnostics-command'),
    (cause) => unreadableCode(cause, log),
  );
  const wait = new WaitCommand({ store, waiter, selection, durations, pause, endingNotices, clock, log });
  const demo = new DemoData({ store, durations, tree, documents, timelines, endingNotices, clock, log });

  let isLoaded = false;
  void ready.then(() => {
    isLoaded = true;
  });
  const commands = registerCommands({
    track,
    trackAgain: new TrackAgainCommand({ store, engine, removedJobs, selection, tree, clock, log }),
    search: new JobSearch({ store, credentials, source: cloud.source, selection, tree, timelines, clock, log }),
    browse: new BrowseCommand({ store, recentJobs, credentials, profiles, tree, clock, log }),
    follow: new FollowCommands({ followed, credentials, profiles, clock, log }),
    jobs: new JobCommands(store, selection, documents, clock, log),
    remove: new RemoveCommands({
      ...{ store, selection, removedJobs, timelines, clock, log },
      isTreeVisible: () => view.visible,
      isListed: (tracked) => isListed(tracked, options.current),
      clearFilter: () => options.clearFilter(),
    }),
    polling: new PollingCommands({ engine, store, followed, pause, credentials, selection, clock, log }),
    ...{ tree, treeOptions: options },
    keyboard: new KeyboardCommands({
      focusedRow: new FocusedRow({
        ...{ view, clock },
        personActed: () => {
          tree.revealer.personActed();
        },
      }),
      itemOf: (row) => tree.getTreeItem(row),
      selection,
    }),
    chooseFilter: async () => {
      const filter = await pickFilter({
        current: options.current,
        jobs: store.all().values(),
        nameOf: (project) => projectNames.of(project),
      });
      if (filter !== undefined) await options.setFilter(filter);
    },
    copy: new CopyValueCommand(store, log),
    diagnostics: {
      run: async () => {
        const { CopyDiagnosticsCommand } = await diagnosticsCode();
        const command = new CopyDiagnosticsCommand({
          ...shared,
          ...{ store, credentials, followed, pause, engine, log },
          source: cloud.source,
          clockSkewOf: cloud.clockSkewOf,
          showsNames: showsResourceNames,
          isLoaded: () => isLoaded,
          editorSections: () => editorSections({ extension, environment }),
        });
        await command.run();
      },
    },
    ...{ timelines, demo, credentials, profiles, consoleCommand, upgradeCommand, wait, selection, walkthrough },
    ...{ log, ready },
    notifyOutside,
  });
  const noticeClaims = new ClaimFiles(shared);
  const expiryNotice = new ExpiryNotice({
    credentials,
    store,
    claim: (name) => noticeClaims.claim(path.join(shared.directory, STORAGE_FOLDERS.notices, name)),
    clock,
    log,
  });
  const skews = cloud.onClockSkew((skew) => {
    message.reportClockSkew(skew);
  });
  const seenMarker = new SeenMarker({
    ...{ view, options, store, clock },
    window: { isFocused: () => window.state.focused, onDidChange: window.onDidChangeWindowState },
  });
  const uriHandler = window.registerUriHandler(
    new TrackUriHandler({ credentials, profiles, track, clock, log, ready }),
  );
  const endings = new EndingAnnouncer(
    {
      ...{ store, claims, clock, log, isWindowAlive },
      isFocused: () => window.state.focused,
      isPolling: (project) => engine.isPolling(project),
      merged: (key) => duplicates.merged(key),
    },
    (ended) => {
      endingNotices.announce(ended).catch((cause: unknown) => {
        log.warn(`The end of a job could not be shown: ${String(cause)}`);
      });
    },
  );
  const upgradeNotices = new UpgradeNotices({ ...{ store, clock, log }, ...noticeActions });
  const reminders = new UpgradeReminders(
    {
      ...{ store, clock, log, isWindowAlive },
      claims: new ReminderClaims(shared),
      isFocused: () => window.state.focused,
      isPolling: (project) => engine.isPolling(project),
      isReal: (project) => !isDemo(project),
      isWanted: (tracked) => !pause.isPaused && endingNotices.shouldAnnounce(tracked),
    },
    (waiting) => {
      upgradeNotices.remind(waiting);
    },
  );
  const disposables = [
    endings,
    reminders,
    ...[
      options,
      tree,
      statusBar,
      message,
      walkthrough,
      contextKeys,
      documents,
      timelines,
      wait,
      demo,
      expiryNotice,
      skews,
    ],
    ...[seenMarker, uriHandler, ...registerJobLinks(), ...commands],
  ];
  return { tree, statusBar, message, contextKeys, endings, expiryNotice, disposables };
}
