/** Redraws the whole tree for each change, in editors that do not redraw the row of a changed element. */
import { type Event, EventEmitter } from 'vscode';
import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import { SECOND } from '../../base/time-units';

/** Joins changes of rows: the responses to polls arrive one by one. */
const MIN_PAUSE_MS = SECOND;
/** The editor reads all rows again. */
const PAUSE_PER_JOB_MS = 1;

interface WholeRedrawsParts {
  /** Undefined: rows came, went or moved. */
  readonly changes: Event<unknown>;
  readonly clock: Clock;
  readonly jobCount: () => number;
}

export class WholeRedraws implements Disposable {
  private readonly emitter = new EventEmitter<undefined>();
  /** Fires once for all changes of a turn, and for changes that only redraw rows after a pause. */
  readonly event = this.emitter.event;
  private isPending = false;
  private next: Disposable | undefined;
  /** By `Clock.elapsed`. */
  private pauseEndsAt = 0;
  private readonly listener: Disposable;

  constructor(private readonly parts: WholeRedrawsParts) {
    this.listener = parts.changes((element) => {
      const pauseMs = this.pauseEndsAt - parts.clock.elapsed();
      // A new row may be revealed at once.
      if (element === undefined || pauseMs <= 0) this.redrawInThisTurn();
      else
        this.next ??= parts.clock.schedule(pauseMs, () => {
          this.redraw();
        });
    });
  }

  dispose(): void {
    this.next?.dispose();
    this.listener.dispose();
    this.emitter.dispose();
  }

  private redrawInThisTurn(): void {
    if (this.isPending) return;
    this.isPending = true;
    queueMicrotask(() => {
      this.redraw();
    });
  }

  private redraw(): void {
    const { clock, jobCount } = this.parts;
    this.isPending = false;
    this.next?.dispose();
    this.next = undefined;
    this.pauseEndsAt = clock.elapsed() + MIN_PAUSE_MS + jobCount() * PAUSE_PER_JOB_MS;
    this.emitter.fire(undefined);
  }
}
