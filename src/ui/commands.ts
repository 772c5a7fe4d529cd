/** The commands: each takes what the person meant and hands it to the rooms that do it. */
import { commands, l10n, window } from 'vscode';
import type { CredentialManager } from '../credentials/credential-manager';
import { isProfileOf, type Profile, profileName } from '../credentials/profile';
import { VaultError } from '../credentials/vault';
import type { Clock } from '../jobs/clock';
import type { Disposable } from '../jobs/disposable';
import { type JobKey, parseJobId } from '../jobs/job-reference';
import type { JobStore } from '../jobs/job-store';
import type { PollEngine } from '../jobs/poll-engine';
import { reasonOf } from '../jobs/reason-of';
import { addCredentials } from './add-credentials';
import { ask } from './ask';
import { errorSentence } from './error-words';
import type { ExtensionLog } from './extension-log';
import type { JobTree } from './job-tree';
import { pickJob, pickProfile } from './pick';

export interface CommandParts {
  readonly store: JobStore;
  readonly engine: PollEngine;
  readonly credentials: CredentialManager;
  readonly tree: JobTree;
  readonly clock: Clock;
  readonly log: ExtensionLog;
  /** Whether the extension runs on another computer than the window. */
  readonly runsRemotely: boolean;
  /** Resolves when jobs and profiles of earlier sessions are there. */
  readonly ready: Promise<void>;
}

export function registerCommands(parts: CommandParts): Disposable[] {
  const handlers: Readonly<Record<string, (argument?: unknown) => Promise<void> | void>> = {
    'elbJobs.track': (id) => track(parts, id),
    'elbJobs.untrack': (node) => untrack(parts, node),
    // The view's title bar hands over the focused row, which is not what its Refresh means.
    'elbJobs.refresh': () => {
      refresh(parts);
    },
    'elbJobs.refreshJob': (node) => refreshJob(parts, node),
    'elbJobs.addCredentials': () => signIn(parts),
    'elbJobs.signOut': () => signOut(parts),
    'elbJobs.showLog': () => {
      parts.log.show();
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
async function track(parts: CommandParts, given: unknown): Promise<void> {
  const { store, credentials, tree, clock, log, runsRemotely } = parts;
  const givenId = typeof given === 'string' ? parseJobId(given) : undefined;
  if (typeof given === 'string' && givenId === undefined) {
    void window.showErrorMessage(jobIdExpected());
    return;
  }
  const profile =
    credentials.all().length === 0
      ? await addCredentials(credentials, log, runsRemotely)
      : await pickProfile(credentials.all());
  if (profile === undefined) return;
  const jobId = givenId ?? (await askJobId());
  if (jobId === undefined) return;
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
  return l10n.t('A job ID may contain only letters, digits, hyphens and underscores (up to 64 characters).');
}

async function untrack(parts: CommandParts, node: unknown): Promise<void> {
  const key = keyOf(node) ?? (await pickJobOrSaySo(parts));
  if (key === undefined) return;
  try {
    await parts.store.untrack([key]);
  } catch (cause) {
    parts.log.error(`A job could not be removed: ${String(cause)}`);
    void window.showErrorMessage(
      l10n.t('The job is still tracked, since it could not be removed: {reason}', { reason: reasonOf(cause) }),
    );
  }
}

async function pickJobOrSaySo({ store, clock }: CommandParts): Promise<JobKey | undefined> {
  if (store.all().size > 0) return pickJob(store.all(), clock.now());
  void window.showInformationMessage(l10n.t('No job is tracked.'));
  return undefined;
}

function refresh({ engine, credentials, log }: CommandParts): void {
  // What was refused stays refused, and is answered without a request.
  engine.resume();
  engine.lookNow();
  // A key that several projects share was refused for all of them at once.
  const refusals = new Map(credentials.all().map((profile) => [profile.refusal?.at, profile]));
  for (const profile of refusals.values()) offerTryAgain(credentials, profile, log);
}

async function refreshJob(parts: CommandParts, node: unknown): Promise<void> {
  const { engine, credentials, store, log } = parts;
  const key = keyOf(node) ?? (await pickJobOrSaySo(parts));
  const tracked = key === undefined ? undefined : store.get(key);
  if (key === undefined || tracked === undefined) return;
  engine.resume();
  engine.lookNow([key]);
  for (const profile of credentials.all()) {
    if (isProfileOf(profile, tracked.reference)) offerTryAgain(credentials, profile, log);
  }
}

/** Says that a credential was refused, and offers the one thing that helps. */
export function tellRefusal(credentials: CredentialManager, profile: Profile, log: ExtensionLog): void {
  const kind = profile.refusal?.error.kind;
  const isToBeChanged = kind === 'authentication' || kind === 'token-expired';
  if (!isToBeChanged) {
    offerTryAgain(credentials, profile, log);
    return;
  }
  offer(profile, log, l10n.t('Add Credentials'), () => commands.executeCommand('elbJobs.addCredentials'));
}

/** A refused credential is not used again without a person's word, since a key locks after five failures. */
function offerTryAgain(credentials: CredentialManager, profile: Profile, log: ExtensionLog): void {
  offer(profile, log, l10n.t('Try Again'), () => credentials.tryAgain(profile));
}

/** Nothing waits for the answer: such a notice stays until the person closes it. */
function offer(profile: Profile, log: ExtensionLog, action: string, run: () => Thenable<unknown>): void {
  if (profile.refusal === undefined) return;
  const sentence = `${profileName(profile)}: ${errorSentence(profile.refusal.error)}`;
  window
    .showErrorMessage(sentence, action)
    .then((chosen) => (chosen === action ? run() : undefined))
    .then(undefined, (cause: unknown) => {
      log.error(`${action} failed: ${String(cause)}`);
    });
}

async function signIn({ credentials, log, runsRemotely }: CommandParts): Promise<void> {
  const profile = await addCredentials(credentials, log, runsRemotely);
  if (profile === undefined) return;
  void window.showInformationMessage(l10n.t('Signed in to {profile}', { profile: profileName(profile) }));
}

async function signOut({ credentials, store, log }: CommandParts): Promise<void> {
  const profile = await pickProfile(credentials.all());
  if (profile === undefined) {
    if (credentials.all().length === 0) void window.showInformationMessage(l10n.t('You are not signed in.'));
    return;
  }
  const jobs = [...store.all().values()].filter(({ reference }) => isProfileOf(profile, reference));
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
  try {
    await credentials.signOut(profile);
    void window.showInformationMessage(l10n.t('Signed out of {profile}', { profile: profileName(profile) }));
  } catch (cause) {
    log.error(`Signing out failed: ${String(cause)}`);
    void window.showErrorMessage(
      cause instanceof VaultError
        ? l10n.t('You are signed out, but the keys could not be removed from the secret storage of VS Code: {reason}', {
            reason: reasonOf(cause),
          })
        : l10n.t('You are still signed in, since that could not be saved: {reason}', { reason: reasonOf(cause) }),
    );
  }
}

/** Menus hand over the row that was clicked; key bindings and other extensions hand over whatever they like. */
function keyOf(node: unknown): JobKey | undefined {
  return typeof node === 'object' && node !== null && 'key' in node && typeof node.key === 'string'
    ? node.key
    : undefined;
}
