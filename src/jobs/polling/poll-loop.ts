/** Does step after step, as long as there is one to do, and sleeps in between. */
import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import { type ClockJump, ClockJumpDetector } from './clock-jumps';

export interface PollLoopParts {
  /** Never rejects. Milliseconds until the next step; undefined: none, until `wake`. */
  readonly step: () => Promise<number | undefined>;
  /** Milliseconds for which nobody looks, at most, whether the computer slept, or its clock was set. */
  readonly maxSleepMs: () => number;
  /** Never throws, as `onIdle`. */
  readonly onJump: (jump: ClockJump) => void;
  /** There is nothing to do for so many milliseconds; undefined: until `wake`. */
  readonly onIdle: (pause: number | undefined) => void;
  readonly clock: Clock;
}

export class PollLoop implements Disposable {
  private isRunning = false;
  private isDisposed = false;
  /** Counts what is new: a step is done for it before anybody sleeps. */
  private wakes = 0;
  private sleep: { readonly end: () => void; readonly timer: Disposable } | undefined;
  private readonly time: ClockJumpDetector;

  constructor(private readonly parts: PollLoopParts) {
    this.time = new ClockJumpDetector(parts.clock);
  }

  wake(): void {
    this.wakes += 1;
    this.sleep?.end();
    if (!this.isRunning && !this.isDisposed) void this.run();
  }

  /** A step that is on its way ends by itself. */
  dispose(): void {
    this.isDisposed = true;
    this.sleep?.timer.dispose();
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    while (!this.isDisposed) {
      const { wakes } = this;
      this.noticeJump();
      const pause = await this.parts.step();
      if (wakes !== this.wakes || pause === 0) continue;
      this.parts.onIdle(pause);
      if (pause === undefined) break;
      await this.sleepFor(pause);
    }
    this.isRunning = false;
  }

  private async sleepFor(pause: number): Promise<void> {
    const { clock, maxSleepMs } = this.parts;
    const nap = Math.min(pause, maxSleepMs());
    this.noticeJump();
    // While the step was on its way.
    if (this.isDisposed) return;
    await new Promise<void>((resolve) => {
      this.sleep = { end: resolve, timer: clock.schedule(nap, resolve) };
    });
    this.sleep?.timer.dispose();
    this.sleep = undefined;
    this.noticeJump(nap);
  }

  private noticeJump(planned?: number): void {
    const jump = this.time.jump(planned);
    if (jump !== undefined) this.parts.onJump(jump);
  }
}
