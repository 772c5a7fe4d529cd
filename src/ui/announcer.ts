/** Says that jobs have ended; the one gate for such notices. */
import { l10n, window } from 'vscode';
import { isDemo } from '../demo/demo-project';
import type { Job } from '../elb/job';
import type { JobEnding } from '../jobs/ending-watch';
import type { JobKey } from '../jobs/job-reference';
import type { JobStore } from '../jobs/job-store';
import { classifyStatus, isWaitingUpgrade } from '../jobs/status';
import type { TrackedJob } from '../jobs/tracked-job';
import { markedCount, markedName } from './demo-words';
import { serviceFacts } from './error-words';
import { hasFailure } from './job-nodes';
import { durationWord, jobTypeWord } from './job-words';

export type NotificationLevel = 'all' | 'failures' | 'none';

export interface AnnouncerParts {
  readonly store: JobStore;
  readonly level: () => NotificationLevel;
  readonly reveal: (key: JobKey) => Promise<void>;
}

export class Announcer {
  constructor(private readonly parts: AnnouncerParts) {}

  /** Resolves when the person has closed the notice; those of demo jobs have one of their own. */
  async announce(endings: readonly JobEnding[]): Promise<void> {
    const wanted = endings.filter(({ tracked }) => this.isWanted(tracked));
    const ofDemo = wanted.filter(({ tracked }) => isDemo(tracked.reference));
    const others = wanted.filter((ending) => !ofDemo.includes(ending));
    await Promise.all([this.announceTogether(others), this.announceTogether(ofDemo)]);
  }

  private async announceTogether([first, ...others]: readonly JobEnding[]): Promise<void> {
    if (first === undefined) return;
    const show = l10n.t('Show Job');
    const chosen =
      others.length === 0
        ? await announceOne(first.tracked, show)
        : await announceMany(
            [first, ...others].map(({ tracked }) => tracked),
            isDemo(first.tracked.reference),
            show,
          );
    if (chosen !== show) return;
    this.parts.store.markSeen(new Map([[first.key, first.tracked.endingNumber]]));
    await this.parts.reveal(first.key);
  }

  private isWanted({ job, muted }: TrackedJob): boolean {
    if (muted) return false;
    const level = this.parts.level();
    return level === 'all' || (level === 'failures' && classifyStatus(job?.status) === 'failed');
  }
}

function announceOne(tracked: TrackedJob, ...actions: string[]): Thenable<string | undefined> {
  const words = endingWords(tracked);
  switch (classifyStatus(tracked.job?.status)) {
    case 'failed':
      return window.showErrorMessage(words, ...actions);
    case 'cancelled':
      return window.showWarningMessage(words, ...actions);
    case 'succeeded':
    case 'in-progress':
    case 'unknown':
      return window.showInformationMessage(words, ...actions);
  }
}

function announceMany(
  jobs: readonly TrackedJob[],
  areDemo: boolean,
  ...actions: string[]
): Thenable<string | undefined> {
  const failed = jobs.filter(({ job }) => classifyStatus(job?.status) === 'failed').length;
  const words =
    failed === 0
      ? l10n.t('{count} ELB jobs have ended.', { count: jobs.length })
      : l10n.t('{count} ELB jobs have ended; {failed} of them failed.', { count: jobs.length, failed });
  const marked = markedCount(words, areDemo);
  return failed === 0 ? window.showInformationMessage(marked, ...actions) : window.showErrorMessage(marked, ...actions);
}

/** E.g. `UPGRADE completed · 28 min 29 sec · Job 37d5c1fd-…`; what is missing is left out. */
function endingWords({ job, reference, requestId }: TrackedJob): string {
  const failed = classifyStatus(job?.status) === 'failed';
  return [
    outcomeWords(job, markedName(reference, jobTypeWord(job))),
    failed ? failureReason(job, requestId) : '',
    job === undefined ? '' : (durationWord(job) ?? ''),
    l10n.t('Job {jobId}', { jobId: reference.jobId }),
  ]
    .filter((words) => words !== '')
    .join(' · ');
}

function outcomeWords(job: Job | undefined, type: string): string {
  if (job !== undefined && isWaitingUpgrade(job)) {
    return l10n.t('{type} has switched the traffic and is waiting to be completed or rolled back', { type });
  }
  switch (classifyStatus(job?.status)) {
    case 'failed':
      return l10n.t('{type} failed', { type });
    case 'cancelled':
      return l10n.t('{type} was cancelled', { type });
    case 'succeeded':
    case 'in-progress':
    case 'unknown':
      return l10n.t('{type} completed', { type });
  }
}

/** The job's own error, or that of the first sub-job that has one. */
function failureReason(job: Job | undefined, requestId: string | undefined): string {
  const culprit = job === undefined || hasFailure(job) ? job : job.subJobs.find(hasFailure);
  return serviceFacts({ code: culprit?.errorCode, message: culprit?.errorMessage, requestId });
}
