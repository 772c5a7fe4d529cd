/** Spreads work over turns of the event loop, however many callers start some in one turn. */
import type { SlicedWork } from './slices';

interface WaitingWork {
  readonly cost: number;
  readonly resume: () => void;
}

export class SharedTurns {
  private used = 0;
  private waiting: WaitingWork[] = [];
  private isTurnPlanned = false;

  /**
   * @param perTurn the cost of the work of a turn, which the last of it may exceed
   * @param planTurn calls its argument in the next turn
   */
  constructor(
    private readonly perTurn: number,
    private readonly planTurn: (turn: () => void) => void = setImmediate,
  ) {}

  /**
   * Returns a promise that resolves in the turn that has time for the work, in the order of the calls; undefined if this one has.
   * @param cost in the unit of `perTurn`
   */
  room(cost: number): Promise<void> | undefined {
    this.plan();
    if (this.used < this.perTurn && this.waiting.length === 0) {
      this.used += cost;
      return undefined;
    }
    return new Promise((resume) => {
      this.waiting.push({ cost, resume });
    });
  }

  private plan(): void {
    if (this.isTurnPlanned) return;
    this.isTurnPlanned = true;
    this.planTurn(() => {
      this.isTurnPlanned = false;
      this.resumeWaiting();
    });
  }

  private resumeWaiting(): void {
    this.used = 0;
    let resumed = 0;
    for (; resumed < this.waiting.length && this.used < this.perTurn; resumed += 1) {
      this.used += this.waiting[resumed]?.cost ?? 0;
      this.waiting[resumed]?.resume();
    }
    this.waiting = this.waiting.slice(resumed);
    if (resumed > 0) this.plan();
  }
}

/**
 * Does the work, each slice in a turn that has time for it.
 * @param cost of a slice
 * @returns undefined if the work is no longer wanted; it then stops before its next slice
 */
export async function inTurns<T>(
  work: SlicedWork<T>,
  turns: SharedTurns,
  cost: number,
  isWanted: () => boolean,
): Promise<T | undefined> {
  for (;;) {
    await turns.room(cost);
    if (!isWanted()) return undefined;
    const { done, value } = work.next();
    if (done === true) return value;
  }
}
