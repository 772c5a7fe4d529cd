import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseShowJobAnswer, readJob } from '../../../src/elb/job-schema';
import { JobDirectory } from '../../../src/jobs/job-files';
import { jobKey } from '../../../src/jobs/job-reference';
import { type JobChange, JobStore } from '../../../src/jobs/job-store';
import officialExample from '../../fixtures/show-job-example.json';
import { jobAt, MemoryLog, noFiles, reference, subJobAt } from '../samples';

describe('the job store', () => {
  let directory: string;
  let log: MemoryLog;

  beforeEach(async () => {
    directory = await mkdtemp(path.join(os.tmpdir(), 'job-store-'));
    log = new MemoryLog();
  });

  afterEach(async () => {
    await rm(directory, { recursive: true, force: true });
  });

  async function openStore(): Promise<JobStore> {
    const store = new JobStore(new JobDirectory(directory, readJob, log), log);
    await store.open();
    return store;
  }

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
    first.applyAnswer(key, { job: example, requestId: 'r-1' }, 7);
    await first.flush();
    const second = await openStore();
    const asJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
    assert.deepEqual(asJson(second.get(key)), asJson(first.get(key)));
    assert.equal(second.get(key)?.endingNumber, 1);
  });

  it('does not take for a change what it already knew before a restart', async () => {
    const answer = parseShowJobAnswer(JSON.stringify(officialExample));
    assert.ok(answer.ok);
    const first = await openStore();
    const key = await first.track(reference, 5);
    first.applyAnswer(key, answer.value, 7);
    await first.flush();
    const second = await openStore();
    let changes = 0;
    second.onDidChange(() => (changes += 1));
    second.applyAnswer(key, answer.value, 9);
    assert.equal(changes, 0);
  });

  it('forgets difficulties with the session, since the next one asks anew', async () => {
    const first = await openStore();
    const key = await first.track(reference, 5);
    first.applyError(key, { kind: 'network' }, 6);
    first.applyAnswer(key, { job: example }, 7);
    first.applyError(key, { kind: 'network' }, 8);
    await first.flush();
    assert.equal((await openStore()).get(key)?.difficulty, undefined);
  });

  it('selects the known row for an id that is an alias of it', async () => {
    const store = await openStore();
    const key = await store.track(reference, 5);
    store.applyAnswer(key, { job: example }, 7);
    assert.equal(await store.track({ ...reference, jobId: 'other-id' }, 9), key);
    assert.equal(await store.track(reference, 9), key);
    assert.equal(store.all().size, 1);
    await store.track({ ...reference, projectId: 'other', jobId: 'other-id' }, 9);
    assert.equal(store.all().size, 2, 'the alias means nothing in another project');
  });

  it('tells each change once, and none where nothing changed', async () => {
    const store = await openStore();
    const changes: JobChange['kind'][] = [];
    store.onDidChange((batch) => changes.push(...batch.map(({ kind }) => kind)));
    const key = await store.track(reference, 5);
    store.applyAnswer(key, { job: jobAt('RUNNING') }, 6);
    store.applyAnswer(key, { job: jobAt('RUNNING') }, 7);
    store.applyAnswer(key, { job: jobAt('COMPLETE') }, 8);
    store.applyAnswer(key, { job: jobAt('COMPLETE') }, 9);
    await store.untrack(key);
    store.applyAnswer(key, { job: jobAt('RUNNING') }, 10);
    assert.deepEqual(changes, ['added', 'updated', 'ended', 'removed']);
  });

  it('lets one corrupt file affect its own job alone, and keeps it', async () => {
    const first = await openStore();
    const good = await first.track(reference, 5);
    const bad = await first.track({ ...reference, jobId: 'bad' }, 5);
    await writeFile(path.join(directory, 'jobs', `${bad}.json`), '{"version":1,"refer');
    const second = await openStore();
    assert.deepEqual([...second.all().keys()], [good]);
    const names = await readdir(path.join(directory, 'jobs'));
    assert.ok(
      names.some((name) => name.startsWith(`${bad}.json.unreadable-`)),
      names.join(),
    );
    assert.equal(log.lines.length, 1);
  });

  it('leaves a file of a newer version alone', async () => {
    const file = path.join(directory, 'jobs', `${jobKey(reference)}.json`);
    await (await openStore()).track(reference, 5);
    await writeFile(file, '{"version":2,"future":true}');
    const store = await openStore();
    assert.equal(store.all().size, 0);
    assert.equal(await readFile(file, 'utf8'), '{"version":2,"future":true}');
    await store.track(reference, 5);
    const [aside] = (await readdir(path.dirname(file))).filter((name) => name.includes('unreadable'));
    const kept = await readFile(path.join(path.dirname(file), aside ?? ''), 'utf8');
    assert.equal(kept, '{"version":2,"future":true}', 'nor is it overwritten by tracking that job again');
  });

  it('removes every trace of a job that is no longer tracked', async () => {
    const files = new JobDirectory(directory, readJob, log);
    const store = await openStore();
    const key = await store.track(reference, 5);
    await files.claimAnnouncement(key, 1);
    await store.untrack(key);
    assert.deepEqual(await readdir(path.join(directory, 'jobs')), []);
    assert.deepEqual(await readdir(path.join(directory, 'announced')), []);
  });

  it('does not bring back a job that another window stopped tracking', async () => {
    const [one, other] = [await openStore(), await openStore()];
    const key = await one.track(reference, 5);
    await other.open();
    await other.untrack(key);
    one.applyAnswer(key, { job: example }, 7);
    await one.flush();
    assert.equal((await openStore()).all().size, 0);
  });

  it('keeps the last of many quick changes, and no temporary file', async () => {
    const store = await openStore();
    const key = await store.track(reference, 5);
    for (let step = 0; step < 50; step += 1)
      store.applyAnswer(key, { job: jobAt('RUNNING', { beginTime: step }) }, step);
    await store.flush();
    assert.equal((await openStore()).get(key)?.job?.beginTime, 49);
    assert.deepEqual(await readdir(path.join(directory, 'jobs')), [`${key}.json`]);
  });

  it('says that a job could not be kept, and follows it all the same', async () => {
    await writeFile(path.join(directory, 'jobs'), 'a file where the folder should be');
    const store = new JobStore(new JobDirectory(directory, readJob, log), log);
    await assert.rejects(store.track(reference, 5));
    assert.equal(store.all().size, 1);
  });

  it('says that a job could not be removed, and follows it still', async () => {
    const store = await openStore();
    const key = await store.track(reference, 5);
    const stuck = new JobStore({ ...noFiles, remove: () => Promise.reject(new Error('read-only')) }, log);
    await stuck.track(reference, 5);
    await assert.rejects(stuck.untrack(key));
    assert.equal(stuck.all().size, 1);
  });

  it('grants an announcement once, over all windows', async () => {
    const windows = [1, 2, 3].map(() => new JobDirectory(directory, readJob, log));
    const key = jobKey(reference);
    const granted = await Promise.all(windows.map((window) => window.claimAnnouncement(key, 1)));
    assert.equal(granted.filter(Boolean).length, 1);
    assert.ok(
      await new JobDirectory(directory, readJob, log).claimAnnouncement(key, 2),
      'another ending is another claim',
    );
  });
});
