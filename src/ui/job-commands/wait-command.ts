/** Shows a job that goes on as progress, until it ends or the person waits no longer. It reads the store, and asks nobody. */
import { l10n, type Progress, ProgressLocation, window } from 'vscode';
import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import type { JobKey } from '../../jobs/model/job-reference';
import type { JobStore } from '../../jobs/store/job-store';
import type { Log } from '../../base/log';
import type { PollingPause } from '../../jobs/polling/polling-pause';
import type { DurationHistory } from '../../jobs/model/duration-history';
import { isActive, isLost, type TrackedJob } from '../../jobs/model/tracked-job';
import type { EndingNotices } from '../notices/ending-notices';
import { untilElapsedChanges } from '../text/duration';
import { endingWords } from '../text/ending-words';
import { errorSentence } from '../text/error-words';
import type { JobSelection } from '../selection/job-selection';
import { jobState, jobTitle, timeLeftWords } from '../text/job-words';
import { named } from '../text/punctuation';

export interface WaitCommandParts {
  readonly store: JobStore;
  readonly selection: JobSelection;
  readonly durations: DurationHistory;
  readonly pause: Pick<PollingPause, 'isPaused' | 'onDidChange'>;
  readonly announcer: Pick<EndingNotices, 'isWanted' | 'showFor'>;
  readonly clock: Clock;
  readonly log: Log;
}

export class WaitCommand implements Disposable {
  /** What ends the waiting for each job. */
  private readonly waits = new Map<JobKey, () => void>();

  constructor(private readonly parts: WaitCommandParts) {}

  async wait(clicked: unknown): Promise<void> {
    const job = await this.parts.selection.job('elbJobs.waitForJob', clicked, {
      isMeant: isActive,
      none: () => l10n.t('No job in the list goes on.'),
    });
    if (job === undefined) return;
    const { key, tracked } = job;
    if (!isActive(tracked)) void window.showInformationMessage(howItStands(tracked));
    // Nothing waits for the end here: the command is done once the progress is shown.
    else if (!this.waits.has(key)) this.inBackground(this.show(key, tracked));
  }

  dispose(): void {
    for (const end of [...this.waits.values()]) end();
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
        this.tellOutcome(key, before, after);
      },
    );
  }

  /** Resolves to whether the person, or the end of the window, ended the waiting. */
  private untilSettled(
    key: JobKey,
    progress: Progress<{ message?: string }>,
    onCancel: (end: () => void) => Disposable,
  ): Promise<boolean> {
    const { store, clock } = this.parts;
    const number = store.get(key)?.endingNumber;
    return new Promise((resolve) => {
      let ticking: Disposable | undefined;
      const end = (isCancelled: boolean) => {
        ticking?.dispose();
        for (const subscription of subscriptions) subscription.dispose();
        this.waits.delete(key);
        resolve(isCancelled);
      };
      const update = () => {
        ticking?.dispose();
        const tracked = store.get(key);
        if (tracked === undefined || tracked.endingNumber !== number || !isActive(tracked)) {
          end(false);
          return;
        }
        progress.report({ message: this.message(tracked) });
        const { beginTime } = tracked.job ?? {};
        const pause = untilElapsedChanges(clock.now() - (beginTime ?? clock.now()));
        ticking = clock.schedule(pause, update);
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
      this.waits.set(key, cancel);
      update();
    });
  }

  private message(tracked: TrackedJob): string {
    const { durations, pause, clock } = this.parts;
    if (pause.isPaused) return l10n.t('Polling is paused, so the service is not asked.');
    const now = clock.now();
    const prediction = durations.of(tracked.reference).predict(tracked.job?.jobType);
    const left = prediction === undefined ? undefined : timeLeftWords(tracked, prediction, now);
    return [jobState(tracked, now), left?.short].filter((words) => words !== undefined).join(' · ');
  }

  /** What is announced anyway is not said twice. */
  private tellOutcome(key: JobKey, before: TrackedJob, after: TrackedJob): void {
    const { announcer } = this.parts;
    const isAnnounced = after.endingNumber !== before.endingNumber && announcer.isWanted(after);
    if (isLost(after)) void window.showWarningMessage(howItStands(after));
    else if (!isAnnounced) this.inBackground(announcer.showFor([{ key, tracked: after }]));
  }

  /** What lasts until the person closes it. */
  private inBackground(work: Promise<void>): void {
    work.catch((cause: unknown) => {
      this.parts.log.error(`Waiting for a job failed: ${String(cause)}`);
    });
  }
}

function howItStands(tracked: TrackedJob): string {
  const { pollFailure } = tracked;
  return pollFailure === undefined || !isLost(tracked)
    ? endingWords(tracked)
    : named(jobTitle(tracked), errorSentence(pollFailure.error));
}
