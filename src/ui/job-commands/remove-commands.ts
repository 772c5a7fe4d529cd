/** The commands that remove jobs from the list, with Undo. */
import { commands, l10n, window } from 'vscode';
import type { JobKey } from '../../jobs/model/job-reference';
import { isFinished, isUnseen, type TrackedJob } from '../../jobs/model/tracked-job';
import type { JobStore } from '../../jobs/store/job-store';
import type { WindowContext } from '../../storage/window-context';
import { changeOrShowError } from '../editor/change-or-show-error';
import { showWithActions } from '../editor/notification';
import { saveOrShowError } from '../notices/save-errors';
import type { JobSelection, SelectedJob } from '../selection/job-selection';
import type { RecentlyRemovedJobs } from '../tracking/recently-removed-jobs';
import { noLongerTrackedSentence } from '../text/job-words';
import type { Timelines } from '../timeline/timelines';

interface RemoveCommandParts extends Pick<WindowContext, 'clock' | 'log'> {
  readonly store: JobStore;
  readonly selection: JobSelection;
  readonly removedJobs: RecentlyRemovedJobs;
  readonly isTreeVisible: () => boolean;
  /** Whether the tree's filter shows the job. */
  readonly isListed: (tracked: TrackedJob) => boolean;
  readonly clearFilter: () => Promise<void>;
  readonly timelines: Pick<Timelines, 'keepWhole'>;
}

export class RemoveCommands {
  constructor(private readonly parts: RemoveCommandParts) {}

  async untrack(clicked: unknown, selected: unknown): Promise<void> {
    await this.remove(await this.parts.selection.jobs('elbJobs.untrack', clicked, selected));
  }

  /** Removes the finished jobs, except those whose ending the person has not seen. */
  async clearFinished(): Promise<void> {
    const { store, isTreeVisible, isListed } = this.parts;
    const finished = [...store.all()]
      .map(([key, tracked]) => ({ key, tracked }))
      .filter(({ tracked }) => isFinished(tracked));
    if (finished.length === 0) {
      void window.showInformationMessage(l10n.t('No job in the list has ended.'));
      return;
    }
    const isSeen = ({ tracked }: SelectedJob) => !isUnseen(tracked) || (isTreeVisible() && isListed(tracked));
    const unseen = finished.filter((job) => !isSeen(job));
    await this.remove(finished.filter(isSeen));
    if (unseen.length > 0) this.showUnseen(unseen);
  }

  private showUnseen(jobs: readonly SelectedJob[]): void {
    const showJobs = async () => {
      await commands.executeCommand('elbJobs.jobs.focus');
      if (!jobs.every(({ tracked }) => this.parts.isListed(tracked))) await this.parts.clearFilter();
    };
    showWithActions(
      'information',
      l10n.t('Ended jobs that you have not seen yet stay in the list: {count}.', { count: jobs.length }),
      [{ title: l10n.t('Show Jobs'), run: showJobs }],
      this.parts.log,
    );
  }

  private async remove(jobs: readonly SelectedJob[]): Promise<void> {
    const { store, removedJobs, timelines, clock, log } = this.parts;
    /** Most answers are on disk only. */
    const whole = new Map<JobKey, TrackedJob>();
    await changeOrShowError(
      store.untrack(
        jobs.map(({ key }) => key),
        (key, tracked) => whole.set(key, tracked),
      ),
      {
        logLine: 'Jobs could not be removed',
        sentence: (reason) =>
          stillTrackedSentence(jobs.filter(({ key }) => store.get(key) !== undefined).length, reason),
      },
      log,
    );
    timelines.keepWhole(whole);
    const removed = jobs
      .filter(({ key }) => store.get(key) === undefined)
      .map(({ key, tracked }) => whole.get(key) ?? tracked);
    if (removed.length === 0) return;
    await removedJobs.add(removed, clock.now());
    showWithActions(
      'information',
      noLongerTrackedSentence(removed),
      [{ title: l10n.t('Undo'), run: () => restoreRemoved(this.parts, removed) }],
      log,
    );
  }
}

/** Tracks removed jobs again. Never rejects. */
export async function restoreRemoved(
  parts: Pick<RemoveCommandParts, 'store' | 'log'>,
  jobs: readonly TrackedJob[],
): Promise<void> {
  const references = jobs.map(({ reference }) => reference);
  await saveOrShowError(parts, parts.store.restore(jobs), references);
}

function stillTrackedSentence(count: number, reason: string): string {
  return count === 1
    ? l10n.t('The job could not be removed, so it is still tracked: {reason}', { reason })
    : l10n.t('{count} jobs could not be removed, so they are still tracked: {reason}', { count, reason });
}
