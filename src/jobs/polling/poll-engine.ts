/** Polls all tracked jobs, with one `ProjectPoller` for each project. */
import type { Instant } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import type { DurationHistory } from '../model/duration-history';
import type { JobChange } from '../model/job-change';
import type { JobKey } from '../model/job-reference';
import type { PollError } from '../model/poll-error';
import { projectName, type ProjectReference } from '../model/project';
import type { PollingLease } from './polling-lease';
import type { PollingPause } from './polling-pause';
import { ProjectPoller, type ProjectPollerParts } from './project-poller';

export interface PollEngineParts extends Omit<ProjectPollerParts, 'project' | 'lease' | 'pause' | 'durations'> {
  readonly leaseOf: (project: ProjectReference) => PollingLease;
  readonly pause: Pick<PollingPause, 'isPaused' | 'onDidChange'>;
  readonly durations: DurationHistory;
}

/** How a project is polled. */
export interface PollingState {
  /** By this window. */
  readonly isPolling: boolean;
  /** Until when no request is sent: in the past if the service is available. */
  readonly availableAt: Instant;
  /** Why nothing is requested until the credentials change. */
  readonly stopReason: PollError['kind'] | undefined;
}

export class PollEngine implements Disposable {
  private readonly pollers = new Map<string, ProjectPoller>();
  private readonly subscriptions: readonly Disposable[];

  constructor(private readonly parts: PollEngineParts) {
    this.subscriptions = [
      parts.store.onDidChange((changes) => {
        // First, so that the durations of many jobs lead to one prediction.
        for (const change of changes) this.learn(change);
        for (const change of changes) this.onChange(change);
      }),
      parts.pause.onDidChange(() => {
        if (parts.pause.isPaused) for (const poller of this.pollers.values()) poller.recheck();
        else this.catchUp();
      }),
      parts.newJobs.followed.onDidChange((projects) => {
        for (const project of projects) this.pollerOf(project).recheck();
      }),
      parts.resources.known.onDidChange((project) => {
        for (const [name, poller] of this.pollers) {
          if (project !== undefined && name !== projectName(project)) continue;
          poller.lookUps.plan();
          poller.recheck();
        }
      }),
    ];
  }

  /**
   * A person refreshes: polls the given jobs (default: all that are planned or running) as soon as budget and service
   * allow. If another window polls them, that window does it.
   */
  refresh(keys?: readonly JobKey[]): void {
    for (const poller of this.pollers.values()) poller.refresh(keys);
  }

  /** A person refreshes: requests names once more that were refused. */
  refreshNames(): void {
    for (const poller of this.pollers.values()) {
      poller.lookUps.refresh();
      poller.recheck();
    }
  }

  /** Resolves when the given jobs (default: all) have been polled, or this window will not poll them within 5 s. */
  async whenPolled(keys?: readonly JobKey[]): Promise<void> {
    await Promise.all([...this.pollers.values()].map((poller) => poller.whenPolled(keys)));
  }

  /** This window regained the focus: polls running jobs at once instead of when planned. */
  catchUp(): void {
    for (const poller of this.pollers.values()) poller.catchUp();
  }

  /** Polls jobs again that are no longer polled after a failure, as if they were newly tracked. */
  retry(keys: readonly JobKey[]): void {
    if (keys.length === 0) return;
    this.parts.store.clearPollFailures(keys);
    this.refresh(keys);
  }

  /** The credentials changed: polls the jobs that had no usable credentials. */
  resume(): void {
    for (const poller of this.pollers.values()) poller.resume();
  }

  /** Whether this window polls the project. */
  isPolling(project: ProjectReference): boolean {
    return this.pollers.get(projectName(project))?.isPolling ?? false;
  }

  /** @returns undefined if the project has had nothing to poll since this window opened */
  stateOf(project: ProjectReference): PollingState | undefined {
    const poller = this.pollers.get(projectName(project));
    if (poller === undefined) return undefined;
    const { isPolling, backoff, stopReason } = poller;
    return { isPolling, availableAt: backoff.availableAt, stopReason: stopReason?.kind };
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription.dispose();
    for (const poller of this.pollers.values()) poller.dispose();
  }

  private learn({ tracked, kinds }: JobChange): void {
    if (kinds.includes('removed') || tracked.job === undefined || tracked.ending === undefined) return;
    this.parts.durations.of(tracked.reference).add(tracked.job);
  }

  private onChange({ key, tracked, kinds }: JobChange): void {
    const poller = this.pollerOf(tracked.reference);
    if (kinds.includes('removed')) {
      poller.remove(key);
      return;
    }
    poller.lookUps.changed(tracked);
    if (kinds.includes('added')) poller.add(key);
    else poller.changed(key, { isPollWanted: kinds.includes('poll-wanted') });
  }

  private pollerOf({ endpoint, projectId }: ProjectReference): ProjectPoller {
    const project = { endpoint, projectId };
    const name = projectName(project);
    let poller = this.pollers.get(name);
    if (poller === undefined) {
      const durations = this.parts.durations.of(project);
      poller = new ProjectPoller({ ...this.parts, durations, project, lease: this.parts.leaseOf(project) });
      this.pollers.set(name, poller);
    }
    return poller;
  }
}
