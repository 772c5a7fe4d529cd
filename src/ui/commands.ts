/** The commands: each takes what the person meant and hands it to the rooms that do it. */
import { commands } from 'vscode';
import type { CredentialManager } from '../credentials/credential-manager';
import { isProfileOf } from '../credentials/profile';
import type { Clock } from '../jobs/clock';
import type { Disposable } from '../jobs/disposable';
import type { JobStore } from '../jobs/job-store';
import type { PollEngine } from '../jobs/poll-engine';
import type { BrowseCommand } from './browse-command';
import type { ExtensionLog } from './extension-log';
import type { FollowCommands } from './follow-commands';
import type { JobCommands } from './job-commands';
import type { JobSelection } from './job-selection';
import type { JobTree } from './job-tree';
import type { Timelines } from './timeline/timelines';
import type { TrackCommand } from './track-command';
import type { TreeOptions } from './tree-options';
import type { ProfileCommands } from './profile-commands';
import { offerTryAgain } from './refusal-notice';

export interface CommandParts {
  readonly store: JobStore;
  readonly engine: PollEngine;
  readonly credentials: CredentialManager;
  readonly tree: JobTree;
  readonly clock: Clock;
  readonly log: ExtensionLog;
  readonly track: TrackCommand;
  readonly browse: BrowseCommand;
  readonly follow: FollowCommands;
  readonly profiles: ProfileCommands;
  readonly jobs: JobCommands;
  readonly selection: JobSelection;
  readonly treeOptions: TreeOptions;
  readonly timelines: Timelines;
  /** Resolves when jobs and profiles of earlier sessions are there. */
  readonly ready: Promise<void>;
}

export function registerCommands(parts: CommandParts): Disposable[] {
  const handlers: Readonly<Record<string, (argument?: unknown, more?: unknown) => Promise<void> | void>> = {
    'elbJobs.track': (given) => parts.track.run(given),
    'elbJobs.browse': () => parts.browse.run(),
    'elbJobs.followNewJobs': () => parts.follow.follow(),
    'elbJobs.unfollowNewJobs': () => parts.follow.unfollow(),
    'elbJobs.untrack': (node, nodes) => parts.jobs.untrack(node, nodes),
    'elbJobs.showTimeline': async (node) => {
      const job = await parts.selection.job(node);
      if (job !== undefined) parts.timelines.open(job.key);
    },
    'elbJobs.clearFinished': () => parts.jobs.clearFinished(),
    'elbJobs.renameJob': (node) => parts.jobs.rename(node),
    'elbJobs.muteJob': (node, nodes) => parts.jobs.mute(node, nodes, true),
    'elbJobs.unmuteJob': (node, nodes) => parts.jobs.mute(node, nodes, false),
    'elbJobs.copyJobId': (node, nodes) => parts.jobs.copyId(node, nodes),
    'elbJobs.copyJobJson': (node, nodes) => parts.jobs.copyJson(node, nodes),
    'elbJobs.copyJobReport': (node, nodes) => parts.jobs.copyReport(node, nodes),
    'elbJobs.openJobJson': (node) => parts.jobs.openJson(node),
    'elbJobs.openApiPage': () => parts.jobs.openApiPage(),
    'elbJobs.groupBy': () => parts.treeOptions.chooseGrouping(),
    'elbJobs.sortBy': () => parts.treeOptions.chooseOrder(),
    'elbJobs.filter': () => parts.treeOptions.chooseFilter(),
    'elbJobs.clearFilter': () => parts.treeOptions.clearFilter(),
    // The view's title bar hands over the focused row, which is not what its Refresh means.
    'elbJobs.refresh': () => {
      refresh(parts);
    },
    'elbJobs.refreshJob': (node, nodes) => refreshJob(parts, node, nodes),
    'elbJobs.addCredentials': async () => {
      await parts.profiles.add();
    },
    'elbJobs.editCredentials': (id) => parts.profiles.edit(id),
    'elbJobs.testCredentials': (id) => parts.profiles.test(id),
    'elbJobs.setDefaultCredentials': (id) => parts.profiles.setDefault(id),
    'elbJobs.renameCredentials': (id) => parts.profiles.rename(id),
    'elbJobs.signOut': (id) => parts.profiles.signOut(id),
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

function refresh({ engine, credentials, log }: CommandParts): void {
  // What was refused stays refused, and is answered without a request.
  engine.resume();
  engine.lookNow();
  // A key that several projects share was refused for all of them at once.
  const refusals = new Map(credentials.all().map((profile) => [profile.refusal?.at, profile]));
  for (const profile of refusals.values()) offerTryAgain(credentials, profile, log);
}

async function refreshJob(parts: CommandParts, node: unknown, nodes: unknown): Promise<void> {
  const { engine, credentials, selection, log } = parts;
  const jobs = await selection.jobs(node, nodes);
  if (jobs.length === 0) return;
  engine.resume();
  engine.lookNow(jobs.map(({ key }) => key));
  for (const profile of credentials.all()) {
    if (jobs.some(({ tracked }) => isProfileOf(profile, tracked.reference))) offerTryAgain(credentials, profile, log);
  }
}
