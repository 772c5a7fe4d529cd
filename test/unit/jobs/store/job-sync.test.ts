import assert from 'node:assert/strict';
import { parseListJobsResponse, readJob } from '../../../../src/cloud/api/job-schema';
import type { JobChange } from '../../../../src/jobs/model/job-change';
import { type JobKey, jobKey } from '../../../../src/jobs/model/job-reference';
import { JobDirectory } from '../../../../src/jobs/store/job-directory';
import { writeJobFile } from '../../../../src/jobs/files/job-file';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { FakeClock } from '../../../support/fake-clock';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { RestingFiles, withoutRaw } from '../../../support/resting-files';
import { jobAt, MemoryLog, reference, subJobAt } from '../../../support/samples';

/** As the service sends it, with the later sub-job first and an undocumented field. */
const ANSWER = {
  job_id: 'ended',
  job_type: 'UPGRADE',
  status: 'COMPLETE',
  begin_time: '2026-01-01T00:00:00Z',
  end_time: '2026-01-01T01:00:00Z',
  error_code: null,
  progress: 100,
  sub_jobs: [
    { job_id: 'two', status: 'SUCCESS', begin_time: '2026-01-01T00:30:00Z', entities: [{ resource_id: 'r' }] },
    { job_id: 'one', status: 'SUCCESS', begin_time: '2026-01-01T00:00:00Z', entities: [] },
  ],
};
const ENDED = { ...reference, jobId: 'ended' };

describe('jobs that are read again', () => {
  let disk: MemoryFileSystem;
  let log: MemoryLog;
  let files: RestingFiles;

  beforeEach(() => {
    disk = new MemoryFileSystem();
    log = new MemoryLog();
    files = new RestingFiles(directory('this'));
  });

  function directory(owner: string, view = disk): JobDirectory {
    const shared = { files: view, clock: new FakeClock(), owner, directory: 'storage', readJob, log };
    return new JobDirectory({ ...shared, onQuarantine: () => undefined });
  }

  async function openStore(from: RestingFiles | JobDirectory = directory('other')): Promise<JobStore> {
    const store = new JobStore(from, log);
    await store.open();
    return store;
  }

  async function trackMany(count: number): Promise<{ readonly other: JobStore; readonly keys: readonly JobKey[] }> {
    const other = await openStore();
    const references = Array.from({ length: count }, (_, index) => ({ ...reference, jobId: `job-${index}` }));
    await other.trackAll(references, 5);
    return { other, keys: [...other.all().keys()] };
  }

  /** Tracks a job that has ended and is at rest. */
  async function openWithJobAtRest(
    answer: object = ANSWER,
  ): Promise<{ readonly store: JobStore; readonly key: JobKey }> {
    const other = await openStore();
    const key = await other.track(ENDED, 5);
    other.applyResponse(key, { job: readJob(answer) ?? assert.fail() }, 7);
    await other.flush();
    await files.rest(key);
    const store = await openStore(files);
    assert.deepEqual([store.get(key)?.job?.status, store.get(key)?.job?.raw], ['COMPLETE', undefined]);
    return { store, key };
  }

  function eventsOf(store: JobStore): JobChange[] {
    const events: JobChange[] = [];
    store.onDidChange((changes) => events.push(...changes));
    return events;
  }

  function listOf(answer: object) {
    const list = parseListJobsResponse(JSON.stringify({ jobs: [answer] }));
    assert.ok(list.ok);
    return list.value.jobs[0] ?? assert.fail();
  }

  it('are not read if nothing changed: no file is opened', async () => {
    await trackMany(50);
    const operations: string[] = [];
    const view = disk.viewWith((operation) => {
      operations.push(operation);
      return Promise.resolve();
    });
    const store = await openStore(directory('this', view));
    operations.length = 0;
    await store.readAgain();
    assert.deepEqual([...new Set(operations)].sort(), ['names', 'stamp']);
    assert.equal(store.all().size, 50);
  });

  it('are read alone if they alone changed', async () => {
    const { other, keys } = await trackMany(50);
    const store = await openStore(files);
    const [changed = ''] = keys;
    other.rename(changed, 'renamed');
    await other.flush();
    files.readKeys.length = 0;
    await store.readAgain();
    assert.deepEqual(files.readKeys, [changed]);
    assert.equal(store.get(changed)?.label, 'renamed');
  });

  it('are read again later if a change that is still unsaved was in the way', async () => {
    const { other, keys } = await trackMany(2);
    const store = await openStore(files);
    const [key = ''] = keys;
    disk.failNext(new Error('disk full'), 'replace');
    store.mute(key, true);
    await store.flush();
    other.rename(key, 'renamed');
    await other.flush();
    disk.failNext(new Error('disk full'), 'replace');
    await store.readAgain();
    await store.flush();
    assert.equal(store.get(key)?.label, undefined, 'the unsaved change still comes first');
    await store.readAgain();
    await store.flush();
    await store.readAgain();
    assert.deepEqual([store.get(key)?.label, store.get(key)?.muted], ['renamed', true]);
  });

  it('are read again later if they changed here at each read', async () => {
    const { other, keys } = await trackMany(1);
    const [key = ''] = keys;
    let time = 10;
    let isRestless = false;
    const restless = new (class extends RestingFiles {
      override async *readRows(given: readonly JobKey[]) {
        for await (const part of super.readRows(given)) {
          if (isRestless) store.applyError(key, { kind: 'network' }, (time += 1));
          yield part;
        }
      }
    })(directory('this'));
    const store = await openStore(restless);
    other.rename(key, 'renamed');
    await other.flush();
    isRestless = true;
    await store.readAgain();
    assert.equal(store.get(key)?.label, undefined);
    isRestless = false;
    await store.readAgain();
    assert.equal(store.get(key)?.label, 'renamed');
  });

  it('are read again later if they were read while a change of this window was being saved', async () => {
    const { other, keys } = await trackMany(1);
    const [key = ''] = keys;
    const store = await openStore(files);
    // On disk already, so that saving it in this window changes no file.
    other.mute(key, true);
    await other.flush();
    const change = files.change.bind(files);
    files.change = async (...args) => {
      const stored = await change(...args);
      other.rename(key, 'renamed');
      await other.flush();
      await store.readAgain();
      return stored;
    };
    store.mute(key, true);
    await store.flush();
    assert.equal(store.get(key)?.label, undefined);
    await store.readAgain();
    assert.equal(store.get(key)?.label, 'renamed');
  });

  it('stay in the list if they are not found for a moment, on their way to another file', async () => {
    const { keys } = await trackMany(3);
    const store = await openStore(files);
    const events = eventsOf(store);
    const scan = files.scan.bind(files);
    for (const readAgain of [() => store.readAgain(), () => store.readAgain(new Set(keys))]) {
      files.scan = async () => {
        files.scan = scan;
        const { stamps, areAll } = await scan();
        return { stamps: new Map([...stamps].slice(1)), areAll };
      };
      await readAgain();
    }
    assert.deepEqual([store.all().size, events], [3, []]);
  });

  it('leave the list if another window removed them, with or without a watch event', async () => {
    const { other, keys } = await trackMany(3);
    const store = await openStore(files);
    const [first = '', second = ''] = keys;
    await other.untrack([first]);
    await store.readAgain(new Set([first]));
    assert.deepEqual([...store.all().keys()], keys.slice(1));
    await other.untrack([second]);
    await store.readAgain();
    assert.deepEqual([...store.all().keys()], keys.slice(2));
  });

  it('let other work have its turn, and are shown in parts', async () => {
    await trackMany(1000);
    const store = new JobStore(files, log);
    const sizes: number[] = [];
    store.onDidChange((changes) => sizes.push(changes.length));
    await store.open();
    assert.equal(store.all().size, 1000);
    assert.ok(sizes.length <= 5 && Math.max(...sizes) <= 300, sizes.join());
  });

  it('lose their whole answer in memory when they come to rest, and no view shows a change', async () => {
    const store = await openStore(files);
    const key = await store.track(ENDED, 5);
    store.applyResponse(key, { job: readJob(ANSWER) ?? assert.fail() }, 7);
    await store.flush();
    const events = eventsOf(store);
    await files.rest(key);
    await store.readAgain();
    assert.equal(store.get(key)?.job?.raw, undefined);
    assert.deepEqual(events, []);
    assert.deepEqual((await store.readWhole(key))?.job?.raw, ANSWER);
  });

  it('still report what changed when they come to rest', async () => {
    const store = await openStore(files);
    const key = await store.track(ENDED, 5);
    store.applyResponse(key, { job: readJob(ANSWER) ?? assert.fail() }, 7);
    await store.flush();
    const other = await openStore();
    other.rename(key, 'renamed');
    await other.flush();
    const events = eventsOf(store);
    await files.rest(key);
    await store.readAgain();
    assert.deepEqual(
      events.map(({ kinds }) => kinds),
      [['updated']],
    );
  });

  it('stay without their whole answer in memory when the person changes them, and keep it on disk', async () => {
    const { store, key } = await openWithJobAtRest();
    store.rename(key, 'mine');
    store.markSeen(new Map([[key, 1]]));
    await store.flush();
    assert.equal(store.get(key)?.job?.raw, undefined);
    const stored = (await openStore()).get(key);
    assert.deepEqual([stored?.label, stored?.seenEnding, stored?.job?.raw], ['mine', 1, ANSWER]);
  });

  it('take a response that repeats their answer for the same, though they have only its fields in memory', async () => {
    for (const answer of [
      ANSWER,
      { ...ANSWER, sub_jobs: [...ANSWER.sub_jobs].reverse() },
      { ...ANSWER, error_msg: '' },
    ]) {
      const { store, key } = await openWithJobAtRest();
      const events = eventsOf(store);
      const before = new Map(disk.files);
      store.applyResponse(key, { job: readJob(answer) ?? assert.fail() }, 9);
      assert.ok(listOf(answer).hasSameFieldsAs(store.get(key)?.job ?? assert.fail()));
      await store.applyList(new Map([[key, listOf(answer)]]), 10);
      await store.flush();
      assert.deepEqual([events, new Map(disk.files)], [[], before]);
      await store.untrack([key]);
    }
  });

  it('take a response that differs in any field for another, and have its whole answer', async () => {
    const [two = {}, one = {}] = ANSWER.sub_jobs;
    const others = [
      { ...ANSWER, status: 'FAIL' },
      { ...ANSWER, end_time: '2026-01-01T01:00:01Z' },
      { ...ANSWER, error_code: 'ELB.1' },
      { ...ANSWER, sub_jobs: [two] },
      { ...ANSWER, sub_jobs: [two, { ...one, status: 'FAIL' }] },
      { ...ANSWER, sub_jobs: [{ ...two, entities: [{ resource_id: 'r', resource_type: 'listener' }] }, one] },
    ];
    for (const answer of others) {
      for (const apply of ['response', 'list'] as const) {
        const { store, key } = await openWithJobAtRest();
        const events = eventsOf(store);
        assert.ok(!listOf(answer).hasSameFieldsAs(store.get(key)?.job ?? assert.fail()));
        if (apply === 'list') await store.applyList(new Map([[key, listOf(answer)]]), 9);
        else store.applyResponse(key, { job: readJob(answer) ?? assert.fail() }, 9);
        await store.flush();
        assert.equal(events.length, 1, JSON.stringify(answer));
        assert.deepEqual(store.get(key)?.job?.raw, answer);
        assert.deepEqual((await openStore()).get(key)?.job?.raw, answer);
        await store.untrack([key]);
      }
    }
  });

  it('that repeat their answer after a failed poll keep their whole answer on disk', async () => {
    const { store, key } = await openWithJobAtRest();
    for (const attempt of [8, 9, 10, 11, 12]) store.applyError(key, { kind: 'not-found' }, attempt);
    await store.applyList(new Map([[key, listOf(ANSWER)]]), 13);
    await store.flush();
    const stored = (await openStore()).get(key);
    assert.deepEqual([stored?.pollFailure, stored?.job?.raw], [undefined, ANSWER]);
  });

  it('keep the newer answer of another window on disk when a list repeats the older one', async () => {
    const { store, key } = await openWithJobAtRest();
    for (const attempt of [8, 9, 10, 11, 12]) store.applyError(key, { kind: 'not-found' }, attempt);
    await store.flush();
    const other = await openStore();
    const newer = { ...ANSWER, status: 'ROLLBACKING' };
    other.applyResponse(key, { job: readJob(newer) ?? assert.fail() }, 13);
    await other.flush();
    await store.applyList(new Map([[key, listOf(ANSWER)]]), 13);
    await store.flush();
    assert.deepEqual((await openStore()).get(key)?.job?.raw, newer);
  });

  it('stay in the list if they are removed and tracked again while all jobs are being found', async () => {
    const { keys } = await trackMany(2);
    const [key = ''] = keys;
    const store = await openStore(files);
    const tracked = store.get(key) ?? assert.fail();
    const scan = files.scan.bind(files);
    let scans = 0;
    files.scan = async () => {
      scans += 1;
      if (scans === 1) await store.untrack([key]);
      const found = await scan();
      if (scans === 2) await store.restore([tracked]);
      return found;
    };
    await store.readAgain();
    assert.deepEqual([scans, store.all().size], [2, 2]);
  });

  it('have their whole answer read when it is needed', async () => {
    const { store, key } = await openWithJobAtRest();
    store.rename(key, 'mine');
    const whole = await store.readWhole(key);
    await store.flush();
    assert.deepEqual([whole?.job?.raw, whole?.label, whole?.job?.cut], [ANSWER, 'mine', undefined]);
    assert.equal(await store.readWhole('0'.repeat(32)), undefined);
    disk.failNext(new Error('busy'), 'read');
    await assert.rejects(store.readWhole(key), /busy/);
  });

  it('have a damaged answer replaced by the next response, even if that repeats it', async () => {
    for (const apply of ['response', 'list'] as const) {
      const { store, key } = await openWithJobAtRest();
      files.damaged.add(key);
      assert.equal(await store.readWhole(key), undefined);
      const events = eventsOf(store);
      if (apply === 'list') await store.applyList(new Map([[key, listOf(ANSWER)]]), 9);
      else store.applyResponse(key, { job: readJob(ANSWER) ?? assert.fail() }, 9);
      await store.flush();
      assert.deepEqual(store.get(key)?.job?.raw, ANSWER);
      assert.ok(events.every(({ kinds }) => !kinds.includes('ended') && !kinds.includes('status-changed')));
      await store.untrack([key]);
    }
  });

  it('are removed together if they are at rest, and restored with their whole answers', async () => {
    const { other, keys } = await trackMany(600);
    const answerOf = (index: number) => ({ ...ANSWER, job_id: `job-${index}`, undocumented: index });
    for (const [index, key] of keys.entries()) {
      other.applyResponse(key, { job: readJob(answerOf(index)) ?? assert.fail() }, 7);
    }
    await other.flush();
    await files.rest(...keys);
    const store = await openStore(files);
    const whole = new Map<JobKey, ReturnType<typeof store.get>>();
    await store.untrack(keys, (key, tracked) => whole.set(key, tracked));
    assert.ok(files.removals.length <= 3, `${files.removals.length} removals`);
    assert.equal([...disk.files.keys()].length, 0);
    await store.restore([...whole.values()].flatMap((tracked) => tracked ?? []));
    const restored = await openStore();
    for (const [index, key] of keys.entries()) assert.deepEqual(restored.get(key)?.job?.raw, answerOf(index));
  });

  it('are read by their removal only if someone can undo it', async () => {
    const { store, key } = await openWithJobAtRest();
    files.readKeys.length = 0;
    await store.untrack([key]);
    assert.deepEqual(files.readKeys, []);
  });

  it('stay if their whole answer cannot be read before their removal, and then can be removed', async () => {
    const { store, key } = await openWithJobAtRest();
    files.read = () => Promise.reject(new Error('busy'));
    const removed: JobKey[] = [];
    await assert.rejects(
      store.untrack([key], (each) => removed.push(each)),
      /busy/,
    );
    assert.deepEqual([store.all().size, removed], [1, []]);
    await store.untrack([key]);
    assert.equal(disk.files.size, 0);
  });

  it('write their documented fields if their whole answer is lost, and are whole again after the next response', async () => {
    const { store, key } = await openWithJobAtRest();
    const known = store.get(key) ?? assert.fail();
    await disk.replace(`storage/jobs/${key}.json`, '');
    store.rename(key, 'mine');
    await store.flush();
    const stored = (await openStore()).get(key) ?? assert.fail('it was lost');
    assert.deepEqual(stored.job?.cut, { missingSubJobs: 0 });
    const withoutAnswer = ({ job }: typeof known) => ({
      ...job,
      raw: undefined,
      fingerprint: undefined,
      cut: undefined,
    });
    assert.deepEqual(withoutAnswer(stored), withoutAnswer(known));
    await store.readAgain();
    store.applyResponse(key, { job: readJob(ANSWER) ?? assert.fail() }, 9);
    await store.flush();
    assert.deepEqual((await openStore()).get(key)?.job?.raw, ANSWER);
  });

  it('have valid files, whatever their fields are', () => {
    const job = { ...jobAt('X', { subJobs: [subJobAt({ endTime: -1 })] }), beginTime: 1e300 };
    const tracked = withoutRaw({ ...newTracked(), job });
    assert.doesNotThrow(() => JSON.parse(writeJobFile(tracked)));
  });

  function newTracked() {
    return { reference, trackedAt: 0, aliases: [], history: [], endingNumber: 0, seenEnding: 0, muted: false };
  }

  it('that another window created while this one created them are adopted with their changes', async () => {
    const other = await openStore();
    const store = await openStore(files);
    disk.failNext(new Error('disk full'), 'replace');
    await assert.rejects(store.track(ENDED, 5));
    const key = jobKey(ENDED);
    await other.track(ENDED, 6);
    other.applyResponse(key, { job: readJob(ANSWER) ?? assert.fail() }, 7);
    await other.flush();
    store.mute(key, true);
    await store.flush();
    await store.readAgain();
    await store.flush();
    store.mute(key, true);
    await store.flush();
    const stored = (await openStore()).get(key);
    assert.deepEqual([stored?.job?.raw, stored?.endingNumber], [ANSWER, 1]);
  });
});
