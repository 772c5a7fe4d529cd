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
  schedule: (delayMs, callback) => disposableTimer(startTimer(delayMs, callback)),
};

/** Like `systemClock`; its timers do not keep the process alive. */
export const backgroundClock: Clock = {
  ...systemClock,
  schedule: (delayMs, callback) => disposableTimer(startTimer(delayMs, callback).unref()),
};

function startTimer(delayMs: number, callback: () => void): NodeJS.Timeout {
  return setTimeout(callback, Math.min(delayMs, MAX_DELAY_MS));
}

function disposableTimer(timer: NodeJS.Timeout): Disposable {
  return {
    dispose: () => {
      clearTimeout(timer);
    },
  };
}
