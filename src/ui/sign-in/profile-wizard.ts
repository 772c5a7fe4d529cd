/** Signs a person in: step by step, with a way back, and with nothing saved that the service does not accept. */
import { l10n, window } from 'vscode';
import type { CredentialManager, NewProfile } from '../../credentials/credential-manager';
import type { Profile, ProfileSource } from '../../credentials/profiles/profile';
import type { SignIn } from '../../credentials/sign-in';
import type { KeySources } from '../../credentials/sources/found-key-sources';
import { VaultError } from '../../credentials/secrets/vault';
import { isIamToken } from '../../cloud/http/credential';
import type { Clock } from '../../base/clock';
import type { Log } from '../../base/log';
import { type PollError, refusesCredential } from '../../jobs/model/poll-error';
import { errorMessageOf } from '../../base/error-message';
import { DraftCredential } from './draft-credential';
import { attemptSentence } from '../text/attempt-words';
import { keySteps } from './key-steps';
import { type PlaceProposal, placeStep } from './place-step';
import { ProfileDraft } from './profile-draft';
import { profileWord } from '../text/profile-words';
import { ProjectStep } from './project-step';
import { sourceStep } from './source-step';
import { goThrough, type Step } from '../editor/input-steps';
import { withDelayedProgress } from '../editor/delayed-progress';
import { isProjectId } from '../../base/id-patterns';

export interface ProfileWizardParts {
  readonly credentials: CredentialManager;
  readonly sources: KeySources;
  readonly signIn: SignIn;
  /** Endpoints that the environment proposes. */
  readonly proposals: () => readonly PlaceProposal[];
  readonly clock: Clock;
  readonly log: Log;
  /** Whether the extension runs on another computer than the window. */
  readonly runsRemotely: boolean;
}

export class ProfileWizard {
  /** Of a person who gave up: they may go on later. */
  private draft = new ProfileDraft();

  constructor(private readonly parts: ProfileWizardParts) {}

  /** The new profile; undefined where the person gave up or it could not be kept. */
  async add(): Promise<Profile | undefined> {
    const profile = await this.run(this.draft, l10n.t('Add Credentials'));
    if (profile !== undefined) this.draft = new ProfileDraft();
    return profile;
  }

  /** Gives a profile another credential; where it is, and its project, are fixed. */
  edit(profile: Profile): Promise<Profile | undefined> {
    const { endpoint, region, projectId, projectName, source } = profile;
    const draft = new ProfileDraft({ place: region === undefined ? { endpoint } : { endpoint, region }, projectId });
    draft.projectName = projectName;
    if (source.kind === 'stored' || source.kind === 'token' || source.kind === 'password') draft.source = source.kind;
    if (source.kind === 'password') {
      draft.iamEndpoint = source.iamEndpoint;
      draft.domain = source.domain;
      draft.user = source.user;
    }
    return this.run(draft, l10n.t('Change Credentials of {profile}', { profile: profileWord(profile) }));
  }

  private async run(draft: ProfileDraft, title: string): Promise<Profile | undefined> {
    draft.found = await this.parts.sources.find();
    const { sources, signIn } = this.parts;
    const credential = new DraftCredential(draft, sources, signIn);
    const steps = () => this.steps(draft, credential);
    let first = 0;
    try {
      for (;;) {
        if (!(await goThrough(title, steps, first))) return undefined;
        const outcome = await this.finish(draft, credential);
        if (outcome !== 'change') return outcome;
        first = lastKeyStep(draft);
      }
    } finally {
      // It holds the key that it was found with, which may be one that is kept elsewhere.
      draft.projects = undefined;
    }
  }

  private steps(draft: ProfileDraft, credential: DraftCredential): readonly Step[] {
    const { runsRemotely, proposals, signIn } = this.parts;
    return [
      sourceStep(draft, runsRemotely),
      ...(draft.fixed === undefined ? [placeStep(draft, proposals())] : []),
      ...keySteps(draft),
      ...(draft.fixed === undefined && draft.kind !== 'password'
        ? [new ProjectStep(draft, credential, signIn).ask]
        : []),
    ];
  }

  /** Verifies and saves. `change`: the person wants to change what they entered. */
  private async finish(draft: ProfileDraft, credential: DraftCredential): Promise<Profile | 'change' | undefined> {
    const { place } = draft;
    if (place === undefined) return undefined;
    const obtained = await withDelayedProgress(l10n.t('Signing in…'), () => credential.obtain());
    if (!obtained.ok) return this.afterFailure(attemptSentence(obtained.error), obtained.error);
    const { projectId } = draft;
    if (!isProjectId(projectId)) {
      return this.afterFailure(
        l10n.t(
          'IAM did not say which project the token is for. Check the IAM endpoint and the region, then try again.',
        ),
      );
    }
    for (;;) {
      const error = await withDelayedProgress(l10n.t('Trying the credentials…'), () =>
        this.parts.signIn.verify({ endpoint: place.endpoint, projectId }, obtained.value),
      );
      const choice = error === undefined ? 'save' : await askAfterFailure(attemptSentence(error), offersAfter(error));
      if (choice === 'again') continue;
      if (choice !== 'save') return choice;
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

  /** There is nothing yet that could be saved. */
  private async afterFailure(sentence: string, error?: PollError): Promise<'change' | undefined> {
    const mayTryAgain = error === undefined || !refusesCredential(error);
    const choice = await askAfterFailure(sentence, mayTryAgain ? ['again'] : []);
    return choice === undefined ? undefined : 'change';
  }

  private async save({ endpoint, region, ...rest }: NewProfile): Promise<Profile | undefined> {
    const { credentials, log } = this.parts;
    try {
      const profile = await credentials.add({ endpoint, region, ...rest });
      return profile;
    } catch (cause) {
      log.error(`The credentials could not be kept: ${String(cause)}`);
      void window.showErrorMessage(
        cause instanceof VaultError
          ? l10n.t(
              'The keys could not be kept in the secret storage of VS Code, so you are not signed in. Unlock or install a keyring on this computer, then try again.',
            )
          : l10n.t('The credentials could not be saved, so you are not signed in: {reason}', {
              reason: errorMessageOf(cause),
            }),
      );
      return undefined;
    }
  }
}

/** A key that is kept elsewhere is chosen, not typed. */
function lastKeyStep(draft: ProfileDraft): number {
  const { length } = keySteps(draft);
  return length === 0 ? 0 : length + (draft.fixed === undefined ? 1 : 0);
}

function sourceOf({ source, domain, user }: ProfileDraft, iamEndpoint = ''): ProfileSource {
  if (source === 'password') return { kind: 'password', iamEndpoint, domain, user };
  return typeof source === 'object' ? source.source : { kind: source ?? 'stored' };
}

/** What was refused is refused again, and locks the key in the end. */
function offersAfter(error: PollError): readonly ('again' | 'save')[] {
  return refusesCredential(error) ? [] : ['again', 'save'];
}

/** What the person wants after the service did not accept the credentials, or could not be asked. */
async function askAfterFailure(
  sentence: string,
  offers: readonly ('again' | 'save')[],
): Promise<'change' | 'again' | 'save' | undefined> {
  const choices = [
    { choice: 'change', action: l10n.t('Change…') },
    { choice: 'again', action: l10n.t('Try Again') },
    { choice: 'save', action: l10n.t('Save Anyway') },
  ] as const;
  const offered = choices.filter(({ choice }) => choice === 'change' || offers.includes(choice));
  const chosen = await window.showErrorMessage(
    l10n.t('The credentials were not saved.'),
    { modal: true, detail: sentence },
    ...offered.map(({ action }) => action),
  );
  return offered.find(({ action }) => action === chosen)?.choice;
}
