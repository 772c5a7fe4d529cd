import assert from 'node:assert/strict';
import manifest from '../../package.json';
import { demoReferences } from '../../src/demo/demo-jobs';
import { OFFICIAL_EXAMPLE } from '../../src/simulator/jobs/official-example';
import type { JobTreeNode } from '../../src/ui/tree/job-nodes';
import type { JobTree } from '../../src/ui/tree/job-tree';
import { until, Workbench } from '../support/host/workbench';

/** Of a clause, what it asks of the row: a word, or an expression. */
const VIEW_ITEM = /viewItem (?:== (?<word>[\w.]+)|=~ \/(?<expression>(?:[^/\\]|\\.)+)\/)/g;

describe('the menus of rows', () => {
  let workbench: Workbench;

  beforeEach(async () => {
    workbench = await Workbench.open();
    await workbench.signIn();
  });

  afterEach(async () => {
    await workbench.close();
  });

  it('are each for rows that there are, and each row of a job has one', async () => {
    const { app, cloud } = workbench;
    await workbench.track(OFFICIAL_EXAMPLE.jobId);
    await workbench.track(cloud.startJob({ kind: 'UPGRADE', durationMs: 60 * 60_000 }).jobId);
    await workbench.track(cloud.startJob({ kind: 'cloneListener', outcome: 'fail', durationMs: 0 }).jobId);
    await until('all are answered', () => [...app.store.all().values()].every(({ job }) => job !== undefined));
    const [demo] = demoReferences();
    assert.ok(demo);
    const ofDemo = await app.store.track(demo, Date.now());
    await until('it is answered', () => app.store.get(ofDemo)?.job !== undefined);
    const [first, second, third] = app.store.all().keys();
    assert.ok(first !== undefined && second !== undefined && third !== undefined);
    const { endpoint, projectId } = app.credentials.all()[0] ?? assert.fail('signed in');
    const ofEndedKeys = await app.store.track({ endpoint, projectId, jobId: 'of-ended-keys' }, Date.now());
    const unknown = await app.store.track({ endpoint, projectId, jobId: 'nobody-knows-it' }, Date.now());
    // From here on nothing is waited for, so that no answer comes between.
    app.store.mute(first, true);
    app.store.applyError(second, { kind: 'authentication' }, Date.now());
    app.store.applyError(third, { kind: 'signed-out' }, Date.now());
    app.store.applyError(ofEndedKeys, { kind: 'token-expired' }, Date.now());
    // As often as one that nobody knows is asked for.
    for (let attempt = 0; attempt < 4; attempt += 1) app.store.applyError(unknown, { kind: 'not-found' }, Date.now());

    const drawn = new Map(rowsOf(app.tree).map((node) => [app.tree.getTreeItem(node).contextValue, node.kind]));
    const clauses = manifest.contributes.menus['view/item/context'].map(({ when }) => when);
    const asked = clauses.flatMap((clause) => [...clause.matchAll(VIEW_ITEM)]).map(({ groups = {} }) => groups);
    assert.ok(asked.length >= clauses.length, 'each clause asks for the row');
    const isMet = (value: string, { word, expression }: Partial<Record<string, string>>) =>
      expression === undefined ? value === word : new RegExp(expression).test(value);
    const values = [...drawn.keys()].filter((value) => value !== undefined);
    for (const each of asked) {
      assert.ok(
        values.some((value) => isMet(value, each)),
        `No row has a context value that is ${each['word'] ?? each['expression'] ?? ''}; or draw such a row in this test.`,
      );
    }
    for (const value of values.filter((each) => drawn.get(each) === 'job')) {
      assert.ok(
        asked.some((each) => isMet(value, each)),
        `No menu is for rows of ${value}.`,
      );
    }
  });

  it('let wait for what goes on, and open in the console what is there', async () => {
    const { app, cloud } = workbench;
    const wordsOf = (key: string) =>
      (app.tree.getTreeItem({ kind: 'job', id: key, key }).contextValue ?? '').split('.');
    await workbench.track(OFFICIAL_EXAMPLE.jobId);
    await workbench.track(cloud.startJob({ kind: 'UPGRADE', durationMs: 60 * 60_000 }).jobId);
    await until('both are answered', () => [...app.store.all().values()].every(({ job }) => job !== undefined));
    const [ended = '', running = ''] = app.store.all().keys();
    const [demo] = demoReferences();
    assert.ok(demo);
    const ofDemo = await app.store.track(demo, Date.now());
    assert.deepEqual([ended, running, ofDemo].map(wordsOf), [['job'], ['job', 'running'], ['job', 'running', 'demo']]);
  });
});

function rowsOf(tree: JobTree, below?: JobTreeNode): JobTreeNode[] {
  return tree.getChildren(below).flatMap((node) => [node, ...rowsOf(tree, node)]);
}
