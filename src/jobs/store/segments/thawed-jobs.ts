/** Ended jobs that were changed and have files again: marks them in their segments, many at a time. */
import { SECOND } from '../../../base/time-units';
import type { WindowContext } from '../../../storage/window-context';
import type { JobKey } from '../../model/job-reference';
import type { EndedJobs } from './ended-jobs';
import type { SegmentName } from './segment-file';

type ThawedJobsParts = Pick<WindowContext, 'clock' | 'log'> & { readonly timeScale?: number };

/** Collects many changes into one. Until then, and if this window closes before, the files count all the same. */
const MARK_DELAY_MS = SECOND;

export class ThawedJobs {
  private marks = new Map<SegmentName, Set<JobKey>>();
  private isScheduled = false;

  constructor(
    private readonly parts: ThawedJobsParts,
    private readonly ended: Pick<EndedJobs, 'mark'>,
  ) {}

  /** @param segment the one that the job was read from; another one may have a later state of the job by now */
  add(key: JobKey, segment: SegmentName): void {
    const keys = this.marks.get(segment);
    if (keys === undefined) this.marks.set(segment, new Set([key]));
    else keys.add(key);
    if (this.isScheduled) return;
    this.isScheduled = true;
    this.parts.clock.schedule(MARK_DELAY_MS * (this.parts.timeScale ?? 1), () => {
      this.isScheduled = false;
      const marks = new Map([...this.marks].map(([name, thawed]) => [name, [...thawed]]));
      this.marks = new Map();
      this.ended.mark(marks).catch((cause: unknown) => {
        // The mover does it later.
        this.parts.log.debug(`Changed jobs could not be marked in their segments: ${String(cause)}`);
      });
    });
  }
}
