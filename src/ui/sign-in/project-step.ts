/** The sign-in step that finds the region's project. Asks which, if there are several, or for the id, if IAM returns none. */
import { l10n, window } from 'vscode';
import type { SignIn } from '../../credentials/sign-in';
import { type Credential, isIamToken } from '../../cloud/http/credential';
import type { Project } from '../../cloud/api/iam-client';
import { type PollError, refusesCredential } from '../../jobs/model/poll-error';
import { signInErrorSentence } from '../text/action-error-words';
import type { DraftCredential } from './draft-credential';
import { plainText } from '../text/plain-text';
import { joinSentences } from '../text/punctuation';
import type { ProfileDraft } from './profile-draft';
import type { SignInConsent } from './sign-in-consent';
import { askChoice, askText, BACK, type Step, type StepFrame, type StepJump } from '../editor/input-steps';
import { stepToCorrect } from './step-to-correct';
import { withDelayedProgress } from '../editor/delayed-progress';
import { isProjectId } from '../../base/id-patterns';
import { jsonEqual } from '../../base/json/json-equal';

interface ProjectStepParts {
  readonly signIn: SignIn;
  readonly consent: SignInConsent;
  /** Runs work during which the wizard shows no input. */
  readonly whileBusy: <T>(work: () => Promise<T>) => Promise<T>;
}

type Found =
  | { readonly kind: 'found'; readonly projects: readonly Project[]; readonly isOfToken?: boolean }
  | { readonly kind: 'unknown'; readonly why: string }
  | { readonly kind: 'refused'; readonly error: PollError };

export class ProjectStep {
  constructor(
    private readonly draft: ProfileDraft,
    private readonly credential: DraftCredential,
    private readonly parts: ProjectStepParts,
  ) {}

  readonly ask: Step = async (frame) => {
    const found = await this.parts.whileBusy(() => this.findOrShowError());
    if (found === BACK || 'toStep' in found) return found;
    if (found.kind === 'unknown') return this.askId(frame, found.why);
    const [first, ...others] = found.projects;
    if (first === undefined) return this.askId(frame, this.noProjectSentence());
    // The person or the key's source named a different project.
    const isOther = this.proposed !== '' && this.proposed !== first.id && found.isOfToken !== true;
    if (others.length > 0 || isOther || this.draft.isProjectRefused) return this.choose(frame, found.projects);
    this.take(first);
    return 'skipped';
  };

  /** @returns the step to correct if the credentials cannot be used, `BACK` if the person does not want to use refused ones again. */
  private async findOrShowError(): Promise<Exclude<Found, { kind: 'refused' }> | StepJump | typeof BACK> {
    const read = await this.credential.read();
    if (read.ok && (await this.parts.consent.toUse(read.value)) !== 'given') return BACK;
    const found: Found = read.ok
      ? await withDelayedProgress(l10n.t('Looking for the project…'), () => this.find(read.value))
      : { kind: 'refused', error: read.error };
    if (found.kind !== 'refused') return found;
    await window.showErrorMessage(l10n.t('The credentials were not saved.'), {
      modal: true,
      detail: signInErrorSentence(found.error),
    });
    return { toStep: stepToCorrect(this.draft, found.error) };
  }

  private async find(credential: Credential): Promise<Found> {
    const { draft } = this;
    const { signIn } = this.parts;
    const { place } = draft;
    const { iamEndpoint } = this.credential;
    if (place === undefined || iamEndpoint === undefined) return { kind: 'unknown', why: '' };
    if (isIamToken(credential)) {
      const shown = await signIn.showToken(iamEndpoint, credential.token);
      if (!shown.ok) return failed(shown.error);
      draft.expiresAt = shown.value.expiresAt;
      const { projectId: id, projectName: name } = shown.value;
      if (id !== undefined) return { kind: 'found', projects: [{ id, name: name ?? '' }], isOfToken: true };
    }
    const known = draft.projects;
    if (known?.endpoint === place.endpoint && jsonEqual(known.credential, credential)) {
      return { kind: 'found', projects: known.all };
    }
    const listed = await signIn.projectsOf(place, iamEndpoint, credential);
    if (!listed.ok) return failed(listed.error);
    draft.projects = { credential, endpoint: place.endpoint, all: listed.value };
    return { kind: 'found', projects: listed.value };
  }

  private noProjectSentence(): string {
    const region = this.draft.place?.region;
    return region === undefined
      ? l10n.t('These credentials have access to no project.')
      : l10n.t(
          'These credentials have access to no project of {region}; the region may not be enabled for the account.',
          {
            region,
          },
        );
  }

  private async choose(frame: StepFrame, projects: readonly Project[]): ReturnType<Step> {
    const answer = await askChoice<Project | 'other'>(frame, {
      placeHolder: this.projectQuestion(projects),
      choices: [
        ...projects.map((project) => ({
          label: plainText(project.name),
          description: plainText(project.id),
          value: project,
        })),
        // Also for a typed text that no project matches, e.g. an id.
        { label: `$(edit) ${l10n.t('Another project ID…')}`, value: 'other' as const, alwaysShow: true },
      ],
      isActive: (value) => value !== 'other' && value.id === this.proposed,
    });
    if (answer === undefined || answer === BACK) return answer;
    if (answer === 'other') return this.askId(frame, '');
    this.take(answer);
    return 'answered';
  }

  private projectQuestion(projects: readonly Project[]): string {
    const { wantedProjectId } = this.draft;
    if (wantedProjectId === '' || projects.some(({ id }) => id === wantedProjectId)) return l10n.t('Which project?');
    return l10n.t('Which project? These credentials have no access to {projectId}, the project of the job.', {
      projectId: wantedProjectId,
    });
  }

  private async askId(frame: StepFrame, why: string): ReturnType<Step> {
    const prompt = l10n.t('Project ID in this region; see My Credentials in the console');
    const answer = await askText(frame, {
      prompt: joinSentences([why, prompt]),
      value: this.proposed,
      placeHolder: '7b7705dce1e847b08b3b16dda67fec24',
      problemOf: (text) =>
        isProjectId(text) ? undefined : l10n.t('A project ID has 32 lower-case letters and digits.'),
    });
    if (answer === undefined || answer === BACK) return answer;
    if (answer !== this.draft.projectId) this.draft.projectName = undefined;
    this.draft.projectId = answer;
    this.draft.isProjectRefused = false;
    return 'answered';
  }

  /** The project id of the earlier answer, of the job that needs the credentials, or of the key's source; empty if unknown. */
  private get proposed(): string {
    const { projectId, wantedProjectId, source, projects } = this.draft;
    if (projectId !== '') return projectId;
    if (wantedProjectId !== '') return wantedProjectId;
    if (typeof source !== 'object') return '';
    return source.projectId ?? projects?.all.find(({ name }) => name === source.projectName)?.id ?? '';
  }

  private take({ id, name }: Project): void {
    this.draft.isProjectRefused = false;
    this.draft.projectId = id;
    this.draft.projectName = name === '' ? undefined : name;
  }
}

/** Refused credentials end the step. After any other error, the person may still enter the project's id. */
function failed(error: PollError): Found {
  return refusesCredential(error)
    ? { kind: 'refused', error }
    : { kind: 'unknown', why: l10n.t('The project could not be requested from IAM.') };
}
