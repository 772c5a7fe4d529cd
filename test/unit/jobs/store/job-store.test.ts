import assert from 'node:assert/strict';
import { parseShowJobResponse, readJob } from '../../../../src/cloud/api/job-schema';
import type { JobChange, JobChangeKind } from '../../../../src/jobs/model/job-change';
import { EndingClaims } from '../../../../src/jobs/store/ending-claims';
import { JobDirectory } from '../../../../src/jobs/store/job-directory';
import { type JobKey, jobKey } from '../../../../src/jobs/model/job-reference';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { writeJobFile } from '../../../../src/jobs/files/job-file';
import { isUnseen, newlyTracked } from '../../../../src/jobs/model/tracked-job';
import officialExample from '../../../fixtures/show-job-example.json';
import { FakeClock, settle, whileTimePasses } from '../../../support/fake-clock';
import { listOf } from '../../../support/fake-source';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { jobAt, MemoryLog, noFiles, reference, subJobAt } from '../../../support/samples';
import { DAY } from '../../../../src/base/time-units';

const fileOf = (key: string) => `storage/jobs/${key}.json`;

const BEGIN = Date.UTC(2026, 0, 1);

describe('the job store', () => {
  let files: MemoryFileSystem;
  let log: MemoryLog;
  let clock: FakeClock;
  let quarantined: string[];
  let windows: number;

  beforeEach(() => {
    files = new MemoryFileSystem();
    log = new MemoryLog();
    clock = new FakeClock();
    quarantined = [];
    windows = 0;
  });

  function newWindow(disk = files) {
    windows += 1;
    return { files: disk, clock, owner: `window-${windows}`, directory: 'storage', readJob, log };
  }

  function directory(disk = files): JobDirectory {
    return new JobDirectory({ ...newWindow(disk), onQuarantine: (file) => quarantined.push(file) });
  }

  const claims = () => new EndingClaims(newWindow());

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
    beginTime: BEGIN + 1,
    endTime: BEGIN + 2,
    errorCode: 'ELB.8907',
    errorMessage: '任务失败',
    subJobs: [subJobAt({ jobType: 'A', entities: [{ resourceId: 'r', resourceType: 'listener' }] })],
  });

  it('restores all that was known in the next session', async () => {
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

  it('stores what the service sent, undocumented fields included', async () => {
    const response = parseShowJobResponse('{"job":{"status":"RUNNING","progress":{"of":[1,null]}}}');
    assert.ok(response.ok);
    const first = await openStore();
    const key = await first.track(reference, 5);
    first.applyResponse(key, response.value, 7);
    await first.flush();
    assert.deepEqual((await openStore()).get(key)?.job?.raw, { status: 'RUNNING', progress: { of: [1, null] } });
  });

  it('reports no change after a restart for a response that was known before it', async () => {
    const response = parseShowJobResponse(JSON.stringify(officialExample));
    assert.ok(response.ok);
    const first = await openStore();
    const key = await first.track(reference, 5);
    first.applyResponse(key, response.value, 7);
    await first.flush();
    const second = await openStore();
    const kinds = kindsOf(second);
    second.applyResponse(key, response.value, 9);
    await second.flush();
    assert.deepEqual(kinds, []);
  });

  it('drops a network failure with the session, and keeps that the job was not found', async () => {
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
    assert.equal((await openStore()).get(key)?.job?.status, 'FAIL', 'and its last response');
  });

  it('finds a tracked job by its alias instead of adding another', async () => {
    const store = await openStore();
    const key = await store.track(reference, 5);
    store.applyResponse(key, { job: example }, 7);
    assert.equal(await store.track({ ...reference, jobId: 'other-id' }, 9), key);
    assert.equal(await store.track(reference, 9), key);
    assert.equal(store.all().size, 1);
    await store.track({ ...reference, projectId: 'other', jobId: 'other-id' }, 9);
    assert.equal(store.all().size, 2, 'the alias means nothing in another project');
  });

  it('reports each change once, and nothing if nothing changed', async () => {
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

  it('reports only the changed jobs of a list, in one event', async () => {
    const store = await openStore();
    const jobs = ['a', 'b', 'c'].map((jobId) => jobAt('RUNNING', { jobId }));
    const keys = new Map<string, string>();
    for (const { jobId = '' } of jobs) keys.set(jobId, await store.track({ ...reference, jobId }, 5));
    const apply = async (...listed: typeof jobs) => {
      const list = listOf(...listed);
      assert.ok(list.ok);
      await store.applyList(new Map(list.value.jobs.map((job) => [keys.get(job.jobId ?? '') ?? '', job])), 6);
    };
    await apply(...jobs);
    const events: (readonly JobChange[])[] = [];
    store.onDidChange((changes) => events.push(changes));
    await apply(...jobs.slice(0, 2), jobAt('FAIL', { jobId: 'c' }));
    assert.deepEqual(
      events.map((changes) => changes.map(({ key, kinds }) => [key, kinds])),
      [[[keys.get('c'), ['status-changed', 'ended']]]],
    );
  });

  it('writes nothing if a response repeats the last one', async () => {
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

  it('quarantines and logs a corrupt file, and loses no other job', async () => {
    const first = await openStore();
    const good = await first.track(reference, 5);
    const bad = await first.track({ ...reference, jobId: 'bad' }, 5);
    await files.replace(fileOf(bad), '{"version":2,"refer');
    const second = await openStore();
    assert.deepEqual([...second.all().keys()], [good]);
    assert.equal(quarantined.length, 1);
    assert.equal(files.files.get(quarantined[0] ?? ''), '{"version":2,"refer');
    assert.equal(log.lines.length, 1);
  });

  it('writes what it knows about a job again if its file became unreadable', async () => {
    const store = await openStore();
    const key = await store.track(reference, 5);
    await files.replace(fileOf(key), '');
    store.applyResponse(key, { job: example }, 7);
    await store.flush();
    assert.equal((await openStore()).get(key)?.job?.status, 'FAIL');
    assert.equal(quarantined.length, 1);
  });

  it('does not overwrite a file of a newer version, even if that job is tracked again', async () => {
    const key = await (await openStore()).track(reference, 5);
    const future = '{"version":3,"future":true}';
    await files.replace(fileOf(key), future);
    const store = await openStore();
    assert.equal(store.all().size, 0);
    assert.equal(files.files.get(fileOf(key)), future);
    await store.track(reference, 5);
    assert.equal(files.files.get(quarantined[0] ?? ''), future);
  });

  it('reads a file of version 1', async () => {
    const key = jobKey(reference);
    const { history, seenEnding, muted, ...old } = newlyTracked(reference, 5);
    const job = { status: 'FAIL', error_code: 'ELB.8907' };
    const ending = { status: 'FAIL', noticedAt: 7 };
    await files.replace(fileOf(key), JSON.stringify({ version: 1, ...old, job, endingNumber: 1, ending }));
    const tracked = (await openStore()).get(key) ?? assert.fail('it was not read');
    assert.equal(tracked.job?.errorCode, 'ELB.8907');
    assert.ok(!isUnseen(tracked), 'its ending was announced');
    assert.deepEqual(quarantined, []);
  });

  it('removes all files of a job that is no longer tracked', async () => {
    const store = await openStore();
    const key = await store.track(reference, 5);
    store.applyResponse(key, { job: example }, 7);
    await store.flush();
    assert.ok(await claims().claim(key, 1));
    await store.untrack([key]);
    assert.deepEqual([...files.files.keys()], []);
  });

  it('removes many jobs in one event, and returns those that cannot be removed from the disk', async () => {
    let undeletable = '';
    const disk = files.viewWith((operation, file) =>
      operation === 'remove' && file === undeletable ? Promise.reject(new Error('EACCES')) : Promise.resolve(),
    );
    const store = new JobStore(directory(disk), log);
    const keys: JobKey[] = [];
    for (const jobId of ['first', 'second', 'third']) keys.push(await store.track({ ...reference, jobId }, 5));
    const [first = '', second = '', third = ''] = keys;
    store.rename(second, 'Night change');
    await store.flush();
    undeletable = fileOf(second);
    const events: string[][] = [];
    store.onDidChange((changes) => events.push(changes.map(({ key, kinds }) => `${key} ${kinds.join()}`)));
    await assert.rejects(store.untrack(keys), /EACCES/);
    assert.deepEqual(events, [[`${first} removed`, `${second} removed`, `${third} removed`], [`${second} added`]]);
    for (const each of [store, await openStore()]) {
      assert.deepEqual([...each.all().keys()], [second]);
      assert.equal(each.get(second)?.label, 'Night change');
    }
  });

  it('keeps a job that is tracked again while other jobs are still being removed', async () => {
    let slow = '';
    let resume: () => void = () => undefined;
    const paused = new Promise<void>((resolve) => {
      resume = resolve;
    });
    const disk = files.viewWith(async (operation, file) => {
      if (operation === 'remove' && file === slow) await paused;
    });
    const store = new JobStore(directory(disk), log);
    const first = await store.track({ ...reference, jobId: 'first' }, 5);
    const second = await store.track({ ...reference, jobId: 'second' }, 5);
    slow = fileOf(second);
    const removing = store.untrack([first, second]);
    while (files.files.has(fileOf(first)) || store.get(first) !== undefined) await settle();
    assert.equal(await store.track({ ...reference, jobId: 'first' }, 6), first);
    resume();
    await removing;
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
    assert.equal(one.all().size, 0, 'and removes it here, too');
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

  it('adopts how many sub-jobs are missing, even if the others are the same', async () => {
    const [one, other] = [await openStore(), await openStore()];
    const key = await one.track(reference, 5);
    for (const missingSubJobs of [3, 4]) {
      one.applyResponse(key, { job: { ...example, cut: { missingSubJobs } } }, 7);
      await one.flush();
      await other.readAgain();
      assert.deepEqual(other.get(key)?.job?.cut, { missingSubJobs });
    }
  });

  it('adopts an ending from the window that noticed it, and counts it once', async () => {
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

  it('does not adopt a file that was read before a response changed the job', async () => {
    const key = await (await openStore()).track(reference, 5);
    const disk = directory();
    let finish: () => void = () => undefined;
    let isSlow = false;
    async function* readRows(keys: readonly JobKey[]) {
      for await (const part of disk.readRows(keys)) {
        if (isSlow) await new Promise<void>((resolve) => (finish = resolve));
        yield part;
      }
    }
    const store = new JobStore(
      {
        scan: () => disk.scan(),
        readRows,
        read: (each) => disk.read(each),
        create: (...given) => disk.create(...given),
        change: (...given) => disk.change(...given),
        remove: (each) => disk.remove(each),
      },
      log,
    );
    await store.open();
    isSlow = true;
    const reading = store.readAgain(new Set([key]));
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

  it('saves the last of many quick changes, and leaves no other file', async () => {
    const store = await openStore();
    const key = await store.track(reference, 5);
    for (let step = 0; step < 50; step += 1) {
      store.applyResponse(key, { job: jobAt('RUNNING', { beginTime: BEGIN + step }) }, step);
    }
    await store.flush();
    assert.equal((await openStore()).get(key)?.job?.beginTime, BEGIN + 49);
    assert.deepEqual(namesIn('jobs'), [fileOf(key)]);
  });

  it('rejects if a job cannot be saved, and tracks it until the window closes', async () => {
    const store = await openStore();
    files.failNext(new Error('disk full'), 'replace');
    await assert.rejects(store.track(reference, 5), /disk full/);
    await store.readAgain();
    assert.equal(store.all().size, 1);
  });

  it('does not log at each change of the folder that a job cannot be saved', async () => {
    const disk = files.viewWith((operation) =>
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

  it('rejects if a job cannot be removed, and still tracks it', async () => {
    const stuck = new JobStore({ ...noFiles, remove: () => Promise.reject(new Error('read-only')) }, log);
    const key = await stuck.track(reference, 5);
    await assert.rejects(stuck.untrack([key]));
    assert.equal(stuck.all().size, 1);
  });

  it('keeps a change in memory that cannot be saved, and retries', async () => {
    const store = await openStore();
    const key = await store.track(reference, 5);
    files.failNext(new Error('disk full'), 'replace');
    store.applyResponse(key, { job: example }, 7);
    await store.flush();
    assert.equal(store.get(key)?.job?.status, 'FAIL');
    assert.match(log.lines.join(), /could not be saved: Error: disk full/);
    await store.readAgain();
    assert.equal(store.get(key)?.job?.status, 'FAIL', 'and drops nothing of it');
    await store.flush();
    assert.equal((await openStore()).get(key)?.job?.status, 'FAIL', 'it is saved as soon as that is possible');
  });

  it('logs that changes cannot be saved once, with the number of jobs, and again after they could be', async () => {
    const store = await openStore();
    const references = [1, 2, 3].map((number) => ({ ...reference, jobId: `job-${number}` }));
    await store.trackAll(references, 5);
    const fail = (message: string) => {
      for (const one of references) {
        files.failNext(Object.assign(new Error(`${message} ${one.jobId}`), { code: message }), 'replace');
      }
    };
    const lines = () => log.lines.splice(0).join('\n');
    fail('ENOSPC');
    for (const key of store.all().keys()) store.rename(key, 'Renamed');
    await store.flush();
    await Promise.resolve();
    assert.match(lines(), /^.*could not be saved: Error: ENOSPC job-1.*\n.*unsaved changes: 3\.$/);
    fail('ENOSPC');
    await store.readAgain();
    await store.flush();
    assert.equal(lines(), '');
    fail('EIO');
    await store.readAgain();
    await store.flush();
    await Promise.resolve();
    assert.match(lines(), /^.*could not be saved: Error: EIO job-1.*\n.*unsaved changes: 3\.$/);
    await store.readAgain();
    await store.flush();
    assert.equal(lines(), '');
    fail('ENOSPC');
    for (const key of store.all().keys()) store.rename(key, 'Again');
    await store.flush();
    assert.match(lines(), /could not be saved: Error: ENOSPC/);
  });

  /** Tracks a job that fails, and then fails to roll back. */
  async function endedTwice(): Promise<JobKey> {
    const store = await openStore();
    const key = await store.track(reference, 5);
    for (const status of ['FAIL', 'ROLLBACKING', 'ROLLBACK_FAIL']) {
      store.applyResponse(key, { job: jobAt(status) }, 7);
    }
    await store.flush();
    return key;
  }

  it('grants no claim of an ending that is not on disk', async () => {
    const key = await endedTwice();
    assert.equal(await claims().claim(key, 3), false);
    assert.equal(await claims().claim('0'.repeat(32), 1), false);
  });

  it('writes nothing if the file already holds the change', async () => {
    const [one, other] = [await openStore(), await openStore()];
    const key = await one.track(reference, 5);
    await other.readAgain();
    one.mute(key, true);
    await one.flush();
    files.failNext(new Error('a needless write'), 'replace');
    other.mute(key, true);
    await other.flush();
    assert.doesNotMatch(log.lines.join(), /could not be saved/);
  });

  it('does not save the response of a window that lost its lease meanwhile', async () => {
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

  it('saves a job later that could not be saved when it was tracked', async () => {
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

  it('removes a job at its next change if another window stopped tracking it', async () => {
    const [one, other] = [await openStore(), await openStore()];
    const key = await one.track(reference, 5);
    await other.readAgain();
    await one.untrack([key]);
    other.rename(key, 'mine');
    await other.flush();
    assert.equal(other.get(key), undefined);
  });

  it('grants a claim once, over all windows', async () => {
    const key = await endedTwice();
    const attempts = [1, 2, 3].map(() => claims().claim(key, 1));
    const granted = await whileTimePasses(clock, Promise.all(attempts));
    assert.equal(granted.filter(Boolean).length, 1);
    assert.ok(await claims().claim(key, 2), 'another ending is another claim');
  });

  it('prunes finished jobs that are too old or too many, and no running one', async () => {
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

  it('writes only these fields to a file of a new job', () => {
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

  it('restores a removed job with all that was known about it, as seen, and not twice', async () => {
    const store = await openStore();
    const key = await store.track(reference, 5);
    store.applyResponse(key, { job: example }, 7);
    store.rename(key, 'mine');
    await store.flush();
    const tracked = store.get(key) ?? assert.fail('the job was lost');
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

  it('restores all jobs, even if one of them cannot be saved', async () => {
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

  it('reports jobs that are tracked together in one event, and counts the first as the newest', async () => {
    const store = await openStore();
    const sizes: number[] = [];
    store.onDidChange((changes) => sizes.push(changes.length));
    await store.track({ ...reference, jobId: 'b' }, 5);
    await store.trackAll(
      ['a', 'b', 'c', 'a'].map((jobId) => ({ ...reference, jobId })),
      9,
    );
    assert.deepEqual(sizes, [1, 2]);
    assert.deepEqual(
      [...store.all().values()].map(({ reference: { jobId }, trackedAt }) => [jobId, trackedAt]),
      [
        ['b', 5],
        ['a', 9],
        ['c', 7],
      ],
    );
  });

  it('has the request id of the response that it shows, also of a list, and not of an older one', async () => {
    const store = await openStore();
    const key = await store.track(reference, 5);
    store.applyResponse(key, { job: jobAt('RUNNING'), requestId: 'of-show' }, 6);
    const listed = (status: string, requestId?: string) => {
      const job = jobAt(status);
      return new Map([[key, { jobId: job.jobId, status, requestId, read: () => job, hasSameFieldsAs: () => false }]]);
    };
    await store.applyList(listed('FAIL', 'of-list'), 7);
    assert.equal(store.get(key)?.requestId, 'of-list');
    await store.applyList(listed('ROLLBACKING'), 8);
    assert.equal(store.get(key)?.requestId, undefined);
  });

  it('reads each file once when it opens, and when it reads again', async () => {
    const first = await openStore();
    await first.trackAll(
      ['a', 'b', 'c'].map((jobId) => ({ ...reference, jobId })),
      5,
    );
    let reads = 0;
    const disk = files.viewWith((operation) => {
      if (operation === 'read') reads += 1;
      return Promise.resolve();
    });
    const store = new JobStore(directory(disk), log);
    await store.open();
    assert.deepEqual([store.all().size, reads], [3, 3]);
    for (const key of store.all().keys()) first.rename(key, 'renamed');
    await first.flush();
    await store.readAgain();
    assert.equal(reads, 6);
  });

  it('saves that a job was not found, after the polls of a new job', async () => {
    const store = await openStore();
    const key = await store.track(reference, 5);
    for (const time of [6, 10_006, 40_006]) store.applyError(key, { kind: 'not-found' }, time);
    await store.flush();
    assert.equal((await openStore()).get(key)?.pollFailure, undefined);
    assert.deepEqual((await openStore()).get(key)?.notFoundAt, [6, 10_006, 40_006]);
    store.applyError(key, { kind: 'not-found' }, 160_006);
    await store.flush();
    const { error, since, attempts } = (await openStore()).get(key)?.pollFailure ?? {};
    assert.deepEqual([error?.kind, since, attempts], ['not-found', 6, 4]);
    assert.deepEqual(store.get(key)?.pollFailure, (await openStore()).get(key)?.pollFailure);
  });
});
