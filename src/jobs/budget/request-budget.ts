/** Holds requests within a sliding window, since the quota belongs to the person's other tools too. */
import type { RateLimit } from '../../cloud/http/error';
import { type BudgetUse, isMoreThanHalf, loweredUse, take, UNUSED } from './sliding-window';
import type { Clock } from '../../base/clock';

export interface RequestBudget {
  /**
   * Milliseconds until a request, or so many at once, may leave; 0: they are taken now and may leave.
   * Never rejects.
   */
  take(count?: number): Promise<number>;
  /** Whether more than half of it is used, as far as this window knows. */
  isShort(): boolean;
  /** The service named its limit when it refused a request. */
  lower(limit: RateLimit): void;
}

/** Knows what this process took alone. */
export class MemoryRequestBudget implements RequestBudget {
  private use: BudgetUse = UNUSED;

  /** @param limit requests in any five minutes, asked anew each time since a setting may change it. */
  constructor(
    private readonly limit: () => number,
    private readonly clock: Pick<Clock, 'elapsed'>,
  ) {}

  take(count = 1): Promise<number> {
    const taking = take(count, this.use, this.limit(), this.clock.elapsed());
    this.use = taking.use;
    return Promise.resolve(taking.delay);
  }

  isShort(): boolean {
    return isMoreThanHalf(this.use, this.limit(), this.clock.elapsed());
  }

  lower(limit: RateLimit): void {
    this.use = loweredUse(this.use, limit, this.limit(), this.clock.elapsed());
  }
}
