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
  /** Runs the callback once after `delayMs`, at most 24 days, unless the result is disposed before. */
  schedule(delayMs: number, callback: () => void): Disposable;
}

/** Node.js runs the callback of a longer timer at once. */
const MAX_DELAY_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => Number(process.hrtime.bigint() / 1_000_000n),
  schedule(delayMs, callback) {
    const timer = setTimeout(callback, Math.min(delayMs, MAX_DELAY_MS));
    return {
      dispose: () => {
        clearTimeout(timer);
      },
    };
  },
};
