/** The tree of tracked jobs in the sidebar: it reads the store, and redraws only the rows that changed. */
import { EventEmitter, type TreeDataProvider, TreeItem, type TreeView, window } from 'vscode';
import type { Clock } from '../jobs/clock';
import type { Disposable } from '../jobs/disposable';
import type { JobKey } from '../jobs/job-reference';
import type { JobChange, JobStore } from '../jobs/job-store';
import { isEnding } from '../jobs/status';
import type { TrackedJob } from '../jobs/tracked-job';
import { untilElapsedChanges } from './duration';
import { childrenOfJob, childrenOfSubJob, type JobNode, type JobTreeNode } from './job-nodes';
import { drawNode } from './job-rows';

export class JobTree implements TreeDataProvider<JobTreeNode>, Disposable {
  private readonly emitter = new EventEmitter<JobTreeNode | undefined>();
  readonly onDidChangeTreeData = this.emitter.event;
  /** The view knows a row by the very object that it was given. */
  private readonly nodes = new Map<JobKey, JobNode>();
  private readonly disposables: Disposable[] = [];
  private ticking: Disposable | undefined;
  readonly view: TreeView<JobTreeNode>;

  constructor(
    private readonly store: JobStore,
    private readonly clock: Clock,
  ) {
    this.view = window.createTreeView('elbJobs.jobs', { treeDataProvider: this, showCollapseAll: true });
    this.disposables.push(
      this.view,
      this.emitter,
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
    if (node === undefined) {
      return [...this.store.all()].sort(([, a], [, b]) => b.trackedAt - a.trackedAt).map(([key]) => this.nodeOf(key));
    }
    const tracked = this.trackedOf(node);
    if (node.kind === 'job' && tracked !== undefined) return childrenOfJob(node, tracked);
    return node.kind === 'sub-job' ? childrenOfSubJob(node) : [];
  }

  getParent(node: JobTreeNode): JobTreeNode | undefined {
    return node.kind === 'job' ? undefined : node.parent;
  }

  getTreeItem(node: JobTreeNode): TreeItem {
    const tracked = this.trackedOf(node);
    return tracked === undefined ? new TreeItem('') : drawNode(node, tracked, this.clock.now());
  }

  /** Shows a job's row, selected, with its sub-jobs; `focus` takes the person there. */
  async reveal(key: JobKey, { focus }: { readonly focus: boolean }): Promise<void> {
    if (this.store.get(key) === undefined) return;
    await this.view.reveal(this.nodeOf(key), { select: true, focus, expand: true });
  }

  dispose(): void {
    this.ticking?.dispose();
    for (const disposable of this.disposables) disposable.dispose();
  }

  private onStoreChange(changes: readonly JobChange[]): void {
    for (const { kind, key } of changes) if (kind === 'removed') this.nodes.delete(key);
    if (changes.some(({ kind }) => kind === 'added' || kind === 'removed')) this.emitter.fire(undefined);
    else for (const { key } of changes) this.emitter.fire(this.nodeOf(key));
    this.tick();
  }

  /** Lets the durations of running jobs go on while somebody can see them; no request is made for it. */
  private tick(): void {
    this.ticking?.dispose();
    this.ticking = undefined;
    if (!this.view.visible) return;
    const now = this.clock.now();
    const pauses = [...this.store.all()].flatMap(([key, { job }]) =>
      [...(job === undefined ? [] : [job, ...job.subJobs])]
        .filter(({ beginTime, status }) => beginTime !== undefined && !isEnding(status))
        .map(({ beginTime = now }) => ({ key, pause: untilElapsedChanges(now - beginTime) })),
    );
    if (pauses.length === 0) return;
    const shortest = Math.min(...pauses.map(({ pause }) => pause));
    const due = new Set(pauses.filter(({ pause }) => pause === shortest).map(({ key }) => key));
    this.ticking = this.clock.schedule(shortest, () => {
      for (const key of due) this.emitter.fire(this.nodeOf(key));
      this.tick();
    });
  }

  private nodeOf(key: JobKey): JobNode {
    let node = this.nodes.get(key);
    if (node === undefined) {
      node = { kind: 'job', id: key, key };
      this.nodes.set(key, node);
    }
    return node;
  }

  private trackedOf(node: JobTreeNode): TrackedJob | undefined {
    let above = node;
    while (above.kind !== 'job') above = above.parent;
    return this.store.get(above.key);
  }
}
