/** Events with the same shape as the editor's, without the editor. */
import type { Disposable } from './disposable';

export type Event<T> = (listener: (event: T) => void) => Disposable;

export class Emitter<T> implements Disposable {
  private readonly listeners = new Set<(event: T) => void>();

  /** @param report called with what a listener throws; the other listeners still get the event */
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
