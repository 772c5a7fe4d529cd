/** The commands that rename, mute, copy and open tracked jobs. */
import { env, l10n, Uri, window } from 'vscode';
import type { Clock } from '../../base/clock';
import type { Log } from '../../base/log';
import { escapedLine } from '../../base/one-line';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import type { JobStore } from '../../jobs/store/job-store';
import { type JobDocuments, readWholeJob, responsesJsonInTurns } from '../documents/job-documents';
import { changeOrShowError } from '../editor/change-or-show-error';
import { copyText } from '../editor/copy-text';
import { askAlone, askText } from '../editor/input-steps';
import type { JobCriteria, JobSelection, SelectedJob } from '../selection/job-selection';
import { jobName } from '../text/job-words';
import { jobReportInTurns } from '../timeline/job-report';

const API_PAGE = 'https://support.huaweicloud.com/api-elb/ShowJob.html';
const API_PAGE_IN_ENGLISH = 'https://support.huaweicloud.com/intl/en-us/api-elb/ShowJob.html';

/** The parameters `clicked` and `selected` are the rows that a menu passes; from the palette, the person picks the jobs. */
export class JobCommands {
  constructor(
    private readonly store: JobStore,
    private readonly selection: JobSelection,
    private readonly documents: JobDocuments,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  async rename(clicked: unknown): Promise<void> {
    const job = await this.selection.job('elbJobs.renameJob', clicked);
    if (job === undefined) return;
    const label = await askAlone(
      (frame) =>
        askText(frame, {
          prompt: l10n.t('Name of {job}; leave empty for the default', { job: jobName(job.tracked) }),
          value: job.tracked.label,
        }),
      l10n.t('Rename Job'),
    );
    if (label !== undefined) this.store.rename(job.key, label === '' ? undefined : label);
  }

  async mute(clicked: unknown, selected: unknown, isMuted: boolean): Promise<void> {
    const command = isMuted ? 'elbJobs.muteJob' : 'elbJobs.unmuteJob';
    const jobs = await this.selection.jobs(command, clicked, selected, {
      matches: ({ muted }) => muted !== isMuted,
      noMatchMessage: () => (isMuted ? l10n.t('All jobs are already muted.') : l10n.t('No job is muted.')),
    });
    for (const { key } of jobs) this.store.mute(key, isMuted);
  }

  async copyId(clicked: unknown, selected: unknown): Promise<void> {
    const jobs = await this.selection.jobs('elbJobs.copyJobId', clicked, selected);
    const ids = jobs.map(({ tracked }) => escapedLine(tracked.reference.jobId));
    if (ids.length > 0) await copyText(ids.join('\n'), this.log);
  }

  async copyJson(clicked: unknown, selected: unknown): Promise<void> {
    const jobs = jobsWithResponse(await this.selection.jobs('elbJobs.copyJobJson', clicked, selected, HAS_RESPONSE));
    if (jobs.length > 0) await this.orShowError(this.copyResponses(jobs), 'The JSON of jobs could not be copied');
  }

  async copyReport(clicked: unknown, selected: unknown): Promise<void> {
    const jobs = await this.selection.jobs('elbJobs.copyJobReport', clicked, selected);
    const report = await jobReportInTurns(
      jobs.map(({ tracked }) => tracked),
      this.clock.now(),
    );
    if (report !== '') await copyText(report, this.log);
  }

  async openJson(clicked: unknown): Promise<void> {
    const job = await this.selection.job('elbJobs.openJobJson', clicked, HAS_RESPONSE);
    const [found] = job === undefined ? [] : jobsWithResponse([job]);
    if (found === undefined) return;
    await this.orShowError(this.documents.show(found.key), 'The JSON of a job could not be opened');
  }

  async openApiPage(): Promise<void> {
    await env.openExternal(Uri.parse(env.language.startsWith('zh') ? API_PAGE : API_PAGE_IN_ENGLISH));
  }

  private async copyResponses(jobs: readonly SelectedJob[]): Promise<void> {
    const whole: TrackedJob[] = [];
    for (const { key, tracked } of jobs) whole.push((await readWholeJob(this.store, key)) ?? tracked);
    await copyText(await responsesJsonInTurns(whole), this.log);
  }

  /** @param action rejects with a sentence for people */
  private async orShowError(action: Promise<void>, logLine: string): Promise<void> {
    await changeOrShowError(action, { logLine, sentence: (reason) => reason }, this.log);
  }
}

function hasResponse({ job }: TrackedJob): boolean {
  return job !== undefined;
}

const HAS_RESPONSE: JobCriteria = {
  matches: hasResponse,
  noMatchMessage: () => l10n.t('The service has not returned data for any job yet.'),
};

/** Returns the jobs that the service has returned data for; shows a message if there are none among the given ones. */
function jobsWithResponse(jobs: readonly SelectedJob[]): readonly SelectedJob[] {
  const found = jobs.filter(({ tracked }) => hasResponse(tracked));
  if (jobs.length > 0 && found.length === 0) {
    void window.showInformationMessage(l10n.t('The service has not returned data for this job yet.'));
  }
  return found;
}
