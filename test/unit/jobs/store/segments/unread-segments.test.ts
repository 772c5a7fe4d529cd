import assert from 'node:assert/strict';
import { HOUR, MINUTE } from '../../../../../src/base/time-units';
import type { JobKey } from '../../../../../src/jobs/model/job-reference';
import { JobStore } from '../../../../../src/jobs/store/job-store';
import { BusyFileError } from '../../../../../src/storage/file-system';
import { FakeClock, whileTimePasses } from '../../../../support/fake-clock';
import {
  endedJob,
  ENOUGH,
  keyOf,
  referenceOf,
  segmentsIn,
  StoreWindow,
  writeEndedJobs,
} from '../../../../support/ended-jobs';
import { MemoryFileSystem } from '../../../../support/memory-file-system';

const errorWith = (code: string) => Object.assign(new Error(code), { code });

const FAULTS = [
  { name: 'another program has it open', error: new BusyFileError(errorWith('EBUSY')) },
  { name: 'the disk is damaged', error: errorWith('EIO') },
];

describe('a file of ended jobs that cannot be read', () => {
  let disk: MemoryFileSystem;
  let clock: FakeClock;
  let failure: Error | undefined;
  let unreadFile: string;

  beforeEach(async () => {
    disk = new MemoryFileSystem();
    clock = new FakeClock();
    failure = undefined;
    // Two segments; the jobs from ENOUGH on are in the second one.
    for (const first of [0, ENOUGH]) {
      await writeEndedJobs(disk, ENOUGH, clock.now(), first);
      const before = segmentsIn(disk);
      await whileTimePasses(clock, open().move());
      unreadFile = segmentsIn(disk).find((file) => !before.includes(file)) ?? '';
      await clock.advance(HOUR);
    }
    assert.equal(segmentsIn(disk).length, 2);
  });

  const [READ, UNREAD] = [keyOf(0), keyOf(ENOUGH)];

  function open(): StoreWindow {
    const fail = (_: string, file: string) => {
      return failure !== undefined && file.endsWith(unreadFile.slice(-40))
        ? Promise.reject(failure)
        : Promise.resolve();
    };
    return new StoreWindow(disk.viewWith(fail), clock);
  }

  async function openStore(window: StoreWindow): Promise<JobStore> {
    const store = new JobStore(window.directory, window.log);
    await store.open();
    window.directory.watch((keys) => void store.readAgain(keys));
    return store;
  }

  const rename = (window: StoreWindow, key: JobKey) =>
    window.directory.change(key, endedJob(0, 0), (stored) => ({ ...stored, label: 'Renamed' }));

  for (const { name, error } of FAULTS) {
    describe(`since ${name}`, () => {
      it('hides its own jobs alone, until it can be read', async () => {
        failure = error;
        const window = open();
        const store = await openStore(window);
        assert.deepEqual([store.all().size, store.get(UNREAD)], [ENOUGH, undefined]);
        await clock.advance(HOUR);
        assert.equal(window.log.lines.length, 1, 'and is logged once');
        failure = undefined;
        await clock.advance(MINUTE);
        assert.equal(store.all().size, 2 * ENOUGH);
        assert.equal(clock.pendingTimers, 0);
      });

      it('takes no job from the list', async () => {
        await writeEndedJobs(disk, ENOUGH, clock.now(), 2 * ENOUGH);
        const store = await openStore(open());
        const before = segmentsIn(disk);
        await whileTimePasses(clock, open().move());
        unreadFile = segmentsIn(disk).find((file) => !before.includes(file)) ?? '';
        failure = error;
        await store.readAgain();
        await store.readAgain(new Set(store.all().keys()));
        assert.equal(store.all().size, 3 * ENOUGH);
      });

      it('still shows its jobs if it could be read before', async () => {
        const window = open();
        const { stamps } = await window.directory.scan();
        failure = error;
        const read: JobKey[] = [];
        for await (const jobs of window.directory.readRows([...stamps.keys()])) read.push(...jobs.map(([key]) => key));
        assert.deepEqual([read.length, read.includes(READ), read.includes(UNREAD)], [2 * ENOUGH, true, true]);
      });

      it('keeps changes of its jobs until they can be saved', async () => {
        const store = await openStore(open());
        failure = error;
        // Another window does not know what is in it.
        const other = open();
        await assert.rejects(whileTimePasses(clock, rename(other, UNREAD)));
        await assert.rejects(other.directory.claims.claim(UNREAD, 1));
        store.rename(UNREAD, 'mine');
        await whileTimePasses(clock, store.flush());
        assert.equal(store.get(UNREAD)?.label, 'mine');
        failure = undefined;
        await store.readAgain();
        await store.flush();
        assert.equal((await open().directory.read(UNREAD))?.label, 'mine');
      });

      it('lets its jobs be removed, which then do not return', async () => {
        failure = error;
        const window = open();
        assert.equal((await whileTimePasses(clock, window.directory.remove([READ, UNREAD]))).size, 0);
        failure = undefined;
        assert.equal((await open().readAll()).size, 2 * ENOUGH - 2);
      });

      it('is not merged', async () => {
        await whileTimePasses(clock, open().directory.remove(Array.from({ length: ENOUGH - 1 }, (_, n) => keyOf(n))));
        failure = error;
        const before = segmentsIn(disk);
        await whileTimePasses(clock, open().move());
        assert.deepEqual(segmentsIn(disk), before);
      });
    });
  }

  it('keeps a new job from being saved only until other programs have closed it', async () => {
    const isNew = { ...endedJob(3 * ENOUGH, 0), label: 'New' };
    failure = FAULTS[0]?.error;
    await assert.rejects(whileTimePasses(clock, open().directory.create(UNREAD, isNew)));
    failure = FAULTS[1]?.error;
    const store = await openStore(open());
    await store.track(referenceOf(3 * ENOUGH), clock.now());
    failure = undefined;
    assert.equal((await open().readAll()).size, 2 * ENOUGH + 1);
  });

  it('is the list, and the jobs with files are shown', async () => {
    await writeEndedJobs(disk, 1, clock.now(), 2 * ENOUGH);
    const store = await openStore(open());
    unreadFile = 'storage/ended/segments.json';
    failure = FAULTS[0]?.error;
    await store.readAgain();
    assert.equal(store.all().size, 2 * ENOUGH + 1, 'in a window that was open');
    const opened = await openStore(open());
    assert.equal(opened.all().size, 1);
    failure = undefined;
    await clock.advance(MINUTE);
    assert.equal(opened.all().size, 2 * ENOUGH + 1);
  });

  it('does not matter for a job file that another program has open', async () => {
    await writeEndedJobs(disk, 1, clock.now(), 2 * ENOUGH);
    const key = keyOf(2 * ENOUGH);
    unreadFile = `storage/jobs/${key}.json`;
    const store = await openStore(open());
    failure = FAULTS[0]?.error;
    await store.readAgain();
    await store.readAgain(new Set([key]));
    assert.equal(store.all().size, 2 * ENOUGH + 1);
    assert.equal((await openStore(open())).all().size, 2 * ENOUGH);
  });
});

describe('the damage of a file of ended jobs', () => {
  let disk: MemoryFileSystem;
  let clock: FakeClock;
  /** Damage that could not be recorded at first. */
  let window: StoreWindow;

  beforeEach(async () => {
    [disk, clock] = [new MemoryFileSystem(), new FakeClock()];
    await writeEndedJobs(disk, ENOUGH, clock.now());
    await whileTimePasses(clock, new StoreWindow(disk, clock).move());
    const [segment = ''] = segmentsIn(disk);
    await disk.replace(segment, (disk.files.get(segment) ?? '').replace('"', "'"));
    const text = disk.files.get(segment) ?? '';
    await disk.replace(segment, text.replace(/\n\n([0-9a-f]{8}) row/, '\n\n00000000 row'));
    window = new StoreWindow(disk, clock);
    disk.failNext(errorWith('EBUSY'), 'create');
    await window.directory.scan();
    assert.deepEqual(window.reported, []);
  });

  it('is shown later if it could not be shown or recorded at first, and once of all windows', async () => {
    await clock.advance(MINUTE);
    assert.equal(window.reported.length, 1);
    const other = new StoreWindow(disk, clock);
    await other.directory.scan();
    await clock.advance(MINUTE);
    assert.deepEqual(other.reported, []);
  });

  it('is not shown by a window that has closed', async () => {
    window.directory.dispose();
    assert.equal(clock.pendingTimers, 0);
    await clock.advance(MINUTE);
    assert.deepEqual(window.reported, []);
  });
});
