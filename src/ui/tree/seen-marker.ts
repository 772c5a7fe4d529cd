/** Marks endings as seen after the view has listed them for some seconds in a focused window. */
import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import type { Event } from '../../base/emitter';
import type { JobKey } from '../../jobs/model/job-reference';
import { JobGroups } from '../../jobs/store/job-groups';
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
  private readonly jobs: JobGroups<'listed unseen'>;
  /** The arrangement by which `jobs` are listed. */
  private arrangement: Arrangement;
  private timer: Disposable | undefined;

  constructor(private readonly parts: SeenMarkerParts) {
    const { view, window, options, store } = parts;
    const update = () => {
      this.update();
    };
    this.arrangement = options.current;
    this.jobs = new JobGroups(store, (tracked) =>
      isUnseen(tracked) && isListed(tracked, this.arrangement) ? ['listed unseen'] : [],
    );
    this.subscriptions = [
      this.jobs,
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
    if (!view.visible || !window.isFocused() || !this.hasListedUnseen()) {
      this.timer?.dispose();
      this.timer = undefined;
      return;
    }
    if (this.timer !== undefined) return;
    const endings = this.listedUnseenEndings();
    this.timer = clock.schedule(SEEN_AFTER_MS, () => {
      this.timer = undefined;
      const stillUnseen = this.listedUnseenEndings();
      store.markSeen(new Map([...endings].filter(([key]) => stillUnseen.has(key))));
      // Later endings get the full time.
      this.update();
    });
  }

  private hasListedUnseen(): boolean {
    const { current } = this.parts.options;
    if (this.arrangement !== current) {
      this.arrangement = current;
      this.jobs.regroupAll();
    }
    return this.jobs.has('listed unseen');
  }

  /** The ending numbers of jobs with unseen endings that no filter hides. */
  private listedUnseenEndings(): ReadonlyMap<JobKey, number> {
    if (!this.hasListedUnseen()) return new Map();
    const all = this.parts.store.all();
    return new Map([...this.jobs.of('listed unseen')].map((key) => [key, all.get(key)?.endingNumber ?? 0]));
  }
}
