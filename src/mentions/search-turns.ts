/** The turns of the event loop in which texts are searched, all texts together. */
import { inTurns, SharedTurns } from '../base/work/shared-turns';
import { type SlicedWork, Slices } from '../base/work/slices';

/** Characters, which take up to 5 ms, and several times as long when the first text is searched. */
const TURN_LENGTH = 8 * 1024;
/** Of the shortest text, in characters of a longer one. */
const MIN_COST = 256;

export class SearchTurns {
  /** @param length characters that are searched in one turn, about */
  constructor(
    private readonly length = TURN_LENGTH,
    private readonly turns = new SharedTurns(length),
  ) {}

  /**
   * Resolves when the search is over. The first slice is searched at once if this turn has time.
   * @returns undefined if the result is no longer wanted
   */
  search<T>(text: string, search: (slices: Slices) => SlicedWork<T>, isWanted: () => boolean): Promise<T | undefined> {
    const cost = Math.min(text.length + MIN_COST, this.length);
    return inTurns(search(new Slices(this.length)), this.turns, cost, isWanted);
  }
}

/** One for all, as the event loop is. */
export const searchTurns = new SearchTurns();
