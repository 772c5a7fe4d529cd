/**
 * Shows rows, of several wishes the newest. One after the other: while many rows are being drawn the view takes its time,
 * and may end with the row that it was asked for first.
 */
import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import type { Log } from '../../base/log';
import { sleep, withTimeout } from '../../base/timing';

/** Milliseconds before each attempt: the view finds no row while it draws its rows anew. */
const PAUSES = [0, 0, 50, 200, 500, 1000, 2000];
/** Milliseconds after which the view is taken not to answer any more. */
const LONGEST_ANSWER = 10_000;

export interface RowRevealerParts {
  readonly clock: Clock;
  readonly log: Log;
}

export class RowRevealer implements Disposable {
  /** Aborted when another row is wanted. */
  private newest = new AbortController();
  private last: Promise<void> = Promise.resolve();
  private isDisposed = false;

  constructor(private readonly parts: RowRevealerParts) {}

  /**
   * Never rejects, and resolves when the row is shown, cannot be, or another is wanted.
   * @param show rejects where the view has no such row yet.
   * @param isThere whether the row still is one.
   */
  async reveal(show: () => PromiseLike<void>, isThere: () => boolean): Promise<void> {
    if (this.isDisposed) return;
    this.newest.abort();
    this.newest = new AbortController();
    const { signal } = this.newest;
    this.last = this.last.then(() => this.attempt(show, isThere, signal));
    await this.last;
  }

  dispose(): void {
    this.isDisposed = true;
    this.newest.abort();
  }

  private async attempt(show: () => PromiseLike<void>, isThere: () => boolean, signal: AbortSignal): Promise<void> {
    const { clock, log } = this.parts;
    let problem: unknown;
    for (const pause of PAUSES) {
      if (pause > 0) await sleep(clock, pause, signal);
      if (signal.aborted || !isThere()) return;
      try {
        await withTimeout(clock, LONGEST_ANSWER, show(), () => undefined);
        return;
      } catch (cause) {
        problem = cause;
      }
    }
    log.warn(`The row of a job could not be shown: ${String(problem)}`);
  }
}
