/** Values that can be read in order. A change costs what changed, however many values there are. */

/** More changes between two readings are cheaper to sort together than to place one by one. */
const MAX_PLACED_SINGLY = 64;

export class SortedValues<Value extends object> {
  private sorted: Value[] = [];
  /** Since the last reading. */
  private added: Value[] = [];
  /** Since the last reading, from `sorted` or from `added`. */
  private readonly deleted = new Set<Value>();

  /** @param compare must not change its mind about two values, and return 0 for no two different ones */
  constructor(private readonly compare: (a: Value, b: Value) => number) {}

  get size(): number {
    return this.sorted.length + this.added.length - this.deleted.size;
  }

  /** @param value must not be in yet */
  add(value: Value): void {
    if (!this.deleted.delete(value)) this.added.push(value);
  }

  /** @param value must be in: the same object */
  delete(value: Value): void {
    this.deleted.add(value);
    // Values that come and go would pile up in a list that is not read.
    if (this.deleted.size > this.sorted.length + MAX_PLACED_SINGLY) this.inOrder();
  }

  /** @returns the values in order; valid until the next reading */
  inOrder(): readonly Value[] {
    const { added, deleted } = this;
    if (added.length + deleted.size > MAX_PLACED_SINGLY) {
      this.sorted = [...this.sorted, ...added].filter((value) => !deleted.has(value)).sort(this.compare);
    } else {
      for (const value of deleted) {
        const place = this.placeOf(value);
        if (this.sorted[place] === value) this.sorted.splice(place, 1);
      }
      for (const value of added) if (!deleted.has(value)) this.sorted.splice(this.placeOf(value), 0, value);
    }
    this.added = [];
    deleted.clear();
    return this.sorted;
  }

  /** @returns the index of the value in `sorted`, or the one at which it belongs */
  private placeOf(value: Value): number {
    let from = 0;
    let to = this.sorted.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      const candidate = this.sorted[middle];
      if (candidate !== undefined && this.compare(candidate, value) < 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
