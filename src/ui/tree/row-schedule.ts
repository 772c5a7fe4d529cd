/**
 * Redraws rows as their durations change. A redraw closes the row's hover, so rows are redrawn seldom, and not while a
 * person reads their hover.
 */
import type { JobFields } from '../../cloud/api/job';
import type { Clock, Instant } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import type { JobKey } from '../../jobs/model/job-reference';
import type { JobStore } from '../../jobs/store/job-store';
import { DueQueue } from '../../jobs/store/due-queue';
import { type DurationHistory, timeLeft } from '../../jobs/model/duration-history';
import { isEnding } from '../../jobs/model/job-status';
import { isLost, type TrackedJob } from '../../jobs/model/tracked-job';
import { needsDecision, waitsSince } from '../../jobs/model/waiting-upgrade';
import { isInstant } from '../text/date-time';
import { msUntilElapsedChanges } from '../text/duration';
import { MINUTE, SECOND } from '../../base/time-units';
import { shownWithoutIds } from '../parts/shown-parts';

/** In the first minute of their jobs all rows are redrawn together at this interval, in which a hover can open. */
const TICK_INTERVAL_MS = 5 * SECOND;
/** How long a person is assumed to read an open hover. */
const HOVER_READING_MS = 10 * SECOND;
/** How long the text of the expected time left may be out of date. */
const MAX_TIME_LEFT_AGE_MS = MINUTE;

interface RowScheduleParts {
  readonly store: Pick<JobStore, 'all'>;
  readonly durations: DurationHistory;
  readonly clock: Clock;
  readonly isVisible: () => boolean;
  readonly redraw: (key: JobKey) => void;
}

export class RowSchedule implements Disposable {
  private next: { readonly at: Instant; readonly timer: Disposable } | undefined;
  /** When each row is redrawn next; none while the view is hidden. */
  private readonly redraws = new DueQueue<JobKey>();
  /** The rows that are redrawn when they are due only if they show a time left by then. */
  private readonly unpredicted = new Set<JobKey>();
  /** When `redraws` was updated last; undefined while the view is hidden. */
  private updatedAt: Instant | undefined;
  /** The hover that opened last; `isRedrawPending`: its row is redrawn after it has been read. */
  private hover: { readonly key: JobKey; readonly until: Instant; readonly isRedrawPending: boolean } | undefined;

  constructor(private readonly parts: RowScheduleParts) {}

  /** To be called when the view requests the hover of a row. */
  hoverOpened(key: JobKey): void {
    const before = this.hover?.key;
    const pending = this.hover?.isRedrawPending === true ? this.hover.key : undefined;
    if (pending !== undefined && pending !== key) this.redraw(pending);
    const tracked = this.parts.store.all().get(key);
    const now = this.parts.clock.now();
    const changesSoon = tracked !== undefined && this.msUntilTextChanges(tracked, now) < HOVER_READING_MS;
    this.hover = { key, until: now + HOVER_READING_MS, isRedrawPending: changesSoon || pending === key };
    this.update(before === undefined ? [key] : [before, key]);
  }

  /** To be called when the whole tree was redrawn, which closes the hover. For `changed` see `update`. */
  allRedrawn(changed?: readonly JobKey[]): void {
    const before = this.hover?.key;
    this.hover = undefined;
    this.update(changed && before !== undefined ? [...changed, before] : changed);
  }

  redraw(key: JobKey): void {
    if (this.hover?.key === key) this.hover = undefined;
    this.parts.redraw(key);
  }

  /** Redraws the row at once or, if its hover is open, after the hover has been read. */
  redrawAfterHover(key: JobKey): void {
    if (this.hover?.key === key && this.hoverTimeLeftMs(key) > 0) this.hover = { ...this.hover, isRedrawPending: true };
    else this.redraw(key);
  }

  /**
   * To be called when rows were redrawn, or the view was shown or hidden.
   * @param changed the jobs whose rows may change at other times than before; by default all
   */
  update(changed?: Iterable<JobKey>): void {
    const { store, clock, isVisible } = this.parts;
    const now = clock.now();
    const { next } = this;
    next?.timer.dispose();
    this.next = undefined;
    if (!isVisible()) {
      this.redraws.clear();
      this.updatedAt = undefined;
      return;
    }
    // A timer may be late, e.g. after the computer slept.
    if (next !== undefined && next.at <= now) this.redrawDue(now);
    // All instants lie too late after the clock was set back.
    const isStale = this.updatedAt === undefined || now < this.updatedAt;
    this.updatedAt = now;
    if (changed === undefined || isStale) {
      this.redraws.clear();
      for (const [key, tracked] of store.all()) this.plan(key, tracked, now);
    } else for (const key of changed) this.plan(key, store.all().get(key), now);
    this.wait(now);
  }

  dispose(): void {
    this.next?.timer.dispose();
  }

  private wait(now: Instant): void {
    const at = this.redraws.firstAt;
    if (at === undefined) return;
    const timer = this.parts.clock.schedule(at - now, () => {
      this.next = undefined;
      // The clock may have been set back since.
      this.redrawDue(Math.max(at, this.parts.clock.now()));
      this.update([]);
    });
    this.next = { at, timer };
  }

  /** Redraws the rows whose texts change, and plans when they do so next. */
  private redrawDue(until: Instant): void {
    const { store, clock } = this.parts;
    for (const key of this.redraws.due(until)) {
      const tracked = store.all().get(key);
      // A prediction may have come for a row without one.
      const isSame = this.unpredicted.has(key) && tracked !== undefined && !this.showsTimeLeft(tracked, clock.now());
      if (!isSame) this.redraw(key);
      this.plan(key, tracked, clock.now());
    }
  }

  private plan(key: JobKey, tracked: TrackedJob | undefined, now: Instant): void {
    this.unpredicted.delete(key);
    const delayMs = tracked === undefined ? Infinity : this.msUntilRedraw(key, tracked, now);
    if (delayMs === Infinity) this.redraws.delete(key);
    else this.redraws.set(key, now + delayMs);
  }

  private msUntilRedraw(key: JobKey, tracked: TrackedJob, now: Instant): number {
    if (this.hover?.key === key && this.hover.isRedrawPending) return this.hoverTimeLeftMs(key);
    let untilChangeMs = this.msUntilTextChanges(tracked, now);
    if (untilChangeMs > MAX_TIME_LEFT_AGE_MS && !isAtRest(tracked) && isInstant(tracked.job?.beginTime)) {
      this.unpredicted.add(key);
      untilChangeMs = MAX_TIME_LEFT_AGE_MS;
    }
    return Math.max(untilChangeMs, this.hoverTimeLeftMs(key));
  }

  /** How long the row's hover is still read; 0 if it is not open. */
  private hoverTimeLeftMs(key: JobKey): number {
    if (this.hover?.key !== key) return 0;
    // The clock may have been set back.
    return Math.min(HOVER_READING_MS, Math.max(0, this.hover.until - this.parts.clock.now()));
  }

  /** How long all durations of a job and its sub-jobs stay the same; Infinity if the job has ended. */
  private msUntilTextChanges(tracked: TrackedJob, now: Instant): number {
    const { job } = tracked;
    const since = needsDecision(tracked) ? waitsSince(tracked) : undefined;
    if (since !== undefined) return msUntilDurationChanges(since, now);
    if (job === undefined || isAtRest(tracked)) return Infinity;
    let shortest = msUntilElapsedTextChanges(job, now);
    for (const subJob of shownWithoutIds(job)) {
      shortest = Math.min(shortest, msUntilElapsedTextChanges(subJob, now));
    }
    return shortest > MAX_TIME_LEFT_AGE_MS && this.showsTimeLeft(tracked, now) ? MAX_TIME_LEFT_AGE_MS : shortest;
  }

  /** A job that has run longer than predicted shows no time left. */
  private showsTimeLeft({ job, reference }: TrackedJob, now: Instant): boolean {
    if (!isInstant(job?.beginTime)) return false;
    const prediction = this.parts.durations.of(reference).predict(job.jobType);
    return prediction !== undefined && timeLeft(prediction, now - job.beginTime) !== undefined;
  }
}

/** Whether no duration in the job's row changes, apart from how long it waits for a decision. */
function isAtRest(tracked: TrackedJob): boolean {
  return tracked.job === undefined || isEnding(tracked.job.status) || isLost(tracked);
}

function msUntilElapsedTextChanges({ beginTime, endTime, status }: JobFields, now: Instant): number {
  if (!isInstant(beginTime) || endTime !== undefined || isEnding(status)) return Infinity;
  return msUntilDurationChanges(beginTime, now);
}

function msUntilDurationChanges(since: Instant, now: Instant): number {
  const elapsed = now - since;
  const delay = msUntilElapsedChanges(elapsed);
  if (elapsed >= MINUTE) return delay;
  return Math.min(MINUTE - elapsed, Math.max(delay, TICK_INTERVAL_MS - (now % TICK_INTERVAL_MS)));
}
