import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type { ProjectResources, Resource } from '../../src/jobs/model/project-resources';
import type { JobKind, Outcome } from '../../src/simulator/jobs/job-catalog';
import type { JobTreeNode } from '../../src/ui/tree/job-nodes';
import { runCommand as run, until, Workbench } from '../support/host/workbench';

describe('what is said of resources', () => {
  let workbench: Workbench;

  beforeEach(async () => {
    workbench = await Workbench.open();
    await workbench.signIn();
  });

  afterEach(async () => {
    await workbench.close();
  });

  async function ended(kind: JobKind, outcome: Outcome): Promise<JobTreeNode> {
    await workbench.track(workbench.cloud.startJob({ kind, outcome, durationMs: 0 }).jobId);
    const isEnded = () => workbench.trackedJobs().every(({ ending }) => ending !== undefined);
    await until('the job has ended', isEnded, () => workbench.rowNames());
    return workbench.jobNode();
  }

  function attach(known: Partial<ProjectResources>): void {
    const nothing: ProjectResources = { byId: new Map(), quotas: new Map(), refused: new Set() };
    workbench.app.store.setResources(workbench.reference(''), { ...nothing, ...known }, () => true);
  }

  function hoverOf(node: JobTreeNode): string {
    const { tree } = workbench.app;
    const { tooltip } = tree.resolveTreeItem(tree.getTreeItem(node), node);
    assert.ok(tooltip instanceof vscode.MarkdownString);
    return tooltip.value.replace(/\\(.)/g, '$1');
  }

  const rowBelow = (job: JobTreeNode, kind: JobTreeNode['kind']) =>
    workbench.app.tree.getChildren(job).find((node) => node.kind === kind) ?? assert.fail(`There is no ${kind} row`);

  const copied = async (command: string, node: JobTreeNode) => {
    await run(command, node);
    return vscode.env.clipboard.readText();
  };

  it('names the quota that is used up, once it is known, in the row, its copy, the hover and the report', async () => {
    const job = await ended('batchCreateV3Loadbalancer', 'fail');
    assert.match(workbench.row(rowBelow(job, 'advice')), /^What to do \| A quota is used up\. Delete /);
    attach({ quotas: new Map([['loadbalancer', { key: 'loadbalancer', limit: 50, used: 50, seenAt: Date.now() }]]) });
    const words = /A quota is used up: loadbalancer, 50 of 50 used \([^)]+\)\. Delete resources/;
    const row = rowBelow(job, 'advice');
    assert.match(workbench.row(row), words);
    assert.match(hoverOf(row), words);
    assert.match(hoverOf(job), words);
    assert.match(await copied('copyValue', row), words);
    assert.match(
      await copied('copyJobReport', job),
      /- What to do: A quota is used up: loadbalancer, 50 of 50 used \(\S+Z\)\./,
    );
  });

  it('says whether deleted load balancers went to the recycle bin', async () => {
    const job = await ended('batchDeleteLoadbalancer', 'complete');
    assert.ok(!workbench.rows(job).some((row) => row.startsWith('Recycle bin')));
    const ids = workbench
      .trackedJobs()[0]
      ?.job?.subJobs.flatMap(({ entities }) => entities.map((each) => each.resourceId));
    const resource = (index: number): Resource => ({ type: 'loadbalancer', seenAt: 0, isInRecycleBin: index > 0 });
    attach({ byId: new Map(ids?.map((id = '', index) => [id, resource(index)])) });
    const words = '2 of 3 deleted load balancers went to the recycle bin and can be restored until they expire.';
    const row = rowBelow(job, 'recycle-bin');
    assert.equal(workbench.row(row), `Recycle bin | ${words}`);
    assert.equal(await copied('copyValue', row), words);
    assert.ok(hoverOf(job).includes(words));
    assert.ok((await copied('copyJobReport', job)).includes(`- Recycle bin: ${words}`));
  });

  it('says in the hover of a job which permission its names need', async () => {
    const job = await ended('cloneLoadbalancer', 'complete');
    assert.doesNotMatch(hoverOf(job), /Names need/);
    attach({ refused: new Set(['elb:loadbalancers:list']) });
    assert.match(hoverOf(job), /\n\nNames need the permission elb:loadbalancers:list\.$/);
    assert.doesNotMatch(workbench.rows(job).join('\n'), /Names need/);
  });
});
