import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { JobKey, JobReference } from '../../../../src/jobs/model/job-reference';
import { idsOf, isUnseen, type TrackedJob } from '../../../../src/jobs/model/tracked-job';
import { isEnding, isRunning } from '../../../../src/jobs/model/job-status';
import { isSameProject } from '../../../../src/jobs/model/project';
import { DueQueue } from '../../../../src/jobs/store/due-queue';
import { JobGroups } from '../../../../src/jobs/store/job-groups';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { SortedValues } from '../../../../src/jobs/store/sorted-values';
import { jobAt, MemoryLog, noFiles, reference } from '../../../support/samples';

const KEYS = ['a', 'b', 'c', 'd', 'e'] as const;
const key = fc.constantFrom(...KEYS);
const number = fc.integer({ min: 0, max: 9 });

/** A store after random changes, as a service, a person and other windows make them. */
const storeChange = fc.oneof(
  fc.record({ kind: fc.constant('track' as const), id: key }),
  fc.record({ kind: fc.constant('remove' as const), id: key }),
  fc.record({ kind: fc.constant('seen' as const), id: key }),
  fc.record({
    kind: fc.constant('answer' as const),
    id: key,
    alias: fc.option(key, { nil: undefined }),
    status: fc.constantFrom('RUNNING', 'FAIL', 'COMPLETE', 'ROLLBACKING'),
  }),
  fc.record({ kind: fc.constant('error' as const), id: key, error: fc.constantFrom('network', 'forbidden' as const) }),
);

type StoreChange = typeof storeChange extends fc.Arbitrary<infer Change> ? Change : never;

const referenceOf = (jobId: string): JobReference => ({ ...reference, jobId });

async function apply(store: JobStore, change: StoreChange, now: number): Promise<void> {
  const found = store.withId(reference, change.id)[0];
  if (change.kind === 'track') await store.track(referenceOf(change.id), now);
  if (found === undefined) return;
  if (change.kind === 'remove') await store.untrack([found]);
  if (change.kind === 'seen') store.markSeen(new Map([[found, store.get(found)?.endingNumber ?? 0]]));
  if (change.kind === 'error') store.applyError(found, { kind: change.error, message: '' }, now);
  if (change.kind !== 'answer') return;
  store.applyResponse(found, { job: jobAt(change.status, { jobId: change.alias ?? change.id }) }, now);
}

const groupsOf = (tracked: TrackedJob) => [
  ...(isUnseen(tracked) ? ['unseen' as const] : []),
  ...(isRunning(tracked.job) ? ['running' as const] : []),
  ...(tracked.pollFailure === undefined ? [] : [`fails: ${tracked.pollFailure.error.kind}` as const]),
];

describe('what is kept up to date from the changes of jobs', () => {
  it('is the same as if it were calculated anew from all jobs', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(storeChange, { maxLength: 40 }), async (changes) => {
        const store = new JobStore(noFiles, new MemoryLog());
        const groups = new JobGroups(store, groupsOf);
        for (const [now, change] of changes.entries()) await apply(store, change, now);
        const expected = new Map<string, Set<JobKey>>();
        for (const [jobKey, tracked] of store.all()) {
          for (const group of groupsOf(tracked)) expected.set(group, (expected.get(group) ?? new Set()).add(jobKey));
        }
        assert.deepEqual(new Set(groups.names()), new Set(expected.keys()));
        for (const group of groups.names()) {
          assert.deepEqual(new Set(groups.of(group)), expected.get(group));
          assert.equal(groups.count(group), expected.get(group)?.size);
        }
        groups.dispose();
        for (const id of KEYS) {
          const known = [...store.all()].filter(
            ([, tracked]) => isSameProject(tracked.reference, reference) && idsOf(tracked).includes(id),
          );
          assert.deepEqual(new Set(store.withId(reference, id)), new Set(known.map(([jobKey]) => jobKey)));
        }
      }),
    );
  });

  it('removes the finished jobs that are too old or too many, the oldest first', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(storeChange, { maxLength: 40 }), number, number, async (changes, maxJobs, maxAgeMs) => {
        const store = new JobStore(noFiles, new MemoryLog());
        for (const [now, change] of changes.entries()) await apply(store, change, now);
        const all = [...store.all().values()];
        const now = changes.length;
        const endOf = ({ job, ending }: TrackedJob) => (isEnding(job?.status) ? ending?.noticedAt : undefined);
        const ends = all.map(endOf).filter((end) => end !== undefined);
        const kept = ends
          .sort((a, b) => b - a)
          .slice(0, maxJobs)
          .filter((end) => end >= now - maxAgeMs);
        await store.prune({ maxJobs, maxAgeMs }, now);
        const left = [...store.all().values()];
        assert.deepEqual(
          left.flatMap((tracked) => endOf(tracked) ?? []).sort((a, b) => b - a),
          kept,
        );
        assert.equal(left.length, all.length - ends.length + kept.length);
      }),
    );
  });

  it('is right after another listener has changed the job during the same event', async () => {
    const store = new JobStore(noFiles, new MemoryLog());
    store.onDidChange((changes) => {
      for (const { key: changed, tracked, kinds } of changes) {
        if (kinds.includes('ended')) store.markSeen(new Map([[changed, tracked.endingNumber]]));
      }
    });
    const groups = new JobGroups(store, groupsOf);
    const tracked = await store.track(reference, 0);
    store.applyResponse(tracked, { job: jobAt('COMPLETE') }, 1);
    assert.deepEqual([...groups.names()], []);
  });

  it('does not scan the other jobs when one changes', async () => {
    const store = new JobStore(noFiles, new MemoryLog());
    await store.trackAll(
      Array.from({ length: 100 }, (_, index) => referenceOf(`job-${index}`)),
      0,
    );
    let grouped = 0;
    new JobGroups(store, (tracked) => {
      grouped += 1;
      return groupsOf(tracked);
    });
    assert.equal(grouped, 100);
    store.rename(store.find(referenceOf('job-7')) ?? '', 'renamed');
    assert.equal(grouped, 101);
  });
});

describe('sorted values', () => {
  const step = fc.record({ key: number, value: fc.option(number, { nil: undefined }), isRead: fc.boolean() });

  it('are in order after any changes, few or many between two readings', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), fc.constantFrom(1, 30), (steps, factor) => {
        const compare = (a: readonly number[], b: readonly number[]) =>
          (a[1] ?? 0) - (b[1] ?? 0) || (a[0] ?? 0) - (b[0] ?? 0);
        const sorted = new SortedValues<readonly number[]>(compare);
        const expected = new Map<number, readonly number[]>();
        for (const [index, { key: part, value, isRead }] of steps.entries()) {
          const id = part + 10 * (index % factor);
          const before = expected.get(id);
          if (before !== undefined) sorted.delete(before);
          expected.delete(id);
          if (value !== undefined) {
            // Also the same object again.
            const after = before?.[1] === value ? before : [id, value];
            sorted.add(after);
            expected.set(id, after);
          }
          assert.equal(sorted.size, expected.size);
          if (isRead) assert.deepEqual(sorted.inOrder(), [...expected.values()].sort(compare));
        }
        assert.deepEqual(sorted.inOrder(), [...expected.values()].sort(compare));
        assert.equal(sorted.size, expected.size);
      }),
    );
  });
});

describe('a queue of due keys', () => {
  it('has the first instant and the due keys after any changes', () => {
    const step = fc.record({ key: fc.integer({ min: 0, max: 30 }), at: fc.option(number, { nil: undefined }) });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), number, (steps, now) => {
        const queue = new DueQueue<number>();
        const expected = new Map<number, number>();
        for (const { key: id, at } of steps) {
          if (at === undefined) {
            queue.delete(id);
            expected.delete(id);
          } else {
            queue.set(id, at);
            expected.set(id, at);
          }
          assert.equal(queue.firstAt, expected.size === 0 ? undefined : Math.min(...expected.values()));
        }
        const due = [...expected].filter(([, at]) => at <= now).map(([id]) => id);
        assert.deepEqual(new Set(queue.due(now)), new Set(due));
        assert.equal(queue.size, expected.size);
      }),
    );
  });
});
