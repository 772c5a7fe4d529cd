import assert from 'node:assert/strict';
import fc from 'fast-check';
import { newlyTracked, type TrackedJob, withResponse, withError } from '../../../../src/jobs/model/tracked-job';
import {
  arrange,
  ArrangedJobs,
  type Arrangement,
  FILTERS,
  GROUPINGS,
  isSamePlace,
  NEWEST_FIRST,
  ORDERS,
} from '../../../../src/ui/tree/job-arrangement';
import { jobAt, reference } from '../../../support/samples';

const trackedAt = (at: number, status?: string, jobType?: string): TrackedJob => {
  const tracked = newlyTracked({ ...reference, jobId: `job-${at}` }, at);
  return status === undefined ? tracked : withResponse(tracked, { job: jobAt(status, { jobType }) }, at);
};

const placeOf = (tracked: TrackedJob, arrangement: Arrangement) =>
  new ArrangedJobs(arrangement, [['a', tracked]]).placeOf('a');

const jobs = new Map([
  ['a', trackedAt(1, 'COMPLETE', 'UPGRADE')],
  ['b', trackedAt(2, 'FAIL', 'cloneListener')],
  ['c', trackedAt(3, 'RUNNING', 'UPGRADE')],
  ['d', trackedAt(4)],
]);

describe('the arrangement of jobs', () => {
  it('lists all jobs in one group by default, newest first', () => {
    assert.deepEqual(arrange(jobs, NEWEST_FIRST), [{ of: undefined, keys: ['d', 'c', 'b', 'a'] }]);
  });

  it('lists failed jobs before running jobs, and succeeded jobs last', () => {
    const groups = arrange(jobs, { ...NEWEST_FIRST, grouping: 'status' });
    assert.deepEqual(
      groups.map(({ of }) => of),
      ['failed', 'in-progress', 'unknown', 'succeeded'],
    );
    assert.deepEqual(arrange(jobs, { ...NEWEST_FIRST, order: 'status' })[0]?.keys, ['b', 'c', 'd', 'a']);
  });

  it('lists only jobs that match the filter, and whose type or id contains the text', () => {
    assert.deepEqual(arrange(jobs, { ...NEWEST_FIRST, filter: 'failed' })[0]?.keys, ['b']);
    assert.deepEqual(arrange(jobs, { ...NEWEST_FIRST, filter: 'running' })[0]?.keys, ['d', 'c']);
    assert.deepEqual(arrange(jobs, { ...NEWEST_FIRST, filter: 'unseen' })[0]?.keys, ['b', 'a']);
    assert.deepEqual(arrange(jobs, { ...NEWEST_FIRST, text: 'upGRADE' })[0]?.keys, ['c', 'a']);
    assert.deepEqual(arrange(jobs, { ...NEWEST_FIRST, text: 'job-4' })[0]?.keys, ['d']);
    assert.deepEqual(arrange(jobs, { ...NEWEST_FIRST, text: 'nothing' }), []);
  });

  it('is the same in all windows for jobs that were tracked at once, however the windows read them', () => {
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

  it('counts a job with a failed sub-job as failed, and lists waiting upgrades before running jobs', () => {
    const parts = [{ ...jobAt('FAIL'), entities: [] }];
    const contradicted = withResponse(trackedAt(1), { job: jobAt('COMPLETE', { subJobs: parts }) }, 2);
    const all = new Map([...jobs, ['e', contradicted], ['f', trackedAt(5, 'SUCCESS', 'UPGRADE')]]);
    const groups = arrange(all, { ...NEWEST_FIRST, grouping: 'status' });
    assert.deepEqual(
      groups.map(({ of, keys }) => [of, keys]),
      [
        ['failed', ['b', 'e']],
        ['waiting', ['f']],
        ['in-progress', ['c']],
        ['unknown', ['d']],
        ['succeeded', ['a']],
      ],
    );
  });

  it('gives a job another place only if it moves in the list or leaves it', () => {
    const [init, running, failed] = ['INIT', 'RUNNING', 'FAIL'].map((status) => trackedAt(1, status, 'UPGRADE'));
    assert.ok(init && running && failed);
    for (const arrangement of [
      { ...NEWEST_FIRST, order: 'status' },
      { ...NEWEST_FIRST, grouping: 'status' },
      { ...NEWEST_FIRST, filter: 'running' },
      { ...NEWEST_FIRST, text: 'upgrade', filter: 'running' },
    ] as const) {
      assert.ok(isSamePlace(placeOf(init, arrangement), placeOf(running, arrangement)));
      assert.ok(!isSamePlace(placeOf(running, arrangement), placeOf(failed, arrangement)));
    }
    assert.equal(placeOf(running, { ...NEWEST_FIRST, text: 'clone' }), undefined);
    const ofType = { ...NEWEST_FIRST, grouping: 'type' } as const;
    assert.ok(!isSamePlace(placeOf(trackedAt(1, 'RUNNING'), ofType), placeOf(running, ofType)));
    assert.ok(!isSamePlace(placeOf(trackedAt(2, 'RUNNING'), NEWEST_FIRST), placeOf(running, NEWEST_FIRST)));
  });

  it('does not count a job as running if the service no longer keeps it', () => {
    const lost = withError(trackedAt(1, 'RUNNING'), { kind: 'not-found' }, 2);
    const groups = arrange(new Map([['a', lost]]), { ...NEWEST_FIRST, grouping: 'status' });
    assert.deepEqual(groups, [{ of: 'unknown', keys: ['a'] }]);
  });

  it('lists every job exactly once, however it groups and sorts', () => {
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

const RANKS = ['FAIL', 'RUNNING', 'CANCEL', 'COMPLETE'];
const STATUS_GROUPS = ['failed', 'in-progress', 'cancelled', 'succeeded'];

/** Arranges jobs with a status of RANKS in the simplest way, for comparison. */
function sortedAnew(jobs: ReadonlyMap<string, TrackedJob>, { grouping, order, filter, text }: Arrangement) {
  const listed = [...jobs].flatMap(
    ([
      key,
      {
        job,
        trackedAt: at,
        reference: { endpoint, projectId },
      },
    ]) => {
      const [rank, type] = [RANKS.indexOf(job?.status ?? ''), job?.jobType];
      const isIn = { all: true, running: rank === 1, failed: rank === 0, unseen: rank !== 1 }[filter];
      const of = { none: undefined, status: STATUS_GROUPS[rank], project: `${endpoint} ${projectId}`, type }[grouping];
      return isIn && (text === '' || type?.toLowerCase() === text) ? [{ key, rank, at, of }] : [];
    },
  );
  listed.sort((a, b) => b.at - a.at || (a.key < b.key ? -1 : 1));
  if (order === 'oldest') listed.reverse();
  if (order === 'status') listed.sort((a, b) => a.rank - b.rank);
  const names = [...new Set(listed.map(({ of }) => of))];
  if (grouping === 'status') names.sort((a, b) => STATUS_GROUPS.indexOf(a ?? '') - STATUS_GROUPS.indexOf(b ?? ''));
  return names.map((of) => ({ of, keys: listed.filter((each) => each.of === of).map(({ key }) => key) }));
}

describe('jobs that are arranged job by job', () => {
  it('are in the same groups and order as if all were sorted anew', () => {
    const statuses = fc.constantFrom('RUNNING', 'FAIL', 'COMPLETE', 'CANCEL');
    const change = fc.record({
      key: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
      tracked: fc.option(
        fc
          .tuple(fc.integer({ min: 0, max: 4 }), statuses, fc.constantFrom('UPGRADE', 'cloneListener'))
          .map((values) => trackedAt(...values)),
        { nil: undefined },
      ),
    });
    const arrangement = fc.record({
      grouping: fc.constantFrom(...GROUPINGS),
      order: fc.constantFrom(...ORDERS),
      filter: fc.constantFrom(...FILTERS),
      text: fc.constantFrom('', 'upgrade'),
    });
    fc.assert(
      fc.property(fc.array(change), arrangement, (changes, chosen) => {
        const present = new Map<string, TrackedJob>();
        const arranged = new ArrangedJobs(chosen, present);
        for (const { key, tracked } of changes) {
          arranged.set(key, tracked);
          if (tracked === undefined) present.delete(key);
          else present.set(key, tracked);
          const listed = arranged.inGroups();
          assert.deepEqual(listed, sortedAnew(present, chosen));
          const positions = [...present].filter(([each]) => arranged.placeOf(each) !== undefined);
          assert.deepEqual(
            new Set(listed.flatMap(({ keys }) => keys)),
            new Set(positions.map(([listedKey]) => listedKey)),
          );
        }
      }),
    );
  });
});
