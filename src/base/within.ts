/** Waits no longer than is sensible for an answer that may never come. */
import type { Clock } from './clock';

/** @param otherwise what it is where nothing came in time; what comes later is ignored. */
export function within<T, Otherwise>(
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
