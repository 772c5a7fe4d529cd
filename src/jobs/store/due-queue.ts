/** Keys that are due at instants: a binary heap, in which a change or the next key costs O(log n). */
import type { Instant } from '../../base/clock';

interface Entry<Key> {
  readonly key: Key;
  at: Instant;
  /** In the heap. */
  index: number;
}

export class DueQueue<Key> {
  private readonly entries = new Map<Key, Entry<Key>>();
  /** No entry is due before the one above it, which is at `(index - 1) >> 1`. */
  private readonly heap: Entry<Key>[] = [];

  get size(): number {
    return this.heap.length;
  }

  /** When the first key is due; undefined if there is none. */
  get firstAt(): Instant | undefined {
    return this.heap[0]?.at;
  }

  keys(): Iterable<Key> {
    return this.entries.keys();
  }

  has(key: Key): boolean {
    return this.entries.has(key);
  }

  /** Adds the key, or changes when it is due. */
  set(key: Key, at: Instant): void {
    let entry = this.entries.get(key);
    if (entry === undefined) {
      entry = { key, at, index: this.heap.length };
      this.entries.set(key, entry);
      this.heap.push(entry);
    }
    entry.at = at;
    this.moveUp(entry);
    this.moveDown(entry);
  }

  delete(key: Key): void {
    const entry = this.entries.get(key);
    const last = this.heap.at(-1);
    if (entry === undefined || last === undefined) return;
    this.entries.delete(key);
    this.heap.pop();
    if (last === entry) return;
    this.place(last, entry.index);
    this.moveUp(last);
    this.moveDown(last);
  }

  clear(): void {
    this.entries.clear();
    this.heap.length = 0;
  }

  /** @returns the keys that are due at the instant. The others cost nothing. */
  due(now: Instant): Key[] {
    const due: Key[] = [];
    const indexes = [0];
    for (let index = indexes.pop(); index !== undefined; index = indexes.pop()) {
      const entry = this.heap[index];
      if (entry === undefined || entry.at > now) continue;
      due.push(entry.key);
      indexes.push(2 * index + 2, 2 * index + 1);
    }
    return due;
  }

  private moveUp(entry: Entry<Key>): void {
    for (;;) {
      const above = entry.index === 0 ? undefined : this.heap[(entry.index - 1) >> 1];
      if (above === undefined || above.at <= entry.at) return;
      this.swap(above, entry);
    }
  }

  private moveDown(entry: Entry<Key>): void {
    for (;;) {
      const [left, right] = [this.heap[2 * entry.index + 1], this.heap[2 * entry.index + 2]];
      const first = right !== undefined && left !== undefined && right.at < left.at ? right : left;
      if (first === undefined || first.at >= entry.at) return;
      this.swap(entry, first);
    }
  }

  private swap(above: Entry<Key>, below: Entry<Key>): void {
    const { index } = above;
    this.place(above, below.index);
    this.place(below, index);
  }

  private place(entry: Entry<Key>, index: number): void {
    entry.index = index;
    this.heap[index] = entry;
  }
}
