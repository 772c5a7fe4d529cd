/** The commands: each takes what the person meant and hands it to the rooms that do it. */
import { commands, l10n, window } from 'vscode';
import type { CredentialManager } from '../credentials/credential-manager';
import { isProfileOf, type Profile, profileName } from '../credentials/profile';
import type { Clock } from '../jobs/clock';
import type { Disposable } from '../jobs/disposable';
import { parseJobId } from '../jobs/job-reference';
import type { JobStore } from '../jobs/job-store';
import type { PollEngine } from '../jobs/poll-engine';
import { reasonOf } from '../jobs/reason-of';
import type { ExtensionLog } from './extension-log';
import type { JobCommands } from './job-commands';
import type { JobSelection } from './job-selection';
import type { JobTree } from './job-tree';
import { askProfile, type ProfileCommands } from './profile-commands';
import { type Answer, askText, BACK, goThrough, type Step, type StepFrame } from './steps';
import { offerTryAgain } from './refusal-notice';

export interface CommandParts {
  readonly store: JobStore;
  readonly engine: PollEngine;
  readonly credentials: CredentialManager;
  readonly tree: JobTree;
  readonly clock: Clock;
  readonly log: ExtensionLog;
  readonly profiles: ProfileCommands;
  readonly jobs: JobCommands;
  readonly selection: JobSelection;
  /** Resolves when jobs and profiles of earlier sessions are there. */
  readonly ready: Promise<void>;
}

export function registerCommands(parts: CommandParts): Disposable[] {
  const handlers: Readonly<Record<string, (argument?: unknown, more?: unknown) => Promise<void> | void>> = {
    'elbJobs.track': (id) => track(parts, id),
    'elbJobs.untrack': (node, nodes) => parts.jobs.untrack(node, nodes),
    'elbJobs.clearFinished': () => parts.jobs.clearFinished(),
    'elbJobs.renameJob': (node) => parts.jobs.rename(node),
    'elbJobs.muteJob': (node, nodes) => parts.jobs.mute(node, nodes, true),
    'elbJobs.unmuteJob': (node, nodes) => parts.jobs.mute(node, nodes, false),
    'elbJobs.copyJobId': (node, nodes) => parts.jobs.copyId(node, nodes),
    'elbJobs.copyJobJson': (node, nodes) => parts.jobs.copyJson(node, nodes),
    'elbJobs.copyJobReport': (node, nodes) => parts.jobs.copyReport(node, nodes),
    'elbJobs.openJobJson': (node) => parts.jobs.openJson(node),
    'elbJobs.openApiPage': () => parts.jobs.openApiPage(),
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

/** @param given a job id, from a key binding or another extension; a person is asked where it is missing. */
async function track(parts: CommandParts, given: unknown): Promise<void> {
  const { store, tree, clock, log } = parts;
  const givenId = typeof given === 'string' ? parseJobId(given) : undefined;
  if (typeof given === 'string' && givenId === undefined) {
    void window.showErrorMessage(jobIdExpected());
    return;
  }
  const asked = await whichJob(parts, givenId);
  if (asked === undefined) return;
  const { profile, jobId } = asked;
  const reference = { endpoint: profile.endpoint, projectId: profile.projectId, jobId };
  try {
    await store.track(reference, clock.now());
  } catch (cause) {
    log.error(`Job ${jobId} could not be saved: ${String(cause)}`);
    void window.showErrorMessage(
      l10n.t('Job {jobId} is followed only until this window closes, since it could not be saved: {reason}', {
        jobId,
        reason: reasonOf(cause),
      }),
    );
  }
  const key = store.find(reference);
  // The person goes on with what they were typing.
  if (key !== undefined) await tree.reveal(key, { focus: false });
}

/** Asks for what is not known: the credentials where there are several and none is the default, then the id. */
async function whichJob(
  { credentials, profiles }: CommandParts,
  givenId: string | undefined,
): Promise<{ readonly profile: Profile; readonly jobId: string } | undefined> {
  if (credentials.all().length === 0 && (await profiles.add()) === undefined) return undefined;
  const all = credentials.all();
  const [first] = all;
  if (first === undefined) return undefined;
  let profile = first;
  let jobId = givenId ?? '';
  const isChosen = all.length === 1 || (first.isDefault === true && givenId !== undefined);
  const chooseProfile: Step = async (frame) => {
    const answer = await askProfile(frame, all, profile);
    if (answer === undefined || answer === BACK) return answer;
    profile = answer;
    return 'answered';
  };
  const chooseId: Step = async (frame) => {
    const answer = await askJobId(frame, profile, jobId);
    if (answer === undefined || answer === BACK) return answer;
    jobId = parseJobId(answer) ?? '';
    return 'answered';
  };
  const steps = [...(isChosen ? [] : [chooseProfile]), ...(givenId === undefined ? [chooseId] : [])];
  // A default is not asked for, and the way back leads to the others.
  const begin = !isChosen && first.isDefault === true ? 1 : 0;
  return (await goThrough(l10n.t('Track ELB Job'), () => steps, begin)) ? { profile, jobId } : undefined;
}

function askJobId(frame: StepFrame, profile: Profile, value: string): Promise<Answer<string>> {
  return askText(frame, {
    prompt: l10n.t('The job_id that the API answered with ({profile})', { profile: profileName(profile) }),
    placeHolder: '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8',
    value,
    problemOf: (text) => (parseJobId(text) === undefined ? jobIdExpected() : undefined),
  });
}

function jobIdExpected(): string {
  return l10n.t('A job ID may contain only letters, digits, hyphens and underscores (up to 64 characters).');
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
