/** The tree of tracked jobs in the sidebar. It reads the store, and redraws only the rows that changed. */
import { EventEmitter, type TreeDataProvider, TreeItem, type TreeView, window } from 'vscode';
import type { Disposable } from '../../base/disposable';
import type { Event } from '../../base/emitter';
import type { JobChange, JobChangeKind } from '../../jobs/model/job-change';
import type { JobKey, JobReference } from '../../jobs/model/job-reference';
import type { ProjectReference } from '../../jobs/model/project';
import type { JobStore } from '../../jobs/store/job-store';
import type { WindowContext } from '../../storage/window-context';
import type { DurationHistory } from '../../jobs/model/duration-history';
import { isEnding } from '../../jobs/model/job-status';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { AlikeJobs } from '../parts/alike-jobs';
import { filterWords } from './arrangement-words';
import { ArrangedJobs, isSamePlace, type ListPlace } from './job-arrangement';
import {
  childrenOfJob,
  childrenOfSubJob,
  firstFailedRow,
  type GroupNode,
  type JobNode,
  type JobTreeNode,
  keyOf,
} from './job-nodes';
import { hoverOf } from './job-hovers';
import { type RowTiming, groupItem, rowItem } from './job-rows';
import { RowRevealer, type RowView } from './row-revealer';
import { RowSchedule } from './row-schedule';
import { RowTurns } from './row-turns';
import { TreeBadge } from './tree-badge';
import type { TreeOptions } from './tree-options';
import { WholeRedraws } from './whole-redraws';

interface JobTreeParts extends Pick<WindowContext, 'clock' | 'log'> {
  readonly store: JobStore;
  readonly durations: DurationHistory;
  readonly options: Pick<TreeOptions, 'current' | 'onDidChange' | 'clearFilter'>;
  /** `of` returns the name of a project's credentials; undefined if there are none. */
  readonly projectNames: {
    of(project: ProjectReference): string | undefined;
    readonly onDidChange: Event<void>;
  };
  /** Whether the view redraws the row of a changed element. Default: yes. */
  readonly redrawsChangedRows?: boolean;
}

export class JobTree implements Disposable {
  private readonly emitter = new EventEmitter<JobTreeNode | undefined>();
  readonly onDidChangeTreeData = this.emitter.event;
  private readonly rowTurns = new RowTurns();
  /** What the view calls. */
  readonly provider: TreeDataProvider<JobTreeNode>;
  /** The view identifies a row by the object that `getChildren` returned. */
  private readonly nodes = new Map<JobKey, JobNode>();
  private groups: readonly GroupNode[] = [];
  private arranged: ArrangedJobs;
  /**
   * The drawn places of jobs that were marked as seen since the whole tree was last redrawn, if `arranged` has another: a
   * filter may hide them from now on.
   */
  private readonly drawnElsewhere = new Map<JobKey, ListPlace | undefined>();
  /** The ids of rows that are expanded, except groups that never were collapsed. */
  private readonly expandedRows = new Set<string>();
  private isClearingFilter = false;
  private readonly disposables: Disposable[] = [];
  readonly revealer: RowRevealer;
  private readonly schedule: RowSchedule;
  private readonly alike: AlikeJobs;
  readonly view: TreeView<JobTreeNode>;

  constructor(private readonly parts: JobTreeParts) {
    const { store, durations, clock, options, projectNames } = parts;
    const wholeRedraws =
      parts.redrawsChangedRows === false
        ? new WholeRedraws({ changes: this.onDidChangeTreeData, clock, jobCount: () => store.all().size })
        : undefined;
    this.provider = {
      onDidChangeTreeData: wholeRedraws?.event ?? this.onDidChangeTreeData,
      getChildren: (node) => this.getChildren(node),
      getParent: (node) => this.getParent(node),
      getTreeItem: (node) => this.rowTurns.build(() => this.getTreeItem(node)),
      resolveTreeItem: (item, node) => this.resolveTreeItem(item, node),
    };
    this.view = window.createTreeView('elbJobs.jobs', {
      treeDataProvider: this.provider,
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
    this.revealer = new RowRevealer({ ...parts, view: this.rowView() });
    this.showDescription();
    this.arranged = this.arrangeAll();
    this.alike = new AlikeJobs(store, (key) => {
      this.redraw({ key, kinds: [] });
    });
    this.disposables.push(
      new TreeBadge(this.view, store),
      this.view,
      this.emitter,
      ...(wholeRedraws ? [wholeRedraws] : []),
      this.schedule,
      this.alike,
      this.revealer,
      options.onDidChange(() => {
        if (!this.isClearingFilter) this.revealer.personActed();
        this.showDescription();
        this.arranged = this.arrangeAll();
        this.redrawAll();
      }),
      store.onDidChange((changes) => {
        this.onStoreChange(changes);
      }),
      projectNames.onDidChange(() => {
        if (options.current.grouping === 'project') this.redrawAll([]);
      }),
      this.view.onDidChangeVisibility(({ visible }) => {
        // Durations are not updated while the view is hidden.
        if (visible) this.redrawAll();
        else this.schedule.update();
        this.revealer.viewChanged();
      }),
      this.view.onDidChangeSelection(() => {
        this.revealer.selectionChanged();
      }),
      this.view.onDidExpandElement(({ element }) => {
        this.expandedRows.add(element.id);
      }),
      this.view.onDidCollapseElement(({ element }) => {
        // The view also reports the first children of a row as a collapse. Groups begin expanded.
        if (this.expandedRows.delete(element.id) || element.kind === 'group') this.revealer.personActed();
      }),
    );
  }

  getChildren(node?: JobTreeNode): JobTreeNode[] {
    // The view loads the rows of the list or of a group.
    if (node === undefined || node.kind === 'group') this.revealer.viewChanged();
    if (node === undefined) return this.roots();
    if (node.kind === 'group') return node.keys.map((key) => this.nodeOf(key));
    const tracked = this.parts.store.get(keyOf(node));
    if (node.kind === 'job' && tracked !== undefined) return childrenOfJob(node, tracked);
    return node.kind === 'sub-job' ? childrenOfSubJob(node) : [];
  }

  getParent(node: JobTreeNode): JobTreeNode | undefined {
    if (node.kind === 'group') return undefined;
    if (node.kind !== 'job') return node.parent;
    const place = this.arranged.placeOf(node.key);
    return place && this.groups.find(({ of }) => of === place.of);
  }

  getTreeItem(node: JobTreeNode): TreeItem {
    if (node.kind === 'group') {
      const nameOf = (project: ProjectReference) => this.parts.projectNames.of(project) ?? project.projectId;
      return groupItem(node, this.parts.options.current.grouping, nameOf);
    }
    const tracked = this.parts.store.get(keyOf(node));
    if (tracked === undefined) return new TreeItem('');
    return rowItem(node, tracked, { ...this.timingOf(tracked), isAlike: this.alike.has(node.id) });
  }

  /** Builds the hover of the row under the pointer only. */
  resolveTreeItem(item: TreeItem, node: JobTreeNode): TreeItem {
    const tracked = node.kind === 'group' ? undefined : this.parts.store.get(keyOf(node));
    if (node.kind === 'group' || tracked === undefined) return item;
    this.schedule.hoverOpened(keyOf(node));
    item.tooltip = hoverOf(node, tracked, this.timingOf(tracked), this.parts.projectNames.of(tracked.reference));
    return item;
  }

  /**
   * Shows a job's row, selected and expanded, after clearing filters that hide it. A busy view shows it later. Never rejects: a
   * row that cannot be shown must not fail the command that shows it.
   * @param options `focus`: whether the row gets the keyboard focus.
   */
  async reveal(key: JobKey, options: { readonly focus: boolean }): Promise<void> {
    await this.revealer.reveal(key, options);
  }

  /** As `reveal`, for the first of the jobs. Call it before they are saved: the person may act meanwhile. */
  async revealFirst([first]: readonly JobReference[], options: { readonly focus: boolean }): Promise<void> {
    const key = first && this.parts.store.find(first);
    if (key !== undefined) await this.reveal(key, options);
  }

  /** Selects the row of the sub-job that failed first, in the view that shows its job. Never rejects. */
  async revealFailedSubJob(key: JobKey): Promise<void> {
    const tracked = this.parts.store.get(key);
    const row = tracked && firstFailedRow(this.nodeOf(key), tracked);
    if (row === undefined) return;
    this.revealer.personActed();
    try {
      await this.view.reveal(row, { select: true, focus: true, expand: true });
    } catch (cause) {
      this.parts.log.warn(`A failed sub-job could not be shown: ${String(cause)}`);
    }
  }

  private rowView(): RowView {
    return {
      isVisible: () => this.view.visible,
      selection: () => this.view.selection.map(({ id }) => id),
      hasRow: (key) => this.parts.store.get(key) !== undefined,
      show: async (key, { focus }) => {
        await this.ensureListed(key);
        await this.view.reveal(this.nodeOf(key), { select: true, focus, expand: true });
      },
    };
  }

  private async ensureListed(key: JobKey): Promise<void> {
    // `getParent` needs the groups.
    this.roots();
    if (this.arranged.placeOf(key) !== undefined) return;
    this.isClearingFilter = true;
    // Its event fires before it returns.
    const clearing = this.parts.options.clearFilter();
    this.isClearingFilter = false;
    await clearing;
    this.roots();
  }

  dispose(): void {
    for (const disposable of this.disposables) disposable.dispose();
  }

  private onStoreChange(all: readonly JobChange[]): void {
    // A requested poll changes no row.
    const changes = all.filter(({ kinds }) => kinds.some((kind) => kind !== 'poll-wanted' && kind !== 'polled'));
    let isReordered = false;
    for (const change of changes) isReordered = this.move(change) || isReordered;
    for (const { kinds, key } of changes) {
      if (!kinds.includes('removed')) continue;
      this.nodes.delete(key);
      this.expandedRows.delete(key);
      this.revealer.rowRemoved(key);
    }
    const keys = changes.map(({ key }) => key);
    if (isReordered) this.redrawAll(keys);
    else {
      for (const change of changes) this.redraw(change);
      this.schedule.update(keys);
    }
  }

  private arrangeAll(): ArrangedJobs {
    const { store, options } = this.parts;
    this.drawnElsewhere.clear();
    return new ArrangedJobs(options.current, store.all());
  }

  /** @param changed the jobs whose rows changed; by default all */
  private redrawAll(changed?: readonly JobKey[]): void {
    this.drawnElsewhere.clear();
    this.emitter.fire(undefined);
    this.schedule.allRedrawn(changed);
  }

  private redraw({ key, kinds }: Pick<JobChange, 'key' | 'kinds'>): void {
    if (this.drawnPlaceOf(key) === undefined) return;
    // A hover on an ended job stays open when the ending is marked as seen.
    if (isOnlySeen(kinds)) this.schedule.redrawAfterHover(key);
    else this.schedule.redraw(key);
  }

  /** Moves the job in the list. @returns whether the drawn list differs, because the job moves, enters or leaves it */
  private move({ kinds, tracked, key }: JobChange): boolean {
    const drawn = this.drawnPlaceOf(key);
    this.arranged.set(key, kinds.includes('removed') ? undefined : tracked);
    const isSame = isSamePlace(drawn, this.arranged.placeOf(key));
    // A job that was just seen stays in the list for now, even if the filter lists unseen jobs only.
    const staysDrawn = !isSame && isOnlySeen(kinds);
    if (staysDrawn) this.drawnElsewhere.set(key, drawn);
    else this.drawnElsewhere.delete(key);
    return !isSame && !staysDrawn;
  }

  private drawnPlaceOf(key: JobKey): ListPlace | undefined {
    return this.drawnElsewhere.has(key) ? this.drawnElsewhere.get(key) : this.arranged.placeOf(key);
  }

  /** Returns the jobs, or their groups. */
  private roots(): JobTreeNode[] {
    const groups = this.arranged.inGroups();
    if (this.parts.options.current.grouping === 'none') {
      this.groups = [];
      return groups.flatMap(({ keys }) => keys.map((key) => this.nodeOf(key)));
    }
    this.groups = groups.map(({ of, keys }) => ({ kind: 'group', id: `group/${of ?? ''}`, of, keys }));
    return [...this.groups];
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
    this.view.description = filterWords(this.parts.options.current, (project) => this.parts.projectNames.of(project));
  }

  private timingOf({ job, reference }: TrackedJob): RowTiming {
    const prediction = isEnding(job?.status) ? undefined : this.parts.durations.of(reference).predict(job?.jobType);
    return { now: this.parts.clock.now(), prediction };
  }
}

function isOnlySeen(kinds: readonly JobChangeKind[]): boolean {
  return kinds.every((kind) => kind === 'seen');
}
