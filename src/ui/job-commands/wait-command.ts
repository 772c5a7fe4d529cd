/** The command that shows running jobs as a progress notification until they end or the person cancels. Sends no request. */
import { l10n, ProgressLocation, window } from 'vscode';
import type { Disposable } from '../../base/disposable';
import { isAbortError } from '../../base/error-message';
import { type JobKey, jobKey, type JobReference } from '../../jobs/model/job-reference';
import { isRunning } from '../../jobs/model/job-status';
import { isActive, type TrackedJob } from '../../jobs/model/tracked-job';
import type { JobStore } from '../../jobs/store/job-store';
import type { JobWaiter, WaitedJob } from '../../jobs/waiting/job-waiter';
import type { WindowContext } from '../../storage/window-context';
import type { EndingNotices } from '../notices/ending-notices';
import { endingWords } from '../notices/ending-words';
import { ALL_JOBS } from '../selection/job-picker';
import { ASK, type JobSelection } from '../selection/job-selection';
import { pollErrorSentence } from '../text/advice-words';
import { jobTitle } from '../text/job-words';
import { named } from '../text/punctuation';
import { waitSummary } from './wait-words';
import { AwaitedJobs, runningJobs } from './awaited-jobs';
import { WaitProgress, type WaitProgressParts } from './wait-progress';

interface WaitCommandParts extends WaitProgressParts, Pick<WindowContext, 'log'> {
  readonly store: JobStore;
  readonly waiter: JobWaiter;
  readonly selection: JobSelection;
  readonly endingNotices: Pick<EndingNotices, 'shouldAnnounce' | 'showFor'>;
}

/** Jobs that are running, or all that are and will be. */
type Chosen = readonly TrackedJob[] | typeof ALL_JOBS;

export class WaitCommand implements Disposable {
  /** Of the notifications that are shown, by what they wait for. */
  private readonly cancellations = new Map<string, AbortController>();

  constructor(private readonly parts: WaitCommandParts) {}

  /**
   * @param clicked the row of the menu
   * @param selected all selected rows, if several are selected
   */
  async wait(clicked?: unknown, selected?: unknown): Promise<void> {
    const chosen = await this.choose(clicked, selected);
    if (chosen === undefined) return;
    const name = chosen === ALL_JOBS ? chosen : JSON.stringify(chosen.map(({ reference }) => reference));
    if (this.cancellations.has(name)) return;
    const cancellation = new AbortController();
    this.cancellations.set(name, cancellation);
    // Not awaited: the command returns once the progress is shown.
    this.inBackground(this.show(chosen, cancellation).finally(() => this.cancellations.delete(name)));
  }

  dispose(): void {
    for (const cancellation of [...this.cancellations.values()]) cancellation.abort();
  }

  /** From the palette, the person always picks: only the list has the choice of all running jobs. */
  private async choose(clicked: unknown, selected: unknown): Promise<Chosen | undefined> {
    const isFromPalette = clicked === undefined && selected === undefined;
    const picked = await this.parts.selection.jobsOrAll('elbJobs.waitForJob', isFromPalette ? ASK : clicked, selected, {
      matches: isActive,
      noMatchMessage: () => l10n.t('No job in the list is running.'),
      all: (jobs) =>
        runningJobs(jobs).length === 0
          ? undefined
          : {
              label: l10n.t('Until No Job Is Running'),
              detail: l10n.t('All running jobs, and those that begin meanwhile'),
            },
    });
    if (picked === ALL_JOBS) return picked;
    const [first, ...others] = picked.map(({ tracked }) => tracked);
    if (first === undefined) return undefined;
    const running = [first, ...others].filter(isActive);
    if (running.length > 0) return running;
    const message = others.length === 0 ? outcomeSentence(first) : l10n.t('None of these jobs is running.');
    void window.showInformationMessage(message);
    return undefined;
  }

  private async show(chosen: Chosen, cancellation: AbortController): Promise<void> {
    const { store, waiter } = this.parts;
    const [only, ...others] = chosen === ALL_JOBS ? [] : chosen;
    const isForOne = only !== undefined && others.length === 0;
    const title = isForOne ? l10n.t('Waiting for {job}', { job: jobTitle(only) }) : titleOf(chosen);
    const options = { location: ProgressLocation.Notification, title, cancellable: true };
    await window.withProgress(options, async (progress, token) => {
      const onCancel = token.onCancellationRequested(() => {
        cancellation.abort();
      });
      const awaited = new AwaitedJobs({
        ...{ store, waiter, signal: cancellation.signal },
        onChange: () => {
          shown.changed();
        },
      });
      const shown = new WaitProgress(this.parts, {
        isForOne,
        jobs: () => awaited.all(),
        report: (message) => {
          progress.report({ message });
        },
      });
      try {
        const waiting =
          chosen === ALL_JOBS ? awaited.waitForRunning() : awaited.waitForAll(chosen.map(({ reference }) => reference));
        if (!isForOne) shown.update();
        await waiting;
      } catch (cause) {
        // The person cancelled, or the window closes.
        if (isAbortError(cause)) return;
        throw cause;
      } finally {
        onCancel.dispose();
        shown.dispose();
      }
      this.showOutcome(awaited);
    });
  }

  private showOutcome(awaited: AwaitedJobs): void {
    const { endingNotices } = this.parts;
    const jobs = awaited.all();
    const [first, ...others] = jobs;
    if (first !== undefined && others.length === 0) this.showOutcomeOf(first, awaited.isNewEnding(first));
    else if (jobs.some(({ outcome }) => outcome !== 'removed')) {
      const ended = jobs.flatMap(({ reference, tracked }) =>
        tracked === undefined ? [] : [{ key: this.keyOf(reference), tracked }],
      );
      this.inBackground(endingNotices.showFor(ended, waitSummary(jobs)));
    }
  }

  /** Shows nothing if the ending is announced anyway, or if the job was removed from the list. */
  private showOutcomeOf({ reference, outcome, tracked }: WaitedJob, isNewEnding: boolean): void {
    if (tracked === undefined || outcome === 'removed') return;
    const { endingNotices } = this.parts;
    if (outcome === 'not-found' || outcome === 'refused') void window.showWarningMessage(outcomeSentence(tracked));
    else if (!isNewEnding || !endingNotices.shouldAnnounce(tracked)) {
      this.inBackground(endingNotices.showFor([{ key: this.keyOf(reference), tracked }]));
    }
  }

  private keyOf(reference: JobReference): JobKey {
    return this.parts.store.find(reference) ?? jobKey(reference);
  }

  /** For a notification, which stays until the person closes it. */
  private inBackground(work: Promise<void>): void {
    work.catch((cause: unknown) => {
      this.parts.log.error(`Waiting for a job failed: ${String(cause)}`);
    });
  }
}

function titleOf(chosen: Chosen): string {
  return chosen === ALL_JOBS
    ? l10n.t('Waiting until no job is running')
    : l10n.t('Waiting for {count} jobs', { count: chosen.length });
}

/** How the job ended, or why it is no longer polled. */
function outcomeSentence(tracked: TrackedJob): string {
  const { job, pollFailure } = tracked;
  return pollFailure !== undefined && isRunning(job)
    ? named(jobTitle(tracked), pollErrorSentence(tracked, pollFailure.error))
    : endingWords(tracked);
}
