/** The interface of a request budget: a limit of the requests in a time, since other tools of the person share the quota. */
import type { RateLimit } from '../../cloud/http/error';

export interface BudgetCount {
  /** Requests of all windows that count at present. */
  readonly used: number;
  readonly limit: number;
}

export interface RequestBudget {
  /**
   * Takes `count` requests, 1 by default, if they may be sent together now. Never rejects.
   * @returns 0 if they were taken, else the milliseconds to wait before trying again
   */
  take(count?: number): Promise<number>;
  /** Whether more than half of the budget is used, as far as this window knows. */
  isShort(): boolean;
  /** Lowers the budget to half of a limit that the service named when it refused a request. */
  lower(limit: RateLimit): void;
  /** Reads the use, without changing it. Missing if requests are not counted. */
  count?(): Promise<BudgetCount>;
}
