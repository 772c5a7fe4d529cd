/** Follows the jobs of one project: one request at a time, by the one window that holds the project's lease. */
import type { Job } from '../../cloud/api/job';
import type { Clock, Instant } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import type { JobKey } from '../model/job-reference';
import type { JobSource } from '../job-source';
import type { JobStore } from '../store/job-store';
import { ListPolicy } from './list-policy';
import type { Log } from '../../base/log';
import { type PollError, stopsCredential } from '../model/poll-error';
import { PollPlans } from './poll-plans';
import { NewJobFinder, type NewJobsParts } from '../discovery/new-job-finder';
import type { PollingPause } from './polling-pause';
import type { DurationHistory } from '../model/duration-history';
import type { ProjectReference } from '../model/project';
import { ProjectRequests } from './project-requests';
import type { RequestBudget } from '../budget/request-budget';
import { ServiceBackoff } from './service-backoff';
import { isRunning, isWaitingUpgrade } from '../model/job-status';
import { PollLoop } from './poll-loop';
import type { ClockJump } from './clock-jumps';
import { SECOND, MINUTE } from '../../base/time-units';

/** Which one window polls. See Lease. */
export interface PollingLease extends Disposable {
  tryHold(): Promise<boolean>;
  isHeld(): Promise<boolean>;
  isHeldByOther(): Promise<boolean>;
  release(): Promise<void>;
}

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
  /** Another text where the computer joined or left a network. */
  readonly networkAddresses: () => string;
  readonly newJobs?: NewJobsParts;
  readonly log: Log;
}

interface Question {
  /** Those that one answer is for; none where a list is made for new jobs alone. */
  readonly keys: readonly JobKey[];
  /** @returns why there is no answer */
  readonly ask: () => Promise<PollError | undefined>;
}

/** Somebody waits for looks at these jobs. */
interface PollWaiter {
  readonly keys: readonly JobKey[];
  readonly since: Instant;
  readonly resolve: () => void;
}

/** What was asked, and by what. */
interface Asked extends Pick<Question, 'keys'> {
  readonly budget: RequestBudget;
  /** The credential, by how often it had changed. */
  readonly resumed: number;
}

/** How often a window that does not poll sees whether the one that does still lives. */
const LEASE_CHECK = 3 * SECOND;
/** How often a window that lacks the keys sees whether another has them. */
const ANOTHER_CHECK = 15 * SECOND;
/** For so long at most nobody looks whether the computer slept, or its clock was set. */
const LONGEST_NAP = 15 * SECOND;
/** The same for whether it is back in a network, where the service cannot be reached. */
const LONGEST_NAP_OUT_OF_REACH = 3 * SECOND;
/** For which a window that does not poll asks no other to look again for a regained focus. */
const FOCUS_PAUSE = 10 * SECOND;
/** Longer pauses are not waited for by who looks on. */
const LONGEST_ATTENTION = 5 * SECOND;

export class ProjectPoller implements Disposable {
  private readonly plans: PollPlans;
  private readonly newJobs: NewJobFinder | undefined;
  private readonly lists: ListPolicy;
  private readonly backoff: ServiceBackoff;
  private readonly requests: ProjectRequests;
  private readonly loop: PollLoop;
  private readonly abort = new AbortController();
  private readonly waiters = new Set<PollWaiter>();
  private isHolding = false;
  /** `resumed` as it was when this window was last seen to have the credential. */
  private mayAskAt: number | undefined;
  /** By `Clock.elapsed`: when this window last asked another to look for a regained focus. */
  private focusedAt = -Infinity;
  /** Why nothing is asked until `resume`. */
  private stop: PollError | undefined;
  /** Counts `resume`, so that what an old credential still brings does not stop a new one. */
  private resumed = 0;
  /** By `Clock.elapsed`: until then there is nothing to do, after a fault of ours or for want of budget. */
  private restUntil = -Infinity;

  constructor(private readonly parts: ProjectPollerParts) {
    this.plans = new PollPlans({ ...parts, get: (key) => parts.store.get(key) });
    this.newJobs = parts.newJobs && new NewJobFinder({ ...parts, ...parts.newJobs });
    this.lists = new ListPolicy(parts);
    this.backoff = new ServiceBackoff(parts);
    this.requests = new ProjectRequests({
      ...parts,
      plans: this.plans,
      newJobs: this.newJobs,
      lists: this.lists,
      backoff: this.backoff,
      mayApply: () => this.mayApply(),
      mayKeep: () => parts.lease.isHeld(),
      signal: this.abort.signal,
    });
    this.loop = new PollLoop({
      step: () => this.stepSafely(),
      maxSleepMs: () => (this.backoff.isUnreachable ? LONGEST_NAP_OUT_OF_REACH : LONGEST_NAP),
      onJump: (jump) => {
        this.onJump(jump);
      },
      onIdle: (pause) => {
        this.resolveWaiters(pause);
      },
      clock: parts.clock,
    });
  }

  /** Whether this window is the one that asks for the jobs of the project. */
  get isPolling(): boolean {
    return this.isHolding;
  }

  add(key: JobKey): void {
    this.plans.add(key);
    this.loop.wake();
  }

  remove(key: JobKey): void {
    this.plans.remove(key);
    this.loop.wake();
  }

  /** Another window, a person or an answer changed what is known of a job. */
  changed(key: JobKey, { isLookWanted }: { readonly isLookWanted: boolean }): void {
    if (isLookWanted) this.plans.pollSoon(key);
    else this.plans.renew(key);
    this.loop.wake();
  }

  /** What is to be asked for is another: the project is followed from now on, or polling is paused. */
  reconsider(): void {
    this.loop.wake();
  }

  /** A person asks: looks at the given jobs, or at all that go on, as soon as budget and service allow. */
  refresh(keys?: readonly JobKey[]): void {
    const isWanted = (key: JobKey) =>
      keys?.includes(key) ?? (this.plans.isPlanned(key) || isRunning(this.parts.store.get(key)?.job));
    const wanted = [...this.plans.keys()].filter(isWanted);
    for (const key of wanted) this.plans.pollSoon(key);
    if (keys === undefined) this.newJobs?.listSoon();
    this.backoff.retryNow();
    // The window that polls is to know.
    if (!this.isHolding) {
      this.parts.store.requestPolls(wanted, this.parts.clock.now());
      if (keys === undefined) void this.newJobs?.requestList();
    }
    this.loop.wake();
  }

  /** Resolves once these jobs, or all that are looked at, were looked at anew, or are not to be by this window soon. */
  whenPolled(wanted: readonly JobKey[] = [...this.plans.keys()]): Promise<void> {
    const since = this.parts.clock.now();
    const keys = wanted.filter((key) => this.plans.isPlanned(key));
    if (keys.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.waiters.add({ keys, since, resolve });
      this.loop.wake();
    });
  }

  /** The person is back at this window: looks at once at what would be looked at later. */
  catchUp(): void {
    const { clock, store } = this.parts;
    const urgent = this.pollRunningSoon();
    // The window that polls may be another one; only what it looks at rarely is worth a word.
    if (!this.isHolding && clock.elapsed() >= this.focusedAt + FOCUS_PAUSE) {
      this.focusedAt = clock.elapsed();
      const isRare = (job: Job | undefined) => job !== undefined && isWaitingUpgrade(job);
      store.requestPolls(
        urgent.filter((key) => isRare(store.get(key)?.job)),
        clock.now(),
      );
    }
    this.loop.wake();
  }

  private pollRunningSoon(): readonly JobKey[] {
    this.backoff.retryNow();
    const urgent = [...this.plans.keys()].filter((key) => {
      const tracked = this.parts.store.get(key);
      // A job that is not found yet is asked for at its own pace: it is the cloud that has to get on.
      const isUrgent = isRunning(tracked?.job) && tracked?.pollFailure?.error.kind !== 'not-found-yet';
      return this.plans.isPlanned(key) && isUrgent;
    });
    for (const key of urgent) this.plans.pollSoon(key);
    this.newJobs?.retryIfFailed();
    return urgent;
  }

  /** The credentials changed: asks again where they were what kept us from asking. */
  resume(): void {
    this.resumed += 1;
    this.restUntil = -Infinity;
    this.stop = undefined;
    this.lists.resume();
    this.newJobs?.resume();
    for (const key of this.plans.keys()) {
      const error = this.parts.store.get(key)?.pollFailure?.error;
      const isOfCredential = error !== undefined && (stopsCredential(error) || error.kind === 'forbidden');
      if (isOfCredential) this.plans.pollNow(key);
    }
    this.loop.wake();
  }

  dispose(): void {
    this.abort.abort();
    this.loop.dispose();
    for (const { resolve } of this.waiters) resolve();
    this.parts.lease.dispose();
  }

  private get isClosed(): boolean {
    return this.abort.signal.aborted;
  }

  private resolveWaiters(pause: number | undefined): void {
    const isInVain = pause === undefined || pause > LONGEST_ATTENTION || !this.isHolding;
    for (const onlooker of this.waiters) {
      const { keys, since, resolve } = onlooker;
      if (!isInVain && !keys.every((key) => this.plans.isPolledSince(key, since))) continue;
      this.waiters.delete(onlooker);
      resolve();
    }
  }

  private async stepSafely(): Promise<number | undefined> {
    const rest = this.restUntil - this.parts.clock.elapsed();
    // Who is paused leaves the project to other windows first.
    if (rest > 0 && !this.parts.pause.isPaused) return rest;
    try {
      return await this.step();
    } catch (cause) {
      // A fault of ours must not end the following of this project's jobs.
      this.parts.log.error(`Following project ${this.parts.project.projectId} failed: ${String(cause)}`);
      return this.rest(MINUTE);
    }
  }

  private rest(duration: number): number {
    this.restUntil = this.parts.clock.elapsed() + duration;
    return duration;
  }

  private onJump(jump: ClockJump): void {
    if (jump === 'slept') this.pollRunningSoon();
    else this.onClockSetBack();
  }

  /** Does what is due. Milliseconds until there is more to do; undefined where there is nothing. */
  private async step(): Promise<number | undefined> {
    const { clock, source, project, lease, pause } = this.parts;
    if (pause.isPaused) {
      await this.letGo();
      return undefined;
    }
    if (this.backoff.hasNetworkChanged) this.pollRunningSoon();
    const dueAt = this.dueAt();
    if (dueAt === undefined) {
      await this.letGo();
      return this.waitForAnother();
    }
    const startIn = Math.max(dueAt, this.backoff.availableAt) - clock.now();
    if (startIn > 0 && this.isHolding && this.stop === undefined && this.mayAskAt === this.resumed) return startIn;
    if (!this.isHolding && (await lease.isHeldByOther())) {
      await this.newJobs?.attend();
      return LEASE_CHECK;
    }
    const { resumed } = this;
    const obstacle = this.stop ?? (await source.canAsk(project));
    if (obstacle !== undefined) return this.withoutCredential(obstacle);
    this.mayAskAt = resumed;
    const wasHolding = this.isHolding;
    this.isHolding = await lease.tryHold();
    // What a person wanted since this window was outbid, the other one is to know.
    if (wasHolding && !this.isHolding) {
      this.parts.store.requestPolls(this.plans.due(clock.now()), clock.now());
      await this.newJobs?.handOver();
    }
    if (!this.isHolding) return LEASE_CHECK;
    if (startIn > 0) return startIn;
    return this.ask(await source.budgetOf(project));
  }

  /** When something is due: a look at a job, or a list for the sake of new ones. */
  private dueAt(): Instant | undefined {
    const dueAt = Math.min(this.plans.dueAt() ?? Infinity, this.listDueAt());
    return dueAt === Infinity ? undefined : dueAt;
  }

  private listDueAt(): Instant {
    return Math.max(this.newJobs?.dueAt() ?? Infinity, this.lists.pausedUntil);
  }

  private async ask(budget: RequestBudget): Promise<number> {
    const isShort = budget.isShort();
    this.newJobs?.spare(isShort);
    const question = this.nextQuestion(isShort);
    if (question === undefined) return SECOND;
    const delay = await budget.take();
    if (delay > 0) return this.rest(delay);
    if (this.isClosed || this.parts.pause.isPaused) return 0;
    const { resumed } = this;
    const error = await question.ask();
    if (error !== undefined) this.failed(error, { keys: question.keys, budget, resumed });
    return 0;
  }

  private nextQuestion(isShort: boolean): Question | undefined {
    const now = this.parts.clock.now();
    const key = this.plans.mostUrgent(now);
    const tracked = key === undefined ? undefined : this.parts.store.get(key);
    const list = (keys: readonly JobKey[]): Question => ({ keys, ask: () => this.requests.list(keys) });
    const isListNeeded = now >= this.listDueAt();
    if (key === undefined || tracked === undefined) return isListNeeded ? list([]) : undefined;
    const listable = now < this.lists.pausedUntil ? [] : this.plans.listable(now);
    if (listable.includes(key) && listable.length >= this.lists.minJobs(isShort)) return list(listable);
    if (isListNeeded && !isShort) return list([]);
    return { keys: [key], ask: () => this.requests.show(key, tracked) };
  }

  /** This window lacks the credential: perhaps another has it. */
  private async withoutCredential(obstacle: PollError): Promise<number | undefined> {
    await this.letGo();
    const now = this.parts.clock.now();
    for (const key of this.plans.due(now)) {
      this.plans.polled(key, now);
      this.requests.failed(key, obstacle);
    }
    if (stopsCredential(obstacle) || now >= this.listDueAt()) this.newJobs?.failed(obstacle, now);
    const dueAt = this.dueAt();
    return dueAt === undefined ? undefined : Math.max(dueAt - now, SECOND);
  }

  /** Jobs that go on and cannot be asked for here: once another window can, nothing is missing any more. */
  private async waitForAnother(): Promise<number | undefined> {
    const { store, lease } = this.parts;
    const waiting = [...this.plans.keys()].filter((key) => {
      const kind = store.get(key)?.pollFailure?.error.kind;
      return kind === 'signed-out' || kind === 'keys-lost';
    });
    if (waiting.length === 0) return undefined;
    if (await lease.isHeldByOther()) {
      store.clearPollFailures(waiting);
      for (const key of waiting) this.plans.pollNow(key);
    }
    return ANOTHER_CHECK;
  }

  private async letGo(): Promise<void> {
    if (this.isHolding) {
      // An answer is kept by the window that polls alone.
      for (const key of this.plans.keys()) await this.parts.store.settled(key);
      await this.parts.lease.release();
    }
    this.isHolding = false;
  }

  /** Whether what was asked for may be applied: the window is open, and no other one polls by now. */
  private async mayApply(): Promise<boolean> {
    if (this.isClosed) return false;
    this.isHolding = await this.parts.lease.isHeld();
    return this.isHolding && !this.abort.signal.aborted;
  }

  private failed(error: PollError, { keys, budget, resumed }: Asked): void {
    if (stopsCredential(error)) {
      if (resumed !== this.resumed) {
        for (const key of keys) this.plans.pollNow(key);
        this.newJobs?.resume();
        return;
      }
      this.stop = error;
    }
    for (const key of keys) this.requests.failed(key, error);
    if ('rateLimit' in error && error.rateLimit !== undefined) budget.lower(error.rateLimit);
    this.backoff.failed(error, this.plans.dueAt(keys));
  }

  private onClockSetBack(): void {
    this.backoff.onClockSetBack();
    this.lists.onClockSetBack(this.parts.clock.now());
    this.plans.onClockSetBack();
    this.newJobs?.onClockSetBack();
  }
}
