/** Collects endings for a time that begins with the first of them, and then hands them over together. */
import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import type { JobKey } from '../model/job-reference';
import type { TrackedJob } from '../model/tracked-job';

export interface JobEnding {
  readonly key: JobKey;
  readonly tracked: TrackedJob;
}

export class EndingBatch implements Disposable {
  private endings: JobEnding[] = [];
  private timer: Disposable | undefined;
  private isDisposed = false;

  /** @param delayMsOf returns how long to collect, given the first endings of a batch */
  constructor(
    private readonly clock: Pick<Clock, 'schedule'>,
    private readonly delayMsOf: (endings: readonly JobEnding[]) => number,
    private readonly handOver: (endings: readonly JobEnding[]) => void,
  ) {}

  add(endings: readonly JobEnding[]): void {
    if (endings.length === 0 || this.isDisposed) return;
    this.endings.push(...endings);
    this.timer ??= this.clock.schedule(this.delayMsOf(endings), () => {
      const collected = this.endings;
      this.endings = [];
      this.timer = undefined;
      this.handOver(collected);
    });
  }

  dispose(): void {
    this.isDisposed = true;
    this.timer?.dispose();
  }
}
