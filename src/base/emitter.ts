/** Tells listeners what happened, in the shape of the editor's events but without the editor. */
import type { Disposable } from './disposable';

export type Event<T> = (listener: (event: T) => void) => Disposable;

export class Emitter<T> implements Disposable {
  private readonly listeners = new Set<(event: T) => void>();

  /** @param report is told what a listener throws: one listener's fault must not keep the news from the others. */
  constructor(private readonly report: (cause: unknown) => void) {}

  readonly event: Event<T> = (listener) => {
    this.listeners.add(listener);
    return { dispose: () => this.listeners.delete(listener) };
  };

  fire(event: T): void {
    for (const listener of [...this.listeners]) {
      try {
        listener(event);
      } catch (cause) {
        this.report(cause);
      }
    }
  }

  dispose(): void {
    this.listeners.clear();
  }
}
