/** The clock that the domain uses; tests replace it, so that a week passes in a second. */
import type { Disposable } from './disposable';

/** Milliseconds since the epoch. */
export type Instant = number;

export interface Clock {
  now(): Instant;
  /**
   * @returns milliseconds since an arbitrary moment, which is the same for all processes of this computer until it
   * restarts. Setting the computer's clock does not change it.
   */
  elapsed(): number;
  /** Runs the callback once after `delayMs`, unless the result is disposed before. */
  schedule(delayMs: number, callback: () => void): Disposable;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => Number(process.hrtime.bigint() / 1_000_000n),
  schedule(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return {
      dispose: () => {
        clearTimeout(timer);
      },
    };
  },
};
