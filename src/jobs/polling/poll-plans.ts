/** When each job of a project is polled next, and which jobs one list can serve. */
import type { Clock, Instant } from '../../base/clock';
import { SECOND } from '../../base/time-units';
import { BEGIN_TIME_MARGIN_MS } from '../job-source';
import type { DurationHistory } from '../model/duration-history';
import type { JobKey } from '../model/job-reference';
import { isRunning } from '../model/job-status';
import { lacksCredentials } from '../model/poll-error';
import type { TrackedJob } from '../model/tracked-job';
import { DueQueue } from '../store/due-queue';
import { nextPoll, type PlannedPoll } from './poll-schedule';

interface Plan {
  /** Jobs are numbered in the order in which they came. */
  readonly number: number;
  /** Undefined: no poll is planned. */
  next: PlannedPoll | undefined;
  lastPollAt: Instant | undefined;
  /** Consecutive lists that lacked the job. */
  listMisses: number;
  /** The last list lacked the job: it is polled alone next. */
  isNextAlone: boolean;
}

interface PollPlansParts {
  readonly get: (key: JobKey) => TrackedJob | undefined;
  readonly durations: DurationHistory;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** The shortest time between two polls of a job, also for a refresh. */
const MIN_INTERVAL_MS = 2 * SECOND;
/** After this many consecutive lists without it, a job is always polled alone. */
export const MAX_LIST_MISSES = 2;

export class PollPlans {
  private readonly plans = new Map<JobKey, Plan>();
  /** The jobs with a planned poll. All others, such as jobs that ended long ago, cost nothing. */
  private readonly queue = new DueQueue<JobKey>();
  /** The jobs that this window has no credentials for. */
  private readonly withoutKeys = new Set<JobKey>();

  /** How many jobs have come. */
  private count = 0;

  constructor(private readonly parts: PollPlansParts) {}

  add(key: JobKey): void {
    const lastPollAt = this.recentResponseAt(key);
    this.count += 1;
    const number = this.count;
    this.plans.set(key, { number, next: undefined, lastPollAt, listMisses: 0, isNextAlone: false });
    this.schedule(key);
  }

  remove(key: JobKey): void {
    this.plans.delete(key);
    this.queue.delete(key);
    this.withoutKeys.delete(key);
  }

  keys(): Iterable<JobKey> {
    return this.plans.keys();
  }

  /** @returns the jobs with a planned poll */
  planned(): Iterable<JobKey> {
    return this.queue.keys();
  }

  isPlanned(key: JobKey): boolean {
    return this.queue.has(key);
  }

  /** @returns the jobs whose last poll failed because this window has no credentials for them; none is planned */
  lackingKeys(): readonly JobKey[] {
    return [...this.withoutKeys];
  }

  /** Whether the job was polled at or after the instant; also true if no poll is planned. */
  isPolledSince(key: JobKey, instant: Instant): boolean {
    const plan = this.plans.get(key);
    return plan?.next === undefined || (plan.lastPollAt !== undefined && plan.lastPollAt >= instant);
  }

  /** Plans the next poll by the job's current state. */
  schedule(key: JobKey): void {
    const plan = this.plans.get(key);
    const tracked = this.parts.get(key);
    if (plan === undefined || tracked === undefined) return;
    const { clock, random, durations } = this.parts;
    const error = tracked.pollFailure?.error;
    if (error !== undefined && lacksCredentials(error)) this.withoutKeys.add(key);
    else this.withoutKeys.delete(key);
    const next = nextPoll(tracked, {
      now: clock.now(),
      lastPollAt: plan.lastPollAt,
      random: random(),
      prediction: isRunning(tracked.job) ? durations.predict(tracked.job?.jobType) : undefined,
    });
    this.plan(key, plan, next);
  }

  /** The job was polled, with or without success. */
  polled(key: JobKey, at: Instant): void {
    const plan = this.plans.get(key);
    if (plan !== undefined) plan.lastPollAt = at;
  }

  polledAlone(key: JobKey, at: Instant): void {
    const plan = this.plans.get(key);
    if (plan === undefined) return;
    plan.lastPollAt = at;
    plan.isNextAlone = false;
  }

  foundInList(key: JobKey, at: Instant): void {
    const plan = this.plans.get(key);
    if (plan === undefined) return;
    plan.lastPollAt = at;
    plan.listMisses = 0;
  }

  /**
   * Plans to poll the job alone at once: the list may use an alias, which the response then reveals.
   * @param isIncomplete whether the job may be in the part of the list that was not requested
   */
  missingFromList(key: JobKey, now: Instant, isIncomplete = false): void {
    const plan = this.plans.get(key);
    if (plan === undefined) return;
    if (!isIncomplete) plan.listMisses += 1;
    plan.isNextAlone = true;
    this.plan(key, plan, plannedAt(now));
  }

  /** Plans a poll as soon as the shortest interval allows, and no later than before. */
  pollSoon(key: JobKey): void {
    const plan = this.plans.get(key);
    if (plan === undefined) return;
    const now = this.parts.clock.now();
    const { lastPollAt } = plan;
    const earliest = lastPollAt === undefined ? now : Math.max(now, Math.min(lastPollAt, now) + MIN_INTERVAL_MS);
    this.plan(key, plan, plannedAt(Math.min(plan.next?.at ?? Infinity, earliest)));
  }

  /** Plans a poll at once, even if the last one was a moment ago. */
  pollNow(key: JobKey): void {
    const plan = this.plans.get(key);
    if (plan !== undefined) this.plan(key, plan, plannedAt(this.parts.clock.now()));
  }

  /** Returns when the first of the jobs (default: all) is due; undefined if no poll is planned. */
  dueAt(keys?: Iterable<JobKey>): Instant | undefined {
    if (keys === undefined) return this.queue.firstAt;
    let first: Instant | undefined;
    for (const key of keys) {
      const next = this.plans.get(key)?.next;
      if (next !== undefined && (first === undefined || next.at < first)) first = next.at;
    }
    return first;
  }

  due(now: Instant): JobKey[] {
    return this.queue.due(now);
  }

  /** Returns the jobs that a list can serve now: those that are due, or nearly. */
  listable(now: Instant): JobKey[] {
    return [...this.queue.keys()].filter((key) => {
      const plan = this.plans.get(key);
      if (plan?.next === undefined || plan.isNextAlone || plan.listMisses >= MAX_LIST_MISSES) return false;
      return plan.next.earliestAt <= now;
    });
  }

  /** Returns the due job that has waited longest in relation to its interval; of several, the one that came first. */
  mostUrgent(now: Instant): JobKey | undefined {
    let most: { readonly key: JobKey; readonly urgency: number; readonly number: number } | undefined;
    for (const key of this.queue.due(now)) {
      const plan = this.plans.get(key);
      if (plan === undefined) continue;
      const { number } = plan;
      const urgency = urgencyOf(plan, now);
      const isMore = most === undefined || urgency > most.urgency || (urgency === most.urgency && number < most.number);
      if (isMore) most = { key, urgency, number };
    }
    return most?.key;
  }

  /**
   * Returns the `beginTime` of a list that holds all planned jobs, margin included; undefined if one of them has no
   * known begin, so that the list must hold all jobs.
   * @param newSince the list must also hold the jobs that began since then
   */
  listFrom(newSince: Instant = Infinity): Instant | undefined {
    let oldest = newSince;
    for (const key of this.queue.keys()) {
      const begin = this.parts.get(key)?.job?.beginTime;
      if (begin === undefined) return undefined;
      oldest = Math.min(oldest, begin);
    }
    return oldest === Infinity ? undefined : oldest - BEGIN_TIME_MARGIN_MS;
  }

  /** Moves plans that now lie in the future back to now: otherwise they would be late by the time that the clock was set back. */
  onClockSetBack(): void {
    const now = this.parts.clock.now();
    for (const [key, plan] of this.plans) {
      if (plan.next !== undefined) this.plan(key, plan, plannedAt(Math.min(plan.next.at, now)));
      if (plan.lastPollAt !== undefined) plan.lastPollAt = Math.min(plan.lastPollAt, now);
    }
  }

  private plan(key: JobKey, plan: Plan, next: PlannedPoll | undefined): void {
    plan.next = next;
    if (next === undefined) this.queue.delete(key);
    else this.queue.set(key, next.at);
  }

  /** A job that is tracked from a list has its first response from that list. */
  private recentResponseAt(key: JobKey): Instant | undefined {
    const answeredAt = this.parts.get(key)?.answeredAt;
    const age = answeredAt === undefined ? Infinity : this.parts.clock.now() - answeredAt;
    return age >= 0 && age < MIN_INTERVAL_MS ? answeredAt : undefined;
  }
}

function urgencyOf({ next, lastPollAt }: Plan, now: Instant): number {
  if (next === undefined || lastPollAt === undefined) return Infinity;
  return (now - lastPollAt) / Math.max(next.at - lastPollAt, 1);
}

function plannedAt(at: Instant): PlannedPoll {
  return { at, earliestAt: at };
}
