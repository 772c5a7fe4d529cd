/** The command that tracks the jobs in a pasted text, and asks for what the text leaves open. */
import { l10n, window } from 'vscode';
import { jobPlaces } from '../../credentials/job-places';
import type { JobKey, JobReference } from '../../jobs/model/job-reference';
import { isLost } from '../../jobs/model/tracked-job';
import type { PollEngine } from '../../jobs/polling/poll-engine';
import type { PollingPause } from '../../jobs/polling/polling-pause';
import type { JobStore } from '../../jobs/store/job-store';
import { jobsInTurns } from '../../mentions/job-mentions';
import type { WindowContext } from '../../storage/window-context';
import { showWithActions } from '../editor/notification';
import { saveOrShowError } from '../notices/save-errors';
import type { JobTree } from '../tree/job-tree';
import { refusalSentence } from '../text/mention-words';
import { textProblem, unreadPart } from './track-problems';
import { askForJobs, type TrackAnswers, type TrackWizardParts, type UnfinishedText } from './track-wizard';

interface TrackCommandParts extends TrackWizardParts, Pick<WindowContext, 'clock' | 'log'> {
  readonly store: JobStore;
  readonly engine: Pick<PollEngine, 'retry'>;
  readonly pause: Pick<PollingPause, 'isPaused'>;
  readonly tree: Pick<JobTree, 'revealFirst'>;
}

export class TrackCommand {
  private readonly unfinished: UnfinishedText = {};

  constructor(private readonly parts: TrackCommandParts) {}

  /** @param given a text that mentions jobs, from a key binding or another extension; without it, the person enters one. */
  async run(given: unknown): Promise<void> {
    const text = typeof given === 'string' ? { original: given, text: await jobsInTurns(given) } : undefined;
    const problem = text === undefined ? undefined : textProblem(text.text);
    if (problem !== undefined) {
      void window.showErrorMessage(problem);
      return;
    }
    const answers = await askForJobs(this.parts, text, this.unfinished);
    if (answers !== undefined) await this.trackOrOfferCredentials(answers);
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

  private async trackOrOfferCredentials(answers: TrackAnswers): Promise<void> {
    const { credentials, profiles, log } = this.parts;
    const { references, refusal } = jobPlaces(answers.mentions, answers, credentials.all());
    if (refusal !== undefined) {
      const add = async () => {
        const occasion = { command: l10n.t('Track ELB Job'), wanted: refusal.wanted };
        if ((await profiles.add(occasion)) !== undefined) await this.trackOrOfferCredentials(answers);
      };
      showWithActions('error', refusalSentence(refusal), [{ title: l10n.t('Add Credentials'), run: add }], log);
      return;
    }
    const unread = unreadPart(answers.text);
    if (unread !== undefined) void window.showWarningMessage(unread);
    await this.track(references);
  }
}
