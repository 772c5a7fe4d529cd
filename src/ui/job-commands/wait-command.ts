/** The command that shows a running job as a progress notification until it ends or the person cancels. Sends no request. */
import { l10n, type Progress, ProgressLocation, window } from 'vscode';
import type { Disposable } from '../../base/disposable';
import type { JobKey } from '../../jobs/model/job-reference';
import type { JobStore } from '../../jobs/store/job-store';
import type { WindowContext } from '../../storage/window-context';
import type { PollingPause } from '../../jobs/polling/polling-pause';
import type { DurationHistory } from '../../jobs/model/duration-history';
import { isActive, isLost, type TrackedJob } from '../../jobs/model/tracked-job';
import type { EndingNotices } from '../notices/ending-notices';
import { isInstant } from '../text/date-time';
import { msUntilElapsedChanges } from '../text/duration';
import { endingWords } from '../text/ending-words';
import { errorSentence } from '../text/error-words';
import type { JobSelection } from '../selection/job-selection';
import { jobState, jobTitle, timeLeftWords } from '../text/job-words';
import { named } from '../text/punctuation';

interface WaitCommandParts extends Pick<WindowContext, 'clock' | 'log'> {
  readonly store: JobStore;
  readonly selection: JobSelection;
  readonly durations: DurationHistory;
  readonly pause: Pick<PollingPause, 'isPaused' | 'onDidChange'>;
  readonly endingNotices: Pick<EndingNotices, 'shouldAnnounce' | 'showFor'>;
}

export class WaitCommand implements Disposable {
  /** Cancels the waiting for each job. */
  private readonly cancellations = new Map<JobKey, () => void>();

  constructor(private readonly parts: WaitCommandParts) {}

  async wait(clicked: unknown): Promise<void> {
    const job = await this.parts.selection.job('elbJobs.waitForJob', clicked, {
      matches: isActive,
      noMatchMessage: () => l10n.t('No job in the list is running.'),
    });
    if (job === undefined) return;
    const { key, tracked } = job;
    if (!isActive(tracked)) void window.showInformationMessage(outcomeSentence(tracked));
    // Not awaited: the command returns once the progress is shown.
    else if (!this.cancellations.has(key)) this.inBackground(this.show(key, tracked));
  }

  dispose(): void {
    for (const cancel of [...this.cancellations.values()]) cancel();
  }

  private async show(key: JobKey, tracked: TrackedJob): Promise<void> {
    const title = l10n.t('Waiting for {job}', { job: jobTitle(tracked) });
    const before = this.parts.store.get(key);
    await window.withProgress(
      { location: ProgressLocation.Notification, title, cancellable: true },
      async (progress, token) => {
        const isCancelled = await this.untilSettled(key, progress, (end) => token.onCancellationRequested(end));
        const after = this.parts.store.get(key);
        if (isCancelled || before === undefined || after === undefined) return;
        this.showOutcome(key, before, after);
      },
    );
  }

  /** Resolves to false when the job is no longer active, and to true when the person cancels or the window closes. */
  private untilSettled(
    key: JobKey,
    progress: Progress<{ message?: string }>,
    onCancel: (end: () => void) => Disposable,
  ): Promise<boolean> {
    const { store, clock } = this.parts;
    const endingNumber = store.get(key)?.endingNumber;
    return new Promise((resolve) => {
      let timer: Disposable | undefined;
      const end = (isCancelled: boolean) => {
        timer?.dispose();
        for (const subscription of subscriptions) subscription.dispose();
        this.cancellations.delete(key);
        resolve(isCancelled);
      };
      const update = () => {
        timer?.dispose();
        const tracked = store.get(key);
        if (tracked === undefined || tracked.endingNumber !== endingNumber || !isActive(tracked)) {
          end(false);
          return;
        }
        progress.report({ message: this.message(tracked) });
        const { beginTime } = tracked.job ?? {};
        const delayMs = isInstant(beginTime) ? msUntilElapsedChanges(clock.now() - beginTime) : Infinity;
        // Without a begin, the message changes only with the job.
        timer = delayMs === Infinity ? undefined : clock.schedule(delayMs, update);
      };
      const cancel = () => {
        end(true);
      };
      const subscriptions = [
        store.onDidChange((changes) => {
          if (changes.some((change) => change.key === key)) update();
        }),
        this.parts.pause.onDidChange(update),
        onCancel(cancel),
      ];
      this.cancellations.set(key, cancel);
      update();
    });
  }

  private message(tracked: TrackedJob): string {
    const { durations, pause, clock } = this.parts;
    if (pause.isPaused) return l10n.t('Polling is paused, so no job is polled.');
    const now = clock.now();
    const prediction = durations.of(tracked.reference).predict(tracked.job?.jobType);
    const left = prediction === undefined ? undefined : timeLeftWords(tracked, prediction, now);
    return [jobState(tracked, now), left?.short].filter((words) => words !== undefined).join(' · ');
  }

  /** Shows nothing if the ending is announced anyway. */
  private showOutcome(key: JobKey, before: TrackedJob, after: TrackedJob): void {
    const { endingNotices } = this.parts;
    const isAnnounced = after.endingNumber !== before.endingNumber && endingNotices.shouldAnnounce(after);
    if (isLost(after)) void window.showWarningMessage(outcomeSentence(after));
    else if (!isAnnounced) this.inBackground(endingNotices.showFor([{ key, tracked: after }]));
  }

  /** For a notification, which stays until the person closes it. */
  private inBackground(work: Promise<void>): void {
    work.catch((cause: unknown) => {
      this.parts.log.error(`Waiting for a job failed: ${String(cause)}`);
    });
  }
}

function outcomeSentence(tracked: TrackedJob): string {
  const { pollFailure } = tracked;
  return pollFailure === undefined || !isLost(tracked)
    ? endingWords(tracked)
    : named(jobTitle(tracked), errorSentence(pollFailure.error));
}
