/** Polls the jobs of one project, one request at a time, in the one window that holds the project's lease. */
import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import type { Log } from '../../base/log';
import { MINUTE, SECOND } from '../../base/time-units';
import { LEASE_CHECK_INTERVAL_MS } from '../../storage/lease';
import type { RequestBudget } from '../budget/request-budget';
import { DiscoverySchedule } from '../discovery/discovery-schedule';
import { NewJobFinder, type NewJobsParts } from '../discovery/new-job-finder';
import type { JobSource } from '../job-source';
import type { DurationHistory } from '../model/duration-history';
import type { JobKey } from '../model/job-reference';
import { type PollError, stopsCredential } from '../model/poll-error';
import type { ProjectReference } from '../model/project';
import { type ResourceParts, ResourceLookUps } from '../resources/resource-lookups';
import type { JobStore } from '../store/job-store';
import type { ClockJump } from './clock-jumps';
import { ListPolicy } from './list-policy';
import { waitForOtherCredentials } from './other-credentials';
import { PollLoop } from './poll-loop';
import { PollPlans } from './poll-plans';
import { MAX_POLL_WAIT_MS, PollWaiters } from './poll-waiters';
import { LeaseHold, type PollingLease } from './polling-lease';
import type { PollingPause } from './polling-pause';
import { ProjectRequests } from './project-requests';
import { type PlannedRequest, RequestChooser } from './request-chooser';
import { ServiceBackoff } from './service-backoff';
import { UrgentPolls } from './urgent-polls';

export interface ProjectPollerParts {
  readonly project: ProjectReference;
  readonly store: JobStore;
  readonly source: JobSource;
  readonly lease: PollingLease;
  readonly pause: Pick<PollingPause, 'isPaused'>;
  readonly durations: DurationHistory;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Returns a text that changes when the computer joins or leaves a network. */
  readonly networkAddresses: () => string;
  readonly newJobs: NewJobsParts;
  readonly resources: ResourceParts;
  readonly log: Log;
}

interface SentRequest extends Pick<PlannedRequest, 'keys'> {
  readonly budget: RequestBudget;
  readonly credentialVersion: number;
}

/** How late a sleep of the computer or a change of its clock is noticed, at most. */
export const MAX_SLEEP_MS = 15 * SECOND;
/** While the service is unreachable: how late a new network is noticed, at most. */
export const MAX_SLEEP_UNREACHABLE_MS = 3 * SECOND;

export class ProjectPoller implements Disposable {
  private readonly plans: PollPlans;
  private readonly discovery: DiscoverySchedule;
  private readonly lists: ListPolicy;
  readonly backoff: ServiceBackoff;
  private readonly urgent: UrgentPolls;
  private readonly requests: ProjectRequests;
  private readonly chooser: RequestChooser;
  private readonly waiters: PollWaiters;
  private readonly lease: LeaseHold;
  private readonly loop: PollLoop;
  private readonly abort = new AbortController();
  /** Call `recheck` after planning more here. */
  readonly lookUps: ResourceLookUps;
  /** Counts `resume`, so that a refusal of an old credential does not stop the new one. */
  private credentialVersion = 0;
  /** The `credentialVersion` that was last found usable in this window. */
  private usableVersion: number | undefined;
  /** Why nothing is requested until `resume`. */
  stopReason: PollError | undefined;
  /** By `Clock.elapsed`: no step runs before this time, after a bug or while the budget is used up. */
  private idleUntil = -Infinity;

  constructor(private readonly parts: ProjectPollerParts) {
    const { store, lease, clock, newJobs } = parts;
    this.lease = new LeaseHold(lease);
    this.plans = new PollPlans({ ...parts, get: (key) => store.get(key) });
    this.discovery = new DiscoverySchedule({ ...parts, ...newJobs });
    this.lists = new ListPolicy(parts);
    this.backoff = new ServiceBackoff(parts);
    const { plans, discovery, lists, backoff } = this;
    this.urgent = new UrgentPolls({ plans, discovery, backoff, store, isPolling: () => this.isPolling, clock });
    this.requests = new ProjectRequests({
      ...parts,
      plans,
      discovery,
      lists,
      backoff,
      finder: new NewJobFinder({ ...parts, ...newJobs }),
      mayApply: () => this.mayApply(),
      maySave: () => lease.isHeld(),
      signal: this.abort.signal,
    });
    this.lookUps = new ResourceLookUps({ ...parts, ...parts.resources, signal: this.abort.signal });
    const { requests, lookUps } = this;
    this.chooser = new RequestChooser({ plans, lists, discovery, lookUps, requests, store, clock });
    this.waiters = new PollWaiters({ plans, clock });
    this.loop = new PollLoop({
      step: () => this.stepSafely(),
      maxSleepMs: () => (backoff.isUnreachable ? MAX_SLEEP_UNREACHABLE_MS : MAX_SLEEP_MS),
      onJump: (jump) => {
        this.onJump(jump);
      },
      onIdle: (pauseMs) => {
        this.resolveWaiters(pauseMs);
      },
      clock,
    });
  }

  /** Whether this window polls the project. */
  get isPolling(): boolean {
    return this.lease.isHeld;
  }

  add(key: JobKey): void {
    this.plans.add(key);
    this.loop.wake();
  }

  remove(key: JobKey): void {
    this.plans.remove(key);
    this.loop.wake();
  }

  /** The stored state of a job changed, in this window or another. */
  changed(key: JobKey, { isPollWanted }: { readonly isPollWanted: boolean }): void {
    if (isPollWanted) this.plans.pollSoon(key);
    else this.plans.schedule(key);
    this.loop.wake();
  }

  /** Checks again what is due, as when polling was paused or the project is followed from now on. */
  recheck(): void {
    this.loop.wake();
  }

  /** Polls the given jobs (default: all that are planned or running) as soon as budget and service allow. */
  refresh(keys?: readonly JobKey[]): void {
    this.urgent.refresh(keys);
    this.loop.wake();
  }

  /** Resolves when the given jobs (default: all) have been polled, or this window will not poll them within 5 s. */
  async whenPolled(keys: readonly JobKey[] = [...this.plans.keys()]): Promise<void> {
    const planned = keys.filter((key) => this.plans.isPlanned(key));
    if (planned.length === 0) return;
    const polled = this.waiters.add(planned);
    this.loop.wake();
    await polled;
  }

  /** This window regained the focus: polls running jobs at once instead of when planned. */
  catchUp(): void {
    this.urgent.catchUp();
    this.loop.wake();
  }

  /** The credentials changed: polls the jobs that had no usable credentials. */
  resume(): void {
    this.credentialVersion += 1;
    this.idleUntil = -Infinity;
    this.stopReason = undefined;
    this.lists.resume();
    this.discovery.resume();
    this.lookUps.resume();
    for (const key of this.plans.keys()) {
      const error = this.parts.store.get(key)?.pollFailure?.error;
      if (error !== undefined && (stopsCredential(error) || error.kind === 'forbidden')) this.plans.pollNow(key);
    }
    this.loop.wake();
  }

  dispose(): void {
    this.abort.abort();
    this.loop.dispose();
    this.waiters.resolveAll();
    this.lease.dispose();
  }

  private resolveWaiters(pauseMs: number | undefined): void {
    const isPollNear = pauseMs !== undefined && pauseMs <= MAX_POLL_WAIT_MS && this.isPolling;
    if (isPollNear) this.waiters.resolvePolled();
    else this.waiters.resolveAll();
  }

  private onJump(jump: ClockJump): void {
    if (jump === 'slept') {
      this.urgent.pollRunning();
      return;
    }
    this.backoff.onClockSetBack();
    this.lists.onClockSetBack(this.parts.clock.now());
    this.plans.onClockSetBack();
    this.discovery.onClockSetBack();
    this.lookUps.plan();
  }

  private async stepSafely(): Promise<number | undefined> {
    const idleMs = this.idleUntil - this.parts.clock.elapsed();
    // A paused window does its step, which releases the lease, so that other windows can poll later.
    if (idleMs > 0 && !this.parts.pause.isPaused) return idleMs;
    try {
      return await this.step();
    } catch (cause) {
      // A bug must not end the polling of this project.
      this.parts.log.error(`Polling project ${this.parts.project.projectId} failed: ${String(cause)}`);
      return this.idleFor(MINUTE);
    }
  }

  private idleFor(durationMs: number): number {
    this.idleUntil = this.parts.clock.elapsed() + durationMs;
    return durationMs;
  }

  /** Sends the request that is due. Returns milliseconds until the next step; undefined if none is needed. */
  private async step(): Promise<number | undefined> {
    const { clock, source, project, pause } = this.parts;
    if (pause.isPaused) {
      await this.releaseLease();
      return undefined;
    }
    if (this.backoff.hasNetworkChanged) this.urgent.pollRunning();
    const dueAt = this.chooser.dueAt();
    if (dueAt === undefined) {
      await this.releaseLease();
      return waitForOtherCredentials({ plans: this.plans, store: this.parts.store, lease: this.lease });
    }
    const startInMs = Math.max(dueAt, this.backoff.availableAt) - clock.now();
    const isUsable = this.stopReason === undefined && this.usableVersion === this.credentialVersion;
    if (startInMs > 0 && this.isPolling && isUsable) return startInMs;
    if (!this.isPolling && (await this.lease.isHeldByOther())) {
      this.lookUps.postpone();
      await this.discovery.reportFocus();
      return LEASE_CHECK_INTERVAL_MS;
    }
    const { credentialVersion } = this;
    const obstacle = this.stopReason ?? (await source.obstacleFor(project));
    if (obstacle !== undefined) return this.withoutCredential(obstacle);
    this.usableVersion = credentialVersion;
    if (!(await this.acquireLease())) return LEASE_CHECK_INTERVAL_MS;
    return startInMs > 0 ? startInMs : this.send(await source.budgetOf(project));
  }

  private async send(budget: RequestBudget): Promise<number> {
    const isShort = budget.isShort();
    this.discovery.setShort(isShort);
    const request = this.chooser.next(isShort);
    if (request === undefined) return SECOND;
    const delayMs = await budget.take();
    if (delayMs > 0) return this.idleFor(delayMs);
    if (this.abort.signal.aborted || this.parts.pause.isPaused) return 0;
    const answer = this.answerTo(request, budget);
    if (request.isAside !== true) await answer;
    return 0;
  }

  private async answerTo({ keys, send, isAside }: PlannedRequest, budget: RequestBudget): Promise<void> {
    const { credentialVersion } = this;
    const error = await send();
    if (error !== undefined) this.failed(error, { keys, budget, credentialVersion });
    if (isAside === true) this.loop.wake();
  }

  private failed(error: PollError, { keys, budget, credentialVersion }: SentRequest): void {
    if (stopsCredential(error)) {
      if (credentialVersion !== this.credentialVersion) {
        for (const key of keys) this.plans.pollNow(key);
        this.discovery.resume();
        this.lookUps.plan();
        return;
      }
      this.stopReason = error;
    }
    for (const key of keys) this.requests.failed(key, error);
    if ('rateLimit' in error && error.rateLimit !== undefined) budget.lower(error.rateLimit);
    this.backoff.failed(error, this.plans.dueAt(keys));
  }

  /** Fails the polls that are due, and leaves the project to windows that have the credential. */
  private async withoutCredential(obstacle: PollError): Promise<number | undefined> {
    await this.releaseLease();
    this.lookUps.suspend();
    const now = this.parts.clock.now();
    for (const key of this.plans.due(now)) {
      this.plans.polled(key, now);
      this.requests.failed(key, obstacle);
    }
    if (stopsCredential(obstacle) || this.chooser.isDiscoveryDue()) this.discovery.failed(obstacle, now);
    const dueAt = this.chooser.dueAt();
    return dueAt === undefined ? undefined : Math.max(dueAt - now, SECOND);
  }

  private async acquireLease(): Promise<boolean> {
    const wasPolling = this.isPolling;
    if (await this.lease.acquire()) return true;
    if (wasPolling) await this.urgent.handOver();
    return false;
  }

  private async releaseLease(): Promise<void> {
    // Only the window that holds the lease saves responses.
    if (this.isPolling) for (const key of this.plans.keys()) await this.parts.store.settled(key);
    await this.lease.release();
  }

  /** Whether a response may be applied: the window is open, and no other window has taken over. */
  private async mayApply(): Promise<boolean> {
    if (this.abort.signal.aborted) return false;
    return (await this.lease.check()) && !this.abort.signal.aborted;
  }
}
