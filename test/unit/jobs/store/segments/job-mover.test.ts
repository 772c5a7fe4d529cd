import assert from 'node:assert/strict';
import { HOUR, MINUTE } from '../../../../../src/base/time-units';
import { writeJobFile } from '../../../../../src/jobs/files/job-file';
import type { TrackedJob } from '../../../../../src/jobs/model/tracked-job';
import { FakeClock, whileTimePasses } from '../../../../support/fake-clock';
import {
  asJson,
  endedJob,
  ENOUGH,
  fileOf,
  jobFilesIn,
  keyOf,
  segmentsIn,
  STORAGE,
  StoreWindow,
  writeEndedJobs,
} from '../../../../support/ended-jobs';
import { MemoryFileSystem } from '../../../../support/memory-file-system';

describe('the mover of ended jobs', () => {
  let files: MemoryFileSystem;
  let clock: FakeClock;

  beforeEach(() => {
    files = new MemoryFileSystem();
    clock = new FakeClock();
  });

  const open = () => new StoreWindow(files, clock);
  const move = (window: StoreWindow) => whileTimePasses(clock, window.move());

  it('moves jobs that are at rest to a segment, from which they are read back whole', async () => {
    await writeEndedJobs(files, 300, clock.now());
    const window = open();
    const before = await window.readAllWhole();
    await move(window);
    assert.deepEqual([jobFilesIn(files).length, segmentsIn(files).length], [0, 2]);
    for (const reader of [window, open()]) {
      assert.deepEqual(asJson([...(await reader.readAllWhole())].sort()), asJson([...before].sort()));
      assert.equal((await reader.readAll()).size, 300);
    }
    assert.deepEqual([...window.log.lines, ...window.reported], []);
  });

  it('moves nothing if there are few jobs, or if they ended just now', async () => {
    await writeEndedJobs(files, ENOUGH - 1, clock.now());
    const recent = endedJob(ENOUGH, clock.now() + 24 * HOUR - MINUTE);
    const window = open();
    await window.directory.create(keyOf(ENOUGH), recent);
    await move(window);
    assert.deepEqual([jobFilesIn(files).length, segmentsIn(files).length], [ENOUGH, 0]);
  });

  it('moves nothing while a window of an older version is open', async () => {
    const keys = await writeEndedJobs(files, ENOUGH, clock.now());
    const copy = fileOf('0'.repeat(32));
    const older = files.watch('storage/jobs', (names) => {
      if (names?.has('0'.repeat(32) + '.json') === true) void files.move(copy, `${copy}.unreadable-older-1`);
    });
    const window = open();
    await move(window);
    assert.deepEqual([jobFilesIn(files).length, segmentsIn(files).length], [keys.length, 0]);
    assert.ok(![...files.files.keys()].some((file) => file.includes('0'.repeat(32))), 'and no copy is left');
    older.dispose();
    await clock.advance(30 * MINUTE);
    await move(window);
    assert.equal(segmentsIn(files).length, 0, 'it tries again an hour later at the earliest');
    await clock.advance(HOUR);
    await move(window);
    assert.deepEqual([jobFilesIn(files).length, segmentsIn(files).length], [0, 1]);
  });

  it('moves the other jobs if the file of one cannot be read', async () => {
    const keys = await writeEndedJobs(files, ENOUGH + 1, clock.now());
    const jobs = await open().readAllWhole();
    const [unread = ''] = keys;
    const view = files.viewWith((operation, file) =>
      operation === 'read' && file.endsWith(`${unread}.json`) ? Promise.reject(new Error('EIO')) : Promise.resolve(),
    );
    await whileTimePasses(clock, new StoreWindow(view, clock).mover.moveJobs(jobs));
    assert.deepEqual(jobFilesIn(files), [fileOf(unread)]);
    assert.equal((await open().readAll()).size, ENOUGH + 1);
  });

  it('loses no job if another window moved the jobs while this one was suspended', async () => {
    await writeEndedJobs(files, ENOUGH, clock.now());
    const jobs = await open().readAllWhole();
    let resume = (): void => undefined;
    const resumed = new Promise<void>((resolve) => {
      resume = resolve;
    });
    let isSuspended = false;
    const view = files.viewWith((operation, file) => {
      isSuspended ||= operation === 'replace' && file.endsWith('.segment');
      return isSuspended ? resumed : Promise.resolve();
    });
    const moving = new StoreWindow(view, clock).mover.moveJobs(jobs);
    while (!(isSuspended as boolean)) await clock.advance(MINUTE);
    await whileTimePasses(clock, open().mover.moveJobs(jobs));
    assert.equal(jobFilesIn(files).length, 0);
    resume();
    await whileTimePasses(clock, moving);
    assert.equal((await open().readAll()).size, ENOUGH);
  });

  it('lets a moved job be changed, removed, tracked again and claimed like any other', async () => {
    await writeEndedJobs(files, ENOUGH, clock.now());
    const window = open();
    await move(window);
    const other = open();
    const [changed, removed, tracked] = [keyOf(0), keyOf(1), keyOf(2)];
    const whole = await window.directory.read(changed);
    await window.directory.change(changed, endedJob(0, 0), (stored) => ({ ...stored, label: 'Renamed' }));
    assert.deepEqual(asJson(await other.directory.read(changed)), asJson({ ...whole, label: 'Renamed' }));
    assert.deepEqual(jobFilesIn(files), [fileOf(changed)]);
    assert.equal(await window.directory.claims.claim(removed, 1), true);
    assert.equal(await other.directory.claims.claim(removed, 1), false);
    assert.equal((await window.directory.remove([removed])).size, 0);
    assert.equal(await other.directory.read(removed), undefined);
    assert.ok(![...files.files.keys()].some((file) => file.includes(removed)), 'and its claim is removed');
    assert.equal(await other.directory.claims.claim(removed, 1), false);
    const again = await other.directory.create(tracked, { ...endedJob(2, 0), label: 'Another' });
    assert.equal(again.label, undefined, 'the job that is stored already');
    assert.deepEqual((await open().readAll()).size, ENOUGH - 1);
    assert.equal((await window.directory.remove([changed])).size, 0);
    assert.equal(await open().directory.read(changed), undefined, 'the record before the change does not return');
  });

  it('announces no ending again if an older version, suspended meanwhile, tracks a moved job again', async () => {
    const [key = ''] = await writeEndedJobs(files, ENOUGH, clock.now());
    assert.equal(await open().directory.claims.claim(key, 1), true);
    await move(open());
    await files.replace(fileOf(key), writeJobFile({ ...endedJob(0, clock.now()), label: 'Older' }));
    assert.equal(await open().directory.claims.claim(key, 1), false);
    assert.equal((await open().directory.read(key))?.label, 'Older');
    assert.equal((await open().readAll()).size, ENOUGH);
  });

  describe('when an older version has tracked a moved job anew', () => {
    const key = keyOf(0);
    let before: TrackedJob;

    beforeEach(async () => {
      await writeEndedJobs(files, ENOUGH, clock.now());
      const change = (stored: TrackedJob) => ({ ...stored, label: 'Mine', muted: true, seenEnding: 1 });
      before = (await open().directory.change(key, endedJob(0, 0), change)) ?? assert.fail();
      await move(open());
      await clock.advance(HOUR);
      await files.replace(fileOf(key), writeJobFile(endedJob(0, clock.now())));
      await clock.advance(HOUR);
    });

    const moveAgain = async () => {
      await move(new StoreWindow(files, clock, 1));
      assert.deepEqual(jobFilesIn(files), []);
      return (await open().directory.read(key)) ?? assert.fail();
    };

    it('keeps its name, mute, history and seen ending', async () => {
      const after = await moveAgain();
      assert.notDeepEqual(asJson(after.job), asJson(before.job), 'the later answer');
      const { label, muted, seenEnding, trackedAt } = after;
      assert.deepEqual([label, muted, seenEnding, trackedAt], ['Mine', true, 1, before.trackedAt]);
      assert.deepEqual(asJson(after.history), asJson(before.history));
    });

    it('does not restore what the person may have removed if the list of segments was lost', async () => {
      await files.remove(`${STORAGE}/ended/segments.json`);
      assert.equal((await moveAgain()).label, undefined);
    });

    it('keeps it in its file if that cannot be changed now', async () => {
      const view = files.viewWith((operation, file) =>
        operation === 'move' && file.startsWith(fileOf(key)) ? Promise.reject(new Error('EIO')) : Promise.resolve(),
      );
      await move(new StoreWindow(view, clock, 1));
      assert.deepEqual(jobFilesIn(files), [fileOf(key)]);
      await clock.advance(HOUR);
      assert.equal((await moveAgain()).label, 'Mine');
    });
  });

  it('writes the list a few times when thousands of jobs are removed', async () => {
    const keys = await writeEndedJobs(files, 1000, clock.now());
    await move(open());
    let writes = 0;
    const window = new StoreWindow(
      files.viewWith((operation, file) => {
        if (operation === 'move' && file.includes('segments.json.') && file.endsWith('.tmp')) writes += 1;
        return Promise.resolve();
      }),
      clock,
    );
    assert.equal((await whileTimePasses(clock, window.directory.remove(keys))).size, 0);
    assert.ok(writes <= 4, `${writes} writes`);
    assert.equal((await open().readAll()).size, 0);
  });

  it('merges sparse and small segments, and drops empty ones', async () => {
    const window = open();
    for (let round = 0; round < 4; round += 1) {
      await writeEndedJobs(files, ENOUGH, clock.now(), round * ENOUGH);
      await move(window);
      await clock.advance(HOUR);
    }
    assert.equal(segmentsIn(files).length, 1);
    const left = await window.readAll();
    assert.equal(left.size, 4 * ENOUGH);
    const removed = [...left.keys()].slice(0, 3 * ENOUGH);
    await whileTimePasses(clock, window.directory.remove(removed));
    const before = files.files.get(segmentsIn(files)[0] ?? '')?.length ?? 0;
    await move(window);
    assert.ok((files.files.get(segmentsIn(files)[0] ?? '')?.length ?? before) < before / 2);
    assert.equal((await open().readAll()).size, ENOUGH);
    await whileTimePasses(clock, window.directory.remove([...left.keys()]));
    await move(window);
    assert.deepEqual(segmentsIn(files), []);
  });
});
