/** Waiting by the clock: for a time, or for a promise that may never settle. */
import type { Clock } from './clock';

export function sleep(clock: Clock, delay: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const end = () => {
      timer.dispose();
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = clock.schedule(delay, end);
    signal.addEventListener('abort', end);
  });
}

/** @param otherwise what it is where nothing came in time; what comes later is ignored. */
export function withTimeout<T, Otherwise>(
  clock: Pick<Clock, 'schedule'>,
  milliseconds: number,
  answer: PromiseLike<T>,
  otherwise: () => Otherwise,
): Promise<T | Otherwise> {
  return new Promise((resolve, reject) => {
    const timer = clock.schedule(milliseconds, () => {
      try {
        resolve(otherwise());
      } catch (cause) {
        reject(cause instanceof Error ? cause : new Error(String(cause)));
      }
    });
    answer.then(
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
