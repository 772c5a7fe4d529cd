/** The tree of tracked jobs in the sidebar: it reads the store, and redraws only the rows that changed. */
import { EventEmitter, l10n, type TreeDataProvider, TreeItem, type TreeView, window } from 'vscode';
import { countedJobs } from '../../demo/counted-jobs';
import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import type { Event } from '../../base/emitter';
import type { JobChange, JobChangeKind } from '../../jobs/model/job-change';
import type { JobKey, JobReference } from '../../jobs/model/job-reference';
import type { ProjectReference } from '../../jobs/model/project';
import type { JobStore } from '../../jobs/store/job-store';
import type { Log } from '../../base/log';
import type { DurationHistory } from '../../jobs/model/duration-history';
import { isEnding } from '../../jobs/model/job-status';
import { isLost, type TrackedJob } from '../../jobs/model/tracked-job';
import { markedCount } from '../text/demo-words';
import { filterWords } from './arrangement-words';
import { arrange, placeOf } from './job-arrangement';
import { childrenOfJob, childrenOfSubJob, type GroupNode, type JobNode, type JobTreeNode } from './job-nodes';
import { hoverOf } from './job-hovers';
import { type Drawing, drawGroup, drawNode } from './job-rows';
import { RowRevealer } from './row-revealer';
import { RowSchedule } from './row-schedule';
import type { TreeOptions } from './tree-options';

export interface JobTreeParts {
  readonly store: JobStore;
  readonly durations: DurationHistory;
  readonly clock: Clock;
  readonly options: Pick<TreeOptions, 'current' | 'onDidChange' | 'clearFilter'>;
  /** What a person calls a project's credentials; undefined where there are none. */
  readonly projectNames: {
    of(project: ProjectReference): string | undefined;
    readonly onDidChange: Event<void>;
  };
  readonly log: Log;
}

export class JobTree implements TreeDataProvider<JobTreeNode>, Disposable {
  private readonly emitter = new EventEmitter<JobTreeNode | undefined>();
  readonly onDidChangeTreeData = this.emitter.event;
  /** The view knows a row by the very object that it was given. */
  private readonly nodes = new Map<JobKey, JobNode>();
  private groups: readonly GroupNode[] = [];
  /** Where each job was listed when all were drawn. See `placeOf`. */
  private readonly places = new Map<JobKey, string>();
  private readonly disposables: Disposable[] = [];
  private readonly revealer: RowRevealer;
  private readonly schedule: RowSchedule;
  readonly view: TreeView<JobTreeNode>;

  constructor(private readonly parts: JobTreeParts) {
    const { store, durations, clock, options, projectNames } = parts;
    this.view = window.createTreeView('elbJobs.jobs', {
      treeDataProvider: this,
      showCollapseAll: true,
      canSelectMany: true,
    });
    this.schedule = new RowSchedule({
      ...{ store, durations, clock },
      isVisible: () => this.view.visible,
      draw: (key) => {
        this.emitter.fire(this.nodeOf(key));
      },
    });
    this.revealer = new RowRevealer(parts);
    this.describe();
    this.notePlaces();
    this.disposables.push(
      this.view,
      this.emitter,
      this.schedule,
      this.revealer,
      options.onDidChange(() => {
        this.describe();
        this.drawAll();
      }),
      store.onDidChange((changes) => {
        this.onStoreChange(changes);
      }),
      projectNames.onDidChange(() => {
        if (options.current.grouping === 'project') this.drawAll();
      }),
      this.view.onDidChangeVisibility(({ visible }) => {
        // Durations stood still while nobody looked.
        if (visible) this.drawAll();
        else this.schedule.update();
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
      const nameOf = (project: ProjectReference) => this.parts.projectNames.of(project) ?? project.projectId;
      return drawGroup(node, this.parts.options.current.grouping, nameOf);
    }
    const tracked = this.trackedOf(node);
    return tracked === undefined ? new TreeItem('') : drawNode(node, tracked, this.drawingOf(tracked));
  }

  /** For the one row under the pointer: a thousand of them are not written for nobody. */
  resolveTreeItem(item: TreeItem, node: JobTreeNode): TreeItem {
    const tracked = node.kind === 'group' ? undefined : this.trackedOf(node);
    if (node.kind === 'group' || tracked === undefined) return item;
    this.schedule.read(keyOf(node));
    item.tooltip = hoverOf(node, tracked, this.drawingOf(tracked), this.parts.projectNames.of(tracked.reference));
    return item;
  }

  /**
   * Shows a job's row, selected, with its sub-jobs; `focus` takes the person there. A row that cannot be shown is no error
   * of what it was to be shown for.
   */
  async reveal(key: JobKey, { focus }: { readonly focus: boolean }): Promise<void> {
    await this.revealer.reveal(
      async () => {
        await this.list(key);
        await this.view.reveal(this.nodeOf(key), { select: true, focus, expand: true });
        // It says nothing of a row that is new to it, and does nothing.
        if (this.view.selection[0]?.id !== key) throw new Error('The view has no such row yet.');
      },
      () => this.parts.store.get(key) !== undefined,
    );
  }

  /** As `reveal`, of jobs that were tracked together. */
  async revealFirst([first]: readonly JobReference[], options: { readonly focus: boolean }): Promise<void> {
    const key = first && this.parts.store.find(first);
    if (key !== undefined) await this.reveal(key, options);
  }

  private async list(key: JobKey): Promise<void> {
    const isListed = (root: JobTreeNode) => (root.kind === 'group' ? root.keys.includes(key) : root.id === key);
    if (this.roots().some(isListed)) return;
    await this.parts.options.clearFilter();
    // Its group is known once the rows are.
    this.roots();
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  private onStoreChange(changes: readonly JobChange[]): void {
    const isOtherList = changes.some((change) => this.hasMoved(change));
    for (const { kinds, key } of changes) {
      if (!kinds.includes('removed')) continue;
      this.nodes.delete(key);
      this.places.delete(key);
    }
    if (isOtherList) this.drawAll();
    else {
      for (const change of changes) this.draw(change);
      this.schedule.update();
    }
    this.count();
  }

  private notePlaces(): void {
    const { store, options } = this.parts;
    for (const [key, tracked] of store.all()) this.places.set(key, placeOf(tracked, options.current));
  }

  private drawAll(): void {
    this.notePlaces();
    this.emitter.fire(undefined);
    this.schedule.allDrawn();
  }

  private draw({ key, kinds }: JobChange): void {
    if ((this.places.get(key) ?? '') === '') return;
    // What the person reads of an ending is not taken away because they have seen it by now.
    if (isOnlySeen(kinds)) this.schedule.drawOnceRead(key);
    else this.schedule.draw(key);
  }

  /** Whether the job is to be listed elsewhere, or is listed from now on, or no longer. */
  private hasMoved({ kinds, tracked, key }: JobChange): boolean {
    // What the person has seen meanwhile stays where they are reading it, though they filter by what they have not.
    if (isOnlySeen(kinds)) return false;
    const place = kinds.includes('removed') ? '' : placeOf(tracked, this.parts.options.current);
    return place !== (this.places.get(key) ?? '');
  }

  /** The jobs, or the groups that they are in. */
  private roots(): JobTreeNode[] {
    const groups = arrange(this.parts.store.all(), this.parts.options.current);
    if (this.parts.options.current.grouping === 'none') {
      this.groups = [];
      return groups.flatMap(({ keys }) => keys.map((key) => this.nodeOf(key)));
    }
    this.groups = groups.map(({ of, keys }) => ({ kind: 'group', id: `group/${of ?? ''}`, of, keys }));
    return [...this.groups];
  }

  /** The badge of the view says how many jobs go on. */
  private count(): void {
    const { jobs, areDemo } = countedJobs(this.parts.store.all().values());
    const isRunning = (tracked: TrackedJob) => tracked.job !== undefined && !isEnding(tracked.job.status);
    const running = jobs.filter((tracked) => isRunning(tracked) && !isLost(tracked)).length;
    const tooltip = markedCount(l10n.t('ELB jobs running: {count}', { count: running }), areDemo);
    const badge = running === 0 ? undefined : { value: running, tooltip };
    const { badge: shown } = this.view;
    if (badge?.value !== shown?.value || badge?.tooltip !== shown?.tooltip) this.view.badge = badge;
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
    this.view.description = filterWords(this.parts.options.current);
  }

  private drawingOf({ job, reference }: TrackedJob): Drawing {
    return { now: this.parts.clock.now(), prediction: this.parts.durations.of(reference).predict(job?.jobType) };
  }

  private trackedOf(node: Exclude<JobTreeNode, GroupNode>): TrackedJob | undefined {
    return this.parts.store.get(keyOf(node));
  }
}

function isOnlySeen(kinds: readonly JobChangeKind[]): boolean {
  return kinds.every((kind) => kind === 'seen');
}

function keyOf(node: Exclude<JobTreeNode, GroupNode>): JobKey {
  let above = node;
  while (above.kind !== 'job') above = above.parent;
  return above.key;
}
