/** Detects that the computer's clock was set back or that the computer slept: both delay what was planned. */
import type { Clock } from '../../base/clock';
import { SECOND } from '../../base/time-units';

/** Timers are not late by more than this without a reason. */
const TOLERANCE_MS = 10 * SECOND;

export type ClockJump = 'set-back' | 'slept';

export class ClockJumpDetector {
  private last: { readonly now: number; readonly elapsed: number };

  constructor(private readonly clock: Clock) {
    this.last = this.read();
  }

  /**
   * Returns what happened since the last call. A clock that was set forward counts as a sleep.
   * @param plannedMs how long the caller meant to wait since then, if known. It detects sleeps on systems where
   * `Clock.elapsed` counts them as well.
   */
  detect(plannedMs = Infinity): ClockJump | undefined {
    const before = this.last;
    this.last = this.read();
    const shownMs = this.last.now - before.now;
    const elapsedMs = this.last.elapsed - before.elapsed;
    if (shownMs < 0 || shownMs < elapsedMs - TOLERANCE_MS) return 'set-back';
    return shownMs > Math.min(elapsedMs, plannedMs) + TOLERANCE_MS ? 'slept' : undefined;
  }

  private read() {
    return { now: this.clock.now(), elapsed: this.clock.elapsed() };
  }
}
