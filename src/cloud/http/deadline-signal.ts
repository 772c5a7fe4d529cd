/** Ends one exchange: when whoever asked does not want it any more, or when it has taken too long. */
// AbortSignal.any would do, were it not that on Node 20 a long-lived signal keeps all that were ever made of it.
export class ExchangeSignal {
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private hasTimedOut = false;

  /** @param deadline in milliseconds from now. */
  constructor(
    private readonly asker: AbortSignal,
    deadline: number,
  ) {
    this.timer = setTimeout(() => {
      this.hasTimedOut = true;
      this.abort();
    }, deadline);
    asker.addEventListener('abort', this.abort);
    if (asker.aborted) this.abort();
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get isLate(): boolean {
    return this.hasTimedOut;
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.asker.removeEventListener('abort', this.abort);
  }

  private readonly abort = () => {
    this.controller.abort();
  };
}
