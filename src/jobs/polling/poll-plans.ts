/** When each job of a project is polled next, and which jobs one list can serve. */
import type { Clock, Instant } from '../../base/clock';
import { SECOND } from '../../base/time-units';
import { BEGIN_TIME_MARGIN_MS } from '../job-source';
import type { DurationHistory } from '../model/duration-history';
import type { JobKey } from '../model/job-reference';
import type { TrackedJob } from '../model/tracked-job';
import { nextPoll, type PlannedPoll } from './poll-schedule';

interface Plan {
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
const MAX_LIST_MISSES = 2;

export class PollPlans {
  private readonly plans = new Map<JobKey, Plan>();

  constructor(private readonly parts: PollPlansParts) {}

  add(key: JobKey): void {
    const lastPollAt = this.recentResponseAt(key);
    this.plans.set(key, { next: undefined, lastPollAt, listMisses: 0, isNextAlone: false });
    this.schedule(key);
  }

  remove(key: JobKey): void {
    this.plans.delete(key);
  }

  keys(): Iterable<JobKey> {
    return this.plans.keys();
  }

  isPlanned(key: JobKey): boolean {
    return this.plans.get(key)?.next !== undefined;
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
    plan.next = nextPoll(tracked, {
      now: clock.now(),
      lastPollAt: plan.lastPollAt,
      random: random(),
      prediction: durations.predict(tracked.job?.jobType),
    });
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
    plan.next = plannedAt(now);
  }

  /** Plans a poll as soon as the shortest interval allows, and no later than before. */
  pollSoon(key: JobKey): void {
    const plan = this.plans.get(key);
    if (plan === undefined) return;
    const now = this.parts.clock.now();
    const { lastPollAt } = plan;
    const earliest = lastPollAt === undefined ? now : Math.max(now, Math.min(lastPollAt, now) + MIN_INTERVAL_MS);
    plan.next = plannedAt(Math.min(plan.next?.at ?? Infinity, earliest));
  }

  /** Plans a poll at once, even if the last one was a moment ago. */
  pollNow(key: JobKey): void {
    const plan = this.plans.get(key);
    if (plan !== undefined) plan.next = plannedAt(this.parts.clock.now());
  }

  /** Returns when the first of the jobs (default: all) is due; undefined if no poll is planned. */
  dueAt(keys: Iterable<JobKey> = this.plans.keys()): Instant | undefined {
    let first: Instant | undefined;
    for (const key of keys) {
      const next = this.plans.get(key)?.next;
      if (next !== undefined && (first === undefined || next.at < first)) first = next.at;
    }
    return first;
  }

  due(now: Instant): JobKey[] {
    return [...this.plans].filter(([, { next }]) => next !== undefined && next.at <= now).map(([key]) => key);
  }

  /** Returns the jobs that a list can serve now: those that are due, or nearly. */
  listable(now: Instant): JobKey[] {
    return [...this.plans]
      .filter(([, { listMisses, isNextAlone }]) => !isNextAlone && listMisses < MAX_LIST_MISSES)
      .filter(([, { next }]) => next !== undefined && next.earliestAt <= now)
      .map(([key]) => key);
  }

  /** Returns the due job that has waited longest in relation to its interval. */
  mostUrgent(now: Instant): JobKey | undefined {
    let most: { readonly key: JobKey; readonly urgency: number } | undefined;
    for (const [key, { next, lastPollAt }] of this.plans) {
      if (next === undefined || next.at > now) continue;
      const urgency = lastPollAt === undefined ? Infinity : (now - lastPollAt) / Math.max(next.at - lastPollAt, 1);
      if (most === undefined || urgency > most.urgency) most = { key, urgency };
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
    for (const [key, { next }] of this.plans) {
      if (next === undefined) continue;
      const begin = this.parts.get(key)?.job?.beginTime;
      if (begin === undefined) return undefined;
      oldest = Math.min(oldest, begin);
    }
    return oldest === Infinity ? undefined : oldest - BEGIN_TIME_MARGIN_MS;
  }

  /** Moves plans that now lie in the future back to now: otherwise they would be late by the time that the clock was set back. */
  onClockSetBack(): void {
    const now = this.parts.clock.now();
    for (const plan of this.plans.values()) {
      if (plan.next !== undefined) plan.next = plannedAt(Math.min(plan.next.at, now));
      if (plan.lastPollAt !== undefined) plan.lastPollAt = Math.min(plan.lastPollAt, now);
    }
  }

  /** A job that is tracked from a list has its first response from that list. */
  private recentResponseAt(key: JobKey): Instant | undefined {
    const answeredAt = this.parts.get(key)?.answeredAt;
    const age = answeredAt === undefined ? Infinity : this.parts.clock.now() - answeredAt;
    return age >= 0 && age < MIN_INTERVAL_MS ? answeredAt : undefined;
  }
}

function plannedAt(at: Instant): PlannedPoll {
  return { at, earliestAt: at };
}
