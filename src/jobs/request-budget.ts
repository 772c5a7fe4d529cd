/** Holds the requests to one endpoint within a sliding window, since the quota belongs to the person's other tools too. */
import type { Instant } from './clock';

/** Milliseconds: the window in which the service counts. */
const WINDOW = 5 * 60_000;

export class RequestBudget {
  private taken: Instant[] = [];

  /** @param limit requests in any window, asked anew each time since a setting may change it. */
  constructor(private readonly limit: () => number) {}

  take(now: Instant): void {
    this.taken.push(now);
  }

  /**
   * Milliseconds until the next request may leave. Up to half of the budget goes at once; the rest is spread over the
   * time until the oldest requests no longer count, since a burst would leave minutes of silence behind it.
   */
  delay(now: Instant): number {
    // An instant in the future is from before the clock was set back.
    this.taken = this.taken.filter((at) => at > now - WINDOW).map((at) => Math.min(at, now));
    const limit = this.limit();
    const used = this.taken.length;
    const first = this.taken[0];
    const last = this.taken.at(-1);
    if (first === undefined || last === undefined || used < limit / 2) return 0;
    const blocking = this.taken[used - limit];
    if (blocking !== undefined) return blocking + WINDOW - now;
    const spacing = Math.max(WINDOW / limit, (first + WINDOW - now) / (limit - used));
    return Math.max(0, last + spacing - now);
  }
}

/** One budget for each endpoint. */
export function requestBudgets(limit: () => number): (endpoint: string) => RequestBudget {
  const budgets = new Map<string, RequestBudget>();
  return (endpoint) => {
    const budget = budgets.get(endpoint) ?? new RequestBudget(limit);
    budgets.set(endpoint, budget);
    return budget;
  };
}
