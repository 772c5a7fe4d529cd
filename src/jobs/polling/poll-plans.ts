/** When each job of a project is to be looked at next, and which of them one request should ask for. */
import type { Clock, Instant } from '../../base/clock';
import type { JobKey } from '../model/job-reference';
import type { DurationHistory } from '../model/duration-history';
import { type Look, nextLook } from './poll-schedule';
import type { TrackedJob } from '../model/tracked-job';

interface Plan {
  /** Undefined: no look is due of itself. */
  look: Look | undefined;
  lastLookAt: Instant | undefined;
  /** Lists that lacked the job, one after the other. */
  absences: number;
  /** The last list lacked it: it is asked for alone now. */
  isAlone: boolean;
}

export interface LookPlansParts {
  readonly get: (key: JobKey) => TrackedJob | undefined;
  readonly durations: DurationHistory;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** Milliseconds: the least time between two looks at one job, whoever asks for them. */
const SHORTEST_PAUSE = 2000;
/** A job that so many lists in a row lacked is not looked for in lists any more. */
const MOST_ABSENCES = 2;
/** Milliseconds before the oldest followed begin: the service documents no zone for the times it compares. */
export const ZONE_MARGIN = 24 * 60 * 60_000;

export class LookPlans {
  private readonly plans = new Map<JobKey, Plan>();

  constructor(private readonly parts: LookPlansParts) {}

  add(key: JobKey): void {
    const lastLookAt = this.freshAnswer(key);
    this.plans.set(key, { look: undefined, lastLookAt, absences: 0, isAlone: false });
    this.renew(key);
  }

  remove(key: JobKey): void {
    this.plans.delete(key);
  }

  keys(): Iterable<JobKey> {
    return this.plans.keys();
  }

  isPlanned(key: JobKey): boolean {
    return this.plans.get(key)?.look !== undefined;
  }

  /** Whether there was a look from then on, or none is due. */
  isLookedAtSince(key: JobKey, instant: Instant): boolean {
    const plan = this.plans.get(key);
    return plan?.look === undefined || (plan.lastLookAt !== undefined && plan.lastLookAt >= instant);
  }

  /** Plans the next look by what is known of the job now. */
  renew(key: JobKey): void {
    const plan = this.plans.get(key);
    const tracked = this.parts.get(key);
    if (plan === undefined || tracked === undefined) return;
    const { clock, random, durations } = this.parts;
    plan.look = nextLook(tracked, {
      now: clock.now(),
      lastLookAt: plan.lastLookAt,
      random: random(),
      prediction: durations.predict(tracked.job?.jobType),
    });
  }

  /** The job was asked for, alone or in a list. */
  looked(key: JobKey, at: Instant): void {
    const plan = this.plans.get(key);
    if (plan !== undefined) plan.lastLookAt = at;
  }

  shown(key: JobKey, at: Instant): void {
    const plan = this.plans.get(key);
    if (plan === undefined) return;
    plan.lastLookAt = at;
    plan.isAlone = false;
  }

  listed(key: JobKey, at: Instant): void {
    const plan = this.plans.get(key);
    if (plan === undefined) return;
    plan.lastLookAt = at;
    plan.absences = 0;
  }

  /** A list may know the job by another id: asked for alone, it tells which. */
  absent(key: JobKey, now: Instant): void {
    const plan = this.plans.get(key);
    if (plan === undefined) return;
    plan.absences += 1;
    plan.isAlone = true;
    plan.look = soon(now);
  }

  /** Looks as soon as may be, and no later than planned. */
  hurry(key: JobKey): void {
    const plan = this.plans.get(key);
    if (plan === undefined) return;
    const now = this.parts.clock.now();
    const { lastLookAt } = plan;
    const earliest = lastLookAt === undefined ? now : Math.max(now, Math.min(lastLookAt, now) + SHORTEST_PAUSE);
    plan.look = soon(Math.min(plan.look?.at ?? Infinity, earliest));
  }

  /** Looks at once, whenever it was looked at before. */
  lookAgain(key: JobKey): void {
    const plan = this.plans.get(key);
    if (plan !== undefined) plan.look = soon(this.parts.clock.now());
  }

  /** When the first look is due; undefined where none is. */
  dueAt(keys: Iterable<JobKey> = this.plans.keys()): Instant | undefined {
    let first: Instant | undefined;
    for (const key of keys) {
      const look = this.plans.get(key)?.look;
      if (look !== undefined && (first === undefined || look.at < first)) first = look.at;
    }
    return first;
  }

  due(now: Instant): JobKey[] {
    return [...this.plans].filter(([, { look }]) => look !== undefined && look.at <= now).map(([key]) => key);
  }

  /** The jobs that one list would serve, those that are nearly due among them. */
  listable(now: Instant): JobKey[] {
    return [...this.plans]
      .filter(([, { absences, isAlone }]) => !isAlone && absences < MOST_ABSENCES)
      .filter(([, { look }]) => look !== undefined && look.from <= now)
      .map(([key]) => key);
  }

  /** Of those that are due, the one that has waited longest for its interval. */
  mostUrgent(now: Instant): JobKey | undefined {
    let most: { readonly key: JobKey; readonly urgency: number } | undefined;
    for (const [key, { look, lastLookAt }] of this.plans) {
      if (look === undefined || look.at > now) continue;
      const urgency = lastLookAt === undefined ? Infinity : (now - lastLookAt) / Math.max(look.at - lastLookAt, 1);
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
    for (const [key, { look }] of this.plans) {
      if (look === undefined) continue;
      const begin = this.parts.get(key)?.job?.beginTime;
      if (begin === undefined) return undefined;
      oldest = Math.min(oldest, begin);
    }
    return oldest === Infinity ? undefined : oldest - ZONE_MARGIN;
  }

  /** A job that is tracked from a list was answered with it. */
  private freshAnswer(key: JobKey): Instant | undefined {
    const answeredAt = this.parts.get(key)?.answeredAt;
    const age = answeredAt === undefined ? Infinity : this.parts.clock.now() - answeredAt;
    return age >= 0 && age < SHORTEST_PAUSE ? answeredAt : undefined;
  }

  /** What was to come soon would come as much later as the clock was set back. */
  onClockSetBack(): void {
    const now = this.parts.clock.now();
    for (const plan of this.plans.values()) {
      if (plan.look !== undefined) plan.look = soon(Math.min(plan.look.at, now));
      if (plan.lastLookAt !== undefined) plan.lastLookAt = Math.min(plan.lastLookAt, now);
    }
  }
}

function soon(at: Instant): Look {
  return { at, from: at };
}
