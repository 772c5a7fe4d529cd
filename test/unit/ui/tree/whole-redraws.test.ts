import assert from 'node:assert/strict';
import { MINUTE } from '../../../../src/base/time-units';
import { DurationHistory } from '../../../../src/jobs/model/duration-history';
import { jobKey } from '../../../../src/jobs/model/job-reference';
import { newlyTracked } from '../../../../src/jobs/model/tracked-job';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { NEWEST_FIRST } from '../../../../src/ui/tree/job-arrangement';
import { JobTree } from '../../../../src/ui/tree/job-tree';
import { FakeClock } from '../../../support/fake-clock';
import { jobAt, MemoryLog, noFiles, reference } from '../../../support/samples';

const now = Date.UTC(2026, 0, 1);
const other = { ...reference, jobId: 'another-job' };

/** @returns the elements of the events that the view gets */
async function openTree(features: { readonly redrawsChangedRows?: boolean }, label?: string) {
  const log = new MemoryLog();
  const clock = new FakeClock(now);
  const store = new JobStore(noFiles, log);
  await store.restore([reference, other].map((each) => ({ ...newlyTracked(each, now), label, job: jobAt('RUNNING') })));
  const noEvent = () => ({ dispose: () => undefined });
  const tree = new JobTree({
    ...{ store, log, clock, durations: new DurationHistory() },
    options: { current: NEWEST_FIRST, onDidChange: noEvent, clearFilter: () => Promise.resolve() },
    projectNames: { of: () => undefined, onDidChange: noEvent },
    ...features,
  });
  const redrawn: unknown[] = [];
  tree.provider.onDidChangeTreeData?.((element) => {
    redrawn.push(typeof element === 'object' && element !== null && 'id' in element ? element.id : element);
  });
  const changeJobs = (status: string) => {
    for (const each of [reference, other])
      store.applyResponse(jobKey(each), { job: jobAt(status, { jobId: each.jobId }) }, now + MINUTE);
  };
  return { tree, store, clock, redrawn, changeJobs };
}

describe('a change of jobs', () => {
  it('redraws their rows only in VS Code, so that other rows do not flicker', async () => {
    const { tree, redrawn, changeJobs } = await openTree({});
    changeJobs('SUCCESS');
    assert.deepEqual(redrawn, [jobKey(reference), jobKey(other)]);
    tree.dispose();
  });

  it('redraws the row of another one that looked like it, also if both were in the list when the view opened', async () => {
    const { tree, store, redrawn } = await openTree({}, 'Cutover');
    const firstWords = () => tree.getChildren().map((node) => String(tree.getTreeItem(node).description).split(' ')[0]);
    assert.deepEqual(firstWords().sort(), ['37d5c1fd', 'another-'].sort());
    store.rename(jobKey(other), 'Rehearsal');
    assert.deepEqual(redrawn, [jobKey(reference), jobKey(other)]);
    tree.dispose();
  });

  it('redraws all rows once in an editor that leaves the row of a changed element as it was', async () => {
    const { tree, clock, redrawn, changeJobs } = await openTree({ redrawsChangedRows: false });
    changeJobs('ROLLBACKING');
    await Promise.resolve();
    assert.deepEqual(redrawn, [undefined]);
    changeJobs('SUCCESS');
    await clock.advance(MINUTE);
    assert.deepEqual(redrawn, [undefined, undefined], 'later changes redraw them again');
    assert.equal(clock.pendingTimers, 0);
    tree.dispose();
  });

  it('does not redraw all rows for each of many responses there, but shows the last', async () => {
    const { tree, clock, redrawn, changeJobs } = await openTree({ redrawsChangedRows: false });
    for (let count = 0; count < 20; count += 1) {
      changeJobs(count % 2 === 0 ? 'ROLLBACKING' : 'RUNNING');
      await clock.advance(100);
    }
    assert.equal(redrawn.length, 2, 'in two seconds');
    await clock.advance(MINUTE);
    assert.equal(redrawn.length, 3);
    tree.dispose();
  });

  it('redraws the list at once there if rows come or go, since a new row may be revealed', async () => {
    const { tree, store, clock, redrawn, changeJobs } = await openTree({ redrawsChangedRows: false });
    changeJobs('ROLLBACKING');
    await Promise.resolve();
    changeJobs('RUNNING');
    await store.untrack([jobKey(other)]);
    await Promise.resolve();
    assert.deepEqual(redrawn, [undefined, undefined]);
    await clock.advance(MINUTE);
    assert.deepEqual(redrawn, [undefined, undefined], 'the redraw covers the change before it');
    tree.dispose();
  });
});
