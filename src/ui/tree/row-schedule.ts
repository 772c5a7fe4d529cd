/**
 * When the rows of jobs are drawn anew without any news: as their durations go on. A row that is drawn anew loses what it
 * shows under the pointer, so that it is not done often, nor while somebody reads that.
 */
import type { JobFields } from '../../cloud/api/job';
import type { Clock, Instant } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import type { JobKey } from '../../jobs/model/job-reference';
import type { JobStore } from '../../jobs/store/job-store';
import type { DurationHistory } from '../../jobs/model/duration-history';
import { isEnding } from '../../jobs/model/job-status';
import { isLost, type TrackedJob } from '../../jobs/model/tracked-job';
import { untilElapsedChanges } from '../text/duration';
import { MINUTE } from '../../base/time-units';

/** Milliseconds in which a hover opens. In their first minute rows change together, whenever their jobs began. */
const BETWEEN_TICKS = 5_000;
/** Milliseconds for which a hover that has opened is read. */
const A_READING = 10_000;
/** Milliseconds for which the time that a job is said to need still may stand. */
const LONGEST_TIME_LEFT = MINUTE;

export interface RowScheduleParts {
  readonly store: Pick<JobStore, 'all'>;
  readonly durations: DurationHistory;
  readonly clock: Clock;
  readonly isVisible: () => boolean;
  readonly draw: (key: JobKey) => void;
}

export class RowSchedule implements Disposable {
  private next: { readonly at: Instant; readonly due: readonly JobKey[]; readonly timer: Disposable } | undefined;
  private reading: { readonly key: JobKey; readonly until: Instant; readonly isOwed: boolean } | undefined;

  constructor(private readonly parts: RowScheduleParts) {}

  /** What the row shows under the pointer was asked for: it has come up, for all that one can know, and is being read. */
  read(key: JobKey): void {
    const owed = this.reading?.isOwed === true ? this.reading.key : undefined;
    if (owed !== undefined && owed !== key) this.draw(owed);
    const tracked = this.parts.store.all().get(key);
    const now = this.parts.clock.now();
    const goesOn = tracked !== undefined && this.untilTextChanges(tracked, now) < A_READING;
    this.reading = { key, until: now + A_READING, isOwed: goesOn || owed === key };
    this.update();
  }

  /** All rows were drawn anew, and no hover is left. */
  allDrawn(): void {
    this.reading = undefined;
    this.update();
  }

  draw(key: JobKey): void {
    if (this.reading?.key === key) this.reading = undefined;
    this.parts.draw(key);
  }

  /** Draws the row, once nobody reads what it shows under the pointer. */
  drawOnceRead(key: JobKey): void {
    if (this.reading?.key === key && this.restOfReading(key) > 0) this.reading = { ...this.reading, isOwed: true };
    else this.draw(key);
  }

  /** To be called when anything was drawn, or came into or out of sight. */
  update(): void {
    const { store, clock, isVisible } = this.parts;
    const now = clock.now();
    const { next } = this;
    next?.timer.dispose();
    this.next = undefined;
    if (!isVisible()) return;
    // A timer may be late.
    if (next !== undefined && next.at <= now) for (const key of next.due) this.draw(key);
    let shortest = Infinity;
    let due: JobKey[] = [];
    for (const [key, tracked] of store.all()) {
      const pause = this.untilDrawn(key, tracked, now);
      if (pause < shortest) {
        shortest = pause;
        due = [];
      }
      if (pause === shortest && pause < Infinity) due.push(key);
    }
    if (shortest === Infinity) return;
    const timer = clock.schedule(shortest, () => {
      this.next = undefined;
      for (const key of due) this.draw(key);
      this.update();
    });
    this.next = { at: now + shortest, due, timer };
  }

  dispose(): void {
    this.next?.timer.dispose();
  }

  private untilDrawn(key: JobKey, tracked: TrackedJob, now: Instant): number {
    const isOwed = this.reading?.key === key && this.reading.isOwed;
    return Math.max(isOwed ? 0 : this.untilTextChanges(tracked, now), this.restOfReading(key));
  }

  private restOfReading(key: JobKey): number {
    if (this.reading?.key !== key) return 0;
    // The clock may have been set back.
    return Math.min(A_READING, Math.max(0, this.reading.until - this.parts.clock.now()));
  }

  /** Milliseconds until a time that a job or one of its sub-jobs shows is another; never, where it has ended. */
  private untilTextChanges(tracked: TrackedJob, now: Instant): number {
    const { job, reference } = tracked;
    if (job === undefined || isEnding(job.status) || isLost(tracked)) return Infinity;
    // A plain loop: this is done for each job at each change.
    let shortest = untilElapsedTextChanges(job, now);
    for (const subJob of job.subJobs) shortest = Math.min(shortest, untilElapsedTextChanges(subJob, now));
    if (shortest <= LONGEST_TIME_LEFT || job.beginTime === undefined) return shortest;
    const prediction = this.parts.durations.of(reference).predict(job.jobType);
    return prediction === undefined ? shortest : LONGEST_TIME_LEFT;
  }
}

function untilElapsedTextChanges({ beginTime, endTime, status }: JobFields, now: Instant): number {
  if (beginTime === undefined || endTime !== undefined || isEnding(status)) return Infinity;
  const elapsed = now - beginTime;
  const pause = untilElapsedChanges(elapsed);
  if (elapsed >= MINUTE) return pause;
  return Math.min(MINUTE - elapsed, Math.max(pause, BETWEEN_TICKS - (now % BETWEEN_TICKS)));
}
