import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Clock } from '../../../src/base/clock';
import { LEASE_CHECK_INTERVAL_MS, Lease } from '../../../src/storage/lease';
import { FOREIGN_GENERATIONS, LEASE_TEXTS } from '../../support/hostile/state-files';
import { FakeClock, settle } from '../../support/fake-clock';
import { MemoryFileSystem } from '../../support/memory-file-system';
import { MemoryLog } from '../../support/samples';
import { HOUR } from '../../../src/base/time-units';

const DIRECTORY = 'leases';

/** A window in its own process. If its clock stands still, it is suspended or dead. */
class Window {
  readonly clock = new FakeClock();
  readonly log = new MemoryLog();
  readonly lease: Lease;

  constructor(
    readonly owner: string,
    files: MemoryFileSystem,
    { clock, timeScale = 1 }: { clock?: Clock; timeScale?: number } = {},
  ) {
    this.lease = new Lease({
      files,
      clock: clock ?? this.clock,
      directory: DIRECTORY,
      name: 'work',
      owner,
      log: this.log,
      timeScale,
    });
  }

  /** How often its log says that it lost the lease. */
  get losses(): number {
    return this.log.lines.filter((line) => line.startsWith('Another window now polls')).length;
  }
}

class SuspendableProcess {
  private awake = Promise.resolve();
  private wake: (() => void) | undefined;

  get isSuspended(): boolean {
    return this.wake !== undefined;
  }

  suspend(): void {
    if (this.isSuspended) return;
    this.awake = new Promise((resolve) => (this.wake = resolve));
  }

  resume(): void {
    this.wake?.();
    this.wake = undefined;
  }

  whenAwake(): Promise<void> {
    return this.awake;
  }
}

/** @returns the owner of the highest generation */
function ownerIn(files: MemoryFileSystem): string | null | undefined {
  const generation = (file: string) => Number(file.split('.').at(-1));
  const [highest] = [...files.files].sort(([one], [other]) => generation(other) - generation(one));
  return highest && (JSON.parse(highest[1]) as { owner: string | null }).owner;
}

/** Lets time pass while all windows are alive and compete for the lease. */
async function live(windows: readonly Window[], durationMs: number): Promise<void> {
  for (let passed = 0; passed < durationMs; passed += LEASE_CHECK_INTERVAL_MS) {
    for (const { clock } of windows) await clock.advance(LEASE_CHECK_INTERVAL_MS);
    for (const { lease } of windows) await lease.tryHold();
  }
}

async function holders(windows: readonly Window[]): Promise<string[]> {
  const held = await Promise.all(windows.map(({ lease }) => lease.isHeld()));
  return windows.filter((_, index) => held[index]).map(({ owner }) => owner);
}

describe('the polling lease', () => {
  let files: MemoryFileSystem;
  let a: Window;
  let b: Window;
  let c: Window;

  beforeEach(() => {
    files = new MemoryFileSystem();
    [a, b, c] = [new Window('a', files), new Window('b', files), new Window('c', files)];
  });

  afterEach(() => {
    for (const { lease } of [a, b, c]) lease.dispose();
  });

  it('has one holder among three that start at once', async () => {
    const won = await Promise.all([a, b, c].map(({ lease }) => lease.tryHold()));
    assert.equal(won.filter(Boolean).length, 1);
    const [holder, ...none] = await holders([a, b, c]);
    assert.deepEqual(none, []);
    for (const { owner, lease } of [a, b, c]) assert.equal(await lease.isHeldByOther(), owner !== holder);
  });

  it('stays with its holder for an hour while the holder is alive', async () => {
    await a.lease.tryHold();
    await live([a, b, c], HOUR);
    assert.deepEqual(await holders([a, b, c]), ['a']);
    assert.deepEqual([...files.files.keys()], [`${DIRECTORY}/work.1`]);
    assert.equal(a.losses, 0);
  });

  it('stays with a holder that is alive but does not compete', async () => {
    await a.lease.tryHold();
    for (let passed = 0; passed < HOUR; passed += LEASE_CHECK_INTERVAL_MS) {
      for (const { clock } of [a, b]) await clock.advance(LEASE_CHECK_INTERVAL_MS);
      assert.equal(await b.lease.tryHold(), false);
    }
    assert.equal(await a.lease.isHeld(), true);
  });

  it('is taken over by one window within 15 s after its holder dies, at any phase of the checks', async () => {
    for (let diesAt = 6000; diesAt < 9000; diesAt += 500) {
      for (let phase = 0; phase < LEASE_CHECK_INTERVAL_MS; phase += 500) {
        const shared = new MemoryFileSystem();
        const [holder, ...others] = [new Window('a', shared), new Window('b', shared), new Window('c', shared)];
        await holder.lease.tryHold();
        let now = 0;
        while ((await holders(others)).length === 0) {
          now += 250;
          assert.ok(now <= diesAt + 15_000, `no holder at ${now}, died at ${diesAt}, phase ${phase}`);
          if (now <= diesAt) await holder.clock.advance(250);
          for (const [index, { clock, lease }] of others.entries()) {
            await clock.advance(250);
            if ((now + phase + index * 1250) % LEASE_CHECK_INTERVAL_MS === 0) await lease.tryHold();
          }
        }
        assert.ok(now > diesAt, `taken from a live holder at ${now}`);
        assert.equal((await holders(others)).length, 1);
        assert.equal(shared.files.size, 1);
      }
    }
  });

  it('counts as free once its holder was observed to be dead', async () => {
    await a.lease.tryHold();
    assert.equal(await b.lease.isHeldByOther(), true);
    for (let passed = 0; passed < 9000; passed += LEASE_CHECK_INTERVAL_MS) {
      await b.clock.advance(LEASE_CHECK_INTERVAL_MS);
      await b.lease.isHeldByOther();
    }
    assert.equal(await b.lease.isHeldByOther(), false);
  });

  it('is not won by a window so late that others are generations ahead', async () => {
    const late = new Window(
      'late',
      files.viewWith(async (operation) => {
        if (operation !== 'create') return;
        await a.lease.tryHold();
        await a.lease.release();
        await b.lease.tryHold();
      }),
    );
    assert.equal(await late.lease.tryHold(), false);
    assert.equal(await b.lease.isHeld(), true);
    assert.deepEqual([...files.files.keys()], [`${DIRECTORY}/work.2`]);
    assert.equal(late.clock.pendingTimers, 0);
  });

  it('is reported as lost to a holder that was suspended, before it applies a response', async () => {
    await a.lease.tryHold();
    await live([b, c], 15_000);
    assert.equal(await a.lease.isHeld(), false);
    assert.equal(a.losses, 1);
    assert.equal((await holders([b, c])).length, 1);
    assert.equal(a.clock.pendingTimers, 0);
  });

  it('is reported as lost to a holder that was suspended, at its next beat', async () => {
    await a.lease.tryHold();
    await live([b], 15_000);
    const before = new Map(files.files);
    await a.clock.advance(3000);
    assert.equal(a.losses, 1);
    assert.deepEqual(new Map(files.files), before);
    assert.equal(await a.lease.isHeldByOther(), true);
  });

  it('stays with a holder that releases and takes it repeatedly', async () => {
    await a.lease.tryHold();
    for (let round = 0; round < 10; round += 1) {
      assert.equal(await b.lease.tryHold(), false);
      await b.clock.advance(LEASE_CHECK_INTERVAL_MS);
      await a.clock.advance(LEASE_CHECK_INTERVAL_MS - 1);
      await a.lease.release();
      assert.equal(await a.lease.tryHold(), true);
    }
    assert.equal(files.files.size, 1);
  });

  it('goes to the next window at once when it is released, which does not count as lost', async () => {
    await a.lease.tryHold();
    await a.lease.release();
    assert.equal(a.losses, 0);
    assert.equal(await b.lease.isHeldByOther(), false);
    assert.equal(await b.lease.tryHold(), true);
    assert.equal(files.files.size, 1);
    assert.equal(await a.lease.isHeld(), false);
  });

  it('is released when the window closes, even while the window is winning it', async () => {
    const winning = a.lease.tryHold();
    a.lease.dispose();
    await winning;
    await settle();
    assert.equal(a.clock.pendingTimers, 0);
    assert.equal(await a.lease.tryHold(), false);
    assert.equal(await b.lease.tryHold(), true);
  });

  it('needs no timer in a window that does not hold it', async () => {
    await a.lease.tryHold();
    await b.lease.tryHold();
    assert.deepEqual([a.clock.pendingTimers, b.clock.pendingTimers], [1, 0]);
    await a.lease.release();
    assert.equal(a.clock.pendingTimers, 0);
  });

  it('does not change hands because the computer’s clock was set', async () => {
    await a.lease.tryHold();
    for (const setBack of [24 * HOUR, -48 * HOUR]) {
      for (const { clock } of [a, b, c]) clock.setBack(setBack);
      await live([a, b, c], 30_000);
      assert.deepEqual(await holders([a, b, c]), ['a']);
    }
  });

  it('is taken over from a dead holder even if the computer’s clock was set meanwhile', async () => {
    await a.lease.tryHold();
    await live([b], 6000);
    b.clock.setBack(24 * HOUR);
    await live([b], 9000);
    assert.equal(await b.lease.isHeld(), true);
  });

  it('does not change hands because the computer slept', async () => {
    await a.lease.tryHold();
    await live([a, b], 30_000);
    await b.clock.advance(8 * HOUR);
    assert.equal(await b.lease.tryHold(), false);
    await live([a, b], 30_000);
    assert.deepEqual(await holders([a, b]), ['a']);
  });

  it('is lost if its file is removed, and the file is not written again', async () => {
    await a.lease.tryHold();
    await files.remove(`${DIRECTORY}/work.1`);
    await a.clock.advance(3000);
    assert.equal(a.losses, 1);
    assert.equal(files.files.size, 0);
  });

  it('stays with its holder if a list leaves its file out for a moment', async () => {
    await a.lease.tryHold();
    files.names = () => Promise.resolve([]);
    assert.equal(await a.lease.isHeld(), true);
  });

  it('is separate for each name', async () => {
    await files.create(`${DIRECTORY}/work.more.7`, 'other');
    await files.create(`${DIRECTORY}/work.3.x.tmp`, 'half');
    assert.equal(await a.lease.tryHold(), true);
    assert.equal(files.files.size, 3);
  });

  it('is taken over from a file that cannot be read', async () => {
    await files.create(`${DIRECTORY}/work.4`, '');
    await live([a, b], 15_000);
    assert.equal((await holders([a, b])).length, 1);
    assert.deepEqual([...files.files.keys()], [`${DIRECTORY}/work.5`]);
  });

  it('is not held while the disk fails, which is logged once', async () => {
    for (let failures = 0; failures < 5; failures += 1) {
      // Messages hold the names of temporary files, which differ each time.
      files.failNext(new Error(`disk full, ${failures}.tmp`), 'create');
      assert.equal(await a.lease.tryHold(), false);
    }
    assert.equal(a.log.lines.filter((line) => line.includes('disk full')).length, 1);
    assert.equal(await a.lease.tryHold(), true);
    for (let failures = 0; failures < 2; failures += 1) {
      files.failNext(new Error('disk slow'), 'replace');
      await a.clock.advance(3000);
      assert.equal(await a.lease.tryHold(), true);
    }
    assert.equal(a.log.lines.filter((line) => line.includes('disk slow')).length, 1);
    files.failNext(new Error('disk gone'));
    assert.equal(await a.lease.isHeld(), false);
    assert.equal(a.losses, 0);
    assert.equal(await a.lease.isHeld(), true);
  });

  it('changes hands sooner if all times are shortened', async () => {
    const [first, second] = ['x', 'y'].map((owner) => new Window(owner, files, { timeScale: 0.05 }));
    assert.ok(first && second);
    await first.lease.tryHold();
    for (let passed = 0; passed < 750; passed += 150) {
      await second.clock.advance(150);
      await second.lease.tryHold();
    }
    assert.equal(await second.lease.isHeld(), true);
    second.lease.dispose();
  });

  it('never has two holders, for any suspensions and any order of operations', async () => {
    const step = fc.record({
      window: fc.nat(2),
      happens: fc.constantFrom('nothing', 'nothing', 'suspended', 'suspended', 'resumed', 'released'),
      passes: fc.constantFrom(0, 1500, 3000, 4500),
      operations: fc.nat(20),
    });
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.array(step, { minLength: 20, maxLength: 40 }), async (scheduler, steps) => {
        const shared = new MemoryFileSystem();
        const clock = new FakeClock();
        const windows = ['a', 'b', 'c'].map((owner) => {
          const process = new SuspendableProcess();
          const schedule: Clock['schedule'] = (delay, callback) =>
            clock.schedule(delay, () => void process.whenAwake().then(callback));
          const files = shared.viewWith(async (operation, file) => {
            await process.whenAwake();
            await scheduler.schedule(Promise.resolve(), `${owner}: ${operation} ${file}`);
          });
          const time = { now: () => clock.now(), elapsed: () => clock.elapsed(), schedule };
          return { owner, process, lease: new Window(owner, files, { clock: time }).lease };
        });
        const runOperations = async (max: number) => {
          await settle();
          for (let count = 0; count < max && scheduler.count() > 0; count += 1) {
            await scheduler.waitNext(1);
            await settle();
          }
        };
        const calls: Promise<unknown>[] = [];
        const wrong: string[] = [];
        for (const { window, happens, passes, operations } of steps) {
          const { lease, process } = windows[window] ?? assert.fail();
          if (happens === 'suspended') process.suspend();
          if (happens === 'resumed') process.resume();
          if (happens === 'released') calls.push(lease.release());
          for (const { owner, lease: each } of windows.filter((other) => !other.process.isSuspended)) {
            // Checked at the moment of the result: the highest generation has one owner.
            const check = (held: boolean) => {
              if (held && ownerIn(shared) !== owner) wrong.push(owner);
            };
            calls.push(each.isHeld().then(check), each.tryHold());
          }
          await clock.advance(passes);
          await runOperations(operations);
        }
        for (const { process } of windows) process.resume();
        await runOperations(Infinity);
        await Promise.all(calls);
        assert.deepEqual(wrong, []);
        for (const { lease } of windows) lease.dispose();
        await runOperations(Infinity);
        assert.equal(clock.pendingTimers, 0);
      }),
      { numRuns: 200 },
    );
  });

  for (const generation of FOREIGN_GENERATIONS.inputs) {
    it(`is held by one window at a time, and passes on, beside a file with the number ${generation.slice(0, 20)}`, async () => {
      await files.create(`${DIRECTORY}/work.${generation}`, 'theirs');
      await live([a, b], 21_000);
      const [first, ...others] = await holders([a, b]);
      assert.ok(first !== undefined && others.length === 0, `${first} ${others.join()}`);
      await (first === 'a' ? a : b).lease.release();
      await live([first === 'a' ? b : a], 3000);
      assert.deepEqual(await holders([a, b]), [first === 'a' ? 'b' : 'a']);
      assert.ok([...files.files.values()].includes('theirs'), 'and the file is kept');
    });
  }

  for (const text of LEASE_TEXTS.inputs) {
    it(`is taken over from a file that no window changes, whatever it says (${text.slice(0, 40)})`, async () => {
      await files.create(`${DIRECTORY}/work.41`, text);
      await live([a], 15_000);
      assert.deepEqual(await holders([a]), ['a']);
    });
  }

  it('is found among 200,000 files', async () => {
    const names = Array.from({ length: 200_000 }, (_, index) => `work.${index + 1}`);
    files.names = () => Promise.resolve(names);
    assert.equal(await a.lease.isHeldByOther(), true);
    assert.deepEqual(a.log.lines, []);
  });
});
