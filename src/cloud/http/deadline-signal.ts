/** An abort signal for one request: aborts when the caller aborts, or at a deadline. */
// AbortSignal.any would do, but on Node 20 a long-lived signal retains every signal that was made from it.
export class DeadlineSignal {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private isExpired = false;

  constructor(
    private readonly caller: AbortSignal,
    deadlineMs: number,
  ) {
    this.timer = setTimeout(() => {
      this.isExpired = true;
      this.abort();
    }, deadlineMs);
    caller.addEventListener('abort', this.abort);
    if (caller.aborted) this.abort();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get hasExpired(): boolean {
    return this.isExpired;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.caller.removeEventListener('abort', this.abort);
  }

  private readonly abort = () => {
    this.controller.abort();
  };
}
