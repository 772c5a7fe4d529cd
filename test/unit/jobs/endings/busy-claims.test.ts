import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readJob } from '../../../../src/cloud/api/job-schema';
import type { Disposable } from '../../../../src/base/disposable';
import { HOUR, MINUTE, SECOND } from '../../../../src/base/time-units';
import { EndingAnnouncer, type EndingAnnouncerParts } from '../../../../src/jobs/endings/ending-announcer';
import type { JobKey } from '../../../../src/jobs/model/job-reference';
import { isUnseen } from '../../../../src/jobs/model/tracked-job';
import { DuplicateJobs } from '../../../../src/jobs/store/duplicate-jobs';
import { JobDirectory } from '../../../../src/jobs/store/job-directory';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { LockTimeoutError } from '../../../../src/storage/file-lock';
import { FakeClock, settle } from '../../../support/fake-clock';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { jobAt, MemoryLog, reference } from '../../../support/samples';
import { SeededRandom } from '../../../support/seeded-random';

const BUSY = ['EBUSY', 'EPERM', 'EACCES'] as const;
const FULL = ['ENOSPC', 'EROFS'] as const;

const errorOf = (code: string) => Object.assign(new Error(`${code}: the file is in use`), { code });
const isClaim = (file: string) => file.startsWith('storage/announced/');

describe('an ending that cannot be claimed at first', () => {
  let clock: FakeClock;
  let files: MemoryFileSystem;
  let log: MemoryLog;
  let announced: string[];
  let opened: Disposable[];

  beforeEach(() => {
    clock = new FakeClock();
    files = new MemoryFileSystem();
    log = new MemoryLog();
    announced = [];
    opened = [];
  });

  afterEach(() => {
    for (const each of opened) each.dispose();
  });

  async function open(owner: string, state: Partial<EndingAnnouncerParts> = {}, disk = files) {
    const parts = { files: disk, clock, owner, directory: 'storage', readJob, log, onQuarantine: () => undefined };
    const directory = new JobDirectory(parts);
    const { claims } = directory;
    const store = new JobStore(directory, log);
    const duplicates = new DuplicateJobs({ store, claims, log });
    const announcer = new EndingAnnouncer(
      {
        ...{ store, claims, clock, log },
        isFocused: () => true,
        isWindowAlive: () => Promise.resolve(true),
        isPolling: () => true,
        merged: (key) => duplicates.merged(key),
        ...state,
      },
      (endings) => {
        announced.push(`${owner}: ${endings.map(({ tracked }) => tracked.reference.jobId).join(' ')}`);
      },
    );
    const watch = directory.watch((keys) => void store.readAgain(keys));
    const close = () => {
      for (const each of [announcer, duplicates, watch]) each.dispose();
    };
    opened.push({ dispose: close });
    await store.open();
    const caughtUp = announcer.catchUp().catch(() => undefined);
    await caughtUp;
    return { store, directory, announcer, close };
  }

  type Window = Awaited<ReturnType<typeof open>>;

  const track = ({ store }: Window, jobId: string) => store.track({ ...reference, jobId }, clock.now());

  const end = ({ store }: Window, key: JobKey, status = 'COMPLETE') => {
    store.applyResponse(key, { job: jobAt(status) }, clock.now());
  };

  /** A disk on which claims fail while `failing` says so. */
  function claimDisk() {
    const state: { code: string | undefined; attempts: number } = { code: undefined, attempts: 0 };
    const disk = files.viewWith((operation, file) => {
      if (operation !== 'create' || !isClaim(file)) return Promise.resolve();
      state.attempts += 1;
      return state.code === undefined ? Promise.resolve() : Promise.reject(errorOf(state.code));
    });
    return { state, disk };
  }

  for (const code of [...BUSY, ...FULL]) {
    it(`is announced once, within seconds, if its claim fails with ${code} once`, async () => {
      const window = await open('one');
      const key = await track(window, 'a');
      end(window, key);
      await window.store.flush();
      files.failNext(errorOf(code), 'create');
      await clock.advance(3 * SECOND);
      assert.deepEqual(announced, ['one: a']);
      await clock.advance(HOUR);
      assert.deepEqual(announced, ['one: a']);
      assert.equal(clock.pendingTimers, 0);
    });
  }

  it('is announced once the lock or the job’s file can be used again', async () => {
    let failures = 0;
    const disk = files.viewWith((operation, file) =>
      operation === 'read' && file.startsWith('storage/jobs/') && failures-- > 0
        ? Promise.reject(errorOf('EBUSY'))
        : Promise.resolve(),
    );
    const window = await open('one', {}, disk);
    const key = await track(window, 'a');
    end(window, key);
    await window.store.flush();
    failures = 2;
    await clock.advance(MINUTE);
    assert.deepEqual(announced, ['one: a']);
  });

  it('is announced after another window held the job’s lock for minutes', async () => {
    let isLocked = true;
    const claim = () => (isLocked ? Promise.reject(new LockTimeoutError('a.lock')) : Promise.resolve(true));
    const window = await open('one', { claims: { claim, readAll: () => Promise.resolve(() => false) } });
    end(window, await track(window, 'a'));
    await clock.advance(MINUTE);
    assert.deepEqual(announced, []);
    isLocked = false;
    await clock.advance(MINUTE);
    assert.deepEqual(announced, ['one: a']);
  });

  for (const isReadable of [true, false]) {
    it(`is announced once if the claim was created although the disk reported a failure${isReadable ? '' : ', and cannot be read at first'}`, async () => {
      let failures = 1;
      let unreadable = isReadable ? 0 : 2;
      const disk = files.viewWith(async (operation, file) => {
        if (!isClaim(file)) return;
        if (operation === 'read' && unreadable-- > 0) throw errorOf('EBUSY');
        if (operation === 'create' && failures-- > 0) {
          await files.create(file, 'one');
          throw errorOf('EBUSY');
        }
      });
      const window = await open('one', {}, disk);
      const other = await open('other', { isFocused: () => false });
      const key = await track(window, 'a');
      await other.store.readAgain();
      end(window, key);
      await clock.advance(HOUR);
      assert.deepEqual(announced, ['one: a']);
    });
  }

  it('is announced once if a window that won it claims it again on a busy disk', async () => {
    const { state, disk } = claimDisk();
    const window = await open('one', {}, disk);
    const key = await track(window, 'a');
    end(window, key);
    await clock.advance(SECOND);
    assert.deepEqual(announced, ['one: a']);
    state.code = 'EBUSY';
    await assert.rejects(window.directory.claims.claim(key, 1), /EBUSY/);
    state.code = undefined;
    assert.equal(await window.directory.claims.claim(key, 1), false);
  });

  it('is not announced by two windows that both failed to claim it', async () => {
    const { state, disk } = claimDisk();
    const focused = await open('focused', {}, disk);
    const other = await open('other', { isFocused: () => false }, disk);
    const key = await track(focused, 'a');
    await other.store.readAgain();
    state.code = 'EPERM';
    end(focused, key);
    await clock.advance(20 * SECOND);
    assert.equal(other.store.get(key)?.endingNumber, 1);
    assert.deepEqual(announced, []);
    state.code = undefined;
    await clock.advance(HOUR);
    assert.equal(announced.length, 1, announced.join());
    assert.equal(clock.pendingTimers, 0);
  });

  it('shares a notification with others that failed with it', async () => {
    const { state, disk } = claimDisk();
    const window = await open('one', {}, disk);
    const keys = [await track(window, 'a'), await track(window, 'b'), await track(window, 'c')];
    state.code = 'EACCES';
    for (const key of keys) end(window, key);
    await clock.advance(10 * SECOND);
    state.code = undefined;
    await clock.advance(MINUTE);
    assert.deepEqual(announced, ['one: a b c']);
  });

  it('does not keep others waiting, which a closed window would have claimed without announcing them', async () => {
    let keyOfSlow: JobKey | undefined = undefined;
    const disk = files.viewWith(async (operation, file) => {
      if (operation !== 'create' || keyOfSlow === undefined || !file.includes(keyOfSlow) || !isClaim(file)) return;
      await new Promise<void>((resolve) => clock.schedule(MINUTE, resolve));
    });
    const window = await open('one', {}, disk);
    const [a, slow, b] = [await track(window, 'a'), await track(window, 'slow'), await track(window, 'b')];
    keyOfSlow = slow;
    for (const key of [a, slow, b]) end(window, key);
    await clock.advance(5 * SECOND);
    assert.deepEqual(announced, ['one: a', 'one: b']);
    await clock.advance(MINUTE);
    assert.deepEqual(announced, ['one: a', 'one: b', 'one: slow']);
  });

  it('is tried again at growing intervals for about an hour, then when the person returns', async () => {
    const { state, disk } = claimDisk();
    const window = await open('one', {}, disk);
    const key = await track(window, 'a');
    state.code = 'EROFS';
    end(window, key);
    await clock.advance(24 * HOUR);
    assert.ok(state.attempts >= 10 && state.attempts <= 25, `${state.attempts} attempts in a day`);
    assert.equal(clock.pendingTimers, 0, 'no timer runs on a disk that is read-only for good');
    assert.equal(log.lines.filter((line) => line.includes('could not be claimed')).length, 1);
    const tracked = window.store.get(key);
    assert.ok(tracked !== undefined && isUnseen(tracked), 'the row and the status bar show it');
    window.announcer.retryNow();
    await clock.advance(SECOND);
    assert.deepEqual(announced, []);
    state.code = undefined;
    window.announcer.retryNow();
    await clock.advance(SECOND);
    assert.deepEqual(announced, ['one: a']);
    await clock.advance(24 * HOUR);
    assert.deepEqual([announced, clock.pendingTimers], [['one: a'], 0]);
  });

  it('is announced in the next session if the disk fails for the whole of this one', async () => {
    const { state, disk } = claimDisk();
    const window = await open('one', {}, disk);
    const key = await track(window, 'a');
    state.code = 'ENOSPC';
    end(window, key);
    await clock.advance(HOUR);
    window.close();
    await open('next');
    await clock.advance(MINUTE);
    assert.deepEqual(announced, ['next: a']);
  });

  const reasons: readonly (readonly [string, (window: Window, key: JobKey) => unknown])[] = [
    ['the job is not tracked any more', ({ store }, key) => store.untrack([key])],
    [
      'the person has seen it',
      ({ store }, key) => {
        store.markSeen(new Map([[key, 1]]));
      },
    ],
    [
      'the job has left it',
      (window, key) => {
        end(window, key, 'ROLLBACKING');
      },
    ],
    [
      'the window has closed',
      ({ close }) => {
        close();
      },
    ],
  ];
  for (const [reason, act] of reasons) {
    it(`is not tried again if ${reason}`, async () => {
      const { state, disk } = claimDisk();
      const window = await open('one', {}, disk);
      const key = await track(window, 'a');
      state.code = 'EBUSY';
      end(window, key, 'FAIL');
      await clock.advance(10 * SECOND);
      assert.ok(clock.pendingTimers > 0);
      await act(window, key);
      await settle();
      assert.equal(clock.pendingTimers, 0);
      state.code = undefined;
      window.announcer.retryNow();
      await clock.advance(HOUR);
      assert.deepEqual(announced, []);
    });
  }

  it('does not hold back the job’s next ending', async () => {
    const { state, disk } = claimDisk();
    const window = await open('one', {}, disk);
    const key = await track(window, 'a');
    state.code = 'EBUSY';
    end(window, key, 'FAIL');
    await clock.advance(10 * SECOND);
    end(window, key, 'ROLLBACKING');
    end(window, key, 'ROLLBACK_FAIL');
    await clock.advance(10 * SECOND);
    state.code = undefined;
    await clock.advance(MINUTE);
    assert.deepEqual(announced, ['one: a']);
    assert.equal(window.store.get(key)?.endingNumber, 2);
  });

  it('of an earlier session is announced although the claims could not be listed at the start', async () => {
    const before = await open('before', { isWindowAlive: () => Promise.resolve(false) });
    end(before, await track(before, 'a'));
    await before.store.flush();
    before.close();
    let isBusy = true;
    const disk = files.viewWith((operation, file) =>
      isBusy && operation === 'names' && file === 'storage/announced'
        ? Promise.reject(errorOf('EBUSY'))
        : Promise.resolve(),
    );
    const window = await open('after', {}, disk);
    await clock.advance(10 * SECOND);
    assert.deepEqual(announced, []);
    isBusy = false;
    await clock.advance(MINUTE);
    assert.deepEqual(announced, ['after: a']);
    window.announcer.retryNow();
    await clock.advance(HOUR);
    assert.deepEqual([announced, clock.pendingTimers], [['after: a'], 0]);
  });

  it('and was announced while its job had no file is claimed later, so that the next session does not repeat it', async () => {
    const { state, disk } = claimDisk();
    const window = await open('one', {}, disk);
    files.failNext(errorOf('ENOSPC'), 'create');
    disk.failNext(errorOf('ENOSPC'), 'create');
    await assert.rejects(track(window, 'a'), /ENOSPC/);
    const [key = assert.fail()] = window.store.all().keys();
    end(window, key);
    await clock.advance(MINUTE);
    assert.deepEqual(announced, ['one: a']);
    state.code = 'EBUSY';
    await window.store.readAgain();
    await clock.advance(10 * SECOND);
    assert.ok(window.store.isShared(key));
    state.code = undefined;
    await clock.advance(MINUTE);
    window.close();
    await open('next');
    await clock.advance(MINUTE);
    assert.deepEqual(announced, ['one: a']);
  });

  it('is announced once for a job that was announced under its other id', async () => {
    let isBusy = false;
    const disk = files.viewWith((operation, file) =>
      isBusy && operation === 'names' && file === 'storage/announced'
        ? Promise.reject(errorOf('EBUSY'))
        : Promise.resolve(),
    );
    const window = await open('one', {}, disk);
    const fields = { beginTime: clock.now(), jobType: 'COPY' };
    const other = await track(window, 'other-id');
    window.store.applyResponse(other, { job: jobAt('COMPLETE', { ...fields, jobId: 'other-id' }) }, clock.now());
    await clock.advance(MINUTE);
    assert.deepEqual(announced, ['one: other-id']);
    const key = await track(window, 'a');
    isBusy = true;
    window.store.applyResponse(key, { job: jobAt('COMPLETE', { ...fields, jobId: 'other-id' }) }, clock.now());
    await clock.advance(10 * SECOND);
    isBusy = false;
    await clock.advance(HOUR);
    assert.deepEqual(announced, ['one: other-id']);
    assert.deepEqual([...window.store.all().keys()], [key]);
  });

  it('is announced once for a job with two ids whose rows cannot be merged at first', async () => {
    let isBusy = false;
    const disk = files.viewWith((operation, file) =>
      isBusy && operation === 'remove' && file.startsWith('storage/jobs/') && file.endsWith('.json')
        ? Promise.reject(errorOf('EBUSY'))
        : Promise.resolve(),
    );
    const window = await open('one', {}, disk);
    const fields = { beginTime: clock.now(), jobType: 'COPY', jobId: 'other-id' };
    const other = await track(window, 'other-id');
    window.store.applyResponse(other, { job: jobAt('RUNNING', fields) }, clock.now());
    const key = await track(window, 'a');
    await window.store.flush();
    isBusy = true;
    window.store.applyResponse(other, { job: jobAt('COMPLETE', fields) }, clock.now());
    window.store.applyResponse(key, { job: jobAt('COMPLETE', fields) }, clock.now());
    await clock.advance(MINUTE);
    isBusy = false;
    await clock.advance(HOUR);
    assert.equal(announced.join().split(/ a| other-id/).length - 1, 1, announced.join());
    assert.equal(window.store.all().size, 1);
  });

  it('is announced exactly once by two windows on a disk that fails at random and then works', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        for (const each of opened.splice(0)) each.dispose();
        clock = new FakeClock();
        files = new MemoryFileSystem();
        announced = [];
        const random = new SeededRandom(seed);
        const state = { isFailing: false };
        const flaky = (owner: string) =>
          files.viewWith(async (operation, file) => {
            if (!state.isFailing || !random.chance(0.3)) return;
            // Some disks report a failure of what they have done.
            if (operation === 'create' && isClaim(file) && random.chance(0.5)) await files.create(file, owner);
            throw errorOf(random.pick([...BUSY, ...FULL]));
          });
        const windows = [
          await open('one', { isFocused: () => random.chance(0.5) }, flaky('one')),
          await open('two', { isFocused: () => random.chance(0.5) }, flaky('two')),
        ];
        const keys: JobKey[] = [];
        for (const id of ['a', 'b', 'c', 'd']) keys.push(await track(random.pick(windows), id));
        for (const { store } of windows) await store.readAgain();
        state.isFailing = true;
        for (const key of keys) {
          end(random.pick(windows), key);
          await clock.advance(random.between(0, 5000));
        }
        await clock.advance(random.between(0, MINUTE));
        if (random.chance(0.5)) random.pick(windows).announcer.retryNow();
        await clock.advance(random.between(0, MINUTE));
        state.isFailing = false;
        for (const { store } of windows) await store.readAgain();
        await clock.advance(HOUR);
        const ids = announced.flatMap((line) => line.replace(/^.*: /, '').split(' '));
        assert.deepEqual(ids.sort(), ['a', 'b', 'c', 'd']);
        assert.equal(clock.pendingTimers, 0);
      }),
      { numRuns: 60 },
    );
  });
});
