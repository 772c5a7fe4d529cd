/** The commands that add, change, try, name and remove credentials. */
import { l10n, window } from 'vscode';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { CredentialReader } from '../../credentials/credential-reader';
import { isInSecretStorage, type Profile } from '../../credentials/profiles/profile';
import type { SignIn } from '../../credentials/sign-in';
import { VaultError } from '../../credentials/secrets/vault';
import type { Clock, Instant } from '../../base/clock';
import type { FollowedProjects } from '../../jobs/discovery/followed-projects';
import type { JobKey } from '../../jobs/model/job-reference';
import type { JobStore } from '../../jobs/store/job-store';
import type { Log } from '../../base/log';
import { type PollError, stopsCredential } from '../../jobs/model/poll-error';
import { isSameProject } from '../../jobs/model/project';
import { errorMessageOf } from '../../base/error-message';
import { attemptSentence } from '../text/attempt-words';
import { endWord, keyWord, profileWord } from '../text/profile-words';
import type { ProfileWizard } from './profile-wizard';
import { showCredentialError } from '../notices/refusal-notice';
import { sourceWord } from '../text/source-words';
import { type Answer, askAlone, askChoice, askText, BACK, type Step, type StepFrame } from '../editor/input-steps';
import { withDelayedProgress } from '../editor/delayed-progress';

export interface ProfileCommandParts {
  readonly credentials: CredentialManager;
  readonly reader: CredentialReader;
  readonly signIn: SignIn;
  readonly wizard: ProfileWizard;
  readonly followed: FollowedProjects;
  readonly store: JobStore;
  readonly clock: Clock;
  readonly log: Log;
}

export class ProfileCommands {
  constructor(private readonly parts: ProfileCommandParts) {}

  async add(): Promise<Profile | undefined> {
    const profile = await this.parts.wizard.add();
    if (profile !== undefined) {
      void window.showInformationMessage(l10n.t('Signed in to {profile}', { profile: profileWord(profile) }));
    }
    return profile;
  }

  /** @param given the id of a profile, from a notice; a person is asked where it is missing. */
  async edit(given: unknown): Promise<void> {
    const profile = await this.which(given);
    const changed = profile === undefined ? undefined : await this.parts.wizard.edit(profile);
    if (changed === undefined) return;
    void window.showInformationMessage(l10n.t('Signed in to {profile}', { profile: profileWord(changed) }));
  }

  /** One request, on a person's word: also with a credential that was refused. */
  async test(given: unknown): Promise<void> {
    const { credentials, reader, signIn } = this.parts;
    const profile = await this.which(given);
    if (profile === undefined) return;
    const reading = await reader.read(profile);
    if (!reading.ok) {
      this.tellAttempt(profile, reading.error);
      return;
    }
    const { credential } = reading;
    const error = await withDelayedProgress(l10n.t('Trying the credentials…'), () =>
      signIn.verify(profile, credential),
    );
    if (error !== undefined) {
      // That is told by the notice of a refusal, for all windows once.
      if (stopsCredential(error) && profile.refusal === undefined) {
        await credentials.noteRefused(profile, credential, error);
      } else {
        this.tellAttempt(profile, error);
      }
      return;
    }
    await this.orTell(credentials.noteVerified(profile));
    if (profile.refusal !== undefined) await this.useAgain(profile);
    void window.showInformationMessage(
      l10n.t('{profile}: the credentials are valid.', { profile: profileWord(profile) }),
    );
  }

  /**
   * Of refused credentials, which are asked with again only on a person's word.
   * @param given the id of those meant; a person is asked where it is missing and several are refused.
   */
  async tryAgain(given: unknown): Promise<void> {
    const all = this.parts.credentials.all();
    const meant = typeof given === 'string' ? all.filter(({ id }) => id === given) : all;
    const refused = meant.filter(({ refusal }) => refusal !== undefined);
    const [first, ...others] = refused;
    if (first === undefined) {
      if (await this.tellUnusable(meant)) return;
      void window.showInformationMessage(
        typeof given === 'string'
          ? l10n.t('These credentials are no longer refused.')
          : l10n.t('None of your credentials is refused.'),
      );
      return;
    }
    const profile = others.length === 0 ? first : await this.ask(refused, l10n.t('Try Credentials Again'));
    if (profile !== undefined) await this.useAgain(profile);
  }

  async setDefault(given: unknown): Promise<void> {
    const profile = await this.which(given);
    if (profile !== undefined) await this.orTell(this.parts.credentials.setDefault(profile));
  }

  async rename(given: unknown): Promise<void> {
    const profile = await this.which(given);
    if (profile === undefined) return;
    const name = await askAlone(
      (frame) =>
        askText(frame, {
          prompt: l10n.t('Name of these credentials; leave it empty for {name}', {
            name: profileWord({ ...profile, name: undefined }),
          }),
          value: profile.name,
        }),
      l10n.t('Rename Credentials'),
    );
    if (name === undefined) return;
    await this.orTell(this.parts.credentials.rename(profile, name === '' ? undefined : name));
  }

  async signOut(given: unknown): Promise<void> {
    const { followed, store } = this.parts;
    const profile = await this.which(given);
    if (profile === undefined) return;
    const jobs = [...store.all()].flatMap(([key, { reference }]) => (isSameProject(profile, reference) ? [key] : []));
    const choice = await askToSignOut(profile, jobs.length);
    if (choice === undefined) return;
    const failure = await this.failureOf(this.parts.credentials.signOut(profile));
    if (failure !== undefined && !(failure.cause instanceof VaultError)) {
      const reason = errorMessageOf(failure.cause);
      void window.showErrorMessage(
        l10n.t('You are still signed in, since that could not be saved: {reason}', { reason }),
      );
      return;
    }
    // Who signs in again after months does not expect the jobs of these months.
    if (followed.of(profile) !== undefined) await this.orTell(followed.unfollow(profile));
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
    try {
      await this.parts.store.untrack(jobs);
    } catch (cause) {
      this.parts.log.error(`Jobs could not be removed: ${String(cause)}`);
      void window.showErrorMessage(
        l10n.t('The jobs are still in the list, since they could not be removed: {reason}', {
          reason: errorMessageOf(cause),
        }),
      );
    }
  }

  private async useAgain(profile: Profile): Promise<void> {
    await this.orTell(
      this.parts.credentials.tryAgain(profile).then((error) => {
        if (error !== undefined) this.tell(profile, error);
      }),
    );
  }

  /** Whether there were some that nobody refused, and that cannot be used all the same. */
  private async tellUnusable(profiles: readonly Profile[]): Promise<boolean> {
    for (const profile of profiles) {
      const reading = await this.parts.reader.read(profile);
      if (reading.ok) continue;
      this.tell(profile, reading.error);
      return true;
    }
    return false;
  }

  /** Nothing goes on by itself. */
  private tellAttempt(profile: Profile, error: PollError): void {
    showCredentialError(profile, error, this.parts.log, attemptSentence(error));
  }

  private tell(profile: Profile, error: PollError): void {
    showCredentialError(profile, error, this.parts.log);
  }

  private async which(given: unknown): Promise<Profile | undefined> {
    const all = this.parts.credentials.all();
    const meant = all.find(({ id }) => id === given);
    if (typeof given === 'string' && meant === undefined) {
      void window.showInformationMessage(l10n.t('These credentials are no longer there.'));
      return undefined;
    }
    if (meant !== undefined || all.length === 1) return meant ?? all[0];
    if (all.length > 1) return this.ask(all, l10n.t('Credentials'));
    void window.showInformationMessage(l10n.t('You are not signed in.'));
    return undefined;
  }

  /** Which of them have ended is what one looks for here. */
  private ask(profiles: readonly Profile[], title: string): Promise<Profile | undefined> {
    const { credentials, clock } = this.parts;
    const ends = { of: (profile: Profile) => credentials.endOf(profile), now: clock.now() };
    return askAlone((frame) => askProfile(frame, profiles, { ends }), title);
  }

  private async orTell(change: Promise<void>): Promise<void> {
    try {
      await change;
    } catch (cause) {
      this.parts.log.error(`A change of credentials could not be saved: ${String(cause)}`);
      void window.showErrorMessage(
        l10n.t('The change could not be saved: {reason}', { reason: errorMessageOf(cause) }),
      );
    }
  }
}

interface ProfileQuestion {
  /** The profile that is at hand first. */
  readonly active?: Profile;
  /** When the keys end. */
  readonly ends?: { readonly of: (profile: Profile) => Instant | undefined; readonly now: Instant };
}

export function askProfile(
  frame: StepFrame,
  profiles: readonly Profile[],
  { active, ends }: ProfileQuestion = {},
): Promise<Answer<Profile>> {
  return askChoice(frame, {
    placeHolder: l10n.t('Which credentials?'),
    choices: profiles.map((profile) => {
      const end = ends?.of(profile);
      const isUsable = profile.refusal === undefined && (end === undefined || ends === undefined || end > ends.now);
      return {
        label: `$(${isUsable ? 'key' : 'warning'}) ${profileWord(profile)}`,
        description: [
          keyWord(profile),
          profile.isDefault === true ? l10n.t('default') : undefined,
          end === undefined || ends === undefined ? undefined : endWord(end, ends.now),
        ]
          .filter((word) => word !== undefined)
          .join(' · '),
        detail: `${sourceWord(profile.source)} · ${profile.endpoint}`,
        value: profile,
      };
    }),
    isActive: ({ id }) => id === active?.id,
  });
}

/** @param present what was chosen before; the list opens with it. */
export function profileStep(
  profiles: readonly Profile[],
  present: () => Profile,
  choose: (profile: Profile) => void,
): Step {
  return async (frame) => {
    const answer = await askProfile(frame, profiles, { active: present() });
    if (answer === undefined || answer === BACK) return answer;
    choose(answer);
    return 'answered';
  };
}

async function askToSignOut(profile: Profile, jobs: number): Promise<'alone' | 'with jobs' | undefined> {
  const alone = l10n.t('Sign Out');
  const withJobs = l10n.t('Sign Out and Remove Jobs');
  const keys = isInSecretStorage(profile.source)
    ? l10n.t('Its keys are removed from the secret storage of VS Code.')
    : l10n.t('Its keys stay where you keep them.');
  const kept =
    jobs === 0
      ? ''
      : l10n.t(
          'Its jobs in the list ({count}) can stay there, and are followed again once you add credentials for their project.',
          {
            count: jobs,
          },
        );
  const chosen = await window.showWarningMessage(
    l10n.t('Sign out of {profile}?', { profile: profileWord(profile) }),
    { modal: true, detail: `${keys} ${kept}`.trim() },
    ...(jobs === 0 ? [alone] : [alone, withJobs]),
  );
  return chosen === withJobs ? 'with jobs' : chosen === alone ? 'alone' : undefined;
}
