/** Redraws the whole tree for each change, in editors that do not redraw the row of a changed element. */
import { type Event, EventEmitter } from 'vscode';
import type { Disposable } from '../../base/disposable';

export class WholeRedraws implements Disposable {
  private readonly emitter = new EventEmitter<undefined>();
  /** Fires once for all changes of a turn. */
  readonly event = this.emitter.event;
  private isPending = false;
  private readonly listener: Disposable;

  constructor(changes: Event<unknown>) {
    this.listener = changes(() => {
      if (this.isPending) return;
      this.isPending = true;
      queueMicrotask(() => {
        this.isPending = false;
        this.emitter.fire(undefined);
      });
    });
  }

  dispose(): void {
    this.listener.dispose();
    this.emitter.dispose();
  }
}
