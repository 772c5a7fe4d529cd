/** The command that tracks the jobs in a pasted text, and asks for what the text leaves open. */
import { l10n, window } from 'vscode';
import { MAX_PASTED_LENGTH } from '../../base/limits';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { Profile } from '../../credentials/profiles/profile';
import type { JobKey, JobReference } from '../../jobs/model/job-reference';
import { isLost } from '../../jobs/model/tracked-job';
import type { PollEngine } from '../../jobs/polling/poll-engine';
import type { PollingPause } from '../../jobs/polling/polling-pause';
import type { JobStore } from '../../jobs/store/job-store';
import { type JobMentions, jobsIn } from '../../mentions/job-mentions';
import type { WindowContext } from '../../storage/window-context';
import {
  type Answer,
  askText,
  BACK,
  runSteps,
  type Step,
  type StepFrame,
  type TextQuestion,
} from '../editor/input-steps';
import { showWithActions } from '../editor/notification';
import { saveOrShowError } from '../notices/save-errors';
import { profileStep } from '../selection/profile-picker';
import type { ProfileCommands } from '../sign-in/profile-commands';
import { profileWord } from '../text/profile-words';
import type { JobTree } from '../tree/job-tree';
import { jobPlaces, namesItsPlaces, textProblem, unreadPart } from './job-places';
import { proposedText } from './proposed-text';

interface TrackCommandParts extends Pick<WindowContext, 'clock' | 'log'> {
  readonly store: JobStore;
  readonly engine: Pick<PollEngine, 'retry'>;
  readonly pause: Pick<PollingPause, 'isPaused'>;
  readonly credentials: CredentialManager;
  readonly profiles: Pick<ProfileCommands, 'add'>;
  readonly tree: Pick<JobTree, 'revealFirst'>;
}

export class TrackCommand {
  constructor(private readonly parts: TrackCommandParts) {}

  /** @param given a text that mentions jobs, from a key binding or another extension; without it, the person enters one. */
  async run(given: unknown): Promise<void> {
    const text = typeof given === 'string' ? jobsIn(given) : undefined;
    const problem = text === undefined ? undefined : textProblem(text);
    if (problem !== undefined) {
      void window.showErrorMessage(problem);
      return;
    }
    const answers = await this.ask(text);
    if (answers === undefined) return;
    const { references, refusal } = jobPlaces(answers.text, answers.profile, this.parts.credentials.all());
    if (refusal !== undefined) {
      this.offerCredentials(refusal);
      return;
    }
    const unread = unreadPart(answers.text);
    if (unread !== undefined) void window.showWarningMessage(unread);
    await this.track(references);
  }

  /** Tracks these jobs and shows the first. */
  async track(references: readonly JobReference[]): Promise<void> {
    const { store, engine, pause, tree, clock } = this.parts;
    // A person who enters the id of a lost job again expects a new poll.
    if (!pause.isPaused) engine.retry(references.flatMap((reference) => this.lostRow(reference) ?? []));
    const saving = store.trackAll(references, clock.now());
    // The focus stays in the editor or terminal.
    const showing = tree.revealFirst(references, { focus: false });
    await saveOrShowError(this.parts, saving, references);
    await showing;
  }

  private lostRow(reference: JobReference): JobKey | undefined {
    const key = this.parts.store.find(reference);
    const tracked = key === undefined ? undefined : this.parts.store.get(key);
    return tracked !== undefined && isLost(tracked) ? key : undefined;
  }

  private offerCredentials(refusal: string): void {
    const { profiles, log } = this.parts;
    showWithActions('error', refusal, [{ title: l10n.t('Add Credentials'), run: () => profiles.add() }], log);
  }

  /**
   * Asks for the credentials, if there are several and neither a default nor the text decides, and for the text, if none
   * is given.
   */
  private async ask(
    given: JobMentions | undefined,
  ): Promise<{ readonly profile: Profile; readonly text: JobMentions } | undefined> {
    const { credentials, profiles } = this.parts;
    if (credentials.all().length === 0 && (await profiles.add()) === undefined) return undefined;
    const all = credentials.all();
    const [first] = all;
    if (first === undefined) return undefined;
    let profile = first;
    const proposed = given === undefined ? await proposedText() : undefined;
    let entered = proposed?.text ?? '';
    let text = given;
    const isDecided = given !== undefined && (first.isDefault === true || namesItsPlaces(given, all));
    const pickProfile = profileStep(
      all,
      () => profile,
      (chosen) => {
        profile = chosen;
      },
    );
    const enterJobs: Step = async (frame) => {
      const problemOf = (typed: string) => {
        text = jobsIn(typed);
        return textProblem(text) ?? jobPlaces(text, profile, all).refusal;
      };
      const note = proposed?.isCut === true && entered === proposed.text ? cutNote() : undefined;
      const answer = await askForText(frame, profile, { value: entered, note, problemOf });
      if (answer === undefined || answer === BACK) return answer;
      entered = answer;
      return 'answered';
    };
    const steps = [
      ...(isDecided || all.length === 1 ? [] : [pickProfile]),
      ...(given === undefined ? [enterJobs] : []),
    ];
    // With a default, the input begins at the text; the way back leads to the other credentials.
    const firstStep = given === undefined && all.length > 1 && first.isDefault === true ? 1 : 0;
    const isDone = await runSteps(l10n.t('Track ELB Job'), () => steps, firstStep);
    return isDone && text !== undefined ? { profile, text } : undefined;
  }
}

function askForText(
  frame: StepFrame,
  profile: Profile,
  { note, ...question }: Pick<TextQuestion, 'value' | 'problemOf'> & { readonly note: string | undefined },
): Promise<Answer<string>> {
  const prompt = l10n.t('The job_id that the API returned; or several, a request URL or a response ({profile})', {
    profile: profileWord(profile),
  });
  return askText(frame, {
    ...question,
    prompt: note === undefined ? prompt : `${note} ${prompt}`,
    placeHolder: '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8',
    // Of a longer text, the beginning is searched.
    maxLength: Infinity,
  });
}

function cutNote(): string {
  return l10n.t('Only the first {limit} K characters of the selection or clipboard were searched.', {
    limit: MAX_PASTED_LENGTH / 1024,
  });
}
