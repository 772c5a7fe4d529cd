import assert from 'node:assert/strict';
import { MAX_ENDINGS, MAX_INSTANT } from '../../../../src/base/limits';
import { readJob } from '../../../../src/cloud/api/job-schema';
import { jobKey } from '../../../../src/jobs/model/job-reference';
import { newlyTracked, type TrackedJob } from '../../../../src/jobs/model/tracked-job';
import { EndingClaims } from '../../../../src/jobs/store/ending-claims';
import { JobDirectory } from '../../../../src/jobs/store/job-directory';
import { writeJobFile } from '../../../../src/jobs/files/job-file';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { FakeClock } from '../../../support/fake-clock';
import {
  DAMAGED_JOB_NUMBERS,
  DAMAGED_JOB_TEXTS,
  FOREIGN_NAMES,
  POLLUTED_JOB_FILES,
} from '../../../support/hostile/state-files';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { jobAt, MemoryLog, reference } from '../../../support/samples';
import { DAY } from '../../../../src/base/time-units';

const KEY = jobKey(reference);
const FILE = `storage/jobs/${KEY}.json`;

/** In milliseconds: far above the usual time, so that a busy computer is no failure, and far below a freeze. */
const MAX_CPU_MS = 500;

describe('a damaged file of a tracked job', () => {
  let files: MemoryFileSystem;
  let log: MemoryLog;
  let notified: string[];
  let windows: number;

  beforeEach(() => {
    files = new MemoryFileSystem();
    log = new MemoryLog();
    notified = [];
    windows = 0;
  });

  function newWindow() {
    windows += 1;
    const owner = `window-${windows}`;
    return { files, clock: new FakeClock(), owner, directory: 'storage', readJob, log };
  }

  const directory = () => new JobDirectory({ ...newWindow(), onQuarantine: (file) => notified.push(file) });

  async function openStore(): Promise<JobStore> {
    const store = new JobStore(directory(), log);
    await store.open();
    return store;
  }

  const contents = () => [...files.files.values()];

  for (const { what, text } of DAMAGED_JOB_NUMBERS.inputs) {
    it(`loses no job, whatever its numbers (${what})`, async () => {
      await files.replace(FILE, text);
      const store = await openStore();
      const tracked = store.get(KEY) ?? assert.fail('the job is not in the list');
      assertSane(tracked);
      assert.deepEqual(notified, []);
      await store.prune({ maxAgeMs: 30 * DAY, maxJobs: 5000 }, Date.UTC(2026, 0, 2));
      assert.ok(store.get(KEY) !== undefined || new Date(tracked.ending?.noticedAt ?? 0).getUTCFullYear() === 1970);
      // It ends again, and is announced again.
      store.applyResponse(KEY, { job: jobAt('ROLLBACKING') }, 7);
      store.applyResponse(KEY, { job: jobAt('ROLLBACK_FAIL') }, 8);
      await store.flush();
      if (store.get(KEY) === undefined) return;
      const { endingNumber = 0, seenEnding = 0 } = store.get(KEY) ?? {};
      assert.ok(endingNumber > tracked.endingNumber && seenEnding < endingNumber);
      assert.ok(await new EndingClaims(newWindow()).claim(KEY, endingNumber));
      await store.untrack([KEY]);
      assert.deepEqual([...files.files.keys()], []);
    });
  }

  for (const { what, text } of DAMAGED_JOB_TEXTS.inputs) {
    it(`is quarantined once, and freezes nothing (${what})`, async () => {
      await files.replace(FILE, text);
      const start = process.cpuUsage();
      const first = await openStore();
      const { user, system } = process.cpuUsage(start);
      assert.ok((user + system) / 1000 < MAX_CPU_MS, `${(user + system) / 1000} ms`);
      assert.equal(first.all().size, 0);
      assert.deepEqual([notified.length, contents()], [1, [text]], 'kept as it is');
      await openStore();
      await first.readAgain();
      assert.equal(notified.length, 1, 'no notification at the next start');
    });
  }

  for (const { what, text } of POLLUTED_JOB_FILES.inputs) {
    it(`changes no other object (${what})`, async () => {
      await files.replace(FILE, text);
      const store = await openStore();
      const tracked = store.get(KEY) ?? assert.fail('the job is not in the list');
      assert.equal(tracked.endingNumber, 1);
      assert.equal(tracked.job?.status, 'FAIL');
      assert.ok(!('polluted' in {}) && !('polluted' in tracked) && !('polluted' in tracked.reference));
      store.rename(KEY, 'renamed');
      await store.flush();
      assert.equal((await openStore()).get(KEY)?.label, 'renamed');
    });
  }

  it('hides none of many others, and is found among 200,000 foreign names', async () => {
    await files.replace(FILE, writeJobFile(newlyTracked(reference, 5)));
    const names = [...FOREIGN_NAMES.inputs, ...Array.from({ length: 200_000 }, (_, index) => `${index}.json`)];
    const disk = Object.assign(directory(), { claims: new EndingClaims(newWindow()) });
    files.names = () => Promise.resolve([...names, `${KEY}.json`]);
    const start = process.cpuUsage();
    assert.deepEqual([...(await disk.scan()).stamps.keys()], [KEY]);
    await disk.claims.removeAll(KEY, undefined);
    const { user, system } = process.cpuUsage(start);
    assert.ok((user + system) / 1000 < MAX_CPU_MS, `${(user + system) / 1000} ms`);
  });

  it('shows a copied job once, claims its ending once, and keeps the copy without a notification', async () => {
    const first = await openStore();
    await first.track(reference, 5);
    first.applyResponse(KEY, { job: jobAt('FAIL') }, 7);
    await first.flush();
    const text = files.files.get(FILE) ?? '';
    const copy = '0123456789abcdef0123456789abcdef';
    await files.replace(`storage/jobs/${copy}.json`, text);
    assert.equal(await new EndingClaims(newWindow()).claim(copy, 1), false);
    const store = await openStore();
    assert.deepEqual([...store.all().keys()], [KEY]);
    await first.readAgain();
    assert.deepEqual([...first.all().keys()], [KEY]);
    assert.deepEqual(notified, []);
    assert.equal(contents().filter((each) => each === text).length, 2, 'nothing is lost');
    assert.match(log.lines.join('\n'), /is a copy of another file\. It was quarantined/);
    log.lines.length = 0;
    await openStore();
    assert.deepEqual(log.lines, [], 'and the log mentions it once');
    await store.untrack([KEY]);
    assert.equal((await openStore()).all().size, 0, 'the copy does not bring the job back');
  });

  it('under the name of another job is quarantined, with a notification, if it was the only one', async () => {
    const text = writeJobFile(newlyTracked(reference, 5));
    const other = { ...reference, jobId: 'other' };
    await files.replace(`storage/jobs/${jobKey(other)}.json`, text);
    const store = await openStore();
    assert.equal(store.all().size, 0);
    assert.deepEqual([notified.length, contents()], [1, [text]]);
    assert.equal(await store.track(other, 6), jobKey(other));
    assert.equal((await openStore()).get(jobKey(other))?.reference.jobId, 'other');
  });

  it('keeps another job’s file that has its name when it is removed', async () => {
    const store = await openStore();
    await store.track(reference, 5);
    const text = writeJobFile(newlyTracked({ ...reference, jobId: 'other' }, 5));
    await files.replace(FILE, text);
    await store.untrack([KEY]);
    assert.deepEqual(contents(), [text]);
    assert.equal(store.all().size, 0);
  });

  it('has no reference that another job has, too', async () => {
    // Both have the same key: its parts are separated by line breaks.
    const [first, second] = reference.jobId.split('-', 2);
    const one = { ...reference, projectId: 'a', jobId: `${first}\n${second}` };
    const other = { ...reference, projectId: `a\n${first}`, jobId: `${second}` };
    assert.equal(jobKey(one), jobKey(other));
    for (const forged of [one, other]) {
      await files.replace(`storage/jobs/${jobKey(forged)}.json`, writeJobFile(newlyTracked(forged, 5)));
      assert.equal((await openStore()).all().size, 0);
    }
  });

  it('removes no file but the job’s claims when its number of endings is not known', async () => {
    const claim = `storage/announced/${KEY}.1`;
    const foreign = [`storage/announced/${KEY}.txt`, `storage/announced/${KEY}.1.json`, `storage/announced/${KEY}`];
    for (const file of [claim, ...foreign]) await files.replace(file, '');
    for (const endingNumber of [undefined, 5e7, 1e15, 1e300, Infinity]) {
      await files.replace(claim, '');
      await new EndingClaims(newWindow()).removeAll(KEY, endingNumber);
      assert.deepEqual([...files.files.keys()].sort(), [...foreign].sort());
    }
  });
});

function assertSane(tracked: TrackedJob): void {
  const { history, ending, pollFailure, endingNumber, seenEnding } = tracked;
  const optional = [tracked.answeredAt, tracked.changedAt, tracked.pollWantedAt, ending?.noticedAt, pollFailure?.since];
  for (const time of [tracked.trackedAt, ...history.map(({ at }) => at), ...optional]) {
    if (time !== undefined) assert.ok(isWhole(time) && time <= MAX_INSTANT, String(time));
  }
  assert.ok(isWhole(endingNumber) && endingNumber > 0 && endingNumber <= MAX_ENDINGS, String(endingNumber));
  assert.ok(isWhole(seenEnding) && seenEnding <= endingNumber, String(seenEnding));
  assert.ok(isWhole(pollFailure?.attempts ?? 1), String(pollFailure?.attempts));
  const status = (pollFailure?.error as { readonly httpStatus?: number } | undefined)?.httpStatus;
  assert.ok(status === undefined || (status >= 100 && status < 600), String(status));
}

/** Also not -0. */
function isWhole(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && !Object.is(value, -0);
}
