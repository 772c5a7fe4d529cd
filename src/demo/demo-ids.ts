/** Ids of the demo: the same in all windows and after every reload, and known as the demo's wherever they are pasted. */
import { createHash } from 'node:crypto';
import { Random } from '../simulator/base/random';

export class DemoRandom extends Random {
  /** @param seed the same ids follow from the same seed. */
  constructor(seed: string) {
    let drawn = 0;
    super((size) => {
      drawn += 1;
      return createHash('sha256').update(`${seed} ${drawn}`).digest().subarray(0, size);
    });
  }

  /** In the form of a UUID, but for its first letters. */
  override uuid(): string {
    return `demo${super.uuid().slice('demo'.length)}`;
  }
}
