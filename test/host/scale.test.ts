import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { JobKey } from '../../src/jobs/model/job-reference';
import { SimulatorClock } from '../../src/simulator/base/simulator-clock';
import type { JobScript } from '../../src/simulator/jobs/job-script';
import { Simulator } from '../../src/simulator/simulator';
import type { JobNode, JobTreeNode } from '../../src/ui/tree/job-nodes';
import { until, Workbench } from '../support/host/workbench';
import { MINUTE } from '../../src/base/time-units';

const JOBS = 1000;
const SUB_JOBS = 10;
/** A job's own, what failed first in it, its request id, and for each of its sub-jobs its own, its error and its resource. */
const ROWS = 3 + 3 * SUB_JOBS;
/** So old that the durations in the rows change once an hour, and not in the middle of the test. */
const AGE = (3 * 24 * 60 + 20) * MINUTE;
const PATIENCE = 120_000;

const id = (job: number, part: number) =>
  `${String(job).padStart(8, '0')}-0000-4000-8000-${String(part).padStart(12, '0')}`;

/** Goes on for long; its third sub-job ends a minute later than it is first looked at, where it is the one that changes. */
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
        { at: part * 1000, status: 'RUNNING', error: { code: 'ELB.0000', message: 'It is open from the start.' } },
        ...(changes && part === 2 ? [{ at: AGE + MINUTE, status: 'SUCCESS' }] : []),
      ],
    })),
  };
}

/** What the view asks the tree for, and what the tree tells it to ask for. */
class Redrawing {
  readonly told: (JobTreeNode | undefined)[] = [];
  readonly drawn: JobTreeNode[] = [];
  readonly opened: (JobTreeNode | undefined)[] = [];
  private readonly listening: vscode.Disposable;

  constructor(private readonly tree: Workbench['app']['tree']) {
    this.listening = tree.onDidChangeTreeData((node) => {
      this.told.push(node);
    });
    const draw = tree.getTreeItem.bind(tree);
    const open = tree.getChildren.bind(tree);
    tree.getTreeItem = (node) => {
      this.drawn.push(node);
      return draw(node);
    };
    tree.getChildren = (node) => {
      this.opened.push(node);
      return open(node);
    };
  }

  stop(): void {
    this.listening.dispose();
    Reflect.deleteProperty(this.tree, 'getTreeItem');
    Reflect.deleteProperty(this.tree, 'getChildren');
  }
}

function jobOf(node: JobTreeNode | undefined): JobKey | undefined {
  if (node === undefined || node.kind === 'group') return undefined;
  return node.kind === 'job' ? node.key : jobOf(node.parent);
}

describe(`a tree of ${JOBS} jobs with ${SUB_JOBS} sub-jobs each, all of them open`, function () {
  this.timeout(4 * PATIENCE);
  let workbench: Workbench;
  let changing: JobNode;

  const jobs = () => workbench.app.tree.getChildren().filter((node) => node.kind === 'job');
  const rows = (below?: JobTreeNode): JobTreeNode[] =>
    workbench.app.tree.getChildren(below).flatMap((node) => [node, ...rows(node)]);
  const ids = () => rows().map((node) => workbench.app.tree.getTreeItem(node).id);

  before(async () => {
    // An earlier test may have opened the view, which then draws rows before anybody looks.
    await vscode.commands.executeCommand('workbench.view.explorer');
    const clock = new SimulatorClock({ startAt: Date.now() - AGE, held: true });
    workbench = await Workbench.open(await Simulator.start({ clock }));
    const { app, cloud } = workbench;
    const references = Array.from({ length: JOBS }, (_, job) => {
      const { projectId, jobId } = cloud.startJob({ jobId: id(job, 0), script: scriptOf(job, job === JOBS / 2) });
      return { endpoint: cloud.origin, projectId, jobId };
    });
    clock.advance(AGE);
    await workbench.signIn();
    await Promise.all(references.map((reference) => app.store.track(reference, Date.now())));
    await until(
      'all jobs are answered',
      () => [...app.store.all().values()].every(({ job }) => job !== undefined),
      () => '',
      PATIENCE,
    );
    const key = app.store.find({ endpoint: cloud.origin, projectId: cloud.projects[0].id, jobId: id(JOBS / 2, 0) });
    const found = jobs().find((node) => node.key === key);
    assert.ok(found);
    changing = found;
  });

  after(async () => {
    // A view that nobody sees is not drawn again for each job that goes.
    await vscode.commands.executeCommand('workbench.view.explorer');
    await workbench.close();
  });

  it('draws all rows of all jobs when it is opened, each with an id of its own', async () => {
    const { tree } = workbench.app;
    const redrawing = new Redrawing(tree);
    await vscode.commands.executeCommand('elbJobs.jobs.focus');
    const drawn = () => new Set(redrawing.drawn.map((node) => node.id));
    await until(
      'all rows are drawn',
      () => drawn().size === JOBS * ROWS,
      () => drawn().size,
      PATIENCE,
    );
    redrawing.stop();
    const all = ids();
    assert.equal(new Set(all).size, all.length);
    assert.deepEqual(drawn(), new Set(all));
  });

  it('redraws one job after a poll in which one changed, and keeps selection, expansion and ids', async () => {
    const { app, cloud } = workbench;
    const { tree } = app;
    const [, , third] = tree.getChildren(changing).filter(({ kind }) => kind === 'sub-job');
    assert.ok(third);
    await tree.view.reveal(third, { select: true, focus: false, expand: true });
    const selected = () => tree.view.selection.map((node) => node.id);
    await until('it is selected', () => selected()[0] === third.id, selected, PATIENCE);
    const before = ids();
    const collapsed: JobTreeNode[] = [];
    const listening = tree.view.onDidCollapseElement(({ element }) => collapsed.push(element));
    const redrawing = new Redrawing(tree);
    try {
      const requests = cloud.requests.length;
      cloud.clock.advance(2 * MINUTE);
      app.engine.refresh();
      await until(
        'the sub-job has ended',
        () => redrawing.told.length > 0,
        () => '',
        PATIENCE,
      );
      await until(
        'it is redrawn',
        () => redrawing.drawn.some((node) => node.id === third.id),
        () => redrawing.drawn.length,
        PATIENCE,
      );
      // The next poll brings nothing new.
      await until(
        'it is looked at once more',
        () => cloud.requests.length > requests + 1,
        () => '',
        PATIENCE,
      );
      assert.deepEqual(redrawing.told, [changing]);
      assert.deepEqual([...new Set(redrawing.drawn.map(jobOf))], [changing.key]);
      assert.deepEqual([...new Set(redrawing.opened.map(jobOf))], [changing.key]);
      assert.ok(
        redrawing.opened.some((node) => node?.id === third.id),
        'what was open is open',
      );
      assert.deepEqual(collapsed, []);
      assert.deepEqual(selected(), [third.id]);
      assert.match(workbench.row(third), /RUNNING/);
      assert.match(workbench.rows(changing)[4] ?? '', /SUCCESS/);
    } finally {
      redrawing.stop();
      listening.dispose();
    }
    assert.deepEqual(ids(), before);
  });
});
