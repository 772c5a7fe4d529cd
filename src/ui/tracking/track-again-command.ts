/** The command that tracks jobs again: removed ones, and those that the service did not find. */
import { env, l10n, window } from 'vscode';
import type { JobStore } from '../../jobs/store/job-store';
import type { WindowContext } from '../../storage/window-context';
import type { PollEngine } from '../../jobs/polling/poll-engine';
import { isLost } from '../../jobs/model/tracked-job';
import type { JobSelection } from '../selection/job-selection';
import type { JobTree } from '../tree/job-tree';
import { formatDateTime } from '../text/date-time';
import { jobStateWithoutTimes, jobTitle, shortId, shownName } from '../text/job-words';
import { saveOrShowError } from '../notices/save-errors';
import { plainText } from '../text/plain-text';
import type { RemovedJob, RecentlyRemovedJobs } from './recently-removed-jobs';

interface TrackAgainCommandParts extends Pick<WindowContext, 'clock' | 'log'> {
  readonly store: JobStore;
  readonly engine: Pick<PollEngine, 'retry'>;
  readonly removedJobs: RecentlyRemovedJobs;
  readonly selection: JobSelection;
  readonly tree: Pick<JobTree, 'revealFirst'>;
}

export class TrackAgainCommand {
  constructor(private readonly parts: TrackAgainCommandParts) {}

  async run(clicked: unknown, selected: unknown): Promise<void> {
    const rows = this.parts.selection.rows(clicked, selected);
    if (rows.length > 0) this.parts.engine.retry(rows.map(({ key }) => key));
    else await this.choose();
  }

  private async choose(): Promise<void> {
    const { store, removedJobs } = this.parts;
    const lost = [...store.all()].filter(([, tracked]) => isLost(tracked)).map(([key, tracked]) => ({ key, tracked }));
    const removed = removedJobs.all().filter(({ reference }) => store.find(reference) === undefined);
    if (lost.length + removed.length === 0) {
      void window.showInformationMessage(l10n.t('No job was removed from the list recently.'));
      return;
    }
    const chosen = await window.showQuickPick(
      [
        ...lost.map((job) => ({
          label: jobTitle(job.tracked),
          description: jobStateWithoutTimes(job.tracked),
          detail: job.tracked.reference.jobId,
          lost: job,
          removed: undefined,
        })),
        ...removed.map((job) => ({
          label: removedJobName(job),
          description: [shownName(job.status ?? ''), removalTime(job)].filter((word) => word !== '').join(' · '),
          detail: job.reference.jobId,
          lost: undefined,
          removed: job,
        })),
      ],
      {
        title: l10n.t('Track Job Again'),
        placeHolder: l10n.t('Which jobs?'),
        canPickMany: true,
        matchOnDetail: true,
        ignoreFocusOut: true,
      },
    );
    if (chosen === undefined || chosen.length === 0) return;
    this.parts.engine.retry(chosen.flatMap((item) => item.lost?.key ?? []));
    await this.track(chosen.flatMap((item) => item.removed ?? []));
  }

  private async track(jobs: readonly RemovedJob[]): Promise<void> {
    const { store, tree, clock } = this.parts;
    const references = jobs.map(({ reference }) => reference);
    const saving = store.trackAll(references, clock.now());
    const showing = tree.revealFirst(references, { focus: true });
    await saveOrShowError(this.parts, saving, references);
    for (const { reference, label, muted } of jobs) {
      const key = store.find(reference);
      if (key === undefined) continue;
      if (label !== undefined) store.rename(key, label);
      if (muted === true) store.mute(key, true);
    }
    await showing;
  }
}

function removedJobName({ label, jobType, reference }: RemovedJob): string {
  return label === undefined ? `${shownName(jobType ?? l10n.t('Job'))} ${shortId(reference.jobId)}` : plainText(label);
}

function removalTime({ stoppedAt }: RemovedJob): string {
  return l10n.t('removed {time}', { time: formatDateTime(stoppedAt, env.language) });
}
