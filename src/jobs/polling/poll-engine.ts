/** Follows all tracked jobs, each project in a lane of its own. */
import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import type { JobChange } from '../model/job-change';
import type { JobKey } from '../model/job-reference';
import type { JobSource } from '../job-source';
import type { ProjectReference } from '../model/project';
import type { JobStore } from '../store/job-store';
import type { Log } from '../../base/log';
import type { NewJobsParts } from '../discovery/new-job-finder';
import type { DurationHistory } from '../model/duration-history';
import type { PollingPause } from './polling-pause';
import { type PollingLease, ProjectPoller } from './project-poller';

export interface PollEngineParts {
  readonly store: JobStore;
  readonly source: JobSource;
  readonly leaseOf: (project: ProjectReference) => PollingLease;
  readonly pause: Pick<PollingPause, 'isPaused' | 'onDidChange'>;
  readonly durations: DurationHistory;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Another text where the computer joined or left a network. */
  readonly networkAddresses: () => string;
  /** Missing where no project can be followed for new jobs. */
  readonly newJobs?: NewJobsParts;
  readonly log: Log;
}

export class PollEngine implements Disposable {
  private readonly pollers = new Map<string, ProjectPoller>();
  private readonly subscriptions: readonly (Disposable | undefined)[];

  constructor(private readonly parts: PollEngineParts) {
    this.subscriptions = [
      parts.store.onDidChange((changes) => {
        for (const change of changes) this.onChange(change);
      }),
      parts.pause.onDidChange(() => {
        if (parts.pause.isPaused) for (const lane of this.pollers.values()) lane.reconsider();
        else this.catchUp();
      }),
      parts.newJobs?.followed.onDidChange((projects) => {
        for (const project of projects) this.pollerOf(project).reconsider();
      }),
    ];
  }

  /** A person asks: looks at the given jobs, or at all that go on, as soon as budget and service allow. */
  refresh(keys?: readonly JobKey[]): void {
    for (const lane of this.pollers.values()) lane.refresh(keys);
  }

  /** Resolves once these jobs, or all that are looked at, were looked at anew, or are not to be by this window soon. */
  async whenPolled(keys?: readonly JobKey[]): Promise<void> {
    await Promise.all([...this.pollers.values()].map((lane) => lane.whenPolled(keys)));
  }

  /** The person is back at this window: looks at once at what would be looked at later. */
  catchUp(): void {
    for (const lane of this.pollers.values()) lane.catchUp();
  }

  /** A person asks, as for jobs that were just created: what is known to keep them from being found is forgotten. */
  refreshAnew(keys: readonly JobKey[]): void {
    if (keys.length === 0) return;
    this.parts.store.clearPollFailures(keys);
    this.refresh(keys);
  }

  /** The credentials changed: asks again where they were what kept the engine from asking. */
  resume(): void {
    for (const lane of this.pollers.values()) lane.resume();
  }

  /** Whether this window is the one that asks for the jobs of the project. */
  isPolling(project: ProjectReference): boolean {
    return this.pollers.get(nameOf(project))?.isPolling ?? false;
  }

  dispose(): void {
    for (const subscription of this.subscriptions) subscription?.dispose();
    for (const lane of this.pollers.values()) lane.dispose();
  }

  private onChange({ key, tracked, kinds }: JobChange): void {
    const lane = this.pollerOf(tracked.reference);
    if (kinds.includes('removed')) {
      lane.remove(key);
      return;
    }
    if (tracked.job !== undefined && tracked.ending !== undefined) {
      this.parts.durations.of(tracked.reference).add(tracked.job);
    }
    if (kinds.includes('added')) lane.add(key);
    else lane.changed(key, { isLookWanted: kinds.includes('look-wanted') });
  }

  private pollerOf({ endpoint, projectId }: ProjectReference): ProjectPoller {
    const name = nameOf({ endpoint, projectId });
    let lane = this.pollers.get(name);
    if (lane === undefined) {
      const project = { endpoint, projectId };
      const durations = this.parts.durations.of(project);
      lane = new ProjectPoller({ ...this.parts, durations, project, lease: this.parts.leaseOf(project) });
      this.pollers.set(name, lane);
    }
    return lane;
  }
}

function nameOf({ endpoint, projectId }: ProjectReference): string {
  return `${endpoint} ${projectId}`;
}
