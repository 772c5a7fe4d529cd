/** Retries things that failed, after delays that grow, and at once when the person returns to the window. */
import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import { MINUTE, SECOND } from '../../base/time-units';

const MIN_DELAY_MS = SECOND;
const MAX_DELAY_MS = 5 * MINUTE;
/** Together more than an hour. After them, only `retryNow` retries. */
const MAX_TIMED_RETRIES = 20;

interface Failure<Item> {
  readonly item: Item;
  readonly count: number;
  /** By the clock's elapsed time; Infinity after the last timed retry. Undefined while it is being retried. */
  readonly dueAtMs: number | undefined;
}

/** Has a timer only while something waits for its retry. */
export class LaterRetries<Key, Item> implements Disposable {
  private readonly failures = new Map<Key, Failure<Item>>();
  private timer: Disposable | undefined;
  private timerDueAtMs = Infinity;
  private isDisposed = false;

  /** @param retry gets the items that are due together; call `failed` or `delete` for each afterwards */
  constructor(
    private readonly clock: Pick<Clock, 'elapsed' | 'schedule'>,
    private readonly retry: (items: readonly Item[]) => void,
  ) {}

  /** Retries the item later. It replaces an item of the same key. */
  failed(key: Key, item: Item): void {
    if (this.isDisposed) return;
    const count = (this.failures.get(key)?.count ?? 0) + 1;
    const delayMs = count > MAX_TIMED_RETRIES ? Infinity : Math.min(MIN_DELAY_MS * 2 ** (count - 1), MAX_DELAY_MS);
    const dueAtMs = this.clock.elapsed() + delayMs;
    this.failures.set(key, { item, count, dueAtMs });
    this.scheduleBefore(dueAtMs);
  }

  /** How many items wait for their retry, or are being retried. */
  get size(): number {
    return this.failures.size;
  }

  has(key: Key): boolean {
    return this.failures.has(key);
  }

  /** Ends the retries of an item that succeeded, or that is not needed any more. */
  delete(key: Key): void {
    this.failures.delete(key);
    if (this.failures.size === 0) this.stopTimer();
  }

  /** Retries all items at once, and restarts their delays. */
  retryNow(): void {
    this.retryUntil(Infinity, 0);
  }

  dispose(): void {
    this.isDisposed = true;
    this.failures.clear();
    this.stopTimer();
  }

  private retryUntil(endMs: number, count?: number): void {
    this.stopTimer();
    const due: Item[] = [];
    let nextMs = Infinity;
    for (const [key, failure] of this.failures) {
      const { item, dueAtMs } = failure;
      if (dueAtMs === undefined) continue;
      if (dueAtMs > endMs) {
        nextMs = Math.min(nextMs, dueAtMs);
        continue;
      }
      this.failures.set(key, { ...failure, count: count ?? failure.count, dueAtMs: undefined });
      due.push(item);
    }
    this.scheduleBefore(nextMs);
    if (due.length > 0) this.retry(due);
  }

  private scheduleBefore(dueAtMs: number): void {
    if (dueAtMs >= this.timerDueAtMs) return;
    this.stopTimer();
    this.timerDueAtMs = dueAtMs;
    this.timer = this.clock.schedule(Math.max(0, dueAtMs - this.clock.elapsed()), () => {
      this.retryUntil(this.clock.elapsed());
    });
  }

  private stopTimer(): void {
    this.timer?.dispose();
    this.timer = undefined;
    this.timerDueAtMs = Infinity;
  }
}
