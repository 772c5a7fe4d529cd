/** The commands: each takes what the person meant and hands it to the rooms that do it. */
import { commands, l10n, type LogOutputChannel, window } from 'vscode';
import type { CredentialManager } from '../credentials/credential-manager';
import { type Profile, profileName } from '../credentials/profile';
import type { Clock } from '../jobs/clock';
import type { Disposable } from '../jobs/disposable';
import { type JobKey, parseJobId } from '../jobs/job-reference';
import type { JobStore } from '../jobs/job-store';
import type { PollEngine } from '../jobs/poll-engine';
import { addCredentials } from './add-credentials';
import { ask } from './ask';
import { errorSentence } from './error-words';
import type { JobTree } from './job-tree';
import { pickJob, pickProfile } from './pick';

export interface CommandParts {
  readonly store: JobStore;
  readonly engine: PollEngine;
  readonly credentials: CredentialManager;
  readonly tree: JobTree;
  readonly clock: Clock;
  readonly log: LogOutputChannel;
  /** Resolves when jobs and profiles of earlier sessions are there. */
  readonly ready: Promise<void>;
}

export function registerCommands(parts: CommandParts): Disposable[] {
  const { credentials, log } = parts;
  const handlers: Readonly<Record<string, (argument?: unknown) => Promise<void> | void>> = {
    'elbJobs.track': (id) => track(parts, id),
    'elbJobs.untrack': (node) => untrack(parts, node),
    'elbJobs.refresh': (node) => refresh(parts, node),
    'elbJobs.addCredentials': async () => {
      const profile = await addCredentials(credentials, log);
      if (profile === undefined) return;
      void window.showInformationMessage(l10n.t('Signed in to {profile}.', { profile: profileName(profile) }));
    },
    'elbJobs.signOut': () => signOut(parts),
    'elbJobs.showLog': () => {
      log.show();
    },
  };
  return Object.entries(handlers).map(([command, handler]) =>
    commands.registerCommand(command, async (argument?: unknown) => {
      await parts.ready;
      await handler(argument);
    }),
  );
}

/** @param given a job id, from a key binding or another extension; a person is asked where it is missing. */
async function track({ store, credentials, tree, clock, log }: CommandParts, given: unknown): Promise<void> {
  const profile =
    credentials.all().length === 0 ? await addCredentials(credentials, log) : await pickProfile(credentials.all());
  if (profile === undefined) return;
  const jobId = typeof given === 'string' ? parseJobId(given) : await askJobId();
  if (jobId === undefined) {
    if (typeof given === 'string') void window.showErrorMessage(jobIdExpected());
    return;
  }
  const reference = { endpoint: profile.endpoint, projectId: profile.projectId, jobId };
  try {
    await store.track(reference, clock.now());
  } catch (cause) {
    log.error(`Job ${jobId} could not be saved: ${String(cause)}`);
    void window.showErrorMessage(
      l10n.t('Job {jobId} is followed only until this window closes, since it could not be saved: {reason}', {
        jobId,
        reason: cause instanceof Error ? cause.message : String(cause),
      }),
    );
  }
  const key = store.find(reference);
  // The person goes on with what they were typing.
  if (key !== undefined) await tree.reveal(key, { focus: false });
}

async function askJobId(): Promise<string | undefined> {
  const text = await ask({
    title: l10n.t('Track ELB Job'),
    prompt: l10n.t('The job_id that the API answered with'),
    placeHolder: '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8',
    validateInput: (value) => (parseJobId(value) === undefined ? jobIdExpected() : undefined),
  });
  return text === undefined ? undefined : parseJobId(text);
}

function jobIdExpected(): string {
  return l10n.t('A job ID has letters, digits, hyphens and underscores only, at most 64 of them.');
}

async function untrack({ store, clock }: CommandParts, node: unknown): Promise<void> {
  const key = keyOf(node) ?? (await pickJobOrSaySo(store, clock));
  if (key !== undefined) await store.untrack(key);
}

async function pickJobOrSaySo(store: JobStore, clock: Clock): Promise<JobKey | undefined> {
  if (store.all().size > 0) return pickJob(store.all(), clock.now());
  void window.showInformationMessage(l10n.t('No job is tracked.'));
  return undefined;
}

async function refresh({ engine, credentials }: CommandParts, node: unknown): Promise<void> {
  for (const profile of credentials.all()) await offerTryAgain(credentials, profile);
  const key = keyOf(node);
  engine.lookNow(key === undefined ? undefined : [key]);
}

/** A refused credential is not used again without a person's word, since a key locks after five failures. */
export async function offerTryAgain(credentials: CredentialManager, profile: Profile): Promise<void> {
  if (profile.refusal === undefined) return;
  const change = l10n.t('Add Credentials');
  const again = l10n.t('Try Again');
  const chosen = await window.showErrorMessage(
    `${profileName(profile)}: ${errorSentence(profile.refusal.error)}`,
    change,
    again,
  );
  if (chosen === change) await commands.executeCommand('elbJobs.addCredentials');
  if (chosen === again) await credentials.tryAgain(profile);
}

async function signOut({ credentials, store }: CommandParts): Promise<void> {
  const profile = await pickProfile(credentials.all());
  if (profile === undefined) {
    if (credentials.all().length === 0) void window.showInformationMessage(l10n.t('Nobody is signed in.'));
    return;
  }
  const jobs = [...store.all().values()].filter(
    ({ reference }) => reference.endpoint === profile.endpoint && reference.projectId === profile.projectId,
  );
  const confirm = l10n.t('Sign Out');
  const chosen = await window.showWarningMessage(
    l10n.t('Sign out of {profile}?', { profile: profileName(profile) }),
    {
      modal: true,
      detail: l10n.t(
        'Its keys are removed from the secret storage of VS Code. Its jobs stay in the list ({count}) and are followed again once you add credentials for their project.',
        { count: jobs.length },
      ),
    },
    confirm,
  );
  if (chosen !== confirm) return;
  await credentials.signOut(profile);
  void window.showInformationMessage(l10n.t('Signed out of {profile}.', { profile: profileName(profile) }));
}

/** Menus hand over the row that was clicked; key bindings and other extensions hand over whatever they like. */
function keyOf(node: unknown): JobKey | undefined {
  return typeof node === 'object' && node !== null && 'key' in node && typeof node.key === 'string'
    ? node.key
    : undefined;
}
