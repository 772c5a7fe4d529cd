/** The one status bar item: how many jobs go on, or how they ended lately; hidden while there is nothing to say. */
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
import { markedCount } from './text/demo-words';
import { errorLabel } from './text/error-words';
import { followingLine } from './text/follow-words';
import { jobStatus, jobTitle } from './text/job-words';
import { shortened } from './text/plain-text';
import { profileLine } from './text/profile-words';
import { named } from './text/punctuation';

/** Jobs that the tooltip names; more would not fit on a screen. */
const MOST_IN_TOOLTIP = 15;
/** Characters; a longer status would push other items out. */
const LONGEST = 50;

/** Nothing is heard of such a job until a person does something. */
const SETTLED: ReadonlySet<PollError['kind']> = new Set<PollError['kind']>([
  'not-found',
  'no-longer-kept',
  'forbidden',
  'bad-request',
]);

export interface StatusBarParts {
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
      // What ended yesterday is no news when the person comes back.
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
    const words = markedCount(counted, areDemo);
    const unseen = jobs.filter(isUnseen).length;
    this.item.text = `$(${icon}) ${words}${unseen > 0 ? ' $(circle-small-filled)' : ''}`;
    this.item.tooltip = this.tooltip(all);
    this.item.accessibilityInformation = {
      label: unseen > 0 ? `${words}, ${l10n.t('{count} not seen yet', { count: unseen })}` : words,
    };
    this.item.show();
  }

  /** The first of: what stops us, what goes on, what failed, what waits, what is not to be seen, what has ended. */
  private summary(jobs: readonly TrackedJob[]): { readonly icon: string; readonly words: string } {
    if (this.parts.pause.isPaused) return { icon: 'debug-pause', words: elb(l10n.t('paused')) };
    const stop = this.stop(jobs);
    if (stop !== undefined) return { icon: 'warning', words: elb(errorLabel(stop)) };
    const unended = jobs.filter(({ job }) => !isEnding(job?.status));
    const followed = unended.filter(({ pollFailure }) => !isSettled(pollFailure?.error));
    const settled = jobs.find(({ job, pollFailure }) => isRunning(job) && isSettled(pollFailure?.error));
    const [firstFollowed] = followed;
    const running = followed.filter(({ job }) => job !== undefined);
    if (running.length > 0) {
      const count = running.length;
      const difficulty = commonDifficulty(running);
      const counted =
        difficulty === undefined
          ? l10n.t('{count} running', { count })
          : l10n.t('{count} running · {difficulty}', { count, difficulty });
      const words = followed.length === 1 && firstFollowed !== undefined ? jobStatus(firstFollowed) : counted;
      return { icon: difficulty === undefined ? 'sync' : 'warning', words: elb(words) };
    }
    const unanswered = followed.find(({ pollFailure }) => pollFailure !== undefined) ?? firstFollowed;
    if (unanswered !== undefined) {
      const icon = unanswered.pollFailure === undefined ? 'sync' : 'warning';
      return { icon, words: elb(jobStatus(unanswered)) };
    }
    const failed = jobs.filter(({ job }) => hasFailed(job)).length;
    if (failed > 0) return { icon: 'error', words: l10n.t('ELB: {count} failed', { count: failed }) };
    if (jobs.some((tracked) => tracked.job !== undefined && isWaitingUpgrade(tracked.job) && !isLost(tracked))) {
      return { icon: 'debug-pause', words: elb(l10n.t('upgrade waiting')) };
    }
    if (settled !== undefined) return { icon: 'warning', words: elb(jobStatus(settled)) };
    const [only] = jobs;
    return {
      icon: jobs.some(({ job }) => classifyStatus(job?.status) === 'cancelled') ? 'circle-slash' : 'pass',
      words:
        jobs.length === 1 && only !== undefined
          ? elb(jobStatus(only))
          : l10n.t('ELB: {count} ended', { count: jobs.length }),
    };
  }

  /** The jobs that matter most now, and what they are asked for with. */
  private tooltip(jobs: readonly TrackedJob[]): string {
    const first = [...jobs]
      .sort((a, b) => urgency(b) - urgency(a) || b.trackedAt - a.trackedAt)
      .slice(0, MOST_IN_TOOLTIP);
    const lines = first.map((tracked) => named(jobTitle(tracked), jobStatus(tracked)));
    const more = jobs.length - first.length;
    if (more > 0) lines.push(l10n.t('and {count} more', { count: more }));
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

  private stop(jobs: readonly TrackedJob[]): PollError | undefined {
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

/** Undefined where some have none, or another. */
function commonDifficulty([first, ...others]: readonly TrackedJob[]): string | undefined {
  const labelOf = ({ pollFailure }: TrackedJob) => pollFailure && errorLabel(pollFailure.error);
  const label = first && labelOf(first);
  return others.every((other) => labelOf(other) === label) ? label : undefined;
}

function isSettled(error: PollError | undefined): boolean {
  return error !== undefined && SETTLED.has(error.kind);
}

function elb(status: string): string {
  return l10n.t('ELB: {status}', { status: shortened(status, LONGEST) });
}
