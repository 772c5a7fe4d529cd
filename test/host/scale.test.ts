import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { JobKey } from '../../src/jobs/model/job-reference';
import { SimulatorClock } from '../../src/simulator/base/simulator-clock';
import type { JobScript } from '../../src/simulator/jobs/job-script';
import { Simulator } from '../../src/simulator/simulator';
import type { JobNode, JobTreeNode } from '../../src/ui/tree/job-nodes';
import { until, Workbench } from '../support/host/workbench';
import { DAY, MINUTE } from '../../src/base/time-units';

const JOBS = 1000;
const SUB_JOBS = 10;
/**
 * Per job: the job, "Failed first", the request id; and per sub-job: the sub-job, its resource and, but for the first, its
 * error.
 */
const ROWS = 2 + 3 * SUB_JOBS;
/** So old that the durations in the rows change once an hour, and not during the test. */
const AGE_MS = 3 * DAY + 20 * MINUTE;
const TIMEOUT_MS = 2 * MINUTE;

const id = (job: number, part: number) =>
  `${String(job).padStart(8, '0')}-0000-4000-8000-${String(part).padStart(12, '0')}`;

/** A long-running job. If `changes`, its third sub-job ends one minute after the first poll. */
function scriptOf(job: number, changes: boolean): JobScript {
  return {
    jobType: 'cloneLoadbalancer',
    resourceId: id(job, 99),
    transitions: [{ at: 0, status: 'RUNNING' }],
    subJobs: Array.from({ length: SUB_JOBS }, (_, part) => ({
      jobId: id(job, part + 1),
      jobType: 'cloneListener',
      resourceId: id(job, part + 100),
      entities: [{ resource_id: id(job, part + 100), resource_type: 'listener' }],
      transitions: [
        { at: part * 1000, status: 'RUNNING', error: { code: 'ELB.0000', message: `Error ${part} expands the row.` } },
        ...(changes && part === 2 ? [{ at: AGE_MS + MINUTE, status: 'SUCCESS' }] : []),
      ],
    })),
  };
}

/** Records the calls between the tree and the view. */
class RedrawRecorder {
  /** The nodes that the tree fired; undefined stands for all nodes. */
  readonly fired: (JobTreeNode | undefined)[] = [];
  /** The nodes for which the view called getTreeItem. */
  readonly drawn: JobTreeNode[] = [];
  /** The nodes for which the view called getChildren. */
  readonly expanded: (JobTreeNode | undefined)[] = [];
  private readonly listener: vscode.Disposable;

  constructor(private readonly tree: Workbench['app']['tree']) {
    this.listener = tree.onDidChangeTreeData((node) => {
      this.fired.push(node);
    });
    const getTreeItem = tree.getTreeItem.bind(tree);
    const getChildren = tree.getChildren.bind(tree);
    tree.getTreeItem = (node) => {
      this.drawn.push(node);
      return getTreeItem(node);
    };
    tree.getChildren = (node) => {
      this.expanded.push(node);
      return getChildren(node);
    };
  }

  stop(): void {
    this.listener.dispose();
    Reflect.deleteProperty(this.tree, 'getTreeItem');
    Reflect.deleteProperty(this.tree, 'getChildren');
  }
}

function jobOf(node: JobTreeNode | undefined): JobKey | undefined {
  if (node === undefined || node.kind === 'group') return undefined;
  return node.kind === 'job' ? node.key : jobOf(node.parent);
}

describe(`a tree of ${JOBS} jobs with ${SUB_JOBS} sub-jobs each, all expanded`, function () {
  this.timeout(4 * TIMEOUT_MS);
  let workbench: Workbench;
  let changing: JobNode;

  const jobs = () => workbench.app.tree.getChildren().filter((node) => node.kind === 'job');
  const rows = (below?: JobTreeNode): JobTreeNode[] =>
    workbench.app.tree.getChildren(below).flatMap((node) => [node, ...rows(node)]);
  const ids = () => rows().map((node) => workbench.app.tree.getTreeItem(node).id);

  before(async () => {
    // Hidden, because an earlier test may have opened the view, which would draw rows too early.
    await vscode.commands.executeCommand('workbench.view.explorer');
    const clock = new SimulatorClock({ startAt: Date.now() - AGE_MS, held: true });
    workbench = await Workbench.open(await Simulator.start({ clock }));
    const { app, cloud } = workbench;
    const references = Array.from({ length: JOBS }, (_, job) => {
      const { projectId, jobId } = cloud.startJob({ jobId: id(job, 0), script: scriptOf(job, job === JOBS / 2) });
      return { endpoint: cloud.origin, projectId, jobId };
    });
    clock.advance(AGE_MS);
    // Not from SecretStorage: while the page draws so many rows, it may be too busy to answer, which all rows would show.
    process.env['HW_ACCESS_KEY'] = cloud.accessKey.accessKey;
    process.env['HW_SECRET_KEY'] = cloud.accessKey.secretKey;
    await workbench.saveCredentials({ source: { kind: 'environment', family: 'terraform' } });
    await Promise.all(references.map((reference) => app.store.track(reference, Date.now())));
    await workbench.untilAllPolled(TIMEOUT_MS);
    const key = app.store.find(workbench.reference(id(JOBS / 2, 0)));
    const found = jobs().find((node) => node.key === key);
    assert.ok(found);
    changing = found;
  });

  after(async () => {
    // A hidden view is not redrawn for each removed job.
    await vscode.commands.executeCommand('workbench.view.explorer');
    await workbench.close();
    for (const name of ['HW_ACCESS_KEY', 'HW_SECRET_KEY']) Reflect.deleteProperty(process.env, name);
  });

  it('draws all rows of all jobs when the view is opened, each with a unique id', async () => {
    const { tree } = workbench.app;
    const recorder = new RedrawRecorder(tree);
    await vscode.commands.executeCommand('elbJobs.jobs.focus');
    const drawn = () => new Set(recorder.drawn.map((node) => node.id));
    const areAllDrawn = () => {
      const present = drawn();
      // May be more: while the page is too busy to answer, rows of some jobs say so for a moment.
      return present.size >= JOBS * ROWS && rows().every((row) => present.has(row.id));
    };
    await until('all rows are drawn', areAllDrawn, () => drawn().size, TIMEOUT_MS);
    recorder.stop();
    const all = ids();
    assert.ok(all.length >= JOBS * ROWS);
    assert.equal(new Set(all).size, all.length);
  });

  it('redraws one job after a poll in which one job changed, and keeps selection, expansion and ids', async () => {
    const { app, cloud } = workbench;
    const { tree } = app;
    const [, , third] = tree.getChildren(changing).filter(({ kind }) => kind === 'sub-job');
    assert.ok(third);
    await workbench.reveal(third, { focus: false }, TIMEOUT_MS);
    const selected = () => tree.view.selection.map((node) => node.id);
    const before = ids();
    const collapsed: JobTreeNode[] = [];
    const listener = tree.view.onDidCollapseElement(({ element }) => collapsed.push(element));
    const recorder = new RedrawRecorder(tree);
    try {
      const requests = cloud.requests.length;
      cloud.clock.advance(2 * MINUTE);
      app.engine.refresh();
      await until(
        'the sub-job has ended',
        () => recorder.fired.length > 0,
        () => '',
        TIMEOUT_MS,
      );
      await until(
        'its row is redrawn',
        () => recorder.drawn.some((node) => node.id === third.id),
        () => recorder.drawn.length,
        TIMEOUT_MS,
      );
      // The next poll changes nothing.
      await until(
        'the job is polled again',
        () => cloud.requests.length > requests + 1,
        () => '',
        TIMEOUT_MS,
      );
      assert.deepEqual(recorder.fired, [changing]);
      assert.deepEqual([...new Set(recorder.drawn.map(jobOf))], [changing.key]);
      assert.deepEqual([...new Set(recorder.expanded.map(jobOf))], [changing.key]);
      await until(
        'the expanded row is drawn expanded',
        () => recorder.expanded.some((node) => node?.id === third.id),
        () => recorder.expanded.length,
        TIMEOUT_MS,
      );
      assert.deepEqual(collapsed, []);
      assert.deepEqual(selected(), [third.id]);
      assert.match(workbench.rowNames(changing)[4] ?? '', /SUCCESS/);
    } finally {
      recorder.stop();
      listener.dispose();
    }
    assert.deepEqual(ids(), before);
  });
});
