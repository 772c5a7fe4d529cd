/** Runs steps one after the other and sleeps in between, until there is nothing to do. */
import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import { type ClockJump, ClockJumpDetector } from './clock-jumps';

interface PollLoopParts {
  /** Must not reject. Returns milliseconds until the next step; undefined: no step until `wake`. */
  readonly step: () => Promise<number | undefined>;
  /** Longer pauses are divided into sleeps of this length, with a check for clock jumps and a step after each. */
  readonly maxSleepMs: () => number;
  /** Must not throw. */
  readonly onJump: (jump: ClockJump) => void;
  /** Called before each pause, with its length; undefined: until `wake`. Must not throw. */
  readonly onIdle: (pauseMs: number | undefined) => void;
  readonly clock: Clock;
}

export class PollLoop implements Disposable {
  private isRunning = false;
  private isDisposed = false;
  /** Counts `wake`, so that a wake during a step is followed by another step at once. */
  private wakes = 0;
  private sleep: { readonly end: () => void; readonly timer: Disposable } | undefined;
  private readonly jumps: ClockJumpDetector;

  constructor(private readonly parts: PollLoopParts) {
    this.jumps = new ClockJumpDetector(parts.clock);
  }

  wake(): void {
    this.wakes += 1;
    this.sleep?.end();
    if (!this.isRunning && !this.isDisposed) void this.run();
  }

  /** Starts no more steps; a step that has started is not interrupted. */
  dispose(): void {
    this.isDisposed = true;
    this.sleep?.timer.dispose();
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    while (!this.isDisposed) {
      const { wakes } = this;
      this.checkForJump();
      const pauseMs = await this.parts.step();
      if (wakes !== this.wakes || pauseMs === 0) continue;
      this.parts.onIdle(pauseMs);
      if (pauseMs === undefined) break;
      await this.sleepFor(pauseMs);
    }
    this.isRunning = false;
  }

  private async sleepFor(pauseMs: number): Promise<void> {
    const { clock, maxSleepMs } = this.parts;
    const sleepMs = Math.min(pauseMs, maxSleepMs());
    this.checkForJump();
    // Disposed during the step.
    if (this.isDisposed) return;
    await new Promise<void>((resolve) => {
      this.sleep = { end: resolve, timer: clock.schedule(sleepMs, resolve) };
    });
    this.sleep?.timer.dispose();
    this.sleep = undefined;
    this.checkForJump(sleepMs);
  }

  private checkForJump(plannedMs?: number): void {
    const jump = this.jumps.detect(plannedMs);
    if (jump !== undefined) this.parts.onJump(jump);
  }
}
