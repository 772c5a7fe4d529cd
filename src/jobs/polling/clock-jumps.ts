/** Notices that the clock was set back, or that the computer slept: both put off what was planned. */
import type { Clock } from '../../base/clock';

/** Milliseconds by which no timer is late but for a reason. */
const TOLERANCE = 10_000;

export type ClockJump = 'set-back' | 'slept';

export class ClockJumpDetector {
  private last: { readonly now: number; readonly elapsed: number };

  constructor(private readonly clock: Clock) {
    this.last = this.read();
  }

  /**
   * What happened since the last call; a clock that was set forward is as good as a sleep.
   * @param planned milliseconds that were to pass since then, where that is known: whether the time that no setting of
   * the clock changes goes on during a sleep depends on the system.
   */
  jump(planned = Infinity): ClockJump | undefined {
    const before = this.last;
    this.last = this.read();
    const shown = this.last.now - before.now;
    const passed = this.last.elapsed - before.elapsed;
    if (shown < 0 || shown < passed - TOLERANCE) return 'set-back';
    return shown > Math.min(passed, planned) + TOLERANCE ? 'slept' : undefined;
  }

  private read() {
    return { now: this.clock.now(), elapsed: this.clock.elapsed() };
  }
}
