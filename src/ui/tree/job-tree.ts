/** The tree of tracked jobs in the sidebar. It reads the store, and redraws only the rows that changed. */
import { EventEmitter, l10n, type TreeDataProvider, TreeItem, type TreeView, window } from 'vscode';
import { countedJobs } from '../../demo/counted-jobs';
import type { Disposable } from '../../base/disposable';
import type { Event } from '../../base/emitter';
import type { JobChange, JobChangeKind } from '../../jobs/model/job-change';
import type { JobKey, JobReference } from '../../jobs/model/job-reference';
import type { ProjectReference } from '../../jobs/model/project';
import type { JobStore } from '../../jobs/store/job-store';
import type { WindowContext } from '../../storage/window-context';
import type { DurationHistory } from '../../jobs/model/duration-history';
import { isEnding } from '../../jobs/model/job-status';
import { isLost, type TrackedJob } from '../../jobs/model/tracked-job';
import { countWithDemoMark } from '../text/demo-words';
import { filterWords } from './arrangement-words';
import { arrange, listPositionOf } from './job-arrangement';
import { childrenOfJob, childrenOfSubJob, type GroupNode, type JobNode, type JobTreeNode } from './job-nodes';
import { hoverOf } from './job-hovers';
import { type RowTiming, groupItem, rowItem } from './job-rows';
import { RowRevealer } from './row-revealer';
import { RowSchedule } from './row-schedule';
import type { TreeOptions } from './tree-options';

interface JobTreeParts extends Pick<WindowContext, 'clock' | 'log'> {
  readonly store: JobStore;
  readonly durations: DurationHistory;
  readonly options: Pick<TreeOptions, 'current' | 'onDidChange' | 'clearFilter'>;
  /** `of` returns the name of a project's credentials; undefined if there are none. */
  readonly projectNames: {
    of(project: ProjectReference): string | undefined;
    readonly onDidChange: Event<void>;
  };
}

export class JobTree implements TreeDataProvider<JobTreeNode>, Disposable {
  private readonly emitter = new EventEmitter<JobTreeNode | undefined>();
  readonly onDidChangeTreeData = this.emitter.event;
  /** The view identifies a row by the object that `getChildren` returned. */
  private readonly nodes = new Map<JobKey, JobNode>();
  private groups: readonly GroupNode[] = [];
  /** By job: its `listPositionOf` when the whole tree was last redrawn. */
  private readonly listPositions = new Map<JobKey, string>();
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
      redraw: (key) => {
        this.emitter.fire(this.nodeOf(key));
      },
    });
    this.revealer = new RowRevealer(parts);
    this.showDescription();
    this.saveListPositions();
    this.disposables.push(
      this.view,
      this.emitter,
      this.schedule,
      this.revealer,
      options.onDidChange(() => {
        this.showDescription();
        this.redrawAll();
      }),
      store.onDidChange((changes) => {
        this.onStoreChange(changes);
      }),
      projectNames.onDidChange(() => {
        if (options.current.grouping === 'project') this.redrawAll();
      }),
      this.view.onDidChangeVisibility(({ visible }) => {
        // Durations are not updated while the view is hidden.
        if (visible) this.redrawAll();
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
      return groupItem(node, this.parts.options.current.grouping, nameOf);
    }
    const tracked = this.trackedOf(node);
    return tracked === undefined ? new TreeItem('') : rowItem(node, tracked, this.timingOf(tracked));
  }

  /** Builds the hover of the row under the pointer only. */
  resolveTreeItem(item: TreeItem, node: JobTreeNode): TreeItem {
    const tracked = node.kind === 'group' ? undefined : this.trackedOf(node);
    if (node.kind === 'group' || tracked === undefined) return item;
    this.schedule.hoverOpened(keyOf(node));
    item.tooltip = hoverOf(node, tracked, this.timingOf(tracked), this.parts.projectNames.of(tracked.reference));
    return item;
  }

  /**
   * Shows a job's row, selected and expanded, after clearing filters that hide it. Never rejects: a row that cannot be shown
   * must not fail the command that shows it.
   * @param options `focus`: whether the row gets the keyboard focus.
   */
  async reveal(key: JobKey, { focus }: { readonly focus: boolean }): Promise<void> {
    await this.revealer.reveal(
      async () => {
        await this.ensureListed(key);
        await this.view.reveal(this.nodeOf(key), { select: true, focus, expand: true });
        // For a row that it has not drawn yet, the view does nothing, without an error.
        if (this.view.selection[0]?.id !== key) throw new Error('The view has no such row yet.');
      },
      () => this.parts.store.get(key) !== undefined,
    );
  }

  /** As `reveal`, for the first of the jobs. */
  async revealFirst([first]: readonly JobReference[], options: { readonly focus: boolean }): Promise<void> {
    const key = first && this.parts.store.find(first);
    if (key !== undefined) await this.reveal(key, options);
  }

  private async ensureListed(key: JobKey): Promise<void> {
    const isListed = (root: JobTreeNode) => (root.kind === 'group' ? root.keys.includes(key) : root.id === key);
    if (this.roots().some(isListed)) return;
    await this.parts.options.clearFilter();
    // `getParent` needs the new groups.
    this.roots();
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  private onStoreChange(all: readonly JobChange[]): void {
    // A requested poll changes no row.
    const changes = all.filter(({ kinds }) => kinds.some((kind) => kind !== 'poll-wanted'));
    const isReordered = changes.some((change) => this.hasMoved(change));
    for (const { kinds, key } of changes) {
      if (!kinds.includes('removed')) continue;
      this.nodes.delete(key);
      this.listPositions.delete(key);
    }
    if (isReordered) this.redrawAll();
    else {
      for (const change of changes) this.redraw(change);
      this.schedule.update();
    }
    this.showBadge();
  }

  private saveListPositions(): void {
    const { store, options } = this.parts;
    for (const [key, tracked] of store.all()) this.listPositions.set(key, listPositionOf(tracked, options.current));
  }

  private redrawAll(): void {
    this.saveListPositions();
    this.emitter.fire(undefined);
    this.schedule.allRedrawn();
  }

  private redraw({ key, kinds }: JobChange): void {
    if ((this.listPositions.get(key) ?? '') === '') return;
    // A hover on an ended job stays open when the ending is marked as seen.
    if (isOnlySeen(kinds)) this.schedule.redrawAfterHover(key);
    else this.schedule.redraw(key);
  }

  /** Whether the job moves in the list, enters it or leaves it. */
  private hasMoved({ kinds, tracked, key }: JobChange): boolean {
    // A job that was just seen stays in the list for now, even if the filter lists unseen jobs only.
    if (isOnlySeen(kinds)) return false;
    const position = kinds.includes('removed') ? '' : listPositionOf(tracked, this.parts.options.current);
    return position !== (this.listPositions.get(key) ?? '');
  }

  /** Returns the jobs, or their groups. */
  private roots(): JobTreeNode[] {
    const groups = arrange(this.parts.store.all(), this.parts.options.current);
    if (this.parts.options.current.grouping === 'none') {
      this.groups = [];
      return groups.flatMap(({ keys }) => keys.map((key) => this.nodeOf(key)));
    }
    this.groups = groups.map(({ of, keys }) => ({ kind: 'group', id: `group/${of ?? ''}`, of, keys }));
    return [...this.groups];
  }

  /** The badge shows how many jobs are running. */
  private showBadge(): void {
    const { jobs, areDemo } = countedJobs(this.parts.store.all().values());
    const isRunning = (tracked: TrackedJob) => tracked.job !== undefined && !isEnding(tracked.job.status);
    const running = jobs.filter((tracked) => isRunning(tracked) && !isLost(tracked)).length;
    const tooltip = countWithDemoMark(l10n.t('ELB jobs running: {count}', { count: running }), areDemo);
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

  private showDescription(): void {
    this.view.description = filterWords(this.parts.options.current);
  }

  private timingOf({ job, reference }: TrackedJob): RowTiming {
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
  let ancestor = node;
  while (ancestor.kind !== 'job') ancestor = ancestor.parent;
  return ancestor.key;
}
