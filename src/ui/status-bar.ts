/** The status bar item: how many jobs are running, or how they ended recently. Hidden if there is nothing to show. */
import { l10n, StatusBarAlignment, type StatusBarItem, window } from 'vscode';
import type { CredentialManager } from '../credentials/credential-manager';
import { countedJobs } from '../demo/counted-jobs';
import type { Clock } from '../base/clock';
import type { Disposable } from '../base/disposable';
import type { FollowedProjects } from '../jobs/discovery/followed-projects';
import type { JobStore } from '../jobs/store/job-store';
import { type PollError, stopsCredential } from '../jobs/model/poll-error';
import type { PollingPause } from '../jobs/polling/polling-pause';
import { isSameProject } from '../jobs/model/project';
import { classifyStatus, isRunning, hasFailed, isEnding, isWaitingUpgrade } from '../jobs/model/job-status';
import { isActive, isLost, isCountedInStatusBar, isUnseen, type TrackedJob } from '../jobs/model/tracked-job';
import { countWithDemoMark } from './text/demo-words';
import { errorLabel } from './text/error-words';
import { followingLine } from './text/follow-words';
import { jobStateWithoutTimes, jobTitle } from './text/job-words';
import { truncate } from './text/plain-text';
import { profileLine } from './text/profile-words';
import { named } from './text/punctuation';

/** More would not fit on a screen. */
const MAX_TOOLTIP_JOBS = 15;
/** Characters; a longer status would push out other items. */
const MAX_STATUS_LENGTH = 50;

/** Errors after which a job is not polled until a person acts. */
const NOT_POLLED: ReadonlySet<PollError['kind']> = new Set<PollError['kind']>([
  'not-found',
  'no-longer-kept',
  'forbidden',
  'bad-request',
]);

interface StatusBarParts {
  readonly store: JobStore;
  readonly credentials: CredentialManager;
  readonly pause: Pick<PollingPause, 'isPaused' | 'onDidChange'>;
  readonly followed: Pick<FollowedProjects, 'all' | 'onDidChange'>;
  readonly clock: Clock;
}

export class StatusBar implements Disposable {
  readonly item: StatusBarItem;
  private readonly subscriptions: readonly Disposable[];

  constructor(private readonly parts: StatusBarParts) {
    const { store, credentials, pause, followed } = parts;
    this.item = window.createStatusBarItem('elbJobs.status', StatusBarAlignment.Left);
    this.item.name = l10n.t('ELB Jobs');
    this.item.command = 'elbJobs.jobs.focus';
    const update = () => {
      this.update();
    };
    this.subscriptions = [
      ...[store, credentials, pause, followed].map(({ onDidChange }) => onDidChange(update)),
      // After a day away, the endings of the day before are no longer counted.
      window.onDidChangeWindowState(update),
    ];
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    this.item.dispose();
  }

  private update(): void {
    const all = [...this.parts.store.all().values()];
    const now = this.parts.clock.now();
    const { jobs, areDemo } = countedJobs(all.filter((tracked) => isCountedInStatusBar(tracked, now)));
    if (jobs.length === 0) {
      this.item.hide();
      return;
    }
    const { icon, words: counted } = this.summary(jobs);
    const words = countWithDemoMark(counted, areDemo);
    const unseen = jobs.filter(isUnseen).length;
    this.item.text = `$(${icon}) ${words}${unseen > 0 ? ' $(circle-small-filled)' : ''}`;
    this.item.tooltip = this.tooltip(all);
    this.item.accessibilityInformation = {
      label: unseen > 0 ? `${words}, ${l10n.t('{count} not seen yet', { count: unseen })}` : words,
    };
    this.item.show();
  }

  /** Shows the first that applies: polling stopped, jobs running, failed, waiting, not polled, ended. */
  private summary(jobs: readonly TrackedJob[]): { readonly icon: string; readonly words: string } {
    if (this.parts.pause.isPaused) return { icon: 'debug-pause', words: elbStatus(l10n.t('paused')) };
    const stopping = this.stoppingError(jobs);
    if (stopping !== undefined) return { icon: 'warning', words: elbStatus(errorLabel(stopping)) };
    const unended = jobs.filter(({ job }) => !isEnding(job?.status));
    const polled = unended.filter(({ pollFailure }) => !isNotPolled(pollFailure?.error));
    const notPolled = jobs.find(({ job, pollFailure }) => isRunning(job) && isNotPolled(pollFailure?.error));
    const [firstPolled] = polled;
    const running = polled.filter(({ job }) => job !== undefined);
    if (running.length > 0) {
      const count = running.length;
      const problem = commonErrorLabel(running);
      const counted =
        problem === undefined
          ? l10n.t('{count} running', { count })
          : l10n.t('{count} running · {problem}', { count, problem });
      const words = polled.length === 1 && firstPolled !== undefined ? jobStateWithoutTimes(firstPolled) : counted;
      return { icon: problem === undefined ? 'sync' : 'warning', words: elbStatus(words) };
    }
    const unanswered = polled.find(({ pollFailure }) => pollFailure !== undefined) ?? firstPolled;
    if (unanswered !== undefined) {
      const icon = unanswered.pollFailure === undefined ? 'sync' : 'warning';
      return { icon, words: elbStatus(jobStateWithoutTimes(unanswered)) };
    }
    const failed = jobs.filter(({ job }) => hasFailed(job)).length;
    if (failed > 0) return { icon: 'error', words: l10n.t('ELB: {count} failed', { count: failed }) };
    if (jobs.some((tracked) => tracked.job !== undefined && isWaitingUpgrade(tracked.job) && !isLost(tracked))) {
      return { icon: 'debug-pause', words: elbStatus(l10n.t('upgrade waiting')) };
    }
    if (notPolled !== undefined) return { icon: 'warning', words: elbStatus(jobStateWithoutTimes(notPolled)) };
    const [only] = jobs;
    return {
      icon: jobs.some(({ job }) => classifyStatus(job?.status) === 'cancelled') ? 'circle-slash' : 'pass',
      words:
        jobs.length === 1 && only !== undefined
          ? elbStatus(jobStateWithoutTimes(only))
          : l10n.t('ELB: {count} ended', { count: jobs.length }),
    };
  }

  /** Lists the most important jobs, their credentials, and the followed projects. */
  private tooltip(jobs: readonly TrackedJob[]): string {
    const first = [...jobs]
      .sort((a, b) => urgency(b) - urgency(a) || b.trackedAt - a.trackedAt)
      .slice(0, MAX_TOOLTIP_JOBS);
    const lines = first.map((tracked) => named(jobTitle(tracked), jobStateWithoutTimes(tracked)));
    const left = jobs.length - first.length;
    if (left > 0) lines.push(l10n.t('and {count} more', { count: left }));
    const used = this.parts.credentials
      .all()
      .filter((profile) => jobs.some(({ reference }) => isSameProject(profile, reference)))
      .map((profile) => profileLine(profile, this.parts.credentials.endOf(profile), this.parts.clock.now()));
    const followed = this.parts.followed.all().map((following) => followingLine(this.parts.credentials, following));
    return [lines, used, followed]
      .filter((part) => part.length > 0)
      .map((part) => part.join('\n'))
      .join('\n\n');
  }

  /** The error that stops polling for the credentials of a job. */
  private stoppingError(jobs: readonly TrackedJob[]): PollError | undefined {
    const running = jobs.filter(({ job }) => !isEnding(job?.status));
    return (
      this.parts.credentials.refusalFor(running.map(({ reference }) => reference))?.error ??
      running
        .map(({ pollFailure }) => pollFailure?.error)
        .find((error) => error !== undefined && stopsCredential(error))
    );
  }
}

function urgency(tracked: TrackedJob): number {
  if (isUnseen(tracked)) return 2;
  return isActive(tracked) ? 1 : 0;
}

/** The label of the jobs' errors; undefined if they differ, or there are none. */
function commonErrorLabel([first, ...others]: readonly TrackedJob[]): string | undefined {
  const labelOf = ({ pollFailure }: TrackedJob) => pollFailure && errorLabel(pollFailure.error);
  const label = first && labelOf(first);
  return others.every((other) => labelOf(other) === label) ? label : undefined;
}

function isNotPolled(error: PollError | undefined): boolean {
  return error !== undefined && NOT_POLLED.has(error.kind);
}

function elbStatus(status: string): string {
  return l10n.t('ELB: {status}', { status: truncate(status, MAX_STATUS_LENGTH) });
}
