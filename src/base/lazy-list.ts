/** Lists whose items are decoded only when they are read. */

/** What is read of a list. Arrays are such lists. */
export interface ReadableList<Item> extends Iterable<Item> {
  readonly length: number;
  at(index: number): Item | undefined;
  entries(): IterableIterator<[number, Item]>;
  every(matches: (item: Item, index: number) => boolean): boolean;
  some(matches: (item: Item, index: number) => boolean): boolean;
  find(matches: (item: Item, index: number) => boolean): Item | undefined;
  filter(matches: (item: Item, index: number) => boolean): Item[];
  map<Result>(change: (item: Item, index: number) => Result): Result[];
  flatMap<Result>(change: (item: Item, index: number) => Result | readonly Result[]): Result[];
  slice(start?: number, end?: number): Item[];
}

/** A list that decodes its items at each use, unless the implementation keeps them. */
export abstract class LazyList<Item> implements ReadableList<Item> {
  abstract get length(): number;

  protected abstract items(): readonly Item[];

  [Symbol.iterator](): IterableIterator<Item> {
    return this.items()[Symbol.iterator]();
  }

  at(index: number): Item | undefined {
    return this.items().at(index);
  }

  entries(): IterableIterator<[number, Item]> {
    return this.items().entries();
  }

  every(matches: (item: Item, index: number) => boolean): boolean {
    return this.items().every(matches);
  }

  some(matches: (item: Item, index: number) => boolean): boolean {
    return this.items().some(matches);
  }

  find(matches: (item: Item, index: number) => boolean): Item | undefined {
    return this.items().find(matches);
  }

  filter(matches: (item: Item, index: number) => boolean): Item[] {
    return this.items().filter(matches);
  }

  map<Result>(change: (item: Item, index: number) => Result): Result[] {
    return this.items().map(change);
  }

  flatMap<Result>(change: (item: Item, index: number) => Result | readonly Result[]): Result[] {
    return this.items().flatMap(change);
  }

  slice(start?: number, end?: number): Item[] {
    return this.items().slice(start, end);
  }

  /** As JSON has an array. */
  toJSON(): readonly Item[] {
    return this.items();
  }
}
