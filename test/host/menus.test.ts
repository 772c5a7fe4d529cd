import assert from 'node:assert/strict';
import manifest from '../../package.json';
import { demoReferences } from '../../src/demo/demo-jobs';
import { HOUR, MINUTE } from '../../src/base/time-units';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import type { JobTreeNode } from '../../src/ui/tree/job-nodes';
import type { JobTree } from '../../src/ui/tree/job-tree';
import { jobAt } from '../support/samples';
import { Workbench } from '../support/host/workbench';

/** Finds the conditions on a row's context value in a when-clause: an exact word or an expression. */
const VIEW_ITEM = /viewItem (?:== (?<word>[\w.]+)|=~ \/(?<expression>(?:[^/\\]|\\.)+)\/)/g;

describe('the context menus of rows', () => {
  let workbench: Workbench;

  beforeEach(async () => {
    workbench = await Workbench.open();
    await workbench.signIn();
  });

  afterEach(async () => {
    await workbench.close();
  });

  it('are each for existing rows, and each job row has a menu', async () => {
    const { app, cloud } = workbench;
    await workbench.track(OFFICIAL_EXAMPLE.jobId);
    await workbench.track(cloud.startJob({ kind: 'UPGRADE', durationMs: HOUR }).jobId);
    await workbench.track(cloud.startJob({ kind: 'cloneListener', outcome: 'fail', durationMs: 0 }).jobId);
    await workbench.untilAllPolled();
    const [demo] = demoReferences();
    assert.ok(demo);
    await app.store.track(demo, Date.now());
    await workbench.untilAllPolled();
    const [first, second, third] = app.store.all().keys();
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    const expired = await app.store.track(workbench.reference('of-expired-keys'), Date.now());
    const waiting = await app.store.track(workbench.reference('waiting-upgrade'), Date.now());
    const unknown = await app.store.track(workbench.reference('unknown-job'), Date.now());
    // Nothing is awaited from here on, so that no response changes these errors.
    app.store.mute(first, true);
    app.store.applyResponse(waiting, { job: jobAt('SUCCESS', { jobType: 'UPGRADE' }) }, Date.now());
    app.store.applyError(second, { kind: 'authentication' }, Date.now());
    app.store.applyError(third, { kind: 'signed-out' }, Date.now());
    app.store.applyError(expired, { kind: 'token-expired' }, Date.now());
    // The number of polls after which a job is not found.
    for (let attempt = 0; attempt < 4; attempt += 1) {
      app.store.applyError(unknown, { kind: 'not-found' }, Date.now() + attempt * MINUTE);
    }

    const drawn = new Map(rowsOf(app.tree).map((node) => [app.tree.getTreeItem(node).contextValue, node.kind]));
    const clauses = manifest.contributes.menus['view/item/context'].map(({ when }) => when);
    const conditions = clauses.flatMap((clause) => [...clause.matchAll(VIEW_ITEM)]).map(({ groups = {} }) => groups);
    assert.ok(conditions.length >= clauses.length, 'Each clause has a condition on the row');
    const isMet = (value: string, { word, expression }: Partial<Record<string, string>>) =>
      expression === undefined ? value === word : new RegExp(expression).test(value);
    const values = [...drawn.keys()].filter((value) => value !== undefined);
    for (const each of conditions) {
      assert.ok(
        values.some((value) => isMet(value, each)),
        `No row has a context value that matches ${each['word'] ?? each['expression'] ?? ''}. Fix the clause, or draw such a row in this test.`,
      );
    }
    for (const value of values.filter((each) => drawn.get(each) === 'job')) {
      assert.ok(
        conditions.some((each) => isMet(value, each)),
        `No menu is for rows with the context value ${value}.`,
      );
    }
  });

  it('depend on whether the job is running, and whether it is a demo', async () => {
    const { app, cloud } = workbench;
    const wordsOf = (key: string) =>
      (app.tree.getTreeItem({ kind: 'job', id: key, key }).contextValue ?? '').split('.');
    await workbench.track(OFFICIAL_EXAMPLE.jobId);
    await workbench.track(cloud.startJob({ kind: 'UPGRADE', durationMs: HOUR }).jobId);
    await workbench.untilAllPolled();
    const [ended = '', running = ''] = app.store.all().keys();
    const [demo] = demoReferences();
    assert.ok(demo);
    const demoKey = await app.store.track(demo, Date.now());
    assert.deepEqual([ended, running, demoKey].map(wordsOf), [['job'], ['job', 'running'], ['job', 'running', 'demo']]);
  });
});

function rowsOf(tree: JobTree, below?: JobTreeNode): JobTreeNode[] {
  return tree.getChildren(below).flatMap((node) => [node, ...rowsOf(tree, node)]);
}
