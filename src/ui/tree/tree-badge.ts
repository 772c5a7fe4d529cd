/** The badge of the view: how many jobs are running. */
import { l10n, type TreeView } from 'vscode';
import type { Disposable } from '../../base/disposable';
import { type JobOwner, ownerOf } from '../../demo/counted-jobs';
import { isEnding } from '../../jobs/model/job-status';
import { isLost, type TrackedJob } from '../../jobs/model/tracked-job';
import { JobGroups } from '../../jobs/store/job-groups';
import type { JobStore } from '../../jobs/store/job-store';
import { countWithDemoMark } from '../text/demo-words';

type CountedGroup = 'demo' | `${JobOwner} running`;

export class TreeBadge implements Disposable {
  private readonly counts: JobGroups<CountedGroup>;
  private readonly subscription: Disposable;

  constructor(
    private readonly view: Pick<TreeView<unknown>, 'badge'>,
    private readonly store: JobStore,
  ) {
    this.counts = new JobGroups(store, countedGroupsOf);
    this.subscription = store.onDidChange(() => {
      this.update();
    });
  }

  dispose(): void {
    this.subscription.dispose();
    this.counts.dispose();
  }

  private update(): void {
    const demo = this.counts.count('demo');
    const areDemo = demo > 0 && demo === this.store.all().size;
    const running = this.counts.count(areDemo ? 'demo running' : 'own running');
    const tooltip = countWithDemoMark(l10n.t('ELB jobs running: {count}', { count: running }), areDemo);
    const badge = running === 0 ? undefined : { value: running, tooltip };
    const { badge: shown } = this.view;
    if (badge?.value !== shown?.value || badge?.tooltip !== shown?.tooltip) this.view.badge = badge;
  }
}

function countedGroupsOf(tracked: TrackedJob): readonly CountedGroup[] {
  const groups: CountedGroup[] = [];
  const owner = ownerOf(tracked);
  if (owner === 'demo') groups.push(owner);
  if (tracked.job !== undefined && !isEnding(tracked.job.status) && !isLost(tracked)) groups.push(`${owner} running`);
  return groups;
}
