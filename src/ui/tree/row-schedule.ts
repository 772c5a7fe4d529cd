/**
 * Redraws rows as their durations change. A redraw closes the row's hover, so rows are redrawn seldom, and not while a
 * person reads their hover.
 */
import type { JobFields } from '../../cloud/api/job';
import type { Clock, Instant } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import type { JobKey } from '../../jobs/model/job-reference';
import type { JobStore } from '../../jobs/store/job-store';
import { type DurationHistory, timeLeft } from '../../jobs/model/duration-history';
import { isEnding } from '../../jobs/model/job-status';
import { isLost, type TrackedJob } from '../../jobs/model/tracked-job';
import { isInstant } from '../text/date-time';
import { msUntilElapsedChanges } from '../text/duration';
import { MINUTE, SECOND } from '../../base/time-units';
import { shownSubJobs } from './shown-parts';

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
  private next: { readonly at: Instant; readonly due: readonly JobKey[]; readonly timer: Disposable } | undefined;
  /** The hover that opened last; `isRedrawPending`: its row is redrawn after it has been read. */
  private hover: { readonly key: JobKey; readonly until: Instant; readonly isRedrawPending: boolean } | undefined;

  constructor(private readonly parts: RowScheduleParts) {}

  /** To be called when the view requests the hover of a row. */
  hoverOpened(key: JobKey): void {
    const pending = this.hover?.isRedrawPending === true ? this.hover.key : undefined;
    if (pending !== undefined && pending !== key) this.redraw(pending);
    const tracked = this.parts.store.all().get(key);
    const now = this.parts.clock.now();
    const changesSoon = tracked !== undefined && this.msUntilTextChanges(tracked, now) < HOVER_READING_MS;
    this.hover = { key, until: now + HOVER_READING_MS, isRedrawPending: changesSoon || pending === key };
    this.update();
  }

  /** To be called when the whole tree was redrawn, which closes the hover. */
  allRedrawn(): void {
    this.hover = undefined;
    this.update();
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

  /** To be called when rows were redrawn, or the view was shown or hidden. */
  update(): void {
    const { store, clock, isVisible } = this.parts;
    const now = clock.now();
    const { next } = this;
    next?.timer.dispose();
    this.next = undefined;
    if (!isVisible()) return;
    // A timer may be late, e.g. after the computer slept.
    if (next !== undefined && next.at <= now) for (const key of next.due) this.redraw(key);
    let shortest = Infinity;
    let due: JobKey[] = [];
    for (const [key, tracked] of store.all()) {
      const delay = this.msUntilRedraw(key, tracked, now);
      if (delay < shortest) {
        shortest = delay;
        due = [];
      }
      if (delay === shortest && delay < Infinity) due.push(key);
    }
    if (shortest === Infinity) return;
    const timer = clock.schedule(shortest, () => {
      this.next = undefined;
      for (const key of due) this.redraw(key);
      this.update();
    });
    this.next = { at: now + shortest, due, timer };
  }

  dispose(): void {
    this.next?.timer.dispose();
  }

  private msUntilRedraw(key: JobKey, tracked: TrackedJob, now: Instant): number {
    const isPending = this.hover?.key === key && this.hover.isRedrawPending;
    return Math.max(isPending ? 0 : this.msUntilTextChanges(tracked, now), this.hoverTimeLeftMs(key));
  }

  /** How long the row's hover is still read; 0 if it is not open. */
  private hoverTimeLeftMs(key: JobKey): number {
    if (this.hover?.key !== key) return 0;
    // The clock may have been set back.
    return Math.min(HOVER_READING_MS, Math.max(0, this.hover.until - this.parts.clock.now()));
  }

  /** How long all durations of a job and its sub-jobs stay the same; Infinity if the job has ended. */
  private msUntilTextChanges(tracked: TrackedJob, now: Instant): number {
    const { job, reference } = tracked;
    if (job === undefined || isEnding(job.status) || isLost(tracked)) return Infinity;
    // A plain loop, since this runs for each job at each change.
    let shortest = msUntilElapsedTextChanges(job, now);
    for (const { subJob } of shownSubJobs(job).parts) {
      shortest = Math.min(shortest, msUntilElapsedTextChanges(subJob, now));
    }
    if (shortest <= MAX_TIME_LEFT_AGE_MS || !isInstant(job.beginTime)) return shortest;
    const prediction = this.parts.durations.of(reference).predict(job.jobType);
    // A job that has run longer than predicted shows no time left.
    const showsTimeLeft = prediction !== undefined && timeLeft(prediction, now - job.beginTime) !== undefined;
    return showsTimeLeft ? MAX_TIME_LEFT_AGE_MS : shortest;
  }
}

function msUntilElapsedTextChanges({ beginTime, endTime, status }: JobFields, now: Instant): number {
  if (!isInstant(beginTime) || endTime !== undefined || isEnding(status)) return Infinity;
  const elapsed = now - beginTime;
  const delay = msUntilElapsedChanges(elapsed);
  if (elapsed >= MINUTE) return delay;
  return Math.min(MINUTE - elapsed, Math.max(delay, TICK_INTERVAL_MS - (now % TICK_INTERVAL_MS)));
}
