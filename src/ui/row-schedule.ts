/**
 * When the rows of jobs are drawn anew without any news: as their durations go on. A row that is drawn anew loses what it
 * shows under the pointer, so that it is not done often, nor while somebody reads that.
 */
import type { JobFields } from '../elb/job';
import type { Clock, Instant } from '../jobs/clock';
import type { Disposable } from '../jobs/disposable';
import type { JobKey } from '../jobs/job-reference';
import type { JobStore } from '../jobs/job-store';
import type { DurationHistory } from '../jobs/prediction';
import { isEnding } from '../jobs/status';
import type { TrackedJob } from '../jobs/tracked-job';
import { untilElapsedChanges } from './duration';

/** Milliseconds in which a hover opens and its first lines are read. Rows change together, whenever their jobs began. */
const BETWEEN_TICKS = 5_000;
/** Milliseconds for which a hover that has opened is read. */
const A_READING = 10_000;
/** Milliseconds for which the time that a job is said to need still may stand. */
const LONGEST_TIME_LEFT = 60_000;

export interface RowScheduleParts {
  readonly store: Pick<JobStore, 'all'>;
  readonly durations: DurationHistory;
  readonly clock: Clock;
  readonly isVisible: () => boolean;
  readonly draw: (key: JobKey) => void;
}

export class RowSchedule implements Disposable {
  private next: Disposable | undefined;
  private reading: { readonly key: JobKey; readonly until: Instant; readonly isOwed: boolean } | undefined;

  constructor(private readonly parts: RowScheduleParts) {}

  /** What the row shows under the pointer has come up, and is being read. */
  read(key: JobKey): void {
    const owed = this.reading?.isOwed === true ? this.reading.key : undefined;
    this.reading = { key, until: this.parts.clock.now() + A_READING, isOwed: owed === key };
    if (owed !== undefined && owed !== key) this.parts.draw(owed);
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
    this.next?.dispose();
    this.next = undefined;
    if (!this.parts.isVisible()) return;
    const { store, clock } = this.parts;
    const now = clock.now();
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
    this.next = clock.schedule(shortest, () => {
      for (const key of due) this.draw(key);
      this.update();
    });
  }

  dispose(): void {
    this.next?.dispose();
  }

  private untilDrawn(key: JobKey, tracked: TrackedJob, now: Instant): number {
    const isOwed = this.reading?.key === key && this.reading.isOwed;
    return Math.max(isOwed ? 0 : this.untilTextChanges(tracked, now), this.restOfReading(key));
  }

  private restOfReading(key: JobKey): number {
    return this.reading?.key === key ? Math.max(0, this.reading.until - this.parts.clock.now()) : 0;
  }

  /** Milliseconds until a time that a job or one of its sub-jobs shows is another; never, where it has ended. */
  private untilTextChanges({ job, reference }: TrackedJob, now: Instant): number {
    if (job === undefined || isEnding(job.status)) return Infinity;
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
  const pause = untilElapsedChanges(now - beginTime);
  return pause > BETWEEN_TICKS ? pause : Math.max(pause, BETWEEN_TICKS - (now % BETWEEN_TICKS));
}
