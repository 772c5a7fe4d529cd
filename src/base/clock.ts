/** Time as the domain sees it, so that a week can pass in a second. */
import type { Disposable } from './disposable';

/** Milliseconds since the epoch. */
export type Instant = number;

export interface Clock {
  now(): Instant;
  /**
   * Milliseconds since an arbitrary moment that is the same for all processes of this computer until it restarts; no
   * setting of the clock changes it.
   */
  elapsed(): number;
  /** Runs the callback once after `delay` milliseconds, unless it is disposed of before. */
  schedule(delay: number, callback: () => void): Disposable;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => Number(process.hrtime.bigint() / 1_000_000n),
  schedule(delay, callback) {
    const timer = setTimeout(callback, delay);
    return {
      dispose: () => {
        clearTimeout(timer);
      },
    };
  },
};
