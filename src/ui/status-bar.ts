/** The status bar item: how many jobs are running, or how they ended recently. Hidden if there is nothing to show. */
import { l10n, StatusBarAlignment, type StatusBarItem, window } from 'vscode';
import type { CredentialManager } from '../credentials/credential-manager';
import { countedOwner, type JobOwner } from '../demo/counted-jobs';
import type { Clock, Instant } from '../base/clock';
import { compare } from '../base/compare';
import type { Disposable } from '../base/disposable';
import type { FollowedProjects } from '../jobs/discovery/followed-projects';
import type { JobKey } from '../jobs/model/job-reference';
import { DueQueue } from '../jobs/store/due-queue';
import { JobGroups } from '../jobs/store/job-groups';
import type { JobStore } from '../jobs/store/job-store';
import { SortedValues } from '../jobs/store/sorted-values';
import type { PollError } from '../jobs/model/poll-error';
import type { PollingPause } from '../jobs/polling/polling-pause';
import { projectName } from '../jobs/model/project';
import {
  isActive,
  isCountedInStatusBar,
  isUnseen,
  statusBarCountChangesAt,
  type TrackedJob,
} from '../jobs/model/tracked-job';
import { needsDecision } from '../jobs/model/waiting-upgrade';
import { countedGroupsOf, type StatusGroup } from './status-groups';
import { countWithDemoMark } from './text/demo-words';
import { errorLabel } from './text/error-words';
import { followingLine } from './text/follow-words';
import { jobSentence } from './text/job-sentences';
import { distinctJobTitle, jobStateWithoutTimes } from './text/job-words';
import { truncate } from './text/plain-text';
import { profileLine } from './text/profile-words';
import { named, withDots } from './text/punctuation';

/** More would not fit on a screen. */
const MAX_TOOLTIP_JOBS = 15;
/** Characters, enough for a decision with its problem; a longer status would push out other items. */
const MAX_STATUS_LENGTH = 80;
/** Many events lead to one tooltip, e.g. while a window opens. */
const TOOLTIP_DELAY_MS = 500;

/** The groups of jobs that the status bar shows before all others, the most urgent first. */
const URGENT_GROUPS = ['waiting', 'failed unseen', 'running'] as const;

interface Summary {
  readonly icon: string;
  readonly words: string;
}

/** `polled` counts the jobs that are running and polled nevertheless. */
interface Stop {
  readonly icon: string;
  readonly label: string;
  readonly polled: number;
}

interface StatusBarParts {
  readonly store: JobStore;
  readonly credentials: CredentialManager;
  readonly pause: Pick<PollingPause, 'isPaused' | 'onDidChange'>;
  readonly followed: Pick<FollowedProjects, 'all' | 'onDidChange'>;
  readonly clock: Clock;
}

export class StatusBar implements Disposable {
  readonly item: StatusBarItem;
  private readonly groups: JobGroups<StatusGroup>;
  /** When jobs enter or leave the count with time alone. */
  private readonly countChanges = new DueQueue<JobKey>();
  private groupedAt: Instant;
  /** All jobs, for the tooltip. */
  private readonly urgentJobs = new Map<JobKey, UrgentJob>();
  private readonly byUrgency = new SortedValues<UrgentJob>(byUrgency);
  private nextTooltip: Disposable | undefined;
  private readonly subscriptions: readonly Disposable[];

  constructor(private readonly parts: StatusBarParts) {
    const { store, credentials, pause, followed } = parts;
    this.item = window.createStatusBarItem('elbJobs.status', StatusBarAlignment.Left);
    this.item.name = l10n.t('ELB Jobs');
    this.item.command = 'elbJobs.jobs.focus';
    this.groupedAt = parts.clock.now();
    this.groups = new JobGroups(store, (tracked, key) => this.groupsOf(tracked, key));
    for (const [key, tracked] of store.all()) this.sort(key, tracked);
    const update = () => {
      this.update();
    };
    this.subscriptions = [
      this.groups,
      store.onDidChange((changes) => {
        for (const { key } of changes) this.sort(key, store.get(key));
      }),
      ...[store, credentials, pause, followed].map(({ onDidChange }) => onDidChange(update)),
      // After a day away, the endings of the day before are no longer counted.
      window.onDidChangeWindowState(update),
    ];
  }

  dispose(): void {
    this.nextTooltip?.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
    this.item.dispose();
  }

  private sort(key: JobKey, tracked: TrackedJob | undefined): void {
    const before = this.urgentJobs.get(key);
    const after = tracked && { key, urgency: urgency(tracked), trackedAt: tracked.trackedAt };
    if (before !== undefined && after !== undefined && byUrgency(before, after) === 0) return;
    if (before !== undefined) this.byUrgency.delete(before);
    if (after === undefined) {
      this.urgentJobs.delete(key);
      this.countChanges.delete(key);
    } else {
      this.urgentJobs.set(key, after);
      this.byUrgency.add(after);
    }
  }

  private update(): void {
    this.regroupDue();
    const owner = countedOwner(this.groups);
    if (!this.groups.has(owner)) {
      this.item.hide();
      return;
    }
    const { icon, words: counted } = this.summary(owner);
    const words = countWithDemoMark(counted, owner === 'demo');
    const unseen = this.groups.count(`${owner} unseen`);
    this.item.text = `$(${icon}) ${words}${unseen > 0 ? ' $(circle-small-filled)' : ''}`;
    this.updateTooltipSoon();
    this.item.accessibilityInformation = {
      label: unseen > 0 ? `${words}, ${l10n.t('{count} not seen yet', { count: unseen })}` : words,
    };
    this.item.show();
  }

  private updateTooltipSoon(): void {
    this.nextTooltip ??= this.parts.clock.schedule(TOOLTIP_DELAY_MS, () => {
      this.nextTooltip = undefined;
      this.item.tooltip = this.tooltip();
    });
  }

  /** Jobs leave the count with time alone. */
  private regroupDue(): void {
    const now = this.parts.clock.now();
    // After the clock was set back, jobs can return to the count.
    if (now < this.groupedAt) this.groups.regroupAll();
    else for (const key of this.countChanges.due(now)) this.groups.regroup(key);
    this.groupedAt = now;
  }

  private groupsOf(tracked: TrackedJob, key: JobKey): readonly StatusGroup[] {
    const now = this.parts.clock.now();
    const changesAt = statusBarCountChangesAt(tracked, now);
    if (changesAt === undefined) this.countChanges.delete(key);
    else this.countChanges.set(key, changesAt);
    return isCountedInStatusBar(tracked, now) ? countedGroupsOf(tracked) : [];
  }

  /**
   * Shows the first that applies: jobs that wait for a decision, failed unseen or are running, or polling stopped; jobs without
   * a response; failed; not polled; ended.
   */
  private summary(owner: JobOwner): Summary {
    const { groups } = this;
    const urgent = this.urgentSummary(owner, this.stop(owner));
    if (urgent !== undefined) return urgent;
    const unanswered = groups.latest(`${owner} failing`) ?? groups.latest(`${owner} polled`);
    if (unanswered !== undefined) {
      return { icon: unanswered.pollFailure === undefined ? 'sync' : 'warning', words: elbSentence(unanswered) };
    }
    const failed = groups.count(`${owner} failed`);
    if (failed > 1) return { icon: 'error', words: l10n.t('ELB: {count} failed', { count: failed }) };
    const first = groups.first(`${owner} failed`);
    if (first !== undefined) return { icon: 'error', words: elbSentence(first) };
    const notPolled = groups.latest(`${owner} not polled`);
    if (notPolled !== undefined) return { icon: 'warning', words: elbSentence(notPolled) };
    const only = groups.count(owner) === 1 ? groups.first(owner) : undefined;
    return {
      icon: groups.has(`${owner} cancelled`) ? 'circle-slash' : 'pass',
      words: only === undefined ? l10n.t('ELB: {count} ended', { count: groups.count(owner) }) : elbSentence(only),
    };
  }

  /** Why some or all jobs are not polled until a person acts. */
  private stop(owner: JobOwner): Stop | undefined {
    if (this.parts.pause.isPaused) return { icon: 'debug-pause', label: l10n.t('paused'), polled: 0 };
    const stopping = this.stoppingError(owner);
    if (stopping === undefined) return undefined;
    const ofRefused = this.parts.credentials
      .all()
      .filter(({ refusal }) => refusal !== undefined)
      .reduce((count, profile) => count + this.groups.count(`${owner} running in ${projectName(profile)}`), 0);
    const polled = this.groups.count(`${owner} running`) - ofRefused;
    return { icon: 'warning', label: errorLabel(stopping), polled };
  }

  /**
   * A sentence about the only job that needs the person, failed unseen or is running; their counts if there are several, or if
   * other jobs are not polled.
   */
  private urgentSummary(owner: JobOwner, stop: Stop | undefined): Summary | undefined {
    const { groups } = this;
    const waiting = groups.count(`${owner} waiting`);
    const failed = groups.count(`${owner} failed unseen`);
    const running = stop?.polled ?? groups.count(`${owner} running`);
    const first = URGENT_GROUPS.map((group) => groups.first(`${owner} ${group}`)).find((job) => job !== undefined);
    if (first === undefined && stop === undefined) return undefined;
    const problem = stop?.label ?? (running === 0 ? undefined : this.commonErrorLabel(owner));
    const runningIcon = stop?.icon ?? (problem === undefined ? 'sync' : 'warning');
    const icon = waiting > 0 ? 'bell-dot' : failed > 0 ? 'error' : runningIcon;
    const isOnly = waiting + failed + running === 1 && groups.count(`${owner} polled`) === running;
    if (stop === undefined && first !== undefined && isOnly) return { icon, words: elbSentence(first) };
    const counts = [
      waiting === 0 ? undefined : needYouWords(waiting),
      failed === 0 ? undefined : l10n.t('{count} failed', { count: failed }),
      running === 0 ? undefined : l10n.t('{count} running', { count: running }),
      problem,
    ];
    return { icon, words: elbStatus(withDots(counts)) };
  }

  /** Lists the most important jobs, their credentials, and the followed projects. */
  private tooltip(): string {
    const all = this.parts.store.all();
    const first = this.byUrgency
      .inOrder()
      .slice(0, MAX_TOOLTIP_JOBS)
      .flatMap(({ key }) => all.get(key) ?? []);
    const lines = first.map((tracked) => named(distinctJobTitle(tracked), jobStateWithoutTimes(tracked)));
    const left = all.size - first.length;
    if (left > 0) lines.push(l10n.t('and {count} more', { count: left }));
    const used = this.parts.credentials
      .all()
      .filter((profile) => this.parts.store.hasJobsIn(profile))
      .map((profile) => profileLine(profile, this.parts.credentials.endOf(profile), this.parts.clock.now()));
    const followed = this.parts.followed.all().map((following) => followingLine(this.parts.credentials, following));
    return [lines, used, followed]
      .filter((part) => part.length > 0)
      .map((part) => part.join('\n'))
      .join('\n\n');
  }

  /** The error that stops polling for the credentials of a job. */
  private stoppingError(owner: JobOwner): PollError | undefined {
    const { credentials } = this.parts;
    const ofUnended = credentials.all().filter((profile) => this.groups.has(`${owner} in ${projectName(profile)}`));
    return credentials.refusalFor(ofUnended)?.error ?? this.groups.first(`${owner} stopped`)?.pollFailure?.error;
  }

  /** The label of the running jobs' errors; undefined if they differ, or there are none. */
  private commonErrorLabel(owner: JobOwner): string | undefined {
    const running = this.groups.count(`${owner} running`);
    const error = this.groups.first(`${owner} running`)?.pollFailure?.error;
    const label = error && errorLabel(error);
    return label !== undefined && this.groups.count(`${owner} running: ${label}`) === running ? label : undefined;
  }
}

interface UrgentJob {
  readonly key: JobKey;
  readonly urgency: number;
  readonly trackedAt: Instant;
}

function byUrgency(a: UrgentJob, b: UrgentJob): number {
  return b.urgency - a.urgency || b.trackedAt - a.trackedAt || compare(a.key, b.key);
}

function urgency(tracked: TrackedJob): number {
  if (needsDecision(tracked)) return 3;
  if (isUnseen(tracked)) return 2;
  return isActive(tracked) ? 1 : 0;
}

function needYouWords(count: number): string {
  return count === 1 ? l10n.t('1 needs you') : l10n.t('{count} need you', { count });
}

function elbSentence(tracked: TrackedJob): string {
  return elbStatus(jobSentence(tracked));
}

function elbStatus(status: string): string {
  return l10n.t('ELB: {status}', { status: truncate(status, MAX_STATUS_LENGTH) });
}
