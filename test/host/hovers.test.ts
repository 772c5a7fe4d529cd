import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import type { JobTreeNode } from '../../src/ui/tree/job-nodes';
import { until, Workbench } from '../support/host/workbench';

describe('the hover of a row', () => {
  let workbench: Workbench;

  beforeEach(async () => {
    workbench = await Workbench.open();
    await workbench.signIn();
  });

  afterEach(async () => {
    await workbench.close();
  });

  function hover(node: JobTreeNode): vscode.MarkdownString {
    const { tree } = workbench.app;
    const item = tree.getTreeItem(node);
    assert.equal(item.tooltip, undefined, 'A hover is written only when it is shown');
    const { tooltip } = tree.resolveTreeItem(item, node);
    assert.ok(tooltip instanceof vscode.MarkdownString);
    return tooltip;
  }

  /** The text without Markdown. */
  function textOf(node: JobTreeNode): string {
    return hover(node)
      .value.replace(/&nbsp;/g, ' ')
      .replace(/\\(.)/g, '$1')
      .replace(/\*(\S[^*]*)\*[ ]+/g, '$1: ');
  }

  it('shows all facts of the job, its sub-jobs and their resources', async () => {
    await workbench.trackWhileHidden(OFFICIAL_EXAMPLE.jobId);
    await until('the job is polled', () => (workbench.rowNames()[0] ?? '').includes('COMPLETE'));
    const job = workbench.jobNode();
    const text = textOf(job);
    for (const fact of [
      'Status: COMPLETE · succeeded',
      'Duration: 28 min 29 sec',
      `Job ID: ${OFFICIAL_EXAMPLE.jobId}`,
      `Endpoint: ${workbench.cloud.origin}`,
      `Project: ${OFFICIAL_EXAMPLE.projectId}`,
      `Request ID: ${OFFICIAL_EXAMPLE.requestId}`,
      'ended since you last looked',
    ]) {
      assert.ok(text.includes(fact), `${fact} in ${text}`);
    }
    assert.match(text, /Began: Mar 23, 2024, .+ (?:UTC|GMT|[A-Z]{2,})/);
    assert.match(text, /Last response: .*\d/);
    const [subJob] = workbench.app.tree.getChildren(job);
    assert.ok(subJob);
    assert.match(textOf(subJob), /Status: SUCCESS · succeeded[^]*loadbalancer: 9f5b432c-987e-4777-a1bc-6642be4b2b50/);
    const [entity] = workbench.app.tree.getChildren(subJob);
    assert.ok(entity);
    assert.match(textOf(entity), /Resource: 9f5b432c[^]*Sub-job: UPGRADE_INIT/);
  });

  it('shows a missing status as missing, without an explanation', async () => {
    const { app } = workbench;
    const key = await app.store.track(workbench.reference('without-a-status'), Date.now());
    app.store.applyResponse(
      key,
      { job: { jobType: 'UPGRADE', subJobs: [], raw: {} }, requestId: undefined },
      Date.now(),
    );
    const text = textOf({ kind: 'job', id: key, key });
    assert.match(text, /Status: no status\s/);
    assert.doesNotMatch(text, /undocumented/);
  });

  it('shows an error, and facts that the row shows by icon or color alone', async () => {
    const { cloud, app } = workbench;
    const { jobId } = cloud.startJob({ kind: 'batchCreateV3Loadbalancer', outcome: 'fail', durationMs: 0 });
    await workbench.trackWhileHidden(jobId);
    await until('the job has failed', () => (workbench.rowNames()[0] ?? '').includes('FAIL'));
    const job = workbench.jobNode();
    assert.ok(job.kind === 'job');
    app.store.mute(job.key, true);
    const text = textOf(job);
    assert.match(text, /Error: ELB\.\d+[^]*Message: /);
    assert.ok(text.includes('muted: no notification when it ends'), text);
    assert.match(
      app.tree.getTreeItem(job).accessibilityInformation?.label ?? '',
      /ended since you last looked, FAIL · .* · muted · /,
    );
    const failure = app.tree.getChildren(job).find(({ kind }) => kind === 'failure');
    if (failure !== undefined) assert.match(textOf(failure), /Error: ELB\.\d+[^]*Request ID: /);
  });

  it('makes no link, icon or HTML of text from the service', async () => {
    const { cloud } = workbench;
    const hostile =
      '[x](command:elbJobs.showLog) <img src=x> $(error) https://evil.example a@evil.example &lt;b&gt; | *b*';
    const { jobId } = cloud.startJob({
      script: {
        jobType: hostile,
        resourceId: hostile,
        transitions: [
          { at: 0, status: 'FAIL', error: { code: hostile, message: `${hostile}\n\n# ${'x'.repeat(10_000)}` } },
        ],
        subJobs: [],
      },
    });
    await workbench.track(jobId);
    await until('the job has failed', () => (workbench.rowNames()[0] ?? '').includes('FAIL'));
    const { value, isTrusted, supportHtml, supportThemeIcons } = hover(workbench.jobNode());
    assert.ok(isTrusted !== true && supportHtml !== true && supportThemeIcons !== true);
    assert.ok(value.length < 10_000, 'A long text is cut');
    // Each character that would start markup is escaped.
    assert.doesNotMatch(value, /(?<!\\)[[\]<`#|@]/);
    assert.doesNotMatch(value, /https:|(?<!\\)&(?!nbsp;)|\$\(/);
  });
});
