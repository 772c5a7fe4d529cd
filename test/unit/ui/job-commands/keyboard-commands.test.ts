import assert from 'node:assert/strict';
import type { ActedOnRows } from '../../../../src/ui/tree/focused-row';
import type { JobTreeNode } from '../../../../src/ui/tree/job-nodes';
import { KeyboardCommands } from '../../../../src/ui/job-commands/keyboard-commands';
import { ASK, JobSelection } from '../../../../src/ui/selection/job-selection';
import { FakeClock } from '../../../support/fake-clock';
import { executedCommands } from '../../../support/fake-vscode';
import { jobAt, MemoryLog, noFiles, reference } from '../../../support/samples';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { childrenOfJob, type JobNode } from '../../../../src/ui/tree/job-nodes';

describe('a key that is pressed in the tree', () => {
  let keyboard: KeyboardCommands;
  let focused: ActedOnRows | undefined;
  let ownCommand: string | undefined;
  let job: JobNode;
  let below: readonly JobTreeNode[];
  const group: JobTreeNode = { kind: 'group', id: 'group/failed', of: 'failed', keys: [] };

  beforeEach(async () => {
    const store = new JobStore(noFiles, new MemoryLog());
    const key = await store.track(reference, 0);
    const failed = { jobId: 'part', jobType: 'step', status: 'FAIL', errorCode: 'ELB.8904', entities: [] };
    store.applyResponse(key, { job: jobAt('FAIL', { subJobs: [failed] }) }, 0);
    job = { kind: 'job', id: key, key };
    below = childrenOfJob(job, store.get(key) ?? assert.fail());
    executedCommands.length = 0;
    ownCommand = undefined;
    const selection = new JobSelection(
      store,
      new FakeClock(0),
      () => [],
      (command) => command,
    );
    keyboard = new KeyboardCommands({
      focusedRow: { rows: () => Promise.resolve(focused) },
      itemOf: () => (ownCommand === undefined ? {} : { command: { command: ownCommand, title: '' } }),
      selection,
    });
  });

  const focus = (row: JobTreeNode | undefined, selected?: readonly JobTreeNode[]) => {
    focused = row && { clicked: row, selected };
  };
  const rowOf = (kind: JobTreeNode['kind']) =>
    below.find((row) => row.kind === kind) ?? assert.fail(`There is no ${kind} row`);
  const runs = async () => {
    const calls: (readonly unknown[])[] = [];
    await keyboard.run((...rows) => void calls.push(rows));
    return calls;
  };

  it('acts on the focused row, and on all selected rows if it is one of them', async () => {
    focus(job);
    assert.deepEqual(await runs(), [[job, undefined]]);
    focus(job, [job, rowOf('sub-job')]);
    assert.deepEqual(await runs(), [[job, [job, rowOf('sub-job')]]]);
  });

  it('does nothing on a heading or a row whose job is gone, and asks if the focused row is unknown', async () => {
    focus(group);
    assert.deepEqual(await runs(), []);
    focus({ kind: 'job', id: 'gone', key: 'gone' });
    assert.deepEqual(await runs(), []);
    focus(undefined);
    assert.deepEqual(await runs(), [[ASK]]);
  });

  it('does nothing on a row below a job, so that Delete on a sub-job does not remove the whole job', async () => {
    for (const row of below) {
      focus(row);
      assert.deepEqual(await runs(), [], row.kind);
    }
  });

  it('copies the id of a job, and the value of any other row that has one', async () => {
    const copied = async (row: JobTreeNode) => {
      focus(row);
      const calls: string[] = [];
      await keyboard.copy({ id: () => void calls.push('id'), value: () => void calls.push('value') });
      return calls.join();
    };
    assert.equal(await copied(job), 'id');
    for (const kind of ['sub-job', 'failed-first', 'request-id'] as const) {
      assert.equal(await copied(rowOf(kind)), 'value', kind);
    }
    for (const kind of ['poll-failure', 'decision', 'recycle-bin'] as const) {
      assert.equal(await copied({ kind, id: kind, parent: job }), 'value', kind);
    }
    assert.equal(await copied(group), '');
  });

  it('opens a job or a sub-job, and does what it does in every list on other rows', async () => {
    const opened = async (row: JobTreeNode | undefined) => {
      focus(row);
      const calls: unknown[] = [];
      await keyboard.open((clicked) => void calls.push(clicked));
      return calls;
    };
    assert.deepEqual(await opened(job), [job]);
    assert.deepEqual(await opened(rowOf('sub-job')), [rowOf('sub-job')]);
    assert.deepEqual(executedCommands, []);
    for (const row of [group, rowOf('failed-first'), undefined]) assert.deepEqual(await opened(row), []);
    ownCommand = 'elbJobs.openJobJson';
    assert.deepEqual(await opened(job), []);
    assert.deepEqual(executedCommands, Array(4).fill(['list.select']));
  });
});
