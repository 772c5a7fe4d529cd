/** The pause after a link was declined: a page that opens links in a row causes one question. */
import type { Clock } from '../../base/clock';
import { MINUTE } from '../../base/time-units';

const MIN_PAUSE_MS = MINUTE;
const MAX_PAUSE_MS = 10 * MINUTE;

export class LinkPause {
  private pauseMs = 0;
  /** Time since the computer started: setting the clock does not change it. */
  private end = -Infinity;
  private ignored = 0;

  constructor(private readonly clock: Pick<Clock, 'elapsed'>) {}

  get isOn(): boolean {
    return this.remainingMs > 0;
  }

  get remainingMs(): number {
    return Math.max(0, this.end - this.clock.elapsed());
  }

  /** Starts a pause; twice as long as the last one if that has ended less than its length ago. */
  declined(): void {
    const now = this.clock.elapsed();
    const isSoon = now < this.end + this.pauseMs;
    this.pauseMs = isSoon ? Math.min(2 * this.pauseMs, MAX_PAUSE_MS) : MIN_PAUSE_MS;
    this.end = now + this.pauseMs;
    this.ignored = 0;
  }

  accepted(): void {
    this.pauseMs = 0;
    this.end = -Infinity;
  }

  /** @returns how many links were ignored in this pause. */
  noteIgnored(): number {
    this.ignored += 1;
    return this.ignored;
  }
}
