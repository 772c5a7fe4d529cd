/** Runs an action once at a time, however often it is requested, e.g. by a key that is held down. */
export class SharedRuns {
  private readonly running = new Map<string, Promise<unknown>>();

  /** @returns the result of the action, or of the one of the same name that is running, which must have the same type */
  run<T>(name: string, action: () => Promise<T>): Promise<T> {
    const running = this.running.get(name) as Promise<T> | undefined;
    if (running !== undefined) return running;
    const result = action().finally(() => this.running.delete(name));
    this.running.set(name, result);
    return result;
  }
}
