/** Registers all commands and connects each id to its implementation. */
import { commands, l10n } from 'vscode';
import type { CredentialManager } from '../credentials/credential-manager';
import type { Disposable } from '../base/disposable';
import { stopsCredential } from '../jobs/model/poll-error';
import { isActive, type TrackedJob } from '../jobs/model/tracked-job';
import { FOCUSED_ROW } from './tree/focused-row';
import type { JobTreeNode } from './tree/job-nodes';
import type { KeyboardCommands } from './job-commands/keyboard-commands';
import type { RemoveCommands } from './job-commands/remove-commands';
import type { BrowseCommand } from './tracking/browse-command';
import type { ConsoleCommand } from './job-commands/console-command';
import type { CopyDiagnosticsCommand } from './diagnostics/copy-diagnostics-command';
import type { UpgradeCommandPicker } from './job-commands/upgrade-command-picker';
import type { CopyValueCommand } from './job-commands/copy-value-command';
import type { DemoData } from './tracking/demo-data';
import type { ExtensionLog } from './editor/extension-log';
import type { WalkthroughSteps } from './editor/walkthrough-steps';
import type { FollowCommands } from './tracking/follow-commands';
import type { JobCommands } from './job-commands/job-commands';
import type { JobSearch } from './tracking/job-search';
import { ASK, type JobSelection } from './selection/job-selection';
import type { PollingCommands } from './job-commands/polling-commands';
import type { Timelines } from './timeline/timelines';
import type { TrackAgainCommand } from './tracking/track-again-command';
import type { TrackCommand } from './tracking/track-command';
import type { JobTree } from './tree/job-tree';
import type { TreeOptions } from './tree/tree-options';
import type { WaitCommand } from './job-commands/wait-command';
import type { ProfileCommands } from './sign-in/profile-commands';

export interface CommandParts {
  readonly credentials: CredentialManager;
  readonly log: ExtensionLog;
  readonly track: TrackCommand;
  readonly browse: BrowseCommand;
  readonly follow: FollowCommands;
  readonly profiles: ProfileCommands;
  readonly jobs: JobCommands;
  readonly remove: RemoveCommands;
  readonly polling: PollingCommands;
  readonly trackAgain: TrackAgainCommand;
  readonly search: JobSearch;
  readonly consoleCommand: ConsoleCommand;
  readonly upgradeCommand: UpgradeCommandPicker;
  readonly wait: WaitCommand;
  /** Runs a task that waits for the job, whose end the editor shows outside its window. */
  readonly notifyOutside: (tracked: TrackedJob) => Promise<void>;
  readonly copy: CopyValueCommand;
  readonly diagnostics: Pick<CopyDiagnosticsCommand, 'run'>;
  readonly selection: JobSelection;
  readonly treeOptions: TreeOptions;
  readonly tree: Pick<JobTree, 'revealFailedSubJob'>;
  readonly keyboard: KeyboardCommands;
  readonly chooseFilter: () => Promise<void>;
  readonly timelines: Timelines;
  readonly demo: DemoData;
  readonly walkthrough: Pick<WalkthroughSteps, 'complete'>;
  /** Resolves when the saved jobs and profiles are loaded. */
  readonly ready: Promise<void>;
}

export function registerCommands(parts: CommandParts): Disposable[] {
  const handlers: Readonly<Record<string, Handler>> = {
    'elbJobs.track': (given) => parts.track.run(given),
    'elbJobs.browse': () => parts.browse.run(),
    'elbJobs.followNewJobs': () => parts.follow.follow(),
    'elbJobs.unfollowNewJobs': (project) => parts.follow.unfollow(project),
    'elbJobs.untrack': (node, nodes) => parts.remove.untrack(node, nodes),
    'elbJobs.showTimeline': async (node) => {
      const job = await parts.selection.job('elbJobs.showTimeline', node);
      if (job !== undefined) parts.timelines.open(job.key);
    },
    'elbJobs.clearFinished': () => parts.remove.clearFinished(),
    'elbJobs.renameJob': (node) => parts.jobs.rename(node),
    'elbJobs.muteJob': (node, nodes) => parts.jobs.mute(node, nodes, true),
    'elbJobs.unmuteJob': (node, nodes) => parts.jobs.mute(node, nodes, false),
    'elbJobs.copyJobId': (node, nodes) => parts.jobs.copyId(node, nodes),
    'elbJobs.copyJobJson': (node, nodes) => parts.jobs.copyJson(node, nodes),
    'elbJobs.copyJobReport': (node, nodes) => parts.jobs.copyReport(node, nodes),
    'elbJobs.copyValue': (node, nodes) => parts.copy.run(node, nodes),
    'elbJobs.showFailedSubJob': async (key) => {
      if (typeof key === 'string') await parts.tree.revealFailedSubJob(key);
    },
    'elbJobs.openJobJson': (node) => parts.jobs.openJson(node),
    'elbJobs.waitForJob': (node, nodes) => {
      parts.walkthrough.complete('automation');
      return parts.wait.wait(node, nodes);
    },
    'elbJobs.notifyOutside': (node) => notifyOutside(parts, node),
    'elbJobs.openInConsole': (node) => parts.consoleCommand.open(node),
    'elbJobs.copyUpgradeCommand': (node) => parts.upgradeCommand.run(node),
    'elbJobs.openApiPage': () => parts.jobs.openApiPage(),
    'elbJobs.groupBy': () => parts.treeOptions.chooseGrouping(),
    'elbJobs.sortBy': () => parts.treeOptions.chooseOrder(),
    'elbJobs.filter': () => parts.chooseFilter(),
    'elbJobs.clearFilter': () => parts.treeOptions.clearFilter(),
    // The view's title bar passes the focused row, but its Refresh button means all jobs.
    'elbJobs.refresh': () => {
      parts.polling.refresh();
    },
    'elbJobs.refreshJob': (node, nodes) => parts.polling.refreshJob(node, nodes),
    'elbJobs.pausePolling': () => parts.polling.pausePolling(),
    'elbJobs.resumePolling': () => parts.polling.resumePolling(),
    'elbJobs.trackAgain': async (node, nodes) => {
      await parts.trackAgain.run(node, nodes);
      parts.polling.remindOfPause();
    },
    'elbJobs.lookInOtherCredentials': (node) => parts.search.run(node),
    'elbJobs.addCredentials': async () => {
      await parts.profiles.add();
    },
    'elbJobs.editCredentials': (given) => parts.profiles.edit(profileIdOf(parts, given) ?? given),
    'elbJobs.testCredentials': (id) => parts.profiles.test(id),
    'elbJobs.tryAgain': (given) => parts.profiles.tryAgain(profileIdOf(parts, given) ?? given),
    'elbJobs.setDefaultCredentials': (id) => parts.profiles.setDefault(id),
    'elbJobs.renameCredentials': (id) => parts.profiles.rename(id),
    'elbJobs.signOut': (id) => parts.profiles.signOut(id),
    'elbJobs.tryDemo': () => parts.demo.try(),
    'elbJobs.removeDemo': () => parts.demo.remove(),
    'elbJobs.chooseNotifications': async () => {
      parts.walkthrough.complete('notifications');
      await commands.executeCommand('workbench.action.openSettings', 'elbJobs.notifications');
    },
    'elbJobs.showLog': () => {
      parts.log.show();
    },
    'elbJobs.copyDiagnostics': () => parts.diagnostics.run(),
  };
  const onFocusedRow = focusedRowHandlers(parts, handlers);
  const registered = Object.entries(handlers).map(([command, handler]) =>
    commands.registerCommand(command, async (argument?: unknown, more?: unknown) => {
      if (!FOR_BUG_REPORTS.has(command)) await parts.ready;
      if (argument === FOCUSED_ROW) await onFocusedRow(command, handler);
      else await handler(argument, more);
    }),
  );
  return [...registered, commands.registerCommand('elbJobs.pickJob', () => pickedId(parts))];
}

/**
 * For `${command:elbJobs.pickJob}` in a tasks.json or launch.json, which passes its own arguments.
 * @returns the whole id, or undefined if the person cancelled, which cancels the task
 */
async function pickedId({ ready, selection }: CommandParts): Promise<string | undefined> {
  await ready;
  return (await selection.job('elbJobs.pickJob', ASK))?.tracked.reference.jobId;
}

async function notifyOutside({ selection, notifyOutside: notify }: CommandParts, clicked: unknown): Promise<void> {
  const job = await selection.job('elbJobs.notifyOutside', clicked, {
    matches: isActive,
    noMatchMessage: () => l10n.t('No job in the list is running.'),
  });
  if (job !== undefined) await notify(job.tracked);
}

/** They help if the saved jobs cannot be loaded, so they do not wait for them. */
const FOR_BUG_REPORTS: ReadonlySet<string> = new Set(['elbJobs.showLog', 'elbJobs.copyDiagnostics']);

type Handler = (argument?: unknown, more?: unknown) => Promise<void> | void;

/** Returns what runs a command for a key that was pressed in the tree. */
function focusedRowHandlers(
  { keyboard }: CommandParts,
  handlers: Readonly<Record<string, Handler>>,
): (command: string, handler: Handler) => Promise<void> {
  return async (command, handler) => {
    const { 'elbJobs.copyJobId': id = handler, 'elbJobs.copyValue': value = handler } = handlers;
    if (command === 'elbJobs.showTimeline') await keyboard.open(handler);
    else if (command === 'elbJobs.copyJobId' || command === 'elbJobs.copyValue') await keyboard.copy({ id, value });
    else await keyboard.run(handler);
  };
}

const FAILURE_ROW: JobTreeNode['kind'] = 'poll-failure';

/**
 * Returns the id of the profile that a row is about, if the row says that the job's credentials do not work. For other
 * rows, e.g. the focused one that the view's title bar passes, it returns undefined.
 * @returns an empty id if the profile was removed.
 */
function profileIdOf({ selection, credentials }: CommandParts, row: unknown): string | undefined {
  if (typeof row !== 'object' || row === null || !('kind' in row) || row.kind !== FAILURE_ROW) return undefined;
  const [job] = selection.rows(row, undefined);
  const { pollFailure, reference } = job?.tracked ?? {};
  if (pollFailure === undefined || reference === undefined || !stopsCredential(pollFailure.error)) return undefined;
  // No profile exists: the person picks one.
  if (pollFailure.error.kind === 'signed-out') return undefined;
  return credentials.profileOf(reference)?.id ?? '';
}
