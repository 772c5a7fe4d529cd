/** The commands: each takes what the person meant and hands it to the rooms that do it. */
import { commands } from 'vscode';
import type { CredentialManager } from '../credentials/credential-manager';
import type { Disposable } from '../base/disposable';
import { stopsCredential } from '../jobs/model/poll-error';
import type { BrowseCommand } from './tracking/browse-command';
import type { ConsoleCommand } from './job-commands/console-command';
import type { CopyCommand } from './job-commands/copy-command';
import type { DemoData } from './tracking/demo-data';
import type { ExtensionLog } from './editor/extension-log';
import type { FollowCommands } from './tracking/follow-commands';
import type { JobCommands } from './job-commands/job-commands';
import type { JobSearch } from './tracking/job-search';
import type { JobSelection } from './selection/job-selection';
import type { PollingCommands } from './job-commands/polling-commands';
import type { Timelines } from './timeline/timelines';
import type { TrackAgainCommand } from './tracking/track-again-command';
import type { TrackCommand } from './tracking/track-command';
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
  readonly polling: PollingCommands;
  readonly trackAgain: TrackAgainCommand;
  readonly search: JobSearch;
  readonly consoleCommand: ConsoleCommand;
  readonly wait: WaitCommand;
  readonly copy: CopyCommand;
  readonly selection: JobSelection;
  readonly treeOptions: TreeOptions;
  readonly timelines: Timelines;
  readonly demo: DemoData;
  /** Resolves when jobs and profiles of earlier sessions are there. */
  readonly ready: Promise<void>;
}

export function registerCommands(parts: CommandParts): Disposable[] {
  const handlers: Readonly<Record<string, (argument?: unknown, more?: unknown) => Promise<void> | void>> = {
    'elbJobs.track': (given) => parts.track.run(given),
    'elbJobs.browse': () => parts.browse.run(),
    'elbJobs.followNewJobs': () => parts.follow.follow(),
    'elbJobs.unfollowNewJobs': (project) => parts.follow.unfollow(project),
    'elbJobs.untrack': (node, nodes) => parts.jobs.untrack(node, nodes),
    'elbJobs.showTimeline': async (node) => {
      const job = await parts.selection.job('elbJobs.showTimeline', node);
      if (job !== undefined) parts.timelines.open(job.key);
    },
    'elbJobs.clearFinished': () => parts.jobs.clearFinished(),
    'elbJobs.renameJob': (node) => parts.jobs.rename(node),
    'elbJobs.muteJob': (node, nodes) => parts.jobs.mute(node, nodes, true),
    'elbJobs.unmuteJob': (node, nodes) => parts.jobs.mute(node, nodes, false),
    'elbJobs.copyJobId': (node, nodes) => parts.jobs.copyId(node, nodes),
    'elbJobs.copyJobJson': (node, nodes) => parts.jobs.copyJson(node, nodes),
    'elbJobs.copyJobReport': (node, nodes) => parts.jobs.copyReport(node, nodes),
    'elbJobs.copyValue': (node, nodes) => parts.copy.run(node, nodes),
    'elbJobs.openJobJson': (node) => parts.jobs.openJson(node),
    'elbJobs.waitForJob': (node) => parts.wait.wait(node),
    'elbJobs.openInConsole': (node) => parts.consoleCommand.open(node),
    'elbJobs.openApiPage': () => parts.jobs.openApiPage(),
    'elbJobs.groupBy': () => parts.treeOptions.chooseGrouping(),
    'elbJobs.sortBy': () => parts.treeOptions.chooseOrder(),
    'elbJobs.filter': () => parts.treeOptions.chooseFilter(),
    'elbJobs.clearFilter': () => parts.treeOptions.clearFilter(),
    // The view's title bar hands over the focused row, which is not what its Refresh means.
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
    'elbJobs.editCredentials': (given) => parts.profiles.edit(profileOf(parts, given) ?? given),
    'elbJobs.testCredentials': (id) => parts.profiles.test(id),
    'elbJobs.tryAgain': (given) => parts.profiles.tryAgain(profileOf(parts, given) ?? given),
    'elbJobs.setDefaultCredentials': (id) => parts.profiles.setDefault(id),
    'elbJobs.renameCredentials': (id) => parts.profiles.rename(id),
    'elbJobs.signOut': (id) => parts.profiles.signOut(id),
    'elbJobs.tryDemo': () => parts.demo.try(),
    'elbJobs.removeDemo': () => parts.demo.remove(),
    'elbJobs.showLog': () => {
      parts.log.show();
    },
  };
  return Object.entries(handlers).map(([command, handler]) =>
    commands.registerCommand(command, async (argument?: unknown, more?: unknown) => {
      await parts.ready;
      await handler(argument, more);
    }),
  );
}

/**
 * The id of the credentials that a row tells of, which says that they keep its job from being asked for. Other rows do
 * not: the view's title bar hands over the focused one. An id of none where they are gone.
 */
function profileOf({ selection, credentials }: CommandParts, row: unknown): string | undefined {
  if (typeof row !== 'object' || row === null || !('kind' in row) || row.kind !== 'difficulty') return undefined;
  const [job] = selection.rows(row, undefined);
  const { pollFailure, reference } = job?.tracked ?? {};
  if (pollFailure === undefined || reference === undefined || !stopsCredential(pollFailure.error)) return undefined;
  // There are none to be meant.
  if (pollFailure.error.kind === 'signed-out') return undefined;
  return credentials.profileOf(reference)?.id ?? '';
}
