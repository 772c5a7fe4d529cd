/** Waiting by the clock: for a time, or for a promise that may never settle. */
import type { Clock } from './clock';

/** Resolves after `delayMs`, or when the signal is aborted. */
export function sleep(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      timer.dispose();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = clock.schedule(delayMs, end);
    signal.addEventListener('abort', end);
  });
}

/** @returns the promise's result, or the result of `otherwise` if the promise does not settle within `timeoutMs` */
export function withTimeout<T, Otherwise>(
  clock: Pick<Clock, 'schedule'>,
  timeoutMs: number,
  promise: PromiseLike<T>,
  otherwise: () => Otherwise,
): Promise<T | Otherwise> {
  return new Promise((resolve, reject) => {
    const timer = clock.schedule(timeoutMs, () => {
      try {
        resolve(otherwise());
      } catch (cause) {
        reject(cause instanceof Error ? cause : new Error(String(cause)));
      }
    });
    promise.then(
      (value) => {
        timer.dispose();
        resolve(value);
      },
      (cause: unknown) => {
        timer.dispose();
        reject(cause instanceof Error ? cause : new Error(String(cause)));
      },
    );
  });
}
