/** Ids of the demo: the same in all windows and after a reload, and recognisable when pasted elsewhere. */
import { createHash } from 'node:crypto';
import { Random } from '../simulator/base/random';

export class DemoRandom extends Random {
  /** @param seed the same seed gives the same ids. */
  constructor(seed: string) {
    let drawn = 0;
    super((size) => {
      drawn += 1;
      return createHash('sha256').update(`${seed} ${drawn}`).digest().subarray(0, size);
    });
  }

  /** A UUID, but with the first letters "demo". */
  override uuid(): string {
    return `demo${super.uuid().slice('demo'.length)}`;
  }
}
