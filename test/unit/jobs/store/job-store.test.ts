import assert from 'node:assert/strict';
import { parseShowJobResponse, readJob } from '../../../../src/cloud/api/job-schema';
import type { JobChange, JobChangeKind } from '../../../../src/jobs/model/job-change';
import { JobDirectory } from '../../../../src/jobs/store/job-directory';
import { type JobKey, jobKey } from '../../../../src/jobs/model/job-reference';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { writeJobFile } from '../../../../src/jobs/store/job-file';
import { isUnseen, newlyTracked } from '../../../../src/jobs/model/tracked-job';
import officialExample from '../../../fixtures/show-job-example.json';
import { FakeClock, settle, whileTimePasses } from '../../../support/fake-clock';
import { listOf } from '../../../support/fake-source';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { jobAt, MemoryLog, noFiles, reference, subJobAt } from '../../../support/samples';
import { DAY } from '../../../../src/base/time-units';

const fileOf = (key: string) => `storage/jobs/${key}.json`;

describe('the job store', () => {
  let files: MemoryFileSystem;
  let log: MemoryLog;
  let clock: FakeClock;
  let setAside: string[];
  let windows: number;

  beforeEach(() => {
    files = new MemoryFileSystem();
    log = new MemoryLog();
    clock = new FakeClock();
    setAside = [];
    windows = 0;
  });

  function directory(disk = files): JobDirectory {
    windows += 1;
    const onQuarantine = (file: string) => setAside.push(file);
    return new JobDirectory({
      files: disk,
      clock,
      owner: `window-${windows}`,
      directory: 'storage',
      readJob,
      onQuarantine,
      log,
    });
  }

  async function openStore(): Promise<JobStore> {
    const store = new JobStore(directory(), log);
    await store.open();
    return store;
  }

  function kindsOf(store: JobStore): (readonly JobChangeKind[])[] {
    const kinds: (readonly JobChangeKind[])[] = [];
    store.onDidChange((changes) => kinds.push(...changes.map((change) => change.kinds)));
    return kinds;
  }

  const namesIn = (folder: string) => [...files.files.keys()].filter((file) => file.startsWith(`storage/${folder}/`));

  const example = jobAt('FAIL', {
    jobId: 'other-id',
    beginTime: 1,
    endTime: 2,
    errorCode: 'ELB.8907',
    errorMessage: '任务失败',
    subJobs: [subJobAt({ jobType: 'A', entities: [{ resourceId: 'r', resourceType: 'listener' }] })],
  });

  it('brings back in the next session all that was known', async () => {
    const first = await openStore();
    const key = await first.track(reference, 5);
    first.applyResponse(key, { job: example, requestId: 'r-1' }, 7);
    first.rename(key, 'Clone of the shop');
    first.mute(key, true);
    first.markSeen(new Map([[key, 1]]));
    await first.flush();
    const second = await openStore();
    const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    assert.deepEqual(asJson(second.get(key)), asJson(first.get(key)));
    assert.equal(second.get(key)?.endingNumber, 1);
    assert.equal(second.get(key)?.history.length, 1);
    assert.ok(!isUnseen(second.get(key) ?? assert.fail()));
  });

  it('keeps what the service sent, fields that nobody documented among them', async () => {
    const answer = parseShowJobResponse('{"job":{"status":"RUNNING","progress":{"of":[1,null]}}}');
    assert.ok(answer.ok);
    const first = await openStore();
    const key = await first.track(reference, 5);
    first.applyResponse(key, answer.value, 7);
    await first.flush();
    assert.deepEqual((await openStore()).get(key)?.job?.raw, { status: 'RUNNING', progress: { of: [1, null] } });
  });

  it('does not take for a change what it already knew before a restart', async () => {
    const answer = parseShowJobResponse(JSON.stringify(officialExample));
    assert.ok(answer.ok);
    const first = await openStore();
    const key = await first.track(reference, 5);
    first.applyResponse(key, answer.value, 7);
    await first.flush();
    const second = await openStore();
    const kinds = kindsOf(second);
    second.applyResponse(key, answer.value, 9);
    await second.flush();
    assert.deepEqual(kinds, []);
  });

  it('forgets with the session that the network was away, and remembers that the job was not found', async () => {
    const first = await openStore();
    const key = await first.track(reference, 5);
    first.applyError(key, { kind: 'network' }, 6);
    first.applyResponse(key, { job: example }, 7);
    first.applyError(key, { kind: 'network' }, 8);
    await first.flush();
    assert.equal((await openStore()).get(key)?.pollFailure, undefined);
    first.applyError(key, { kind: 'not-found', code: 'ELB.8904' }, 9);
    await first.flush();
    assert.equal((await openStore()).get(key)?.pollFailure?.error.kind, 'no-longer-kept');
    assert.equal((await openStore()).get(key)?.job?.status, 'FAIL', 'and what it last answered');
  });

  it('selects the known row for an id that is an alias of it', async () => {
    const store = await openStore();
    const key = await store.track(reference, 5);
    store.applyResponse(key, { job: example }, 7);
    assert.equal(await store.track({ ...reference, jobId: 'other-id' }, 9), key);
    assert.equal(await store.track(reference, 9), key);
    assert.equal(store.all().size, 1);
    await store.track({ ...reference, projectId: 'other', jobId: 'other-id' }, 9);
    assert.equal(store.all().size, 2, 'the alias means nothing in another project');
  });

  it('tells each change once, and none where nothing changed', async () => {
    const store = await openStore();
    const kinds = kindsOf(store);
    const key = await store.track(reference, 5);
    store.applyResponse(key, { job: jobAt('RUNNING') }, 6);
    store.applyResponse(key, { job: jobAt('RUNNING') }, 7);
    store.applyResponse(key, { job: jobAt('COMPLETE') }, 8);
    store.applyResponse(key, { job: jobAt('COMPLETE') }, 9);
    store.markSeen(new Map([[key, 1]]));
    store.markSeen(new Map([[key, 1]]));
    await store.flush();
    await store.readAgain();
    await store.untrack([key]);
    store.applyResponse(key, { job: jobAt('RUNNING') }, 10);
    assert.deepEqual(kinds, [['added'], ['status-changed'], ['status-changed', 'ended'], ['seen'], ['removed']]);
  });

  it('tells of a list just what changed, in one event', async () => {
    const store = await openStore();
    const jobs = ['a', 'b', 'c'].map((jobId) => jobAt('RUNNING', { jobId }));
    const keys = new Map<string, string>();
    for (const { jobId = '' } of jobs) keys.set(jobId, await store.track({ ...reference, jobId }, 5));
    const apply = (...listed: typeof jobs) => {
      const list = listOf(...listed);
      assert.ok(list.ok);
      store.applyList(new Map(list.value.jobs.map((job) => [keys.get(job.jobId ?? '') ?? '', job])), 6);
    };
    apply(...jobs);
    const events: (readonly JobChange[])[] = [];
    store.onDidChange((changes) => events.push(changes));
    apply(...jobs.slice(0, 2), jobAt('FAIL', { jobId: 'c' }));
    assert.deepEqual(
      events.map((changes) => changes.map(({ key, kinds }) => [key, kinds])),
      [[[keys.get('c'), ['status-changed', 'ended']]]],
    );
  });

  it('writes nothing where an answer repeats the last one', async () => {
    const store = await openStore();
    const key = await store.track(reference, 5);
    store.applyResponse(key, { job: jobAt('RUNNING') }, 6);
    await store.flush();
    const before = files.files.get(fileOf(key));
    files.failNext(new Error('a needless write'), 'replace');
    store.applyResponse(key, { job: jobAt('RUNNING') }, 7);
    await store.flush();
    assert.equal(files.files.get(fileOf(key)), before);
    assert.deepEqual(log.lines, []);
  });

  it('lets one corrupt file affect its own job alone, keeps it and tells of it', async () => {
    const first = await openStore();
    const good = await first.track(reference, 5);
    const bad = await first.track({ ...reference, jobId: 'bad' }, 5);
    await files.replace(fileOf(bad), '{"version":2,"refer');
    const second = await openStore();
    assert.deepEqual([...second.all().keys()], [good]);
    assert.equal(setAside.length, 1);
    assert.equal(files.files.get(setAside[0] ?? ''), '{"version":2,"refer');
    assert.equal(log.lines.length, 1);
  });

  it('writes anew what it knows of a job whose file a fault made unreadable', async () => {
    const store = await openStore();
    const key = await store.track(reference, 5);
    await files.replace(fileOf(key), '');
    store.applyResponse(key, { job: example }, 7);
    await store.flush();
    assert.equal((await openStore()).get(key)?.job?.status, 'FAIL');
    assert.equal(setAside.length, 1);
  });

  it('leaves a file of a newer version alone, also when that job is tracked again', async () => {
    const key = await (await openStore()).track(reference, 5);
    const future = '{"version":3,"future":true}';
    await files.replace(fileOf(key), future);
    const store = await openStore();
    assert.equal(store.all().size, 0);
    assert.equal(files.files.get(fileOf(key)), future);
    await store.track(reference, 5);
    assert.equal(files.files.get(setAside[0] ?? ''), future);
  });

  it('reads the file of the version before', async () => {
    const key = jobKey(reference);
    const { history, seenEnding, muted, ...old } = newlyTracked(reference, 5);
    const job = { status: 'FAIL', error_code: 'ELB.8907' };
    const ending = { status: 'FAIL', noticedAt: 7 };
    await files.replace(fileOf(key), JSON.stringify({ version: 1, ...old, job, endingNumber: 1, ending }));
    const tracked = (await openStore()).get(key) ?? assert.fail('it was not read');
    assert.equal(tracked.job?.errorCode, 'ELB.8907');
    assert.ok(!isUnseen(tracked), 'what ended then is not news');
    assert.deepEqual(setAside, []);
  });

  it('removes every trace of a job that is no longer tracked', async () => {
    const store = await openStore();
    const key = await store.track(reference, 5);
    store.applyResponse(key, { job: example }, 7);
    await store.flush();
    assert.ok(await directory().claimAnnouncement(key, 1));
    await store.untrack([key]);
    assert.deepEqual([...files.files.keys()], []);
  });

  it('forgets many jobs in one change, but for those that stay on the disk', async () => {
    let fixed = '';
    const disk = files.seenWith((operation, file) =>
      operation === 'remove' && file === fixed ? Promise.reject(new Error('EACCES')) : Promise.resolve(),
    );
    const store = new JobStore(directory(disk), log);
    const keys: JobKey[] = [];
    for (const jobId of ['first', 'second', 'third']) keys.push(await store.track({ ...reference, jobId }, 5));
    const [first = '', second = '', third = ''] = keys;
    store.rename(second, 'Night change');
    await store.flush();
    fixed = fileOf(second);
    const told: string[][] = [];
    store.onDidChange((changes) => told.push(changes.map(({ key, kinds }) => `${key} ${kinds.join()}`)));
    await assert.rejects(store.untrack(keys), /EACCES/);
    assert.deepEqual(told, [[`${first} removed`, `${second} removed`, `${third} removed`], [`${second} added`]]);
    for (const each of [store, await openStore()]) {
      assert.deepEqual([...each.all().keys()], [second]);
      assert.equal(each.get(second)?.label, 'Night change');
    }
  });

  it('keeps a job that is tracked again while others are still being forgotten', async () => {
    let slow = '';
    let goOn: () => void = () => undefined;
    const paused = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const disk = files.seenWith(async (operation, file) => {
      if (operation === 'remove' && file === slow) await paused;
    });
    const store = new JobStore(directory(disk), log);
    const first = await store.track({ ...reference, jobId: 'first' }, 5);
    const second = await store.track({ ...reference, jobId: 'second' }, 5);
    slow = fileOf(second);
    const forgetting = store.untrack([first, second]);
    while (files.files.has(fileOf(first)) || store.get(first) !== undefined) await settle();
    assert.equal(await store.track({ ...reference, jobId: 'first' }, 6), first);
    goOn();
    await forgetting;
    await store.flush();
    for (const each of [store, await openStore()]) assert.deepEqual([...each.all().keys()], [first]);
  });

  it('does not bring back a job that another window stopped tracking', async () => {
    const [one, other] = [await openStore(), await openStore()];
    const key = await one.track(reference, 5);
    await other.readAgain();
    await other.untrack([key]);
    one.applyResponse(key, { job: example }, 7);
    await one.flush();
    assert.equal((await openStore()).all().size, 0);
    await one.readAgain();
    assert.equal(one.all().size, 0, 'and learns of it');
  });

  it('loses no change that two windows make at once', async () => {
    const [one, other] = [await openStore(), await openStore()];
    const key = await one.track(reference, 5);
    await other.readAgain();
    one.applyResponse(key, { job: example }, 7);
    other.rename(key, 'mine');
    other.mute(key, true);
    one.markSeen(new Map([[key, 1]]));
    for (let round = 0; round < 3; round += 1) {
      await clock.advance(1000);
      await Promise.all([one.flush(), other.flush()]);
      await Promise.all([one.readAgain(), other.readAgain()]);
    }
    for (const store of [one, other, await openStore()]) {
      const { label, muted, job, seenEnding } = store.get(key) ?? assert.fail();
      assert.deepEqual([label, muted, job?.status, seenEnding], ['mine', true, 'FAIL', 1]);
    }
  });

  it('learns of an ending from the window that noticed it, and numbers it once', async () => {
    const [one, other] = [await openStore(), await openStore()];
    const key = await one.track(reference, 5);
    await other.readAgain();
    const kinds = kindsOf(other);
    one.applyResponse(key, { job: example }, 7);
    await one.flush();
    await other.readAgain();
    other.applyResponse(key, { job: example }, 8);
    await other.flush();
    assert.deepEqual(kinds, [['status-changed', 'sub-job-started', 'ended']]);
    assert.equal((await openStore()).get(key)?.endingNumber, 1);
  });

  it('does not go back to what it read while an answer changed it', async () => {
    const key = await (await openStore()).track(reference, 5);
    const disk = directory();
    let finish: () => void = () => undefined;
    let isSlow = false;
    const read = async (each: string) => {
      const kept = await disk.read(each);
      if (isSlow) await new Promise<void>((resolve) => (finish = resolve));
      return kept;
    };
    const store = new JobStore(
      {
        keys: () => disk.keys(),
        read,
        create: (...given) => disk.create(...given),
        change: (...given) => disk.change(...given),
        remove: (each) => disk.remove(each),
      },
      log,
    );
    await store.open();
    isSlow = true;
    const reading = store.readAgain();
    await settle();
    isSlow = false;
    store.applyResponse(key, { job: example }, 7);
    await store.flush();
    const kinds = kindsOf(store);
    finish();
    await reading;
    assert.deepEqual(kinds, []);
    assert.equal(store.get(key)?.job?.status, 'FAIL');
  });

  it('keeps the last of many quick changes, and no other file', async () => {
    const store = await openStore();
    const key = await store.track(reference, 5);
    for (let step = 0; step < 50; step += 1) {
      store.applyResponse(key, { job: jobAt('RUNNING', { beginTime: step }) }, step);
    }
    await store.flush();
    assert.equal((await openStore()).get(key)?.job?.beginTime, 49);
    assert.deepEqual(namesIn('jobs'), [fileOf(key)]);
  });

  it('says that a job could not be kept, and follows it until the window closes', async () => {
    const store = await openStore();
    files.failNext(new Error('disk full'), 'replace');
    await assert.rejects(store.track(reference, 5), /disk full/);
    await store.readAgain();
    assert.equal(store.all().size, 1);
  });

  it('tells once, and not with each change of the folder, that a job cannot be kept', async () => {
    const disk = files.seenWith((operation) =>
      operation === 'replace' ? Promise.reject(new Error('disk full')) : Promise.resolve(),
    );
    const store = new JobStore(directory(disk), log);
    await assert.rejects(store.track(reference, 5), /disk full/);
    for (let time = 0; time < 20; time += 1) {
      await store.readAgain();
      await store.flush();
    }
    assert.equal(store.all().size, 1);
    assert.ok(log.lines.length <= 1, log.lines.join('\n'));
  });

  it('says that a job could not be removed, and follows it still', async () => {
    const stuck = new JobStore({ ...noFiles, remove: () => Promise.reject(new Error('read-only')) }, log);
    const key = await stuck.track(reference, 5);
    await assert.rejects(stuck.untrack([key]));
    assert.equal(stuck.all().size, 1);
  });

  it('goes on with what it knows where a change cannot be saved', async () => {
    const store = await openStore();
    const key = await store.track(reference, 5);
    files.failNext(new Error('disk full'), 'replace');
    store.applyResponse(key, { job: example }, 7);
    await store.flush();
    assert.equal(store.get(key)?.job?.status, 'FAIL');
    assert.match(log.lines.join(), /could not be saved: Error: disk full/);
    await store.readAgain();
    assert.equal(store.get(key)?.job?.status, 'FAIL', 'and forgets nothing of it');
    await store.flush();
    assert.equal((await openStore()).get(key)?.job?.status, 'FAIL', 'it is saved as soon as that can be');
  });

  /** FAIL, and rolled back without success. */
  async function endedTwice(): Promise<JobKey> {
    const store = await openStore();
    const key = await store.track(reference, 5);
    for (const status of ['FAIL', 'ROLLBACKING', 'ROLLBACK_FAIL']) {
      store.applyResponse(key, { job: jobAt(status) }, 7);
    }
    await store.flush();
    return key;
  }

  it('grants no announcement of an ending that the disk does not know', async () => {
    const key = await endedTwice();
    assert.equal(await directory().claimAnnouncement(key, 3), false);
    assert.equal(await directory().claimAnnouncement('0'.repeat(32), 1), false);
  });

  it('writes nothing where the disk holds what is to be written', async () => {
    const [one, other] = [await openStore(), await openStore()];
    const key = await one.track(reference, 5);
    await other.readAgain();
    one.mute(key, true);
    await one.flush();
    files.failNext(new Error('nothing was to be written'), 'replace');
    other.mute(key, true);
    await other.flush();
    assert.doesNotMatch(log.lines.join(), /could not be saved/);
  });

  it('keeps no answer of a window that was outbid meanwhile', async () => {
    const [one, other] = [await openStore(), await openStore()];
    const key = await one.track(reference, 5);
    await other.readAgain();
    other.applyResponse(key, { job: jobAt('COMPLETE') }, 8);
    await other.flush();
    one.applyResponse(key, { job: jobAt('RUNNING') }, 7, () => Promise.resolve(false));
    await one.flush();
    assert.equal(one.get(key)?.job?.status, 'COMPLETE');
    assert.equal((await openStore()).get(key)?.job?.status, 'COMPLETE');
  });

  it('keeps a job again that could not be kept when it was tracked', async () => {
    const store = await openStore();
    files.failNext(new Error('disk full'), 'replace');
    await assert.rejects(store.track(reference, 5));
    const key = jobKey(reference);
    assert.equal(store.isShared(key), false);
    store.applyResponse(key, { job: example }, 7);
    await store.flush();
    await store.readAgain();
    await store.flush();
    assert.equal(store.isShared(key), true);
    assert.equal((await openStore()).get(key)?.job?.status, 'FAIL');
  });

  it('learns at its next change that another window stopped tracking the job', async () => {
    const [one, other] = [await openStore(), await openStore()];
    const key = await one.track(reference, 5);
    await other.readAgain();
    await one.untrack([key]);
    other.rename(key, 'mine');
    await other.flush();
    assert.equal(other.get(key), undefined);
  });

  it('grants an announcement once, over all windows', async () => {
    const key = await endedTwice();
    const claims = [1, 2, 3].map(() => directory().claimAnnouncement(key, 1));
    const granted = await whileTimePasses(clock, Promise.all(claims));
    assert.equal(granted.filter(Boolean).length, 1);
    assert.ok(await directory().claimAnnouncement(key, 2), 'another ending is another claim');
  });

  it('forgets finished jobs that are too old or too many, and none that goes on', async () => {
    const store = await openStore();
    const ended: string[] = [];
    for (let day = 0; day < 6; day += 1) {
      const key = await store.track({ ...reference, jobId: `job-${day}` }, day * DAY);
      store.applyResponse(key, { job: jobAt('COMPLETE') }, day * DAY);
      ended.push(key);
    }
    const running = await store.track({ ...reference, jobId: 'running' }, 0);
    store.applyResponse(running, { job: jobAt('RUNNING') }, 0);
    await store.prune({ maxAgeMs: 3.5 * DAY, maxJobs: 5000 }, 6 * DAY);
    assert.deepEqual([...store.all().keys()].sort(), [...ended.slice(3), running].sort());
    await store.prune({ maxAgeMs: 30 * DAY, maxJobs: 1 }, 6 * DAY);
    assert.deepEqual([...store.all().keys()].sort(), [...ended.slice(5), running].sort());
    assert.equal((await openStore()).all().size, 2);
  });

  it('holds no more in a file than a person would want to be there', () => {
    const content = JSON.parse(writeJobFile(newlyTracked(reference, 5))) as object;
    assert.deepEqual(Object.keys(content).sort(), [
      'aliases',
      'endingNumber',
      'history',
      'muted',
      'reference',
      'seenEnding',
      'trackedAt',
      'version',
    ]);
  });

  it('brings a job back with all that was known of it, seen, and not twice where it is tracked again already', async () => {
    const store = await openStore();
    const key = await store.track(reference, 5);
    store.applyResponse(key, { job: example }, 7);
    store.rename(key, 'mine');
    await store.flush();
    const tracked = store.get(key) ?? assert.fail('it was lost');
    await store.untrack([key]);
    await store.restore([tracked]);
    const restored = (await openStore()).get(key);
    assert.deepEqual(
      [restored?.label, restored?.job?.status, restored?.history.length],
      ['mine', 'FAIL', tracked.history.length],
    );
    assert.ok(restored !== undefined && !isUnseen(restored));
    await store.restore([tracked]);
    assert.equal(store.all().size, 1);
  });

  it('brings back all jobs but for the disk: one that cannot be kept loses neither itself nor the others', async () => {
    const store = await openStore();
    const references = ['a', 'b', 'c'].map((jobId) => ({ ...reference, jobId }));
    await store.trackAll(references, 5);
    const tracked = [...store.all().values()];
    await store.untrack([...store.all().keys()]);
    const kinds = kindsOf(store);
    files.failNext(new Error('the disk is full'), 'create');
    await assert.rejects(store.restore(tracked), /disk is full/);
    assert.equal(store.all().size, 3);
    assert.deepEqual(kinds.slice(0, 3), [['added'], ['added'], ['added']]);
    assert.deepEqual([...store.all().keys()].map((key) => store.isShared(key)).sort(), [false, true, true]);
    assert.equal((await openStore()).all().size, 2);
  });

  it('tells of jobs that are tracked together at once, and counts the first as the newest', async () => {
    const store = await openStore();
    const told: number[] = [];
    store.onDidChange((changes) => told.push(changes.length));
    await store.track({ ...reference, jobId: 'b' }, 5);
    await store.trackAll(
      ['a', 'b', 'c', 'a'].map((jobId) => ({ ...reference, jobId })),
      9,
    );
    assert.deepEqual(told, [1, 2]);
    assert.deepEqual(
      [...store.all().values()].map(({ reference: { jobId }, trackedAt }) => [jobId, trackedAt]),
      [
        ['b', 5],
        ['a', 9],
        ['c', 7],
      ],
    );
  });

  it('tells the request id of the answer that it shows, also of a list, and none of an older one', async () => {
    const store = await openStore();
    const key = await store.track(reference, 5);
    store.applyResponse(key, { job: jobAt('RUNNING'), requestId: 'of-show' }, 6);
    const listed = (status: string, requestId?: string) => {
      const job = jobAt(status);
      return new Map([[key, { jobId: job.jobId, status, requestId, read: () => job, saysTheSameAs: () => false }]]);
    };
    store.applyList(listed('FAIL', 'of-list'), 7);
    assert.equal(store.get(key)?.requestId, 'of-list');
    store.applyList(listed('ROLLBACKING'), 8);
    assert.equal(store.get(key)?.requestId, undefined);
  });
});
