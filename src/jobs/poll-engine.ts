/** Looks at each tracked job when its schedule says so: one timer, and one request at a time in each project. */
import type { Result } from '../elb/error';
import type { ShowJobAnswer } from '../elb/job-schema';
import type { Clock, Instant } from './clock';
import type { Disposable } from './disposable';
import type { JobKey, JobReference } from './job-reference';
import type { JobChange, JobStore } from './job-store';
import type { Log } from './log';
import { type LookError, stopsCredential } from './look-error';
import type { RequestBudget } from './request-budget';
import { nextLookAt } from './schedule';
import { goesOn } from './status';

export type LookResult = Result<ShowJobAnswer, LookError>;

/** Asks the cloud for one job. */
export type LookAtJob = (reference: JobReference, signal: AbortSignal) => Promise<LookResult>;

export interface PollEngineParts {
  readonly store: JobStore;
  readonly lookAtJob: LookAtJob;
  readonly budgetOf: (endpoint: string) => RequestBudget;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
}

interface Plan {
  readonly reference: JobReference;
  /** Undefined: no look is due of itself. */
  dueAt: Instant | undefined;
  lastLookAt: Instant | undefined;
}

/** One endpoint and project. With one request in flight a refused key fails once, not once for each job. */
interface Lane {
  busy: boolean;
  /** Nothing is asked until `resume`. */
  stopped: boolean;
  /** The service asked for patience until then. */
  heldUntil: Instant;
}

/** Milliseconds: the least time between two looks at one job, whoever asks for them. */
const SHORTEST_PAUSE = 2000;

export class PollEngine implements Disposable {
  private readonly plans = new Map<JobKey, Plan>();
  private readonly lanes = new Map<string, Lane>();
  private readonly abort = new AbortController();
  private readonly subscription: Disposable;
  private timer: Disposable | undefined;
  /** Counts `resume`, so that what an old credential still brings does not stop a new one. */
  private resumed = 0;

  constructor(private readonly parts: PollEngineParts) {
    this.subscription = parts.store.onDidChange((changes) => {
      this.onStoreChange(changes);
    });
  }

  /** A person asks: looks at the given jobs, or at all that go on, as soon as budget and service allow. */
  lookNow(keys?: readonly JobKey[]): void {
    for (const [key, plan] of this.plans) {
      const wanted = keys?.includes(key) ?? (plan.dueAt !== undefined || goesOn(this.parts.store.get(key)?.job));
      if (wanted) plan.dueAt = this.soonest(plan);
    }
    this.tick();
  }

  /** The window, the network or the computer is back: looks at once at what would be looked at later. */
  catchUp(): void {
    for (const [key, plan] of this.plans) {
      const tracked = this.parts.store.get(key);
      // A job that is not found yet is asked for at its own pace: it is the cloud that has to get on.
      const hurries = goesOn(tracked?.job) && tracked?.difficulty?.error.kind !== 'not-found-yet';
      if (plan.dueAt !== undefined && hurries) plan.dueAt = Math.min(plan.dueAt, this.soonest(plan));
    }
    this.tick();
  }

  /** The credentials changed: asks again where they were what kept the engine from asking. */
  resume(): void {
    const now = this.parts.clock.now();
    this.resumed += 1;
    for (const lane of this.lanes.values()) lane.stopped = false;
    for (const [key, plan] of this.plans) {
      const error = this.parts.store.get(key)?.difficulty?.error;
      if (error !== undefined && stopsCredential(error)) plan.dueAt = now;
    }
    this.tick();
  }

  dispose(): void {
    this.abort.abort();
    this.timer?.dispose();
    this.subscription.dispose();
  }

  private onStoreChange(changes: readonly JobChange[]): void {
    const comingAndGoing = changes.filter(({ kind }) => kind === 'added' || kind === 'removed');
    for (const { kind, key, tracked } of comingAndGoing) {
      if (kind === 'removed') {
        this.plans.delete(key);
      } else {
        this.plans.set(key, { reference: tracked.reference, dueAt: undefined, lastLookAt: undefined });
        this.plan(key);
      }
    }
    if (comingAndGoing.length > 0) this.tick();
  }

  private plan(key: JobKey): void {
    const plan = this.plans.get(key);
    const tracked = this.parts.store.get(key);
    if (plan === undefined || tracked === undefined) return;
    const { clock, random } = this.parts;
    plan.dueAt = nextLookAt(tracked, { now: clock.now(), lastLookAt: plan.lastLookAt, random: random() });
  }

  private soonest({ lastLookAt }: Plan): Instant {
    const now = this.parts.clock.now();
    return lastLookAt === undefined ? now : Math.max(now, Math.min(lastLookAt, now) + SHORTEST_PAUSE);
  }

  /** Starts what is due and may start, and sets the one timer for what comes next. */
  private tick(): void {
    if (this.abort.signal.aborted) return;
    this.timer?.dispose();
    this.timer = undefined;
    const now = this.parts.clock.now();
    let wakeAt = Infinity;
    for (const { key, plan, dueAt } of this.inOrderOfDueness()) {
      const lane = this.laneOf(plan.reference);
      if (lane.busy || lane.stopped) continue;
      const budgeted = now + this.parts.budgetOf(plan.reference.endpoint).delay(now);
      const startAt = Math.max(dueAt, lane.heldUntil, budgeted);
      if (startAt <= now) void this.look(key, plan, lane);
      else wakeAt = Math.min(wakeAt, startAt);
    }
    if (wakeAt < Infinity) {
      this.timer = this.parts.clock.schedule(wakeAt - now, () => {
        if (this.parts.clock.now() < now) this.onClockSetBack();
        this.tick();
      });
    }
  }

  private inOrderOfDueness() {
    return [...this.plans]
      .flatMap(([key, plan]) => (plan.dueAt === undefined ? [] : [{ key, plan, dueAt: plan.dueAt }]))
      .sort((a, b) => a.dueAt - b.dueAt);
  }

  /** What was to come soon would come as much later as the clock was set back. */
  private onClockSetBack(): void {
    const now = this.parts.clock.now();
    for (const lane of this.lanes.values()) lane.heldUntil = Math.min(lane.heldUntil, now);
    for (const plan of this.plans.values()) if (plan.dueAt !== undefined) plan.dueAt = Math.min(plan.dueAt, now);
  }

  private async look(key: JobKey, plan: Plan, lane: Lane): Promise<void> {
    const { clock, budgetOf } = this.parts;
    const { resumed } = this;
    lane.busy = true;
    budgetOf(plan.reference.endpoint).take(clock.now());
    const result = await this.lookSafely(plan.reference);
    if (this.abort.signal.aborted) return;
    lane.busy = false;
    plan.lastLookAt = clock.now();
    if (!result.ok && stopsCredential(result.error) && resumed !== this.resumed) {
      plan.dueAt = plan.lastLookAt;
    } else {
      lane.stopped = !result.ok && stopsCredential(result.error);
      this.apply(key, result, plan.lastLookAt);
      this.plan(key);
      if (!result.ok && asksForPatience(result.error)) lane.heldUntil = plan.dueAt ?? 0;
    }
    this.tick();
  }

  private apply(key: JobKey, result: LookResult, now: Instant): void {
    if (result.ok) {
      const jobId = this.parts.store.get(key)?.reference.jobId;
      if (jobId !== undefined) this.parts.log.debug(`Job ${jobId}: ${result.value.job.status ?? 'no status'}`);
      this.parts.store.applyAnswer(key, result.value, now);
    } else {
      this.logOnce(key, result.error);
      this.parts.store.applyError(key, result.error, now);
    }
  }

  private async lookSafely(reference: JobReference): Promise<LookResult> {
    try {
      return await this.parts.lookAtJob(reference, this.abort.signal);
    } catch (cause) {
      // A fault of ours must not end the following of this project's jobs.
      this.parts.log.error(`Looking at job ${reference.jobId} threw: ${String(cause)}`);
      return { ok: false, error: { kind: 'malformed', message: 'The answer could not be processed.' } };
    }
  }

  /** Being offline for a night is one line, not one for each attempt. */
  private logOnce(key: JobKey, error: LookError): void {
    const tracked = this.parts.store.get(key);
    if (tracked === undefined || tracked.difficulty?.error.kind === error.kind) return;
    const facts =
      'httpStatus' in error ? [error.httpStatus, error.code, error.message, error.requestId] : [error.message];
    const words = facts.filter((fact) => fact !== undefined).join(' · ');
    this.parts.log.warn(`Job ${tracked.reference.jobId}: ${error.kind}${words === '' ? '' : ` (${words})`}`);
  }

  private laneOf({ endpoint, projectId }: JobReference): Lane {
    const name = `${endpoint} ${projectId}`;
    let lane = this.lanes.get(name);
    if (lane === undefined) {
      lane = { busy: false, stopped: false, heldUntil: 0 };
      this.lanes.set(name, lane);
    }
    return lane;
  }
}

function asksForPatience(error: LookError): boolean {
  return error.kind === 'throttled' || ('retryAfter' in error && error.retryAfter !== undefined);
}
