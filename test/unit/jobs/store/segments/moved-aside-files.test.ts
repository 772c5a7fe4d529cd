import assert from 'node:assert/strict';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { HOUR, MINUTE } from '../../../../../src/base/time-units';
import { writeJobFile } from '../../../../../src/jobs/files/job-file';
import type { TrackedJob } from '../../../../../src/jobs/model/tracked-job';
import {
  endedJob,
  fileOf,
  keyOf,
  namesIn,
  segmentsIn,
  StoreWindow,
  writeEndedJobs,
} from '../../../../support/ended-jobs';
import { isLeftover } from '../../../../../src/storage/storage-folders';
import { FakeClock, whileTimePasses } from '../../../../support/fake-clock';
import { MemoryFileSystem } from '../../../../support/memory-file-system';

const KILLED = new Error('The process was killed.');
const COUNT = 4;

const withLabel = (label: string) => (stored: TrackedJob) => ({ ...stored, label });

const key = keyOf(0);
let clock: FakeClock;
let files: MemoryFileSystem;

/** @param minJobs more than there are: nothing moves */
const open = (minJobs = 1, view = files.viewWith(() => Promise.resolve())) => new StoreWindow(view, clock, minJobs);
const move = (window: StoreWindow) => whileTimePasses(clock, window.move());
const labelNow = async () => (await open().directory.read(key))?.label;

async function makeDisk(): Promise<void> {
  clock = new FakeClock();
  files = new MemoryFileSystem();
  await writeEndedJobs(files, COUNT, clock.now());
}

describe('the file of a moved job', () => {
  beforeEach(makeDisk);

  const rename = (label: string) =>
    whileTimePasses(clock, open().directory.change(key, endedJob(0, 0), withLabel(label)));
  /** The job's files that were moved aside. */
  const others = () =>
    namesIn(files, 'jobs').filter(
      (file) => file.includes(key) && file !== fileOf(key) && !isLeftover(path.basename(file)),
    );

  /** Lets a mover move the jobs, and die just after it moved the job's file aside. */
  async function killMover(beforeMove: () => Promise<unknown> = () => Promise.resolve()): Promise<void> {
    let isKilled = false;
    const view = files.viewWith(async (operation, file) => {
      if (isKilled) throw KILLED;
      if (operation !== 'move' || file !== fileOf(key)) return;
      await beforeMove();
      isKilled = true;
    });
    const victim = open(COUNT - 1, view);
    await assert.rejects(move(victim), KILLED);
    victim.mover.dispose();
    assert.equal(others().length, 1);
  }

  it('does not replace a later change after it could not be read for a while', async () => {
    await killMover();
    await rename('Renamed');
    await clock.advance(HOUR);
    const isBusy = (operation: string, file: string) => operation === 'read' && file.endsWith('.moved');
    await move(
      open(
        1,
        files.viewWith((...of) => (isBusy(of[0], of[1]) ? Promise.reject(new Error('EIO')) : Promise.resolve())),
      ),
    );
    assert.equal(await labelNow(), 'Renamed');
    await clock.advance(HOUR);
    await move(open());
    assert.equal(await labelNow(), 'Renamed');
  });

  it('is given back if the file with its record is missing since', async () => {
    await killMover();
    for (const segment of segmentsIn(files)) await files.remove(segment);
    await clock.advance(MINUTE);
    await move(open(COUNT + 1));
    assert.notEqual(await open().directory.read(key), undefined);
    assert.deepEqual(others(), []);
  });

  it('is not quarantined if it was given back already', async () => {
    await killMover(() => files.replace(fileOf(key), writeJobFile(withLabel('Renamed')(endedJob(0, clock.now())))));
    let isKilled = false;
    const view = files.viewWith((operation, file) => {
      isKilled ||= operation === 'remove' && file.endsWith('.moved');
      return isKilled ? Promise.reject(KILLED) : Promise.resolve();
    });
    const victim = open(COUNT + 1, view);
    await move(victim).catch(() => undefined);
    victim.mover.dispose();
    await clock.advance(HOUR);
    await move(open(COUNT + 1));
    assert.equal(await labelNow(), 'Renamed');
    assert.deepEqual(others(), []);
  });

  it('that is another program’s is left alone', async () => {
    const foreign = `${fileOf(key)}.mine.moved`;
    await files.replace(foreign, 'A note.');
    await move(open());
    assert.equal(files.files.get(foreign), 'A note.');
  });
});

describe('a job that is tracked anew although a segment has it', () => {
  beforeEach(async () => {
    await makeDisk();
    await open().directory.change(key, endedJob(0, 0), withLabel('Mine'));
    await move(open());
    await clock.advance(HOUR);
  });

  it('takes nothing over from a damaged record', async () => {
    const [segment = ''] = segmentsIn(files);
    await files.replace(segment, (files.files.get(segment) ?? '').replace('"Mine"', '"Mxne"'));
    await open().directory.create(key, endedJob(0, clock.now()));
    await clock.advance(HOUR);
    await move(open());
    assert.notEqual(await open().directory.read(key), undefined);
    assert.equal(await labelNow(), undefined);
  });

  it('keeps its name if its file is busy at any moment of the move', async () => {
    for (let busyRead = 1; ; busyRead += 1) {
      await files.replace(fileOf(key), writeJobFile(endedJob(0, clock.now())));
      await clock.advance(HOUR);
      let reads = 0;
      const view = files.viewWith((operation, file) => {
        if (operation !== 'read' || file !== fileOf(key)) return Promise.resolve();
        reads += 1;
        return reads === busyRead ? Promise.reject(new Error('EBUSY')) : Promise.resolve();
      });
      await move(open(1, view)).catch(() => undefined);
      await clock.advance(HOUR);
      await move(open());
      assert.equal(await labelNow(), 'Mine', `after read ${busyRead}`);
      if (reads < busyRead) break;
    }
  });
});

describe('a window that reads while jobs move', () => {
  beforeEach(makeDisk);

  it('does not report a segment as missing that is still being written', async () => {
    const missing: string[] = [];
    const view = files.viewWith((operation, file) => {
      if (operation === 'readPart' && !files.files.has(file)) missing.push(file);
      return Promise.resolve();
    });
    const reader = open(1, view);
    const mover = new AbortController();
    const moving = move(open()).finally(() => {
      mover.abort();
    });
    while (!mover.signal.aborted) {
      await reader.directory.scan();
      await setImmediate();
    }
    await moving;
    assert.deepEqual(missing, []);
  });
});
