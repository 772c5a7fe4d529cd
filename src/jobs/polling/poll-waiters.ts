/** Callers that wait until jobs have been polled. */
import type { Clock, Instant } from '../../base/clock';
import { SECOND } from '../../base/time-units';
import type { JobKey } from '../model/job-reference';
import type { PollPlans } from './poll-plans';

interface PollWaitersParts {
  readonly plans: Pick<PollPlans, 'isPlanned' | 'isPolledSince'>;
  readonly clock: Pick<Clock, 'now'>;
}

interface PollWaiter {
  /** Not polled yet, as far as is known. */
  readonly keys: JobKey[];
  readonly since: Instant;
  readonly resolve: () => void;
}

/** Callers do not wait for a poll that is further away. */
export const MAX_POLL_WAIT_MS = 5 * SECOND;

export class PollWaiters {
  private readonly waiters = new Set<PollWaiter>();

  constructor(private readonly parts: PollWaitersParts) {}

  /** Resolves when each of the jobs has been polled from now on or has no poll planned, or at `resolveAll`. */
  add(keys: readonly JobKey[]): Promise<void> {
    const since = this.parts.clock.now();
    return new Promise((resolve) => {
      this.waiters.add({ keys: [...keys], since, resolve });
    });
  }

  resolvePolled(): void {
    const { plans } = this.parts;
    for (const waiter of this.waiters) {
      for (let key = waiter.keys.at(-1); key !== undefined; key = waiter.keys.at(-1)) {
        if (!plans.isPolledSince(key, waiter.since)) break;
        waiter.keys.pop();
      }
      if (waiter.keys.length === 0) this.resolve(waiter);
    }
  }

  resolveAll(): void {
    for (const waiter of this.waiters) this.resolve(waiter);
  }

  private resolve(waiter: PollWaiter): void {
    this.waiters.delete(waiter);
    waiter.resolve();
  }
}
