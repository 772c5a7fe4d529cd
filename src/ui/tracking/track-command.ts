/** The command that tracks the jobs in a pasted text, and asks for what the text leaves open. */
import { l10n, window } from 'vscode';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { Profile } from '../../credentials/profiles/profile';
import type { JobKey, JobReference } from '../../jobs/model/job-reference';
import { isLost } from '../../jobs/model/tracked-job';
import type { PollEngine } from '../../jobs/polling/poll-engine';
import type { PollingPause } from '../../jobs/polling/polling-pause';
import type { JobStore } from '../../jobs/store/job-store';
import { MAX_MENTIONS } from '../../mentions/job-mentions';
import type { WindowContext } from '../../storage/window-context';
import { type Answer, askText, BACK, runSteps, type Step, type StepFrame } from '../editor/input-steps';
import { showWithActions } from '../editor/notification';
import { saveOrShowError } from '../notices/save-errors';
import { profileStep } from '../selection/profile-picker';
import type { ProfileCommands } from '../sign-in/profile-commands';
import { profileWord } from '../text/profile-words';
import type { JobTree } from '../tree/job-tree';
import { jobPlaces, namesItsPlaces, textProblem } from './job-places';
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
    const text = typeof given === 'string' ? given : undefined;
    const problem = text === undefined ? undefined : textProblem(text);
    if (problem !== undefined) {
      void window.showErrorMessage(problem);
      return;
    }
    const answers = await this.ask(text);
    if (answers === undefined) return;
    const { references, refusal, hasMore } = jobPlaces(answers.text, answers.profile, this.parts.credentials.all());
    if (refusal !== undefined) {
      this.offerCredentials(refusal);
      return;
    }
    await this.track(references);
    if (hasMore) {
      void window.showWarningMessage(
        l10n.t('Only the first {count} of these jobs are tracked. Paste the others separately.', {
          count: MAX_MENTIONS,
        }),
      );
    }
  }

  /** Tracks these jobs and shows the first. */
  async track(references: readonly JobReference[]): Promise<void> {
    const { store, engine, pause, tree, clock } = this.parts;
    // A person who enters the id of a lost job again expects a new poll.
    if (!pause.isPaused) engine.retry(references.flatMap((reference) => this.lostRow(reference) ?? []));
    await saveOrShowError(this.parts, store.trackAll(references, clock.now()), references);
    // The focus stays in the editor or terminal.
    await tree.revealFirst(references, { focus: false });
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
    given: string | undefined,
  ): Promise<{ readonly profile: Profile; readonly text: string } | undefined> {
    const { credentials, profiles } = this.parts;
    if (credentials.all().length === 0 && (await profiles.add()) === undefined) return undefined;
    const all = credentials.all();
    const [first] = all;
    if (first === undefined) return undefined;
    let profile = first;
    let text = given ?? (await proposedText());
    const isDecided = given !== undefined && (first.isDefault === true || namesItsPlaces(given, all));
    const pickProfile = profileStep(
      all,
      () => profile,
      (chosen) => {
        profile = chosen;
      },
    );
    const enterJobs: Step = async (frame) => {
      const problemOf = (entered: string) => textProblem(entered) ?? jobPlaces(entered, profile, all).refusal;
      const answer = await askForText(frame, profile, text, problemOf);
      if (answer === undefined || answer === BACK) return answer;
      text = answer;
      return 'answered';
    };
    const steps = [
      ...(isDecided || all.length === 1 ? [] : [pickProfile]),
      ...(given === undefined ? [enterJobs] : []),
    ];
    // With a default, the input begins at the text; the way back leads to the other credentials.
    const firstStep = given === undefined && all.length > 1 && first.isDefault === true ? 1 : 0;
    return (await runSteps(l10n.t('Track ELB Job'), () => steps, firstStep)) ? { profile, text } : undefined;
  }
}

function askForText(
  frame: StepFrame,
  profile: Profile,
  value: string,
  problemOf: (text: string) => string | undefined,
): Promise<Answer<string>> {
  return askText(frame, {
    prompt: l10n.t('The job_id that the API returned; or several, a request URL or a response ({profile})', {
      profile: profileWord(profile),
    }),
    placeHolder: '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8',
    value,
    problemOf,
  });
}
