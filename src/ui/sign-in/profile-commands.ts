/** The commands that add, change, test, name and remove credentials. */
import { commands, l10n, window } from 'vscode';
import { errorMessageOf } from '../../base/error-message';
import { SharedRuns } from '../../base/shared-runs';
import type { Credential } from '../../cloud/http/credential';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { CredentialReader } from '../../credentials/credential-reader';
import { isInSecretStorage, type Profile } from '../../credentials/profiles/profile';
import { VaultError } from '../../credentials/secrets/vault';
import type { SignIn } from '../../credentials/sign-in';
import type { FollowedProjects } from '../../jobs/discovery/followed-projects';
import type { JobKey } from '../../jobs/model/job-reference';
import type { PollError } from '../../jobs/model/poll-error';
import { isSameProject } from '../../jobs/model/project';
import type { JobStore } from '../../jobs/store/job-store';
import type { WindowContext } from '../../storage/window-context';
import { changeOrShowError } from '../editor/change-or-show-error';
import { withDelayedProgress } from '../editor/delayed-progress';
import { askAlone, askText } from '../editor/input-steps';
import { showCredentialError } from '../notices/refusal-notice';
import type { ProfilePicker } from '../selection/profile-picker';
import { actionErrorSentence } from '../text/action-error-words';
import { profileWord } from '../text/profile-words';
import { joinSentences } from '../text/punctuation';
import type { ProfileWizard, SignInOccasion } from './profile-wizard';
import type { SignInConsent } from './sign-in-consent';

interface ProfileCommandParts extends Pick<WindowContext, 'log'> {
  readonly credentials: CredentialManager;
  readonly picker: ProfilePicker;
  readonly reader: CredentialReader;
  readonly signIn: SignIn;
  readonly wizard: ProfileWizard;
  readonly followed: FollowedProjects;
  readonly store: JobStore;
  readonly consent: SignInConsent;
}

/** The parameter `given` is the id of a profile, e.g. from a notification. Without it, the person picks one. */
export class ProfileCommands {
  private readonly runs = new SharedRuns();
  /** The ids of profiles whose refusal the person has lifted in this session. */
  private readonly triedAgain = new Set<string>();

  constructor(private readonly parts: ProfileCommandParts) {}

  /** @param occasion what needs the credentials, which the wizard then says. */
  async add(occasion?: SignInOccasion): Promise<Profile | undefined> {
    const profile = await this.parts.wizard.add(occasion);
    if (profile !== undefined) showSignedIn(profile);
    return profile;
  }

  async edit(given: unknown): Promise<void> {
    const profile = await this.parts.picker.byId(given);
    const changed = profile === undefined ? undefined : await this.parts.wizard.edit(profile);
    if (changed !== undefined) showSignedIn(changed);
  }

  /** Sends one request; with credentials that were refused before, only if the person agrees. */
  async test(given: unknown): Promise<void> {
    await this.runs.run(`test ${String(given)}`, async () => {
      const profile = await this.parts.picker.byId(given);
      if (profile !== undefined) await this.runs.run(`test of ${profile.id}`, () => this.testOnce(profile));
    });
  }

  private async testOnce(profile: Profile): Promise<void> {
    const { credentials, reader, signIn } = this.parts;
    const reading = await reader.read(profile);
    if (!reading.ok) {
      this.showFailedAttempt(profile, reading.error);
      return;
    }
    const { credential } = reading;
    if (!(await this.hasConsent(profile, credential))) return;
    // A new refusal has its own notification, shown once for all windows.
    const announced: Profile[] = [];
    const announcements = credentials.onDidRefuse((refused) => announced.push(refused));
    try {
      const error = await withDelayedProgress(l10n.t('Testing the credentials…'), () =>
        signIn.verify(profile, credential),
      );
      if (error !== undefined) {
        await credentials.noteRefused(profile, credential, error);
        if (announced.length === 0) this.showFailedAttempt(profile, error);
        return;
      }
    } finally {
      announcements.dispose();
    }
    await this.saveOrShowError(credentials.profiles.noteVerified(profile));
    if (profile.refusal !== undefined) await this.useAgain(profile);
    void window.showInformationMessage(
      l10n.t('{profile}: the credentials are valid.', { profile: profileWord(profile) }),
    );
  }

  /** Allows requests with refused credentials again; nothing else does. Without an id, the person picks among the refused. */
  async tryAgain(given: unknown): Promise<void> {
    const all = this.parts.credentials.all();
    const candidates = typeof given === 'string' ? all.filter(({ id }) => id === given) : all;
    const refused = candidates.filter(({ refusal }) => refusal !== undefined);
    const [first, ...others] = refused;
    if (first === undefined) {
      if (await this.showUnusable(candidates)) return;
      void window.showInformationMessage(
        typeof given === 'string'
          ? l10n.t('These credentials are no longer refused.')
          : l10n.t('None of your credentials is refused.'),
      );
      return;
    }
    const profile =
      others.length === 0 ? first : await this.parts.picker.pick(refused, l10n.t('Try Credentials Again'));
    if (profile !== undefined) await this.runs.run(`another try of ${profile.id}`, () => this.tryOnceMore(profile));
  }

  /** The button of a notification is an answer already; after a further refusal there is a question. */
  private async tryOnceMore(profile: Profile): Promise<void> {
    if (this.triedAgain.has(profile.id)) {
      const reading = await this.parts.reader.read(profile);
      if (reading.ok && !(await this.hasConsent(profile, reading.credential))) return;
    }
    this.triedAgain.add(profile.id);
    await this.useAgain(profile);
  }

  private async hasConsent(profile: Profile, credential: Credential): Promise<boolean> {
    const answer = await this.parts.consent.toUse(credential);
    if (answer === 'change') void commands.executeCommand('elbJobs.editCredentials', profile.id);
    return answer === 'given';
  }

  async setDefault(given: unknown): Promise<void> {
    const profile = await this.parts.picker.byId(given);
    if (profile !== undefined) await this.saveOrShowError(this.parts.credentials.profiles.setDefault(profile));
  }

  async rename(given: unknown): Promise<void> {
    const profile = await this.parts.picker.byId(given);
    if (profile === undefined) return;
    const name = await askAlone(
      (frame) =>
        askText(frame, {
          prompt: l10n.t('Name of these credentials; leave empty for {name}', {
            name: profileWord({ ...profile, name: undefined }),
          }),
          value: profile.name,
        }),
      l10n.t('Rename Credentials'),
    );
    if (name === undefined) return;
    await this.saveOrShowError(this.parts.credentials.profiles.rename(profile, name === '' ? undefined : name));
  }

  async signOut(given: unknown): Promise<void> {
    const { credentials, followed, picker, store } = this.parts;
    const profile = await picker.byId(given);
    if (profile === undefined) return;
    const jobs = [...store.all()].flatMap(([key, { reference }]) => (isSameProject(profile, reference) ? [key] : []));
    const choice = await confirmSignOut(profile, jobs.length);
    if (choice === undefined) return;
    const failure = await this.failureOf(credentials.profiles.signOut(profile));
    if (failure !== undefined && !(failure.cause instanceof VaultError)) {
      const reason = errorMessageOf(failure.cause);
      void window.showErrorMessage(
        l10n.t('Signing out could not be saved, so you are still signed in: {reason}', { reason }),
      );
      return;
    }
    // A person who signs in again months later does not expect the jobs of those months.
    if (followed.of(profile) !== undefined) await this.saveOrShowError(followed.unfollow(profile));
    if (choice === 'with jobs') await this.removeJobs(jobs);
    if (failure === undefined) {
      void window.showInformationMessage(l10n.t('Signed out of {profile}', { profile: profileWord(profile) }));
      return;
    }
    void window.showErrorMessage(
      l10n.t('You are signed out, but the keys could not be removed from the secret storage of VS Code: {reason}', {
        reason: errorMessageOf(failure.cause),
      }),
    );
  }

  private async failureOf(signingOut: Promise<void>): Promise<{ readonly cause: unknown } | undefined> {
    try {
      await signingOut;
      return undefined;
    } catch (cause) {
      this.parts.log.error(`Signing out failed: ${String(cause)}`);
      return { cause };
    }
  }

  private async removeJobs(jobs: readonly JobKey[]): Promise<void> {
    await changeOrShowError(
      this.parts.store.untrack(jobs),
      {
        logLine: 'Jobs could not be removed',
        sentence: (reason) =>
          l10n.t('The jobs could not be removed, so they are still in the list: {reason}', { reason }),
      },
      this.parts.log,
    );
  }

  private async useAgain(profile: Profile): Promise<void> {
    await this.saveOrShowError(
      this.parts.credentials.tryAgain(profile).then((error) => {
        if (error !== undefined) showCredentialError(profile, error, this.parts.log);
      }),
    );
  }

  /** Shows the first of these profiles whose keys cannot be read, although no service refused them. @returns whether there is one. */
  private async showUnusable(profiles: readonly Profile[]): Promise<boolean> {
    for (const profile of profiles) {
      const reading = await this.parts.reader.read(profile);
      if (reading.ok) continue;
      showCredentialError(profile, reading.error, this.parts.log);
      return true;
    }
    return false;
  }

  /** Says what to do next, because a test is not repeated automatically. */
  private showFailedAttempt(profile: Profile, error: PollError): void {
    showCredentialError(profile, error, this.parts.log, actionErrorSentence(error));
  }

  private async saveOrShowError(change: Promise<void>): Promise<void> {
    await changeOrShowError(change, { logLine: 'A change of credentials could not be saved' }, this.parts.log);
  }
}

function showSignedIn(profile: Profile): void {
  void window.showInformationMessage(l10n.t('Signed in to {profile}', { profile: profileWord(profile) }));
}

/** @param jobs how many jobs in the list belong to the profile's project. */
async function confirmSignOut(profile: Profile, jobs: number): Promise<'alone' | 'with jobs' | undefined> {
  const alone = l10n.t('Sign Out');
  const withJobs = l10n.t('Sign Out and Remove Jobs');
  const ofKeys = isInSecretStorage(profile.source)
    ? l10n.t('Its keys are removed from the secret storage of VS Code.')
    : l10n.t('Its keys stay where they are stored.');
  const ofJobs =
    jobs === 0
      ? ''
      : l10n.t(
          'Its jobs in the list ({count}) can stay there. They are polled again once you add credentials for their project.',
          { count: jobs },
        );
  const chosen = await window.showWarningMessage(
    l10n.t('Sign out of {profile}?', { profile: profileWord(profile) }),
    { modal: true, detail: joinSentences([ofKeys, ofJobs]) },
    ...(jobs === 0 ? [alone] : [alone, withJobs]),
  );
  return chosen === withJobs ? 'with jobs' : chosen === alone ? 'alone' : undefined;
}
