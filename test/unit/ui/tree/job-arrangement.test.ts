import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { SubJob } from '../../../../src/cloud/api/job';
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
import { namedResources } from '../../../support/named-resources';
import { jobAt, reference, subJobAt } from '../../../support/samples';

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
    assert.deepEqual(arrange(jobs, { ...NEWEST_FIRST, filter: ['failed'] })[0]?.keys, ['b']);
    assert.deepEqual(arrange(jobs, { ...NEWEST_FIRST, filter: ['running'] })[0]?.keys, ['d', 'c']);
    assert.deepEqual(arrange(jobs, { ...NEWEST_FIRST, filter: ['unseen'] })[0]?.keys, ['b', 'a']);
    assert.deepEqual(arrange(jobs, { ...NEWEST_FIRST, text: 'upGRADE' })[0]?.keys, ['c', 'a']);
    assert.deepEqual(arrange(jobs, { ...NEWEST_FIRST, text: 'job-4' })[0]?.keys, ['d']);
    assert.deepEqual(arrange(jobs, { ...NEWEST_FIRST, text: 'nothing' }), []);
  });

  it('lists jobs whose resources, or those of their sub-jobs, have a name that contains the text', () => {
    const resources = namedResources({ a: 'Prod-API', b: 'staging', c: 'other\u202eprod' });
    const withResources = (at: number, resourceId: string, subJobs: readonly SubJob[] = []) => ({
      ...withResponse(trackedAt(at), { job: jobAt('RUNNING', { resourceId, subJobs }) }, at),
      resources,
    });
    const all = new Map([
      ['own', withResources(1, 'a')],
      ['part', withResources(2, 'b', [subJobAt({ resourceId: 'a' })])],
      ['entity', withResources(3, 'b', [subJobAt({ entities: [{ resourceId: 'c' }] })])],
      ['none', withResources(4, 'b')],
    ]);
    const listed = (text: string, some = all) => arrange(some, { ...NEWEST_FIRST, text })[0]?.keys ?? [];
    assert.deepEqual(listed('prod-aPI'), ['part', 'own']);
    assert.deepEqual(listed('other prod'), ['entity'], 'as it is shown');
    assert.deepEqual(listed('staging'), ['none', 'entity', 'part']);
    const unnamed = new Map([...all].map(([key, tracked]) => [key, { ...tracked, resources: namedResources({}) }]));
    assert.deepEqual(listed('prod', unnamed), []);
  });

  it('sorts by the names of jobs and of their resources, as people count, and lists jobs without a name last', () => {
    const resources = namedResources({ nine: 'web-9', ten: 'Web-10', hidden: '\u200b' });
    const withResource = (at: number, resourceId?: string, others: Partial<TrackedJob> = {}): TrackedJob => ({
      ...withResponse(trackedAt(at), { job: jobAt('RUNNING', { resourceId }) }, at),
      ...{ resources, ...others },
    });
    const all = new Map([
      ['none', withResource(1)],
      ['ten', withResource(2, 'ten')],
      ['nine', withResource(3, 'nine')],
      ['nine, newer', withResource(4, 'nine')],
      ['labelled', withResource(5, 'nine', { label: 'api' })],
      ['hidden', withResource(6, 'hidden')],
      ['long', withResource(7, undefined, { label: '9'.repeat(100_000) })],
    ]);
    const { keys } = arrange(all, { ...NEWEST_FIRST, order: 'name' })[0] ?? assert.fail();
    assert.deepEqual(keys, ['long', 'labelled', 'nine, newer', 'nine', 'ten', 'hidden', 'none']);
  });

  it('lists an upgrade that waits as waiting, as the status bar counts it, although one of its sub-jobs failed', () => {
    const subJobs = [{ jobId: 'part', jobType: 'step', status: 'FAIL', entities: [] }];
    const job = jobAt('SUCCESS', { jobType: 'UPGRADE', subJobs });
    const tracked = withResponse(newlyTracked(reference, 1), { job }, 1);
    for (const filter of ['waiting', 'failed'] as const) {
      assert.equal(arrange(new Map([['a', tracked]]), { ...NEWEST_FIRST, filter: [filter] }).length, 1, filter);
    }
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

  it('lists the jobs of the chosen states, if they are in the chosen projects and of the chosen types', () => {
    const waiting = trackedAt(1, 'SUCCESS', 'UPGRADE');
    const lost = withError(trackedAt(2, 'RUNNING'), { kind: 'not-found' }, 2);
    const all = new Map([...jobs, ['waiting', waiting], ['lost', lost]]);
    const listed = (filter: Partial<Arrangement>) =>
      arrange(all, { ...NEWEST_FIRST, ...filter }).flatMap(({ keys }) => [...keys].sort());
    assert.deepEqual(listed({ filter: ['failed', 'waiting'] }), ['b', 'waiting']);
    assert.deepEqual(listed({ filter: ['other'] }), ['d', 'lost']);
    const missing = withError(trackedAt(6), { kind: 'not-found-yet' }, 2);
    all.set('missing', missing);
    assert.deepEqual(listed({ filter: ['running'] }), ['c', 'd'], 'as the status bar and the headings count');
    all.delete('missing');
    assert.deepEqual(listed({ filter: ['failed', 'succeeded'], types: ['UPGRADE'] }), ['a']);
    assert.deepEqual(listed({ types: ['UPGRADE'] }), ['a', 'c', 'waiting']);
    const { endpoint, projectId } = waiting.reference;
    assert.equal(listed({ projects: [`${endpoint} ${projectId}`] }).length, all.size);
    assert.deepEqual(listed({ projects: [`${endpoint} another`] }), []);
  });

  it('gives a job another place only if it moves in the list or leaves it', () => {
    const [init, running, failed] = ['INIT', 'RUNNING', 'FAIL'].map((status) => trackedAt(1, status, 'UPGRADE'));
    assert.ok(init && running && failed);
    for (const arrangement of [
      { ...NEWEST_FIRST, order: 'status' },
      { ...NEWEST_FIRST, grouping: 'status' },
      { ...NEWEST_FIRST, filter: ['running'] },
      { ...NEWEST_FIRST, text: 'upgrade', filter: ['running'] },
    ] as const satisfies Arrangement[]) {
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
        fc.subarray([...FILTERS]),
        (list, grouping, order, filter) => {
          const all = new Map(list.map((status, index) => [String(index), trackedAt(index, status)]));
          const keys = arrange(all, { ...NEWEST_FIRST, grouping, order, filter }).flatMap((group) => group.keys);
          assert.equal(new Set(keys).size, keys.length);
          if (filter.length === 0) assert.equal(keys.length, all.size);
        },
      ),
    );
  });
});

const RANKS = ['FAIL', 'RUNNING', 'CANCEL', 'COMPLETE'];
const STATUS_GROUPS = ['failed', 'in-progress', 'cancelled', 'succeeded'];

/** The index in RANKS, if no job with another status is in the state. */
const STATES = { waiting: -1, other: -1, cancelled: 2, succeeded: 3 };

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
      const states = { ...STATES, running: rank === 1, failed: rank === 0, unseen: rank !== 1 };
      const isIn = filter.length === 0 || filter.some((each) => states[each] === true || states[each] === rank);
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
      filter: fc.subarray([...FILTERS], { maxLength: 2 }),
      projects: fc.constant([]),
      types: fc.constant([]),
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
