/** A timer that stops while the computer sleeps: a time limit must not pass before the jobs can be polled again. */
import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import { SECOND } from '../../base/time-units';

const MAX_STEP_MS = 10 * SECOND;

export class AwakeTimer implements Disposable {
  private step: Disposable | undefined;

  /** Calls `onEnd` once after `delayMs` in which the computer was awake, to within MAX_STEP_MS for each sleep. */
  constructor(
    private readonly clock: Pick<Clock, 'elapsed' | 'schedule'>,
    delayMs: number,
    private readonly onEnd: () => void,
  ) {
    this.wait(delayMs);
  }

  dispose(): void {
    this.step?.dispose();
  }

  private wait(leftMs: number): void {
    const stepMs = Math.min(leftMs, MAX_STEP_MS);
    const since = this.clock.elapsed();
    this.step = this.clock.schedule(stepMs, () => {
      // A busy computer is late by less than a step.
      const countedMs = Math.min(Math.max(this.clock.elapsed() - since, stepMs), 2 * MAX_STEP_MS);
      if (countedMs < leftMs) this.wait(leftMs - countedMs);
      else this.onEnd();
    });
  }
}
