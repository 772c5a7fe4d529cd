/** A map whose values can be read in order. A change costs what changed, however many values there are. */

/** More changes between two readings are cheaper to sort together than to place one by one. */
const MAX_PLACED_SINGLY = 64;

export class SortedMap<Key, Value> {
  private readonly byKey = new Map<Key, Value>();
  private sorted: Value[] = [];
  /** The keys that changed since the last reading, each with its value in `sorted`, if it has one. */
  private readonly changed = new Map<Key, Value | undefined>();

  /** @param compare must not change its mind about two values, and return 0 for no two different ones */
  constructor(private readonly compare: (a: Value, b: Value) => number) {}

  get size(): number {
    return this.byKey.size;
  }

  get(key: Key): Value | undefined {
    return this.byKey.get(key);
  }

  set(key: Key, value: Value): void {
    this.noteChange(key);
    this.byKey.set(key, value);
  }

  delete(key: Key): void {
    if (!this.byKey.has(key)) return;
    this.noteChange(key);
    this.byKey.delete(key);
  }

  clear(): void {
    this.byKey.clear();
    this.changed.clear();
    this.sorted = [];
  }

  /** @returns the values in order; valid until the next reading */
  inOrder(): readonly Value[] {
    if (this.changed.size > MAX_PLACED_SINGLY) this.sorted = [...this.byKey.values()].sort(this.compare);
    else {
      for (const former of this.changed.values()) {
        if (former !== undefined) this.sorted.splice(this.placeOf(former), 1);
      }
      for (const key of this.changed.keys()) {
        const value = this.byKey.get(key);
        if (value !== undefined) this.sorted.splice(this.placeOf(value), 0, value);
      }
    }
    this.changed.clear();
    return this.sorted;
  }

  private noteChange(key: Key): void {
    if (!this.changed.has(key)) this.changed.set(key, this.byKey.get(key));
  }

  /** @returns the index of the value in `sorted`, or the one at which it belongs */
  private placeOf(value: Value): number {
    let from = 0;
    let to = this.sorted.length;
    while (from < to) {
      const middle = (from + to) >> 1;
      if (this.compare(this.sorted[middle] as Value, value) < 0) from = middle + 1;
      else to = middle;
    }
    return from;
  }
}
