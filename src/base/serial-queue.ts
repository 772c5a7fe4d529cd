/** Runs actions one after the other. */
export class SerialQueue {
  private last: Promise<unknown> = Promise.resolve();

  /**
   * Runs `action` when all actions added before have settled, whether they failed or not.
   * @returns the action's own result, or its rejection
   */
  add<T>(action: () => Promise<T>): Promise<T> {
    const result = this.last.then(action);
    this.last = result.catch(() => undefined);
    return result;
  }
}
