/** Notes that the person has looked at how jobs ended: the view was on the screen, and the window had the focus. */
import { type TreeView, window } from 'vscode';
import type { Clock } from '../jobs/clock';
import type { Disposable } from '../jobs/disposable';
import type { JobKey } from '../jobs/job-reference';
import type { JobStore } from '../jobs/job-store';
import { isUnseen } from '../jobs/tracked-job';

/** Milliseconds that it takes to see what is new. */
const A_LOOK = 3000;

export class SeenMarker implements Disposable {
  private readonly subscriptions: readonly Disposable[];
  private looking: Disposable | undefined;

  constructor(
    private readonly view: Pick<TreeView<unknown>, 'visible' | 'onDidChangeVisibility'>,
    private readonly store: JobStore,
    private readonly clock: Clock,
  ) {
    const update = () => {
      this.update();
    };
    this.subscriptions = [
      store.onDidChange(update),
      view.onDidChangeVisibility(update),
      window.onDidChangeWindowState(update),
    ];
  }

  dispose(): void {
    this.looking?.dispose();
    for (const subscription of this.subscriptions) subscription.dispose();
  }

  private update(): void {
    if (!this.view.visible || !window.state.focused || this.unseen().size === 0) {
      this.looking?.dispose();
      this.looking = undefined;
      return;
    }
    if (this.looking !== undefined) return;
    const looked = this.unseen();
    this.looking = this.clock.schedule(A_LOOK, () => {
      this.looking = undefined;
      this.store.markSeen(looked);
      // What ended meanwhile was not there to be looked at.
      this.update();
    });
  }

  private unseen(): ReadonlyMap<JobKey, number> {
    const unseen = [...this.store.all()].filter(([, tracked]) => isUnseen(tracked));
    return new Map(unseen.map(([key, { endingNumber }]) => [key, endingNumber]));
  }
}
