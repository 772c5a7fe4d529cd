/** The command that tracks jobs again: those that were taken out of the list, and those that the service did not find. */
import { env, l10n, window } from 'vscode';
import type { Clock } from '../../base/clock';
import type { JobStore } from '../../jobs/store/job-store';
import type { Log } from '../../base/log';
import type { PollEngine } from '../../jobs/polling/poll-engine';
import { isLost } from '../../jobs/model/tracked-job';
import type { JobSelection } from '../selection/job-selection';
import type { JobTree } from '../tree/job-tree';
import { jobStatus, jobTitle, shortId } from '../text/job-words';
import { saveOrShowError } from '../notices/save-errors';
import { plainText } from '../text/plain-text';
import type { RemovedJob, RemovedJobs } from '../selection/removed-jobs';

export interface TrackAgainCommandParts {
  readonly store: JobStore;
  readonly engine: Pick<PollEngine, 'refreshAnew'>;
  readonly stopped: RemovedJobs;
  readonly selection: JobSelection;
  readonly tree: Pick<JobTree, 'revealFirst'>;
  readonly clock: Clock;
  readonly log: Log;
}

export class TrackAgainCommand {
  constructor(private readonly parts: TrackAgainCommandParts) {}

  async run(clicked: unknown, selected: unknown): Promise<void> {
    const rows = this.parts.selection.rows(clicked, selected);
    if (rows.length > 0) this.parts.engine.refreshAnew(rows.map(({ key }) => key));
    else await this.choose();
  }

  private async choose(): Promise<void> {
    const { store, stopped } = this.parts;
    const lost = [...store.all()].filter(([, tracked]) => isLost(tracked)).map(([key, tracked]) => ({ key, tracked }));
    const gone = stopped.all().filter(({ reference }) => store.find(reference) === undefined);
    if (lost.length + gone.length === 0) {
      void window.showInformationMessage(l10n.t('No job was taken out of the list lately.'));
      return;
    }
    const chosen = await window.showQuickPick(
      [
        ...lost.map((job) => ({
          label: jobTitle(job.tracked),
          description: jobStatus(job.tracked),
          detail: job.tracked.reference.jobId,
          lost: job,
          gone: undefined,
        })),
        ...gone.map((job) => ({
          label: stoppedName(job),
          description: [plainText(job.status ?? ''), whenStopped(job)].filter((word) => word !== '').join(' · '),
          detail: job.reference.jobId,
          lost: undefined,
          gone: job,
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
    this.parts.engine.refreshAnew(chosen.flatMap((item) => item.lost?.key ?? []));
    await this.track(chosen.flatMap((item) => item.gone ?? []));
  }

  private async track(jobs: readonly RemovedJob[]): Promise<void> {
    const { store, tree, clock } = this.parts;
    const references = jobs.map(({ reference }) => reference);
    await saveOrShowError(this.parts, store.trackAll(references, clock.now()), references);
    for (const { reference, label, muted } of jobs) {
      const key = store.find(reference);
      if (key === undefined) continue;
      if (label !== undefined) store.rename(key, label);
      if (muted === true) store.mute(key, true);
    }
    await tree.revealFirst(references, { focus: true });
  }
}

function stoppedName({ label, jobType, reference }: RemovedJob): string {
  return label === undefined ? `${plainText(jobType ?? l10n.t('Job'))} ${shortId(reference.jobId)}` : plainText(label);
}

function whenStopped({ stoppedAt }: RemovedJob): string {
  const format = new Intl.DateTimeFormat(env.language, { dateStyle: 'medium', timeStyle: 'short' });
  return l10n.t('stopped {time}', { time: format.format(stoppedAt) });
}
