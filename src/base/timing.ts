/** Waits for a time, or until nobody waits any more. */
import type { Clock } from './clock';

export function wait(clock: Clock, delay: number, signal: AbortSignal): Promise<void> {
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
