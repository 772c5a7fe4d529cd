/** Work in slices, between which other work can have its turn. */
import { setImmediate } from 'node:timers/promises';

/** Work that may pause at each `yield`. Its result does not depend on where it pauses. */
export type SlicedWork<T> = Generator<undefined, T, undefined>;

/** Decides where such work pauses. */
export class Slices {
  private used = 0;

  /** @param size of a slice, in the unit of `isOver`; by default, the work does not pause */
  constructor(readonly size = Infinity) {}

  /** Returns whether the slice ends after so much more work; then the next one begins. */
  isOver(amount: number): boolean {
    this.used += amount;
    if (this.used < this.size) return false;
    this.used = 0;
    return true;
  }
}

/** Does the work without a pause. */
export function inOneGo<T>(work: SlicedWork<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
  }
}

/** Does the work, each slice in a turn of the event loop of its own. */
export async function inOwnTurns<T>(work: SlicedWork<T>): Promise<T> {
  for (;;) {
    const { done, value } = work.next();
    if (done === true) return value;
    await setImmediate();
  }
}
