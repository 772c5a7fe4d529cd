/** Runs actions one at a time for each key, in the order they were added. */
export class KeyedQueue<Key> {
  /** The last action that has not settled yet. */
  private readonly last = new Map<Key, Promise<unknown>>();

  has(key: Key): boolean {
    return this.last.has(key);
  }

  /**
   * Runs `action` when those added before for the same key have settled, whether they failed or not.
   * @returns the action's own result, or its rejection
   */
  add<T>(key: Key, action: () => Promise<T>): Promise<T> {
    return this.addForAll([key], action);
  }

  /** Runs an action that concerns several keys: when those added before for any of them have settled. */
  addForAll<T>(keys: readonly Key[], action: () => Promise<T>): Promise<T> {
    const result = Promise.allSettled(keys.map((key) => this.last.get(key) ?? Promise.resolve())).then(action);
    for (const key of keys) this.last.set(key, result);
    const forget = () => {
      for (const key of keys) if (this.last.get(key) === result) this.last.delete(key);
    };
    result.then(forget, forget);
    return result;
  }

  /** Adds an action for each item at once, and runs one at a time, so that the disk is not flooded. */
  addSequentially<Item extends { readonly keys: readonly Key[] }, T>(
    items: readonly Item[],
    action: (item: Item) => Promise<T>,
  ): Promise<T>[] {
    let turn: Promise<unknown> = Promise.resolve();
    return items.map((item) => {
      const before = turn;
      const result = this.addForAll(item.keys, () => before.then(() => action(item)));
      turn = result.catch(() => undefined);
      return result;
    });
  }

  /** Resolves when the key has no action left. */
  async settled(key: Key): Promise<void> {
    while (this.last.has(key)) await Promise.allSettled([this.last.get(key)]);
  }

  /** Resolves when no key has an action left. */
  async flush(): Promise<void> {
    while (this.last.size > 0) await Promise.allSettled(this.last.values());
  }
}
