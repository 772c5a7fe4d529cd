/** Notes that the person has looked at how jobs ended: the view that lists them was on the screen, and the window had the focus. */
import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import type { Event } from '../../base/emitter';
import type { JobKey } from '../../jobs/model/job-reference';
import type { JobStore } from '../../jobs/store/job-store';
import { isUnseen } from '../../jobs/model/tracked-job';
import { type Arrangement, isListed } from './job-arrangement';

/** Milliseconds that it takes to see what is new. */
const A_LOOK = 3000;

export interface SeenMarkerParts {
  readonly view: { readonly visible: boolean; readonly onDidChangeVisibility: Event<unknown> };
  readonly window: { readonly isFocused: () => boolean; readonly onDidChange: Event<unknown> };
  readonly options: { readonly current: Arrangement; readonly onDidChange: Event<unknown> };
  readonly store: Pick<JobStore, 'all' | 'markSeen' | 'onDidChange'>;
  readonly clock: Clock;
}

export class SeenMarker implements Disposable {
  private readonly subscriptions: readonly Disposable[];
  private looking: Disposable | undefined;

  constructor(private readonly parts: SeenMarkerParts) {
    const { view, window, options, store } = parts;
    const update = () => {
      this.update();
    };
    this.subscriptions = [
      view.onDidChangeVisibility(update),
      ...[window, options, store].map(({ onDidChange }) => onDidChange(update)),
    ];
  }

  dispose(): void {
    this.looking?.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private update(): void {
    const { view, window, store, clock } = this.parts;
    const looked = view.visible && window.isFocused() ? this.unseen() : new Map<JobKey, number>();
    if (looked.size === 0) {
      this.looking?.dispose();
      this.looking = undefined;
      return;
    }
    if (this.looking !== undefined) return;
    this.looking = clock.schedule(A_LOOK, () => {
      this.looking = undefined;
      const stillListed = this.unseen();
      store.markSeen(new Map([...looked].filter(([key]) => stillListed.has(key))));
      // What ended meanwhile was not there to be looked at.
      this.update();
    });
  }

  /** What a filter hides is not looked at. */
  private unseen(): ReadonlyMap<JobKey, number> {
    const { store, options } = this.parts;
    const unseen = [...store.all()].filter(([, tracked]) => isUnseen(tracked) && isListed(tracked, options.current));
    return new Map(unseen.map(([key, { endingNumber }]) => [key, endingNumber]));
  }
}
