/** The tree of tracked jobs in the sidebar: it reads the store, and redraws only the rows that changed. */
import { EventEmitter, l10n, type TreeDataProvider, TreeItem, type TreeView, window } from 'vscode';
import { countedJobs } from '../demo/counted-jobs';
import type { JobFields } from '../elb/job';
import type { Clock, Instant } from '../jobs/clock';
import type { Disposable } from '../jobs/disposable';
import type { JobChange, JobChangeKind } from '../jobs/job-change';
import type { JobKey } from '../jobs/job-reference';
import type { ProjectReference } from '../jobs/job-source';
import type { JobStore } from '../jobs/job-store';
import type { DurationHistory } from '../jobs/prediction';
import { isEnding } from '../jobs/status';
import { isLost, type TrackedJob } from '../jobs/tracked-job';
import { markedCount } from './demo-words';
import { untilElapsedChanges } from './duration';
import { filterWords } from './arrangement-words';
import { arrange, dependsOnAnswer, dependsOnStatus } from './job-arrangement';
import { childrenOfJob, childrenOfSubJob, type GroupNode, type JobNode, type JobTreeNode } from './job-nodes';
import { hoverOf } from './job-hovers';
import { type Drawing, drawGroup, drawNode } from './job-rows';
import type { TreeOptions } from './tree-options';

/** Milliseconds for which the time that a job is said to need still may stand. */
const LONGEST_TIME_LEFT = 60_000;

/** After which a job may be in another group, or in none that is shown. */
const STATUS_CHANGES: ReadonlySet<JobChangeKind> = new Set<JobChangeKind>([
  'status-changed',
  'sub-job-ended',
  'ended',
  'lost',
  'returned',
]);

export class JobTree implements TreeDataProvider<JobTreeNode>, Disposable {
  private readonly emitter = new EventEmitter<JobTreeNode | undefined>();
  readonly onDidChangeTreeData = this.emitter.event;
  /** The view knows a row by the very object that it was given. */
  private readonly nodes = new Map<JobKey, JobNode>();
  private groups: readonly GroupNode[] = [];
  private readonly disposables: Disposable[] = [];
  private ticking: Disposable | undefined;
  readonly view: TreeView<JobTreeNode>;

  constructor(
    private readonly store: JobStore,
    private readonly durations: DurationHistory,
    private readonly clock: Clock,
    private readonly options: Pick<TreeOptions, 'current' | 'onDidChange' | 'clearFilter'>,
    /** What a person calls a project's credentials; undefined where there are none. */
    private readonly projectName: (project: ProjectReference) => string | undefined,
  ) {
    this.view = window.createTreeView('elbJobs.jobs', {
      treeDataProvider: this,
      showCollapseAll: true,
      canSelectMany: true,
    });
    this.describe();
    this.disposables.push(
      this.view,
      this.emitter,
      options.onDidChange(() => {
        this.describe();
        this.emitter.fire(undefined);
      }),
      store.onDidChange((changes) => {
        this.onStoreChange(changes);
      }),
      this.view.onDidChangeVisibility(({ visible }) => {
        // Durations stood still while nobody looked.
        if (visible) this.emitter.fire(undefined);
        this.tick();
      }),
    );
  }

  getChildren(node?: JobTreeNode): JobTreeNode[] {
    if (node === undefined) return this.roots();
    if (node.kind === 'group') return node.keys.map((key) => this.nodeOf(key));
    const tracked = this.trackedOf(node);
    if (node.kind === 'job' && tracked !== undefined) return childrenOfJob(node, tracked);
    return node.kind === 'sub-job' ? childrenOfSubJob(node) : [];
  }

  getParent(node: JobTreeNode): JobTreeNode | undefined {
    if (node.kind === 'group') return undefined;
    return node.kind === 'job' ? this.groups.find(({ keys }) => keys.includes(node.key)) : node.parent;
  }

  getTreeItem(node: JobTreeNode): TreeItem {
    if (node.kind === 'group') {
      const nameOf = (project: ProjectReference) => this.projectName(project) ?? project.projectId;
      return drawGroup(node, this.options.current.grouping, nameOf);
    }
    const tracked = this.trackedOf(node);
    return tracked === undefined ? new TreeItem('') : drawNode(node, tracked, this.drawingOf(tracked));
  }

  /** For the one row under the pointer: a thousand of them are not written for nobody. */
  resolveTreeItem(item: TreeItem, node: JobTreeNode): TreeItem {
    const tracked = node.kind === 'group' ? undefined : this.trackedOf(node);
    if (node.kind === 'group' || tracked === undefined) return item;
    item.tooltip = hoverOf(node, tracked, this.drawingOf(tracked), this.projectName(tracked.reference));
    return item;
  }

  /** Shows a job's row, selected, with its sub-jobs; `focus` takes the person there. */
  async reveal(key: JobKey, { focus }: { readonly focus: boolean }): Promise<void> {
    if (this.store.get(key) === undefined) return;
    // Its group is known once the rows are.
    if (!this.roots().some((root) => root.kind === 'group' || root.id === key)) await this.options.clearFilter();
    this.roots();
    const reveal = () => this.view.reveal(this.nodeOf(key), { select: true, focus, expand: true });
    // The view finds no row while it draws its rows anew.
    await reveal().then(undefined, reveal);
  }

  dispose(): void {
    this.ticking?.dispose();
    for (const disposable of this.disposables) disposable.dispose();
  }

  private onStoreChange(changes: readonly JobChange[]): void {
    const isOtherList = changes.some(({ kinds }) => kinds.includes('added') || kinds.includes('removed'));
    for (const { kinds, key } of changes) if (kinds.includes('removed')) this.nodes.delete(key);
    if (isOtherList || changes.some((change) => this.isArrangedOtherwise(change))) this.emitter.fire(undefined);
    else for (const { key } of changes) this.emitter.fire(this.nodeOf(key));
    this.tick();
    this.count();
  }

  private isArrangedOtherwise({ kinds, tracked, key }: JobChange): boolean {
    const { current } = this.options;
    // What the person has seen meanwhile stays where they are reading it, though they filter by what they have not.
    if (kinds.some((kind) => STATUS_CHANGES.has(kind)) && dependsOnStatus(current)) return true;
    if (!dependsOnAnswer(current)) return false;
    const isWhereItWas = ({ of, keys }: GroupNode) => of === tracked.job?.jobType && keys.includes(key);
    return current.text !== '' || !this.groups.some(isWhereItWas);
  }

  /** The jobs, or the groups that they are in. */
  private roots(): JobTreeNode[] {
    const groups = arrange(this.store.all(), this.options.current);
    if (this.options.current.grouping === 'none') {
      this.groups = [];
      return groups.flatMap(({ keys }) => keys.map((key) => this.nodeOf(key)));
    }
    this.groups = groups.map(({ of, keys }) => ({ kind: 'group', id: `group/${of ?? ''}`, of, keys }));
    return [...this.groups];
  }

  /** The badge of the view says how many jobs go on. */
  private count(): void {
    const { jobs, areDemo } = countedJobs(this.store.all().values());
    const isRunning = (tracked: TrackedJob) => tracked.job !== undefined && !isEnding(tracked.job.status);
    const running = jobs.filter((tracked) => isRunning(tracked) && !isLost(tracked)).length;
    const tooltip = markedCount(l10n.t('ELB jobs running: {count}', { count: running }), areDemo);
    const badge = running === 0 ? undefined : { value: running, tooltip };
    const { badge: shown } = this.view;
    if (badge?.value !== shown?.value || badge?.tooltip !== shown?.tooltip) this.view.badge = badge;
  }

  /** Lets the durations of running jobs go on while somebody can see them; no request is made for it. */
  private tick(): void {
    this.ticking?.dispose();
    this.ticking = undefined;
    if (!this.view.visible) return;
    const now = this.clock.now();
    let shortest = Infinity;
    let due: JobKey[] = [];
    for (const [key, tracked] of this.store.all()) {
      const pause = this.untilTextChanges(tracked, now);
      if (pause < shortest) {
        shortest = pause;
        due = [];
      }
      if (pause === shortest && pause < Infinity) due.push(key);
    }
    if (shortest === Infinity) return;
    this.ticking = this.clock.schedule(shortest, () => {
      for (const key of due) this.emitter.fire(this.nodeOf(key));
      this.tick();
    });
  }

  /** Milliseconds until a time that a job or one of its sub-jobs shows is another; never, where it has ended. */
  private untilTextChanges({ job, reference }: TrackedJob, now: Instant): number {
    if (job === undefined || isEnding(job.status)) return Infinity;
    // A plain loop: this is done for each job at each change.
    let shortest = untilElapsedTextChanges(job, now);
    for (const subJob of job.subJobs) shortest = Math.min(shortest, untilElapsedTextChanges(subJob, now));
    if (shortest <= LONGEST_TIME_LEFT || job.beginTime === undefined) return shortest;
    const prediction = this.durations.of(reference).predict(job.jobType);
    return prediction === undefined ? shortest : LONGEST_TIME_LEFT;
  }

  private nodeOf(key: JobKey): JobNode {
    let node = this.nodes.get(key);
    if (node === undefined) {
      node = { kind: 'job', id: key, key };
      this.nodes.set(key, node);
    }
    return node;
  }

  private describe(): void {
    this.view.description = filterWords(this.options.current);
  }

  private drawingOf({ job, reference }: TrackedJob): Drawing {
    return { now: this.clock.now(), prediction: this.durations.of(reference).predict(job?.jobType) };
  }

  private trackedOf(node: Exclude<JobTreeNode, GroupNode>): TrackedJob | undefined {
    let above = node;
    while (above.kind !== 'job') above = above.parent;
    return this.store.get(above.key);
  }
}

function untilElapsedTextChanges({ beginTime, endTime, status }: JobFields, now: Instant): number {
  if (beginTime === undefined || endTime !== undefined || isEnding(status)) return Infinity;
  return untilElapsedChanges(now - beginTime);
}
