import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { type Clock, systemClock } from '../../../src/base/clock';
import type { Disposable } from '../../../src/base/disposable';
import { DAY, HOUR, MINUTE } from '../../../src/base/time-units';
import { LockTimeoutError, withLock, withLockRetried, withLongLock } from '../../../src/storage/file-lock';
import type { FileSystem } from '../../../src/storage/file-system';
import { NodeFileSystem } from '../../../src/storage/node-file-system';
import { LOCK_TEXTS } from '../../support/hostile/state-files';
import { FakeClock, settle } from '../../support/fake-clock';
import { MemoryFileSystem } from '../../support/memory-file-system';

const FILE = 'jobs/a.json';
const LOCK = `${FILE}.lock`;

const busy = () => Object.assign(new Error('busy'), { code: 'EBUSY' });

const noAction = () => Promise.resolve();

function ended(done: Promise<unknown>): () => boolean {
  let isDone = false;
  const end = () => (isDone = true);
  done.then(end, end);
  return () => isDone;
}

/** Advances the clock until the promise settles. @returns the time that passed, in milliseconds */
async function passUntil(clock: FakeClock, done: Promise<unknown>, stepMs = 25): Promise<number> {
  const start = clock.elapsed();
  const isDone = ended(done);
  await settle();
  while (!isDone()) await clock.advance(stepMs);
  return clock.elapsed() - start;
}

/** Many workers increment the number in a file, in several rounds. Each increment needs the lock. */
async function count(files: FileSystem, clock: Clock, file: string, workers: number, rounds: number): Promise<void> {
  let inside = 0;
  const work = async () => {
    for (let round = 0; round < rounds; round += 1) {
      await withLock({ files, clock }, file, async (replace) => {
        inside += 1;
        assert.equal(inside, 1);
        assert.equal(await replace(String(Number((await files.read(file)) ?? '0') + 1)), true);
        inside -= 1;
      });
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
}

describe('the lock of a file', () => {
  let files: MemoryFileSystem;
  let clock: FakeClock;

  beforeEach(() => {
    files = new MemoryFileSystem();
    clock = new FakeClock();
  });

  it('loses no change of twenty workers', async () => {
    const done = count(files, clock, FILE, 20, 5);
    await passUntil(clock, done);
    await done;
    assert.deepEqual([...files.files], [[FILE, '100']]);
  });

  it('loses no change of twenty workers on the disk', async () => {
    const directory = await mkdtemp(path.join(os.tmpdir(), 'file-lock-'));
    try {
      const disk = new NodeFileSystem();
      const file = path.join(directory, 'a.json');
      await count(disk, systemClock, file, 20, 5);
      assert.equal(await disk.read(file), '100');
      assert.deepEqual(await disk.names(directory), ['a.json']);
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  });

  it('is released when the action fails, and passes its error on', async () => {
    const failing = withLock({ files, clock }, FILE, () => Promise.reject(new Error('no')));
    await assert.rejects(failing, /^Error: no$/);
    assert.equal(files.files.size, 0);
  });

  it('returns the result of an action even if the lock cannot be released', async () => {
    files.failNext(new Error('no'), 'move');
    assert.equal(await withLock({ files, clock }, FILE, () => Promise.resolve(7)), 7);
    const waited = await passUntil(clock, withLock({ files, clock }, FILE, noAction));
    assert.ok(waited < 500, `${waited} ms`);
    assert.equal(files.files.size, 0);
  });

  it('is released in the background, for 10 s, if another program has it open when its action is done', async () => {
    for (const [isBusyForMs, isReleased] of [
      [4000, true],
      [60_000, false],
    ] as const) {
      const end = clock.elapsed() + isBusyForMs;
      const scanned = files.viewWith((operation) =>
        operation === 'move' && clock.elapsed() < end ? Promise.reject(busy()) : Promise.resolve(),
      );
      assert.equal(await withLock({ files: scanned, clock }, FILE, () => Promise.resolve(7)), 7);
      await clock.advance(15_000);
      assert.equal(files.files.size, isReleased ? 0 : 1);
      assert.equal(clock.pendingTimers, 0);
    }
  });

  it('is waited for while another program has it open, and no longer than a dead holder', async () => {
    for (const operation of ['read', 'create'] as const) {
      for (const isBusyForMs of [4000, 60_000]) {
        const end = clock.elapsed() + isBusyForMs;
        const scanned = files.viewWith((each, file) =>
          each === operation && file === LOCK && clock.elapsed() < end ? Promise.reject(busy()) : Promise.resolve(),
        );
        const done = withLock({ files: scanned, clock }, FILE, () => Promise.resolve('done'));
        const waited = await passUntil(clock, done);
        if (isBusyForMs === 4000) assert.equal(await done, 'done');
        else await assert.rejects(done, { code: 'EBUSY' });
        assert.ok(waited >= 4000 && waited <= 6000, `${waited} ms`);
      }
    }
  });

  it('is not broken while another program has it open, and its holder changes', async () => {
    await files.create(LOCK, 'first');
    let isBusy = false;
    const scanned = files.viewWith((operation, file) =>
      isBusy && operation === 'read' && file === LOCK ? Promise.reject(busy()) : Promise.resolve(),
    );
    let isIn = false;
    const done = withLock({ files: scanned, clock }, FILE, () => Promise.resolve((isIn = true)));
    for (let count = 0; count < 8; count += 1) {
      isBusy = count % 2 === 1;
      if (!isBusy) await files.replace(LOCK, `holder ${count}`);
      await clock.advance(3000);
    }
    assert.equal(isIn, false);
    await files.remove(LOCK);
    isBusy = false;
    await passUntil(clock, done);
  });

  it('runs an action again if the lock was lost, or if another program had a file open', async () => {
    for (const fail of [
      () => {
        throw busy();
      },
      () => files.replace(LOCK, 'other'),
    ]) {
      let runs = 0;
      const done = withLockRetried({ files, clock }, FILE, async (replace) => {
        runs += 1;
        if (runs === 1) await fail();
        await replace(`run ${runs}`);
        return runs;
      });
      await passUntil(clock, done);
      assert.equal(await done, 2);
      assert.deepEqual([...files.files], [[FILE, 'run 2']]);
    }
    let runs = 0;
    const always = withLockRetried({ files, clock }, FILE, () => {
      runs += 1;
      return Promise.reject(busy());
    });
    await assert.rejects(always, { code: 'EBUSY' });
    assert.equal(runs, 5);
  });

  it('leaves no prepared file behind if another program has the lock open when the file is replaced', async () => {
    let isCommitting = false;
    const scanned = files.viewWith((operation, file) =>
      isCommitting && operation === 'read' && file === LOCK ? Promise.reject(busy()) : Promise.resolve(),
    );
    const done = withLock({ files: scanned, clock }, FILE, async (replace) => {
      isCommitting = true;
      try {
        return await replace('text');
      } finally {
        isCommitting = false;
      }
    });
    await assert.rejects(done, { code: 'EBUSY' });
    assert.equal(files.files.size, 0);
  });

  it('of a long action is kept if another program has it open at a heartbeat', async () => {
    let resume: () => void = () => undefined;
    let isBusy = true;
    const scanned = files.viewWith((operation, file) =>
      isBusy && operation !== 'create' && file === LOCK ? Promise.reject(busy()) : Promise.resolve(),
    );
    await files.remove(LOCK);
    isBusy = false;
    const held = withLongLock(
      { files: scanned, clock },
      FILE,
      () => new Promise<void>((resolve) => (resume = resolve)),
    );
    await settle();
    isBusy = true;
    await clock.advance(3500);
    isBusy = false;
    await clock.advance(2000);
    assert.match(files.files.get(LOCK) ?? '', / \d+$/);
    resume();
    await held;
    assert.equal(files.files.size, 0);
  });

  it('is broken when its holder has been dead for 5 s, and not before', async () => {
    await files.create(LOCK, 'dead');
    let waited = 0;
    const start = clock.elapsed();
    const done = withLock({ files, clock }, FILE, () => {
      waited = clock.elapsed() - start;
      return Promise.resolve();
    });
    await passUntil(clock, done);
    assert.ok(waited >= 5000 && waited <= 5500, `${waited} ms`);
    assert.equal(files.files.size, 0);
  });

  it('is broken sooner if all times are shortened', async () => {
    await files.create(LOCK, 'dead');
    const waited = await passUntil(clock, withLock({ files, clock, timeScale: 0.05 }, FILE, noAction), 1);
    assert.ok(waited >= 250 && waited <= 275, `${waited} ms`);
  });

  it('is broken by only one of many waiters, in any order of their operations', async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const moved: (string | undefined)[] = [];
        const shared = new MemoryFileSystem((operation, file) => {
          const turn = scheduler.schedule(Promise.resolve(), `${operation} ${file}`);
          return operation === 'move' && file === LOCK
            ? turn.then(() => void moved.push(shared.files.get(LOCK)))
            : turn;
        });
        const time = new FakeClock();
        const create = shared.create(LOCK, 'dead');
        await scheduler.waitFor(create);
        const done = count(shared, time, FILE, 4, 2);
        const isDone = ended(done);
        // Time stands still while an operation is pending, so that no worker counts as dead.
        while (!isDone()) {
          while (scheduler.count() > 0) {
            await scheduler.waitNext(1);
            await settle();
          }
          if (!isDone()) await time.advance(25);
        }
        await done;
        // Moved once by the worker that broke it, and once at each release: a live lock is moved by its holder alone.
        assert.equal(moved.filter((token) => token === 'dead').length, 1);
        assert.equal(moved.length, 1 + 8);
        assert.deepEqual([...shared.files], [[FILE, '8']]);
      }),
      { numRuns: 40 },
    );
  });

  it('is broken even if a waiter that was breaking it died', async () => {
    await files.create(LOCK, 'dead');
    await files.create(`${LOCK}.lock`, 'dead too');
    const waited = await passUntil(clock, withLock({ files, clock }, FILE, noAction));
    assert.ok(waited < 11_000, `${waited} ms`);
    assert.equal(files.files.size, 0);
  });

  it('is not broken while its holder is slow but alive, and is broken once the holder is dead', async () => {
    let isOver = false;
    const holder = new FakeClock();
    const held = withLongLock({ files, clock: holder }, FILE, async () => {
      await new Promise<void>((resolve) => holder.schedule(60_000, resolve));
      isOver = true;
    });
    await settle();
    const waiting = withLock({ files, clock }, FILE, () => Promise.resolve(isOver));
    const isDone = ended(waiting);
    for (let passed = 0; passed < 40_000; passed += 500) {
      await holder.advance(500);
      await clock.advance(500);
    }
    assert.equal(isDone(), false);
    // The holder's clock stands still from now on.
    await passUntil(clock, waiting);
    assert.equal(await waiting, false);
    await holder.advance(30_000);
    await held;
    assert.equal(await withLock({ files, clock }, FILE, () => Promise.resolve(true)), true);
  });

  it('is not changed by a heartbeat once another window owns it, not even right after the check', async () => {
    let reads = 0;
    let resume: () => void = () => undefined;
    const slow = files.viewWith(async (operation, file) => {
      if (operation !== 'read' || file !== LOCK) return;
      reads += 1;
      // The first read is the start of the heartbeat, the second its first beat.
      if (reads === 2) await files.replace(LOCK, 'other');
    });
    const held = withLongLock({ files: slow, clock }, FILE, () => new Promise<void>((resolve) => (resume = resolve)));
    await clock.advance(10_000);
    assert.ok(reads >= 2);
    assert.equal(files.files.get(LOCK), 'other');
    resume();
    await held;
    assert.deepEqual([...files.files], [[LOCK, 'other']]);
  });

  it('is not broken while it passes from holder to holder', async () => {
    await files.create(LOCK, 'w0');
    let isIn = false;
    const done = withLock({ files, clock }, FILE, () => Promise.resolve((isIn = true)));
    for (let second = 1; second < 20; second += 1) {
      await clock.advance(1000);
      await files.replace(LOCK, `w${second}`);
    }
    assert.equal(isIn, false);
    await files.remove(LOCK);
    await passUntil(clock, done);
  });

  it('lets a holder that paused for too long replace nothing, and leaves the new holder its lock', async () => {
    let resume: () => void = () => undefined;
    const paused = new Promise<void>((resolve) => (resume = resolve));
    const replaced: boolean[] = [];
    const first = withLock({ files, clock }, FILE, async (replace) => {
      replaced.push(await replace('early'));
      await paused;
      replaced.push(await replace('late'));
    });
    await settle();
    const second = withLock({ files, clock }, FILE, async (replace) => {
      resume();
      await first;
      assert.equal(await replace('new'), true);
    });
    await passUntil(clock, second);
    await second;
    assert.deepEqual(replaced, [true, false]);
    assert.deepEqual([...files.files], [[FILE, 'new']]);
  });

  for (const pausedAt of ['replace', 'read', 'move'] as const) {
    it(`lets a holder that paused for too long right before it replaced the file replace nothing (${pausedAt})`, async () => {
      let resume: () => void = () => undefined;
      const paused = new Promise<void>((resolve) => (resume = resolve));
      let isCommitting = false;
      const slow = files.viewWith(async (operation) => {
        if (isCommitting && operation === pausedAt) await paused;
      });
      const first = withLock({ files: slow, clock }, FILE, (replace) => {
        isCommitting = true;
        return replace('from the past');
      });
      await settle();
      const second = withLock({ files, clock }, FILE, (replace) => replace('new'));
      await passUntil(clock, second);
      resume();
      assert.deepEqual(await Promise.all([first, second]), [false, true]);
      assert.deepEqual([...files.files], [[FILE, 'new']]);
    });
  }

  it('is put back if another window took it between the check and the move', async () => {
    const stolen = new MemoryFileSystem(async (operation) => {
      if (operation === 'move') await stolen.replace(LOCK, 'other');
    });
    await withLock({ files: stolen, clock }, FILE, noAction);
    assert.deepEqual([...stolen.files], [[LOCK, 'other']]);
  });

  it('is broken after 5 s of waiting even if the computer’s clock is set', async () => {
    for (const setBack of [DAY, -DAY]) {
      await files.create(LOCK, 'dead');
      const done = withLock({ files, clock }, FILE, noAction);
      await clock.advance(2500);
      clock.setBack(setBack);
      const waited = await passUntil(clock, done);
      assert.ok(waited >= 2500 && waited <= 3000, `${waited} ms`);
    }
  });

  it('is not broken because the computer slept while its holder was working', async () => {
    const sleeper = new Sleeper(clock);
    await files.create(LOCK, 'asleep');
    const done = withLock({ files, clock: sleeper }, FILE, noAction);
    await clock.advance(1000);
    sleeper.sleptMs = 8 * HOUR;
    await clock.advance(1000);
    assert.equal(files.files.get(LOCK), 'asleep');
    await passUntil(clock, done);
  });

  for (const text of LOCK_TEXTS.inputs) {
    it(`is broken after 5 s if another program wrote it, and removes no other file (${JSON.stringify(text.slice(0, 20))})`, async () => {
      const others = ['jobs/other.tmp', 'other.tmp', `${FILE}.tmp`, `${FILE}..tmp`];
      for (const other of others) await files.create(other, 'theirs');
      const removed: string[] = [];
      const seen = files.viewWith((operation, file) => {
        if (operation === 'remove') removed.push(file);
        return Promise.resolve();
      });
      await files.create(LOCK, text);
      const waited = await passUntil(clock, withLock({ files: seen, clock }, FILE, noAction));
      assert.ok(waited >= 5000 && waited <= 5500, `${waited} ms`);
      for (const other of others) assert.equal(files.files.get(other), 'theirs');
      // Windows finds a path with `..` even if a folder in it does not exist.
      assert.ok(
        removed.every((file) => !/[\\/]\.\.[\\/]/.test(file)),
        removed.join(),
      );
    });
  }

  it('is waited for in vain for two minutes if other programs always hold it, and for ten if it is a long one', async () => {
    for (const [lock, limitMs] of [
      [withLock, 2 * MINUTE],
      [withLongLock, 10 * MINUTE],
    ] as const) {
      let count = 0;
      await files.replace(LOCK, 'theirs');
      const busy = files.viewWith(async (operation, file) => {
        if (operation === 'read' && file === LOCK) await files.replace(LOCK, `theirs ${(count += 1)}`);
      });
      const done = lock({ files: busy, clock }, FILE, () => assert.fail('it is held'));
      const waited = await passUntil(clock, done, 200);
      await assert.rejects(done, LockTimeoutError);
      assert.ok(waited >= limitMs && waited < limitMs + 2000, `${waited} ms`);
    }
  });

  it('is set aside after 5 s if another user’s file is in its place', async () => {
    await files.create(LOCK, 'theirs');
    const denied = files.viewWith((operation, file) =>
      operation === 'read' && file === LOCK && files.files.get(LOCK) === 'theirs'
        ? Promise.reject(Object.assign(new Error('no'), { code: 'EACCES' }))
        : Promise.resolve(),
    );
    const waited = await passUntil(clock, withLock({ files: denied, clock }, FILE, noAction));
    assert.ok(waited >= 5000 && waited <= 5500, `${waited} ms`);
    assert.deepEqual([...files.files.values()], ['theirs']);
  });

  it('is not given up because the computer slept', async () => {
    const sleeper = new Sleeper(clock);
    await files.create(LOCK, 'asleep');
    const done = withLock({ files, clock: sleeper }, FILE, () => Promise.resolve('done'));
    await clock.advance(1000);
    sleeper.sleptMs = 8 * HOUR;
    await passUntil(clock, done);
    assert.equal(await done, 'done');
  });
});

/** A clock of a computer that sleeps, while its timers stand still. */
class Sleeper implements Clock {
  sleptMs = 0;

  constructor(private readonly awake: Clock) {}

  now(): number {
    return this.awake.now();
  }

  elapsed(): number {
    return this.awake.elapsed() + this.sleptMs;
  }

  schedule(delayMs: number, callback: () => void): Disposable {
    return this.awake.schedule(delayMs, callback);
  }
}
