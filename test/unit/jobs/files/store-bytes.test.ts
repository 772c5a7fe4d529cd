import assert from 'node:assert/strict';
import { MAX_QUARANTINED_FILES, MIN_RAW_JOB_BYTES } from '../../../../src/base/limits';
import { HOUR, MINUTE } from '../../../../src/base/time-units';
import { limitJob, readJob } from '../../../../src/cloud/api/job-schema';
import { writeJobFile } from '../../../../src/jobs/files/job-file';
import type { TrackedJob } from '../../../../src/jobs/model/tracked-job';
import { JobStore } from '../../../../src/jobs/store/job-store';
import {
  asJson,
  asRow,
  endedJob,
  fileOf,
  keyOf,
  referenceOf,
  segmentsIn,
  STORAGE,
  StoreWindow,
} from '../../../support/ended-jobs';
import { FakeClock, whileTimePasses } from '../../../support/fake-clock';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { MemoryLog, noFiles } from '../../../support/samples';

const KIBIBYTE = 1024;
const ANSWER_BYTES = 40 * KIBIBYTE;
const COUNT = 16;
/** Less than the answers. */
const MAX_BYTES = 15 * ANSWER_BYTES;

/** @returns an ended job whose answer has a large field that is not documented */
function largeJob(number: number, now: number): TrackedJob {
  const tracked = endedJob(number, now);
  const job = readJob({ ...tracked.job?.raw, more: 'x'.repeat(ANSWER_BYTES) });
  assert.ok(job !== undefined);
  return { ...tracked, job };
}

describe('the bytes of all stored jobs', () => {
  let files: MemoryFileSystem;
  let clock: FakeClock;

  beforeEach(() => {
    files = new MemoryFileSystem();
    clock = new FakeClock();
  });

  const open = (maxBytes = MAX_BYTES) => new StoreWindow(files, clock, COUNT / 2, maxBytes);
  const bytesIn = (folder: string) =>
    [...files.files]
      .filter(([file]) => file.startsWith(`${STORAGE}/${folder}/`))
      .reduce((sum, [, text]) => sum + Buffer.byteLength(text), 0);
  const storedBytes = () => bytesIn('jobs') + bytesIn('ended');

  async function writeLargeJobs(first = 0, count = COUNT): Promise<void> {
    const now = clock.now();
    for (let number = first; number < first + count; number += 1) {
      await files.replace(fileOf(keyOf(number)), writeJobFile(largeJob(number, now)));
    }
  }

  it('stay below the limit, without the loss of anything that views show', async () => {
    const window = open();
    await writeLargeJobs(0, COUNT / 2);
    await whileTimePasses(clock, window.move());
    await clock.advance(HOUR);
    await writeLargeJobs(COUNT / 2, COUNT / 2);
    assert.ok(storedBytes() > MAX_BYTES);
    const rows = await window.readAll();
    await whileTimePasses(clock, window.move());
    assert.ok(storedBytes() <= MAX_BYTES, `${storedBytes()} bytes`);
    assert.equal(segmentsIn(files).length, 2);
    for (const reader of [window, open()]) assert.deepEqual(await reader.readAll(), rows);
    const whole = await open().readAllWhole();
    for (let number = 0; number < COUNT; number += 1) {
      const { job } = whole.get(keyOf(number)) ?? {};
      const answer = JSON.stringify(job?.raw);
      const isCut = number < COUNT / 2;
      assert.deepEqual([job?.cut !== undefined, answer.includes('xxx')], [isCut, !isCut], `job ${number}`);
      assert.ok(answer.includes('"sub_jobs":[{'));
    }
    assert.ok(window.log.lines.some((line) => line.includes('were cut on the disk')));
    assert.deepEqual(window.reported, []);
  });

  it('are not freed again and again for an answer that is damaged, also by two windows', async () => {
    await writeLargeJobs();
    await whileTimePasses(clock, open(Infinity).move());
    const [segment = ''] = segmentsIn(files);
    const text = (await files.read(segment)) ?? '';
    const damagedAt = text.lastIndexOf('xxx');
    await files.replace(segment, `${text.slice(0, damagedAt)}y${text.slice(damagedAt + 1)}`);
    const windows = [open(ANSWER_BYTES / 2), open(ANSWER_BYTES / 2)];
    for (const window of windows) await whileTimePasses(clock, window.move());
    const after = segmentsIn(files);
    for (const window of [...windows, ...windows]) {
      await clock.advance(11 * MINUTE);
      await whileTimePasses(clock, window.move());
    }
    assert.deepEqual(segmentsIn(files), after);
  });

  it('do not count a file that another program put there', async () => {
    await writeLargeJobs();
    await files.replace(`${STORAGE}/jobs/backup.zip`, 'z'.repeat(2 * MAX_BYTES));
    const window = open(3 * MAX_BYTES);
    await whileTimePasses(clock, window.move());
    assert.ok([...(await window.readAllWhole()).values()].every(({ job }) => job?.cut === undefined));
  });

  it('are not merged again and again if segments are full by bytes', async () => {
    const jobs = 100;
    for (let number = 0; number < jobs; number += 1) {
      const large = largeJob(number, clock.now());
      const job = readJob({ ...large.job?.raw, more: 'x'.repeat(5 * ANSWER_BYTES) });
      await files.replace(fileOf(keyOf(number)), writeJobFile({ ...large, job }));
    }
    let changes = 0;
    const counted = files.viewWith((operation) => {
      if (operation === 'replace' || operation === 'create') changes += 1;
      return Promise.resolve();
    });
    const window = new StoreWindow(counted, clock);
    await whileTimePasses(clock, window.move());
    assert.ok(segmentsIn(files).length >= 4);
    changes = 0;
    await whileTimePasses(clock, window.move());
    assert.equal(changes, 0);
  });

  it('stay below the limit while two windows move jobs at the same time', async () => {
    await writeLargeJobs();
    const rows = await open().readAll();
    const windows = [open(), open()];
    await whileTimePasses(clock, Promise.all(windows.map((window) => window.move())));
    assert.ok(storedBytes() <= MAX_BYTES, `${storedBytes()} bytes`);
    assert.deepEqual(await open().readAll(), rows);
  });

  it('leave a job whose answer was removed as it is when the person changes it, and accept a new answer', async () => {
    await writeLargeJobs();
    const window = open();
    await whileTimePasses(clock, window.move());
    const before = [...(await window.readAllWhole())].find(([, { job }]) => job?.cut !== undefined);
    assert.ok(before !== undefined);
    const [key, tracked] = before;
    const store = new JobStore(window.directory, window.log, undefined, limitJob);
    await store.open();
    assert.deepEqual(asRow((await store.readWhole(key)) ?? tracked), asRow(tracked));
    store.rename(key, 'Renamed');
    await whileTimePasses(clock, store.flush());
    const stored = await open().directory.read(key);
    assert.deepEqual(asJson(stored), asJson({ ...tracked, label: 'Renamed' }));
    const number = [...Array(COUNT).keys()].find((each) => keyOf(each) === key) ?? 0;
    const { job } = largeJob(number, clock.now());
    assert.ok(job !== undefined);
    store.applyResponse(key, { job }, clock.now());
    await whileTimePasses(clock, store.flush());
    assert.deepEqual((await open().directory.read(key))?.job?.raw, job.raw);
    store.dispose();
  });

  it('do not change files again and again if nothing more can be removed, and are logged once', async () => {
    await writeLargeJobs();
    const window = open(COUNT);
    const rows = await window.readAll();
    for (let round = 0; round < 4; round += 1) {
      await whileTimePasses(clock, window.move());
      await clock.advance(HOUR);
    }
    const segments = segmentsIn(files);
    await whileTimePasses(clock, window.move());
    assert.deepEqual(segmentsIn(files), segments);
    assert.deepEqual(await open().readAll(), rows);
    const warnings = window.log.lines.filter((line) => line.includes('MiB on the disk'));
    assert.equal(warnings.length, 1, window.log.lines.join('\n'));
  });

  it('let a new large response have the least share once they are almost at the limit, in this window at once', async () => {
    const window = open(4 * ANSWER_BYTES);
    const { bytes } = window.directory;
    const store = new JobStore(window.directory, window.log, undefined, limitJob, () => bytes.excess > 0);
    const now = clock.now();
    for (let number = 0; number < 8; number += 1) {
      const key = await whileTimePasses(clock, store.track(referenceOf(number), now));
      const { job } = largeJob(number, now);
      assert.ok(job !== undefined);
      store.applyResponse(key, { job }, now);
      await whileTimePasses(clock, store.flush());
    }
    const sizes = [...files.files]
      .filter(([file]) => file.endsWith('.json'))
      .map(([, text]) => Buffer.byteLength(text));
    assert.ok(sizes.filter((size) => size > ANSWER_BYTES).length >= 3, sizes.join());
    assert.ok(
      sizes.slice(4).every((size) => size < MIN_RAW_JOB_BYTES),
      sizes.join(),
    );
    await whileTimePasses(clock, store.untrack([...store.all().keys()].slice(0, 4)));
    assert.ok(bytes.excess < 0, 'removed jobs leave space');
    store.dispose();
  });

  it('count what other windows wrote, within ten minutes', async () => {
    const window = open(MAX_BYTES);
    await window.directory.bytes.countIfDue();
    await writeLargeJobs();
    await window.directory.bytes.countIfDue();
    assert.ok(window.directory.bytes.excess < 0);
    await clock.advance(10 * MINUTE);
    await window.directory.bytes.countIfDue();
    assert.ok(window.directory.bytes.excess > 0);
  });

  it('cut only what is larger than its share', () => {
    const response = { job: largeJob(1, clock.now()).job ?? assert.fail() };
    const store = new JobStore(noFiles, new MemoryLog(), undefined, limitJob);
    void store.track(referenceOf(1), 1);
    store.applyResponse(keyOf(1), response, 2);
    assert.equal(store.get(keyOf(1))?.job?.cut, undefined);
    store.dispose();
  });
});

describe('quarantined files', () => {
  let files: MemoryFileSystem;
  const clock = new FakeClock();

  beforeEach(() => {
    files = new MemoryFileSystem();
  });

  const OWNER = '00000000-0000-4000-8000-000000000000';
  const quarantined = (number: number) => `${fileOf(keyOf(number))}.unreadable-${OWNER}-${number}`;
  const isThere = (file: string) => files.files.has(file);

  it('are removed if there are too many, the oldest first, with a line in the log', async () => {
    for (let number = 0; number < MAX_QUARANTINED_FILES + 2; number += 1) await files.replace(quarantined(number), 'x');
    const foreign = `${STORAGE}/jobs/my notes.json.unreadable-${OWNER}-1`;
    await files.replace(foreign, 'x');
    await files.replace(fileOf(keyOf(0)), 'x');
    const window = new StoreWindow(files, clock);
    await window.directory.bytes.count();
    const left = [...Array(MAX_QUARANTINED_FILES + 2).keys()].filter((number) => isThere(quarantined(number)));
    assert.deepEqual([left.length, left[0]], [MAX_QUARANTINED_FILES, 2]);
    assert.ok(isThere(foreign) && isThere(fileOf(keyOf(0))));
    assert.equal(window.log.lines.filter((line) => line.includes('was removed')).length, 2);
  });

  it('are removed if they are too large together, but never the newest', async () => {
    const large = 'x'.repeat(20 * KIBIBYTE * KIBIBYTE);
    for (const number of [0, 1, 2]) await files.replace(quarantined(number), large);
    const window = new StoreWindow(files, clock);
    await window.directory.bytes.count();
    assert.deepEqual(
      [0, 1, 2].map((number) => isThere(quarantined(number))),
      [false, true, true],
    );
  });

  it('of lists and of credentials count as well', async () => {
    for (const name of ['profiles.json', 'ended/segments.json', `follow/${'a'.repeat(64)}.json`]) {
      for (let number = 0; number <= MAX_QUARANTINED_FILES; number += 1) {
        await files.replace(`${STORAGE}/${name}.unreadable-${OWNER}-${number}`, 'x');
      }
    }
    await new StoreWindow(files, clock).directory.bytes.count();
    assert.equal(files.files.size, 3 * MAX_QUARANTINED_FILES);
  });
});
