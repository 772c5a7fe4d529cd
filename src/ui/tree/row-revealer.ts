/**
 * Shows rows in the view, one at a time: the view is slow while it draws many rows, and of two reveals at once the first
 * could win. Of several requested rows only the latest is shown.
 */
import type { Disposable } from '../../base/disposable';
import { SerialQueue } from '../../base/serial-queue';
import { SECOND } from '../../base/time-units';
import { sleep, withTimeout } from '../../base/timing';
import type { WindowContext } from '../../storage/window-context';

/** Before each attempt; the view finds no row while it is drawing. */
const DELAYS_MS = [0, 0, 50, 200, 500, 1000, 2000];
const VIEW_TIMEOUT_MS = 10 * SECOND;

type RowRevealerParts = Pick<WindowContext, 'clock' | 'log'>;

export class RowRevealer implements Disposable {
  private readonly queue = new SerialQueue();
  /** Aborted when another row is requested. */
  private latest = new AbortController();
  private isDisposed = false;

  constructor(private readonly parts: RowRevealerParts) {}

  /**
   * Resolves when the row is shown or cannot be shown, or another row is requested. Never rejects.
   * @param show rejects if the view does not have the row yet.
   * @param exists whether the row still exists.
   */
  async reveal(show: () => PromiseLike<void>, exists: () => boolean): Promise<void> {
    if (this.isDisposed) return;
    this.latest.abort();
    this.latest = new AbortController();
    const { signal } = this.latest;
    await this.queue.add(() => this.attempt(show, exists, signal));
  }

  dispose(): void {
    this.isDisposed = true;
    this.latest.abort();
  }

  private async attempt(show: () => PromiseLike<void>, exists: () => boolean, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.parts;
    let problem: unknown;
    for (const delay of DELAYS_MS) {
      if (delay > 0) await sleep(clock, delay, signal);
      if (signal.aborted || !exists()) return;
      try {
        await withTimeout(clock, VIEW_TIMEOUT_MS, show(), () => undefined);
        return;
      } catch (cause) {
        problem = cause;
      }
    }
    log.warn(`The row of a job could not be shown: ${String(problem)}`);
  }
}
