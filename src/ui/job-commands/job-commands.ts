/** The commands for jobs in the list: names, copies, documents, and taking them out of it, each with a way back. */
import { commands, env, l10n, Uri, window } from 'vscode';
import type { Clock } from '../../base/clock';
import type { JobStore } from '../../jobs/store/job-store';
import type { Log } from '../../base/log';
import { errorMessageOf } from '../../base/error-message';
import { isRunning } from '../../jobs/model/job-status';
import { isUnseen, type TrackedJob } from '../../jobs/model/tracked-job';
import { answersJson, type JobDocuments } from '../documents/job-documents';
import { jobReport } from '../documents/job-report';
import type { Choice, JobSelection, SelectedJob } from '../selection/job-selection';
import { jobName, noLongerTracked } from '../text/job-words';
import { saveOrShowError } from '../notices/save-errors';
import { showWithActions } from '../editor/notification';
import { askAlone, askText } from '../editor/input-steps';
import type { RemovedJobs } from '../selection/removed-jobs';

export interface JobCommandParts {
  readonly store: JobStore;
  readonly selection: JobSelection;
  readonly documents: JobDocuments;
  readonly stopped: RemovedJobs;
  readonly isInSight: () => boolean;
  /** Whether the filter lets the job be seen. */
  readonly isListed: (tracked: TrackedJob) => boolean;
  readonly clearFilter: () => Promise<void>;
  readonly clock: Clock;
  readonly log: Log;
}

const API_PAGE = 'https://support.huaweicloud.com/api-elb/ShowJob.html';
const API_PAGE_IN_ENGLISH = 'https://support.huaweicloud.com/intl/en-us/api-elb/ShowJob.html';

export class JobCommands {
  constructor(private readonly parts: JobCommandParts) {}

  async rename(clicked: unknown): Promise<void> {
    const job = await this.parts.selection.job('elbJobs.renameJob', clicked);
    if (job === undefined) return;
    const label = await askAlone(
      (frame) =>
        askText(frame, {
          prompt: l10n.t('Name of {job}; leave it empty for its own', { job: jobName(job.tracked) }),
          value: job.tracked.label,
        }),
      l10n.t('Rename Job'),
    );
    if (label !== undefined) this.parts.store.rename(job.key, label === '' ? undefined : label);
  }

  async mute(clicked: unknown, selected: unknown, isMuted: boolean): Promise<void> {
    const command = isMuted ? 'elbJobs.muteJob' : 'elbJobs.unmuteJob';
    const jobs = await this.parts.selection.jobs(command, clicked, selected, {
      isMeant: ({ muted }) => muted !== isMuted,
      none: () => (isMuted ? l10n.t('All jobs are muted already.') : l10n.t('No job is muted.')),
    });
    for (const { key } of jobs) this.parts.store.mute(key, isMuted);
  }

  async copyId(clicked: unknown, selected: unknown): Promise<void> {
    const jobs = await this.parts.selection.jobs('elbJobs.copyJobId', clicked, selected);
    await this.copy(jobs, ({ tracked }) => tracked.reference.jobId, '\n');
  }

  async copyJson(clicked: unknown, selected: unknown): Promise<void> {
    const jobs = answeredOf(await this.parts.selection.jobs('elbJobs.copyJobJson', clicked, selected, ANSWERED));
    if (jobs.length > 0) await env.clipboard.writeText(answersJson(jobs.map(({ tracked }) => tracked)));
  }

  async copyReport(clicked: unknown, selected: unknown): Promise<void> {
    const jobs = await this.parts.selection.jobs('elbJobs.copyJobReport', clicked, selected);
    await this.copy(jobs, ({ tracked }) => jobReport(tracked), '\n');
  }

  async openJson(clicked: unknown): Promise<void> {
    const job = await this.parts.selection.job('elbJobs.openJobJson', clicked, ANSWERED);
    const [answered] = job === undefined ? [] : answeredOf([job]);
    if (answered !== undefined) await this.parts.documents.show(answered.key);
  }

  async openApiPage(): Promise<void> {
    await env.openExternal(Uri.parse(env.language.startsWith('zh') ? API_PAGE : API_PAGE_IN_ENGLISH));
  }

  async untrack(clicked: unknown, selected: unknown): Promise<void> {
    await this.remove(await this.parts.selection.jobs('elbJobs.untrack', clicked, selected));
  }

  async clearFinished(): Promise<void> {
    const { store, isInSight, isListed } = this.parts;
    const finished = [...store.all()]
      .map(([key, tracked]) => ({ key, tracked }))
      .filter(({ tracked }) => isOver(tracked));
    if (finished.length === 0) {
      void window.showInformationMessage(l10n.t('No job in the list has ended.'));
      return;
    }
    // An ending that nobody has looked at is not to be tidied away.
    const isLookedAt = ({ tracked }: SelectedJob) => !isUnseen(tracked) || (isInSight() && isListed(tracked));
    const left = finished.filter((job) => !isLookedAt(job));
    await this.remove(finished.filter(isLookedAt));
    if (left.length > 0) this.offerToLookAt(left);
  }

  private offerToLookAt(jobs: readonly SelectedJob[]): void {
    const look = async () => {
      await commands.executeCommand('elbJobs.jobs.focus');
      if (!jobs.every(({ tracked }) => this.parts.isListed(tracked))) await this.parts.clearFilter();
    };
    showWithActions(
      'information',
      l10n.t('Ended jobs that you have not looked at yet stay in the list: {count}.', { count: jobs.length }),
      [{ title: l10n.t('Show Jobs'), run: look }],
      this.parts.log,
    );
  }

  private async copy(
    jobs: readonly SelectedJob[],
    textOf: (job: SelectedJob) => string,
    separator: string,
  ): Promise<void> {
    if (jobs.length > 0) await env.clipboard.writeText(jobs.map(textOf).join(separator));
  }

  private async remove(jobs: readonly SelectedJob[]): Promise<void> {
    const { store, stopped, clock, log } = this.parts;
    try {
      await store.untrack(jobs.map(({ key }) => key));
    } catch (cause) {
      log.error(`Jobs could not be removed: ${String(cause)}`);
      const left = jobs.filter(({ key }) => store.get(key) !== undefined).length;
      const reason = errorMessageOf(cause);
      void window.showErrorMessage(
        left === 1
          ? l10n.t('The job is still tracked, since it could not be removed: {reason}', { reason })
          : l10n.t('{count} jobs are still tracked, since they could not be removed: {reason}', {
              count: left,
              reason,
            }),
      );
    }
    const removed = jobs.filter(({ key }) => store.get(key) === undefined).map(({ tracked }) => tracked);
    if (removed.length === 0) return;
    await stopped.add(removed, clock.now());
    showWithActions(
      'information',
      noLongerTracked(removed),
      [{ title: l10n.t('Undo'), run: () => this.restore(removed) }],
      log,
    );
  }

  private async restore(jobs: readonly TrackedJob[]): Promise<void> {
    const references = jobs.map(({ reference }) => reference);
    await saveOrShowError(this.parts, this.parts.store.restore(jobs), references);
  }
}

function isAnswered({ job }: TrackedJob): boolean {
  return job !== undefined;
}

const ANSWERED: Choice = {
  isMeant: isAnswered,
  none: () => l10n.t('The service has not answered for any job yet.'),
};

/** It has ended, or the service has forgotten it, and nobody will learn how it ended. */
function isOver({ job, pollFailure }: TrackedJob): boolean {
  return job !== undefined && (!isRunning(job) || pollFailure?.error.kind === 'no-longer-kept');
}

/** One that was never answered has nothing to show. */
function answeredOf(jobs: readonly SelectedJob[]): readonly SelectedJob[] {
  const answered = jobs.filter(({ tracked }) => isAnswered(tracked));
  if (jobs.length > 0 && answered.length === 0) {
    void window.showInformationMessage(l10n.t('The service has not answered for this job yet.'));
  }
  return answered;
}
