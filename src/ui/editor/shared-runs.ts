/** Runs an action once at a time, however often a command is invoked, e.g. by a key that is held down. */
export class SharedRuns {
  private readonly running = new Map<string, Promise<unknown>>();

  /** @returns when the action has ended, or the one of the same name that is running. */
  async run(name: string, action: () => Promise<unknown>): Promise<void> {
    const run = this.running.get(name) ?? this.start(name, action);
    await run;
  }

  private start(name: string, action: () => Promise<unknown>): Promise<unknown> {
    const run = action().finally(() => this.running.delete(name));
    this.running.set(name, run);
    return run;
  }
}
