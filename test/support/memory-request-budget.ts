/** A request budget that counts only the requests of this process. */
import type { Clock } from '../../src/base/clock';
import type { RequestBudget } from '../../src/jobs/budget/request-budget';
import { type BudgetUse, isMoreThanHalf, loweredUse, take, UNUSED } from '../../src/jobs/budget/sliding-window';
import type { RateLimit } from '../../src/cloud/http/error';

export class MemoryRequestBudget implements RequestBudget {
  private use: BudgetUse = UNUSED;

  /** @param limit requests in any five minutes; called each time, since a test may change it */
  constructor(
    private readonly limit: () => number,
    private readonly clock: Pick<Clock, 'elapsed'>,
  ) {}

  take(count = 1): Promise<number> {
    const { delayMs, use } = take(count, this.use, this.limit(), this.clock.elapsed());
    this.use = use;
    return Promise.resolve(delayMs);
  }

  isShort(): boolean {
    return isMoreThanHalf(this.use, this.limit(), this.clock.elapsed());
  }

  lower(limit: RateLimit): void {
    this.use = loweredUse(this.use, limit, this.limit(), this.clock.elapsed());
  }
}
