import assert from 'node:assert/strict';
import fc from 'fast-check';
import { newlyTracked, type TrackedJob, withAnswer, withError } from '../../src/jobs/tracked-job';
import { arrange, FILTERS, GROUPINGS, NEWEST_FIRST, ORDERS } from '../../src/ui/job-arrangement';
import { jobAt, reference } from './samples';

const trackedAt = (at: number, status?: string, jobType?: string): TrackedJob => {
  const tracked = newlyTracked({ ...reference, jobId: `job-${at}` }, at);
  return status === undefined ? tracked : withAnswer(tracked, { job: jobAt(status, { jobType }) }, at);
};

const jobs = new Map([
  ['a', trackedAt(1, 'COMPLETE', 'UPGRADE')],
  ['b', trackedAt(2, 'FAIL', 'cloneListener')],
  ['c', trackedAt(3, 'RUNNING', 'UPGRADE')],
  ['d', trackedAt(4)],
]);

describe('the arrangement of jobs', () => {
  it('lists the newest first, all of them, in one group, unless a person wants otherwise', () => {
    assert.deepEqual(arrange(jobs, NEWEST_FIRST), [{ of: undefined, keys: ['d', 'c', 'b', 'a'] }]);
  });

  it('has what failed before what goes on, and what is over last', () => {
    const groups = arrange(jobs, { ...NEWEST_FIRST, grouping: 'status' });
    assert.deepEqual(
      groups.map(({ of }) => of),
      ['failed', 'in-progress', 'unknown', 'succeeded'],
    );
    assert.deepEqual(arrange(jobs, { ...NEWEST_FIRST, order: 'status' })[0]?.keys, ['b', 'c', 'd', 'a']);
  });

  it('hides what a filter or a text leaves out, and no job whose type or id has it', () => {
    assert.deepEqual(arrange(jobs, { ...NEWEST_FIRST, filter: 'failed' })[0]?.keys, ['b']);
    assert.deepEqual(arrange(jobs, { ...NEWEST_FIRST, filter: 'running' })[0]?.keys, ['d', 'c']);
    assert.deepEqual(arrange(jobs, { ...NEWEST_FIRST, filter: 'unseen' })[0]?.keys, ['b', 'a']);
    assert.deepEqual(arrange(jobs, { ...NEWEST_FIRST, text: 'upGRADE' })[0]?.keys, ['c', 'a']);
    assert.deepEqual(arrange(jobs, { ...NEWEST_FIRST, text: 'job-4' })[0]?.keys, ['d']);
    assert.deepEqual(arrange(jobs, { ...NEWEST_FIRST, text: 'nothing' }), []);
  });

  it('is the same in all windows, whatever the order in which they read jobs that were tracked at once', () => {
    const entries = ['a', 'b', 'c'].map((key) => [key, trackedAt(1)] as const);
    for (const order of ORDERS) {
      const [one, other] = [entries, entries.toReversed()].map((each) =>
        arrange(new Map(each), { ...NEWEST_FIRST, order }),
      );
      assert.deepEqual(one, other);
    }
    const [newest, oldest] = (['newest', 'oldest'] as const).map((order) =>
      arrange(new Map(entries), { ...NEWEST_FIRST, order }).flatMap(({ keys }) => keys),
    );
    assert.deepEqual(newest, oldest?.toReversed());
  });

  it('does not count as running what the service no longer keeps', () => {
    const lost = withError(trackedAt(1, 'RUNNING'), { kind: 'not-found' }, 2);
    const groups = arrange(new Map([['a', lost]]), { ...NEWEST_FIRST, grouping: 'status' });
    assert.deepEqual(groups, [{ of: 'unknown', keys: ['a'] }]);
  });

  it('loses and doubles no job, however it groups and sorts', () => {
    const statuses = fc.constantFrom(undefined, 'INIT', 'RUNNING', 'FAIL', 'COMPLETE', 'CANCEL', 'odd');
    fc.assert(
      fc.property(
        fc.array(statuses),
        fc.constantFrom(...GROUPINGS),
        fc.constantFrom(...ORDERS),
        fc.constantFrom(...FILTERS),
        (list, grouping, order, filter) => {
          const all = new Map(list.map((status, index) => [String(index), trackedAt(index, status)]));
          const keys = arrange(all, { grouping, order, filter, text: '' }).flatMap((group) => group.keys);
          assert.equal(new Set(keys).size, keys.length);
          if (filter === 'all') assert.equal(keys.length, all.size);
        },
      ),
    );
  });
});
