/** Says once, over all windows and sessions, that a job has ended; the one gate for such notices. */
import { l10n, window } from 'vscode';
import type { Job } from '../elb/job';
import type { Clock, Instant } from '../jobs/clock';
import type { Disposable } from '../jobs/disposable';
import type { JobKey, JobReference } from '../jobs/job-reference';
import type { JobStore } from '../jobs/job-store';
import type { Log } from '../jobs/log';
import { classifyStatus, isWaitingUpgrade } from '../jobs/status';
import { isUnseen, type TrackedJob } from '../jobs/tracked-job';
import { serviceFacts } from './error-words';
import { hasFailure } from './job-nodes';
import { durationWord, jobTypeWord } from './job-words';

export type NotificationLevel = 'all' | 'failures' | 'none';

export interface AnnouncerParts {
  readonly store: JobStore;
  readonly clock: Clock;
  readonly isFocused: () => boolean;
  /** Whether anybody could see a notice here. */
  readonly isThere: () => Promise<boolean>;
  /** Whether this window is the one that asks for the job. */
  readonly isPolling: (reference: JobReference) => boolean;
  /** Whether this window is the one that may announce that ending. */
  readonly claim: (key: JobKey, endingNumber: number) => Promise<boolean>;
  readonly level: () => NotificationLevel;
  readonly reveal: (key: JobKey) => Promise<void>;
  readonly log: Log;
}

interface JobEnding {
  readonly key: JobKey;
  readonly tracked: TrackedJob;
}

/** Milliseconds in which endings become one notice. */
const GATHERING = 300;
/** The same for what ended while no window was open, which the first looks of a session find. */
const GATHERING_AT_START = 3000;
/** Milliseconds for which a window that has no focus leaves the notice to one that has. */
const COURTESY = 1500;
/** And one that does not even poll, to the one that does. */
const COURTESY_OF_FOLLOWER = 4000;

export class Announcer implements Disposable {
  private readonly subscription: Disposable;
  private readonly startedAt: Instant;
  private pending: JobEnding[] = [];
  private gathering: Disposable | undefined;

  constructor(private readonly parts: AnnouncerParts) {
    this.startedAt = parts.clock.now();
    this.subscription = parts.store.onDidChange((changes) => {
      this.gather(changes.filter(({ kinds }) => kinds.includes('ended')));
    });
  }

  /** Announces what ended and was not announced before the last session closed. */
  catchUp(): void {
    const ended = [...this.parts.store.all()].filter(([, tracked]) => isUnseen(tracked));
    this.gather(ended.map(([key, tracked]) => ({ key, tracked })));
  }

  dispose(): void {
    this.subscription.dispose();
    this.gathering?.dispose();
  }

  private gather(endings: readonly JobEnding[]): void {
    if (endings.length === 0) return;
    this.pending.push(...endings);
    this.gathering ??= this.parts.clock.schedule(this.delayOf(endings), () => {
      const gathered = this.pending;
      this.pending = [];
      this.gathering = undefined;
      // Nothing waits for a notice: it stays until the person closes it.
      this.announce(gathered).catch((cause: unknown) => {
        this.parts.log.error(`Announcing the end of a job failed: ${String(cause)}`);
      });
    });
  }

  /** The window that the person looks at comes first. */
  private delayOf(endings: readonly JobEnding[]): number {
    const isOfEarlierSession = endings.some(({ tracked }) => tracked.trackedAt < this.startedAt);
    const isStarting = this.parts.clock.now() - this.startedAt < 5 * GATHERING_AT_START;
    const gathering = isOfEarlierSession && isStarting ? GATHERING_AT_START : GATHERING;
    if (this.parts.isFocused()) return gathering;
    const isPolling = endings.some(({ tracked }) => this.parts.isPolling(tracked.reference));
    return gathering + (isPolling ? COURTESY : COURTESY_OF_FOLLOWER);
  }

  private async announce(endings: readonly JobEnding[]): Promise<void> {
    // Another window claims what this one cannot show; the page of this one may also come back.
    if (!(await this.parts.isThere())) {
      this.gather(endings);
      return;
    }
    const claimed: JobEnding[] = [];
    for (const ending of endings) {
      // The job may be tracked no longer, or have gone on.
      const isPresent = this.parts.store.get(ending.key)?.endingNumber === ending.tracked.endingNumber;
      if (isPresent && (await this.claim(ending.key, ending.tracked))) claimed.push(ending);
    }
    const [first, ...others] = claimed.filter(({ tracked }) => this.isWanted(tracked));
    if (first === undefined) return;
    const show = l10n.t('Show Job');
    const chosen =
      others.length === 0
        ? await announceOne(first.tracked, show)
        : await announceMany(
            [first, ...others].map(({ tracked }) => tracked),
            show,
          );
    if (chosen !== show) return;
    this.parts.store.markSeen([first.key]);
    await this.parts.reveal(first.key);
  }

  private async claim(key: JobKey, tracked: TrackedJob): Promise<boolean> {
    try {
      return await this.parts.claim(key, tracked.endingNumber);
    } catch (cause) {
      // Rather unsaid than said twice: the row and the status bar show it all the same.
      this.parts.log.error(`The end of job ${tracked.reference.jobId} could not be claimed: ${String(cause)}`);
      return false;
    }
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

function announceMany(jobs: readonly TrackedJob[], ...actions: string[]): Thenable<string | undefined> {
  const failed = jobs.filter(({ job }) => classifyStatus(job?.status) === 'failed').length;
  return failed === 0
    ? window.showInformationMessage(l10n.t('{count} ELB jobs have ended.', { count: jobs.length }), ...actions)
    : window.showErrorMessage(
        l10n.t('{count} ELB jobs have ended; {failed} of them failed.', { count: jobs.length, failed }),
        ...actions,
      );
}

/** E.g. `UPGRADE completed · 28 min 29 sec · Job 37d5c1fd-…`; what is missing is left out. */
function endingWords({ job, reference, requestId }: TrackedJob): string {
  const failed = classifyStatus(job?.status) === 'failed';
  return [
    outcomeWords(job),
    failed ? failureReason(job, requestId) : '',
    job === undefined ? '' : (durationWord(job) ?? ''),
    l10n.t('Job {jobId}', { jobId: reference.jobId }),
  ]
    .filter((words) => words !== '')
    .join(' · ');
}

function outcomeWords(job: Job | undefined): string {
  const type = jobTypeWord(job);
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
