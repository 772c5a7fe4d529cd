/** Events ordered by time; events of the same time keep the order in which they were added. */

export interface QueuedEvent<T> {
  readonly at: number;
  readonly event: T;
  cancel(): void;
}

interface Entry<T> extends QueuedEvent<T> {
  readonly order: number;
  isCancelled: boolean;
}

/** A binary heap. */
export class EventQueue<T> {
  private heap: Entry<T>[] = [];
  private count = 0;

  add(at: number, event: T): QueuedEvent<T> {
    const entry: Entry<T> = {
      at,
      event,
      order: this.count,
      isCancelled: false,
      cancel() {
        this.isCancelled = true;
      },
    };
    this.count += 1;
    this.heap.push(entry);
    this.rise(this.heap.length - 1);
    return entry;
  }

  first(): QueuedEvent<T> | undefined {
    while (this.heap[0]?.isCancelled === true) this.removeFirst();
    return this.heap[0];
  }

  take(): T | undefined {
    const first = this.first();
    if (first !== undefined) this.removeFirst();
    return first?.event;
  }

  clear(): void {
    this.heap = [];
  }

  private removeFirst(): void {
    const last = this.heap.pop();
    if (last === undefined || this.heap.length === 0) return;
    this.heap[0] = last;
    this.sink(0);
  }

  private rise(index: number): void {
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.isBefore(index, parent)) return;
      this.swap(index, parent);
      index = parent;
    }
  }

  private sink(index: number): void {
    for (;;) {
      const [left, right] = [2 * index + 1, 2 * index + 2];
      const child = this.isBefore(right, left) ? right : left;
      if (!this.isBefore(child, index)) return;
      this.swap(index, child);
      index = child;
    }
  }

  private isBefore(one: number, other: number): boolean {
    const a = this.heap[one];
    const b = this.heap[other];
    if (a === undefined || b === undefined) return a !== undefined;
    return a.at < b.at || (a.at === b.at && a.order < b.order);
  }

  private swap(one: number, other: number): void {
    const [a, b] = [this.heap[one], this.heap[other]];
    if (a === undefined || b === undefined) return;
    this.heap[one] = b;
    this.heap[other] = a;
  }
}
