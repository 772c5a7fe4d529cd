/** Polls sooner than planned: for a refresh, a regained focus or a waking computer. */
import type { Clock } from '../../base/clock';
import { SECOND } from '../../base/time-units';
import type { DiscoverySchedule } from '../discovery/discovery-schedule';
import type { JobKey } from '../model/job-reference';
import { isRunning, isWaitingUpgrade } from '../model/job-status';
import type { JobStore } from '../store/job-store';
import type { PollPlans } from './poll-plans';
import type { ServiceBackoff } from './service-backoff';

interface UrgentPollsParts {
  readonly plans: PollPlans;
  readonly discovery: DiscoverySchedule;
  readonly backoff: ServiceBackoff;
  readonly store: JobStore;
  /** Whether this window polls the project. If not, the polls are requested from the window that does. */
  readonly isPolling: () => boolean;
  readonly clock: Clock;
}

/** A window that does not poll requests polls for a regained focus at most this often. */
export const FOCUS_REQUEST_INTERVAL_MS = 10 * SECOND;

export class UrgentPolls {
  /** By `Clock.elapsed`: when this window last requested polls for a regained focus. */
  private focusRequestedAt = -Infinity;

  constructor(private readonly parts: UrgentPollsParts) {}

  /** Plans to poll the given jobs (default: all that are planned or running) soon. */
  refresh(keys?: readonly JobKey[]): void {
    const { plans, discovery, backoff, store, isPolling, clock } = this.parts;
    const given = keys && new Set(keys);
    const selected = [...plans.keys()].filter(
      (key) => given?.has(key) ?? (plans.isPlanned(key) || isRunning(store.get(key)?.job)),
    );
    for (const key of selected) plans.pollSoon(key);
    if (keys === undefined) discovery.listSoon();
    backoff.retryNow();
    if (isPolling()) return;
    store.requestPolls(selected, clock.now());
    if (keys === undefined) void discovery.requestList();
  }

  /** This window regained the focus. */
  catchUp(): void {
    const { store, isPolling, clock } = this.parts;
    const running = this.pollRunning();
    if (isPolling() || clock.elapsed() < this.focusRequestedAt + FOCUS_REQUEST_INTERVAL_MS) return;
    this.focusRequestedAt = clock.elapsed();
    // The window that polls does it often enough for all jobs but these.
    const waitingUpgrades = running.filter((key) => {
      const job = store.get(key)?.job;
      return job !== undefined && isWaitingUpgrade(job);
    });
    store.requestPolls(waitingUpgrades, clock.now());
  }

  /** Plans to poll the running jobs soon; returns them. */
  pollRunning(): readonly JobKey[] {
    const { plans, discovery, backoff, store } = this.parts;
    backoff.retryNow();
    const running = [...plans.planned()].filter((key) => {
      const tracked = store.get(key);
      // A job that is not found yet needs time to appear in the service, so its retries do not come sooner.
      return isRunning(tracked?.job) && tracked?.pollFailure?.error.kind !== 'not-found-yet';
    });
    for (const key of running) plans.pollSoon(key);
    discovery.retryIfFailed();
    return running;
  }

  /** Another window took over: requests there the polls that are due here. Never rejects. */
  async handOver(): Promise<void> {
    const { plans, discovery, store, clock } = this.parts;
    const now = clock.now();
    store.requestPolls(plans.due(now), now);
    await discovery.handOver();
  }
}
