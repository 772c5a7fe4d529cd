/** Marks endings as seen after the view has listed them for some seconds in a focused window. */
import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import type { Event } from '../../base/emitter';
import type { JobKey } from '../../jobs/model/job-reference';
import type { JobStore } from '../../jobs/store/job-store';
import { SECOND } from '../../base/time-units';
import { isUnseen } from '../../jobs/model/tracked-job';
import { type Arrangement, isListed } from './job-arrangement';

const SEEN_AFTER_MS = 3 * SECOND;

interface SeenMarkerParts {
  readonly view: { readonly visible: boolean; readonly onDidChangeVisibility: Event<unknown> };
  readonly window: { readonly isFocused: () => boolean; readonly onDidChange: Event<unknown> };
  readonly options: { readonly current: Arrangement; readonly onDidChange: Event<unknown> };
  readonly store: Pick<JobStore, 'all' | 'markSeen' | 'onDidChange'>;
  readonly clock: Clock;
}

export class SeenMarker implements Disposable {
  private readonly subscriptions: readonly Disposable[];
  private timer: Disposable | undefined;

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
    this.timer?.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private update(): void {
    const { view, window, store, clock } = this.parts;
    const endings = view.visible && window.isFocused() ? this.listedUnseenEndings() : new Map<JobKey, number>();
    if (endings.size === 0) {
      this.timer?.dispose();
      this.timer = undefined;
      return;
    }
    if (this.timer !== undefined) return;
    this.timer = clock.schedule(SEEN_AFTER_MS, () => {
      this.timer = undefined;
      const stillUnseen = this.listedUnseenEndings();
      store.markSeen(new Map([...endings].filter(([key]) => stillUnseen.has(key))));
      // Later endings get the full time.
      this.update();
    });
  }

  /** The ending numbers of jobs with unseen endings that no filter hides. */
  private listedUnseenEndings(): ReadonlyMap<JobKey, number> {
    const { store, options } = this.parts;
    const unseen = [...store.all()].filter(([, tracked]) => isUnseen(tracked) && isListed(tracked, options.current));
    return new Map(unseen.map(([key, { endingNumber }]) => [key, endingNumber]));
  }
}
