/** When each job of a project is to be looked at next, and which of them one request should ask for. */
import type { Clock, Instant } from '../../base/clock';
import type { JobKey } from '../model/job-reference';
import type { DurationHistory } from '../model/duration-history';
import { type PlannedPoll, nextPoll } from './poll-schedule';
import type { TrackedJob } from '../model/tracked-job';
import { BEGIN_TIME_MARGIN_MS } from '../job-source';

interface Plan {
  /** Undefined: no look is due of itself. */
  next: PlannedPoll | undefined;
  lastPollAt: Instant | undefined;
  /** Lists that lacked the job, one after the other. */
  absences: number;
  /** The last list lacked it: it is asked for alone now. */
  isAlone: boolean;
}

export interface PollPlansParts {
  readonly get: (key: JobKey) => TrackedJob | undefined;
  readonly durations: DurationHistory;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Milliseconds: the least time between two looks at one job, whoever asks for them. */
const MIN_INTERVAL_MS = 2000;
/** A job that so many lists in a row lacked is not looked for in lists any more. */
const MOST_ABSENCES = 2;

export class PollPlans {
  private readonly plans = new Map<JobKey, Plan>();

  constructor(private readonly parts: PollPlansParts) {}

  add(key: JobKey): void {
    const lastPollAt = this.freshAnswer(key);
    this.plans.set(key, { next: undefined, lastPollAt, absences: 0, isAlone: false });
    this.renew(key);
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

  /** Whether there was a look from then on, or none is due. */
  isPolledSince(key: JobKey, instant: Instant): boolean {
    const plan = this.plans.get(key);
    return plan?.next === undefined || (plan.lastPollAt !== undefined && plan.lastPollAt >= instant);
  }

  /** Plans the next look by what is known of the job now. */
  renew(key: JobKey): void {
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

  /** The job was asked for, alone or in a list. */
  polled(key: JobKey, at: Instant): void {
    const plan = this.plans.get(key);
    if (plan !== undefined) plan.lastPollAt = at;
  }

  shown(key: JobKey, at: Instant): void {
    const plan = this.plans.get(key);
    if (plan === undefined) return;
    plan.lastPollAt = at;
    plan.isAlone = false;
  }

  listed(key: JobKey, at: Instant): void {
    const plan = this.plans.get(key);
    if (plan === undefined) return;
    plan.lastPollAt = at;
    plan.absences = 0;
  }

  /** A list may know the job by another id: asked for alone, it tells which. */
  absent(key: JobKey, now: Instant): void {
    const plan = this.plans.get(key);
    if (plan === undefined) return;
    plan.absences += 1;
    plan.isAlone = true;
    plan.next = soon(now);
  }

  /** Looks as soon as may be, and no later than planned. */
  pollSoon(key: JobKey): void {
    const plan = this.plans.get(key);
    if (plan === undefined) return;
    const now = this.parts.clock.now();
    const { lastPollAt } = plan;
    const earliest = lastPollAt === undefined ? now : Math.max(now, Math.min(lastPollAt, now) + MIN_INTERVAL_MS);
    plan.next = soon(Math.min(plan.next?.at ?? Infinity, earliest));
  }

  /** Looks at once, whenever it was looked at before. */
  pollNow(key: JobKey): void {
    const plan = this.plans.get(key);
    if (plan !== undefined) plan.next = soon(this.parts.clock.now());
  }

  /** When the first look is due; undefined where none is. */
  dueAt(keys: Iterable<JobKey> = this.plans.keys()): Instant | undefined {
    let first: Instant | undefined;
    for (const key of keys) {
      const look = this.plans.get(key)?.next;
      if (look !== undefined && (first === undefined || look.at < first)) first = look.at;
    }
    return first;
  }

  due(now: Instant): JobKey[] {
    return [...this.plans].filter(([, { next }]) => next !== undefined && next.at <= now).map(([key]) => key);
  }

  /** The jobs that one list would serve, those that are nearly due among them. */
  listable(now: Instant): JobKey[] {
    return [...this.plans]
      .filter(([, { absences, isAlone }]) => !isAlone && absences < MOST_ABSENCES)
      .filter(([, { next }]) => next !== undefined && next.from <= now)
      .map(([key]) => key);
  }

  /** Of those that are due, the one that has waited longest for its interval. */
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
   * From when on jobs are to be listed; undefined, from the first, where a followed one has not begun as far as is known.
   * @param newFrom from when on jobs are wanted that are not followed yet.
   */
  listFrom(newFrom: Instant = Infinity): Instant | undefined {
    let oldest = newFrom;
    for (const [key, { next }] of this.plans) {
      if (next === undefined) continue;
      const begin = this.parts.get(key)?.job?.beginTime;
      if (begin === undefined) return undefined;
      oldest = Math.min(oldest, begin);
    }
    return oldest === Infinity ? undefined : oldest - BEGIN_TIME_MARGIN_MS;
  }

  /** A job that is tracked from a list was answered with it. */
  private freshAnswer(key: JobKey): Instant | undefined {
    const answeredAt = this.parts.get(key)?.answeredAt;
    const age = answeredAt === undefined ? Infinity : this.parts.clock.now() - answeredAt;
    return age >= 0 && age < MIN_INTERVAL_MS ? answeredAt : undefined;
  }

  /** What was to come soon would come as much later as the clock was set back. */
  onClockSetBack(): void {
    const now = this.parts.clock.now();
    for (const plan of this.plans.values()) {
      if (plan.next !== undefined) plan.next = soon(Math.min(plan.next.at, now));
      if (plan.lastPollAt !== undefined) plan.lastPollAt = Math.min(plan.lastPollAt, now);
    }
  }
}

function soon(at: Instant): PlannedPoll {
  return { at, from: at };
}
