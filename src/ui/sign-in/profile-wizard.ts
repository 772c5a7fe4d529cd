/** Signs a person in, step by step. Saves only verified credentials, unless the person chooses Save Anyway. */
import { l10n, window } from 'vscode';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { CredentialReader } from '../../credentials/credential-reader';
import type { NewProfile } from '../../credentials/profile-store';
import type { Profile, ProfileSource } from '../../credentials/profiles/profile';
import type { SignIn } from '../../credentials/sign-in';
import type { ProposedEndpoint } from '../../credentials/sources/environment';
import type { KeySources } from '../../credentials/sources/key-sources';
import { VaultError } from '../../credentials/secrets/vault';
import { isIamToken } from '../../cloud/http/credential';
import type { RefusalReason } from '../../cloud/http/error';
import type { WindowContext } from '../../storage/window-context';
import { type PollError, refusesCredential } from '../../jobs/model/poll-error';
import { errorMessageOf } from '../../base/error-message';
import { DraftCredential } from './draft-credential';
import { signInErrorSentence } from '../text/action-error-words';
import { keySteps } from './key-steps';
import { placeStep } from './place-step';
import type { WantedPlace } from '../../credentials/job-places';
import { ProfileDraft } from './profile-draft';
import { profileWord } from '../text/profile-words';
import { ProjectStep } from './project-step';
import type { Consent, SignInConsent } from './sign-in-consent';
import { sourceStep } from './source-step';
import { stepToCorrect } from './step-to-correct';
import { runSteps, type Step } from '../editor/input-steps';
import { withDelayedProgress } from '../editor/delayed-progress';
import { isProjectId } from '../../base/id-patterns';
import { jsonEqual } from '../../base/json/json-equal';

interface ProfileWizardParts extends Pick<WindowContext, 'clock' | 'log'> {
  readonly credentials: CredentialManager;
  readonly sources: KeySources;
  readonly signIn: SignIn;
  /** Endpoints that the environment proposes. */
  readonly proposals: () => readonly ProposedEndpoint[];
  /** Whether the extension runs on a different computer than the window. */
  readonly runsRemotely: boolean;
  readonly consent: SignInConsent;
  readonly reader: Pick<CredentialReader, 'read'>;
}

/** What needs the credentials. */
export interface SignInOccasion {
  /** The title of the command that continues after the sign-in. */
  readonly command?: string;
  readonly wanted?: WantedPlace | undefined;
}

/** What the person wants to change: the last answers, a password with a passcode, or the way to sign in. */
type Change = 'change' | 'passcode' | 'other';
type Choice = Change | 'again' | 'save';

/** After a failure. Without an error, the last answers are repeated. */
interface Correction {
  readonly change: Change;
  readonly error?: PollError | undefined;
}

export class ProfileWizard {
  /** Survives if the person cancels, who may continue later. */
  private draft = new ProfileDraft();
  /** Requests and dialogs that are not finished; no input is shown meanwhile. */
  private busy = 0;

  constructor(private readonly parts: ProfileWizardParts) {}

  /**
   * Does nothing while a sign-in waits for a response or for the answer to a dialog.
   * @returns undefined if the person cancelled, or if saving failed, which an error message then says.
   */
  async add({ command, wanted }: SignInOccasion = {}): Promise<Profile | undefined> {
    if (this.busy > 0) return undefined;
    // The project of an unfinished sign-in was for another job.
    if (!jsonEqual(wanted, this.draft.wanted)) this.draft.forgetProject();
    this.draft.wanted = wanted;
    const title =
      command === undefined ? l10n.t('Add Credentials') : l10n.t('{command}: Add Credentials First', { command });
    const profile = await this.run(this.draft, title);
    if (profile !== undefined) this.draft = new ProfileDraft();
    return profile;
  }

  /** Replaces a profile's credential. Its endpoint and project stay. */
  async edit(profile: Profile): Promise<Profile | undefined> {
    const { endpoint, region, projectId, projectName, source } = profile;
    const draft = new ProfileDraft({ place: region === undefined ? { endpoint } : { endpoint, region }, projectId });
    draft.projectName = projectName;
    if (source.kind === 'stored' || source.kind === 'token' || source.kind === 'password') draft.source = source.kind;
    if (source.kind === 'password') {
      // The next password must not go to an endpoint that someone wrote into profiles.json.
      if (!(await this.isEdited(profile))) draft.iamEndpoint = source.iamEndpoint;
      draft.domain = source.domain;
      draft.user = source.user;
      draft.usesPasscode = source.mfaUserId !== undefined;
      draft.mfaUserId = source.mfaUserId ?? '';
    }
    return this.run(draft, l10n.t('Change Credentials of {profile}', { profile: profileWord(profile) }));
  }

  private async isEdited(profile: Profile): Promise<boolean> {
    const reading = await this.parts.reader.read(profile);
    return !reading.ok && reading.error.kind === 'keys-of-other-place';
  }

  private readonly whileBusy = async <T>(work: () => Promise<T>): Promise<T> => {
    this.busy += 1;
    try {
      return await work();
    } finally {
      this.busy -= 1;
    }
  };

  private async run(draft: ProfileDraft, title: string): Promise<Profile | undefined> {
    if (this.busy > 0) return undefined;
    draft.found = await this.parts.sources.find();
    const { sources, signIn } = this.parts;
    const credential = new DraftCredential(draft, sources, signIn);
    const steps = () => this.steps(draft, credential);
    let first = 0;
    try {
      for (;;) {
        if (!(await runSteps(title, steps, first))) return undefined;
        const outcome = await this.whileBusy(() => this.finish(draft, credential));
        if (outcome === undefined || !('change' in outcome)) return outcome;
        const { change, error } = outcome;
        if (change === 'passcode') draft.usesPasscode = true;
        draft.isProjectRefused = error?.kind === 'gateway-forbidden';
        first = change === 'other' ? 0 : stepToCorrect(draft, error);
      }
    } finally {
      // The list holds a copy of the key, which must not outlive the sign-in.
      draft.projects = undefined;
      draft.passcode = '';
    }
  }

  private steps(draft: ProfileDraft, credential: DraftCredential): readonly Step[] {
    const { runsRemotely, proposals, signIn, consent } = this.parts;
    const projectStep = new ProjectStep(draft, credential, { signIn, consent, whileBusy: this.whileBusy });
    return [
      sourceStep(draft, runsRemotely),
      ...(draft.fixed === undefined ? [placeStep(draft, proposals())] : []),
      ...keySteps(draft),
      ...(draft.fixed === undefined && draft.kind !== 'password' ? [projectStep.ask] : []),
    ];
  }

  /** Verifies and saves. @returns how the person wants to change their answers. */
  private async finish(draft: ProfileDraft, credential: DraftCredential): Promise<Profile | Correction | undefined> {
    const { place } = draft;
    if (place === undefined) return undefined;
    const consent = await this.consentTo(draft, credential);
    if (consent !== 'given') return consent && { change: consent };
    const obtained = await withDelayedProgress(l10n.t('Signing in…'), () => credential.obtain());
    if (!obtained.ok) return this.afterFailure(signInErrorSentence(obtained.error), obtained.error, draft);
    const { projectId } = draft;
    if (!isProjectId(projectId)) {
      return this.afterFailure(
        l10n.t('IAM did not return the project of the token. Check the IAM endpoint and the region, then try again.'),
      );
    }
    for (;;) {
      const error = await withDelayedProgress(l10n.t('Testing the credentials…'), () =>
        this.parts.signIn.verify({ endpoint: place.endpoint, projectId }, obtained.value),
      );
      const choice =
        error === undefined ? 'save' : await askAfterFailure(signInErrorSentence(error), choicesAfter(error));
      if (choice === 'again') continue;
      if (choice !== 'save') return choice === undefined ? undefined : { change: 'change', error };
      const isVerified = error === undefined;
      return this.save({
        endpoint: place.endpoint,
        region: place.region,
        projectId,
        projectName: draft.projectName,
        source: sourceOf(draft, credential.iamEndpoint),
        credential: obtained.value,
        expiresAt: isIamToken(obtained.value) ? obtained.value.expiresAt : undefined,
        verifiedAt: isVerified ? this.parts.clock.now() : undefined,
      });
    }
  }

  private async consentTo(draft: ProfileDraft, credential: DraftCredential): Promise<Consent> {
    const { consent } = this.parts;
    if (draft.kind === 'password') return consent.toUsePassword(credential.passwordSignIn);
    const read = await credential.read();
    // What cannot be read is not sent either.
    return read.ok ? consent.toUse(read.value) : 'given';
  }

  /** For a failure before there is a credential to save. */
  private async afterFailure(
    sentence: string,
    error?: PollError,
    draft?: ProfileDraft,
  ): Promise<Correction | undefined> {
    const isRefused = error !== undefined && isUnusable(error);
    const ofPassword = draft?.kind === 'password' ? choicesAfterPassword(error, draft) : [];
    const choice = await askAfterFailure(sentence, isRefused ? ofPassword : ['again']);
    if (choice === undefined) return undefined;
    if (choice === 'again') return { change: 'change' };
    return { change: choice === 'passcode' || choice === 'other' ? choice : 'change', error };
  }

  private async save({ endpoint, region, ...rest }: NewProfile): Promise<Profile | undefined> {
    const { credentials, log } = this.parts;
    try {
      const profile = await credentials.profiles.add({ endpoint, region, ...rest });
      return profile;
    } catch (cause) {
      log.error(`The credentials could not be saved: ${String(cause)}`);
      void window.showErrorMessage(
        cause instanceof VaultError
          ? l10n.t(
              'The keys could not be saved in the secret storage of VS Code, so you are not signed in. Unlock or install a keyring on this computer, then try again.',
            )
          : l10n.t('The credentials could not be saved, so you are not signed in: {reason}', {
              reason: errorMessageOf(cause),
            }),
      );
      return undefined;
    }
  }
}

function sourceOf({ source, domain, user, usesPasscode, mfaUserId }: ProfileDraft, iamEndpoint = ''): ProfileSource {
  if (source === 'password') {
    return { kind: 'password', iamEndpoint, domain, user, ...(usesPasscode ? { mfaUserId } : {}) };
  }
  return typeof source === 'object' ? source.source : { kind: source ?? 'stored' };
}

/** Refused credentials are not offered again: repeated failures lock the key. */
function choicesAfter(error: PollError): readonly Choice[] {
  return isUnusable(error) ? [] : ['again', 'save'];
}

/** After these, a passcode may help: IAM does not always say that it needs one. */
const MAY_NEED_PASSCODE: ReadonlySet<RefusalReason | undefined> = new Set<RefusalReason | undefined>([
  'wrong-password',
  'second-factor-needed',
  'sign-in-refused',
]);

function choicesAfterPassword(error: PollError | undefined, { usesPasscode }: ProfileDraft): readonly Choice[] {
  const reason = error !== undefined && 'reason' in error ? error.reason : undefined;
  return !usesPasscode && MAY_NEED_PASSCODE.has(reason) ? ['passcode', 'other'] : ['other'];
}

function isUnusable(error: PollError): boolean {
  return refusesCredential(error) || error.kind === 'invalid-credential';
}

/** Asks what to do after the service refused the credentials or could not be reached. */
async function askAfterFailure(sentence: string, further: readonly Choice[]): Promise<Choice | undefined> {
  const choices = [
    { choice: 'change', action: l10n.t('Change…') },
    { choice: 'passcode', action: l10n.t('Enter Passcode…') },
    { choice: 'other', action: l10n.t('Sign In Another Way…') },
    { choice: 'again', action: l10n.t('Try Again') },
    { choice: 'save', action: l10n.t('Save Anyway') },
  ] as const;
  const buttons = choices.filter(({ choice }) => choice === 'change' || further.includes(choice));
  const chosen = await window.showErrorMessage(
    l10n.t('The credentials were not saved.'),
    { modal: true, detail: sentence },
    ...buttons.map(({ action }) => action),
  );
  return buttons.find(({ action }) => action === chosen)?.choice;
}
