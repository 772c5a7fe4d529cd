import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { requestBudgets } from '../../../../src/jobs/budget/shared-request-budget';
import type { RequestBudget } from '../../../../src/jobs/budget/request-budget';
import { DAY, HOUR, MINUTE, SECOND } from '../../../../src/base/time-units';
import { DAMAGED_BUDGETS } from '../../../support/hostile/state-files';
import { FakeClock, settle } from '../../../support/fake-clock';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { MemoryRequestBudget } from '../../../support/memory-request-budget';
import { MemoryLog } from '../../../support/samples';

const WINDOW_MS = 5 * MINUTE;
/** A taken request may need a while to arrive. */
const COUNTED_MS = WINDOW_MS + 3 * SECOND;
const FOLDER = '/storage';
const FILE = path.posix.join(FOLDER, 'budgets', 'key.json');

function assertNeverOverdrawn(sentAt: readonly number[], limit: number): void {
  const inOrder = [...sentAt].sort((a, b) => a - b);
  for (const [index, at] of inOrder.entries()) {
    const inWindow = inOrder.slice(index).filter((other) => other < at + WINDOW_MS).length;
    assert.ok(inWindow <= limit, `${inWindow} requests from ${at} on, of ${limit} allowed`);
  }
}

/** @returns when requests are sent if each is sent as soon as the budget allows */
async function sendAll(limit: number, until: number, stepMs = 0): Promise<number[]> {
  const clock = new FakeClock();
  const budget = new MemoryRequestBudget(() => limit, clock);
  const left: number[] = [];
  while (clock.elapsed() < until) {
    const delay = await budget.take();
    if (delay === 0) left.push(clock.elapsed());
    await clock.advance(delay === 0 ? stepMs : delay);
  }
  return left;
}

describe('the request budget', () => {
  it('is never overdrawn in any window', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 10, max: 200 }), fc.integer({ min: 0, max: 5000 }), async (limit, step) => {
        assertNeverOverdrawn(await sendAll(limit, 3 * WINDOW_MS, step), limit);
      }),
      { numRuns: 20 },
    );
  });

  it('is not followed by minutes without requests after a burst', async () => {
    const left = await sendAll(100, 4 * WINDOW_MS);
    const gaps = left.slice(1).map((at, index) => at - (left[index] ?? 0));
    assert.ok(Math.max(...gaps) < 10_000, String(Math.max(...gaps)));
  });

  it('allows half of it at once', async () => {
    const left = await sendAll(100, WINDOW_MS);
    assert.equal(left.filter((at) => at === 0).length, 50);
  });

  it('applies a setting that is lowered meanwhile', async () => {
    const clock = new FakeClock();
    let limit = 100;
    const budget = new MemoryRequestBudget(() => limit, clock);
    for (let count = 0; count < 20; count += 1) await budget.take();
    await clock.advance(1000);
    assert.equal(await budget.take(), 0);
    limit = 10;
    assert.equal(await budget.take(), COUNTED_MS - 1000);
  });

  it('allows several requests together or not at all, and too many of them only if no others count', async () => {
    const clock = new FakeClock();
    const budget = new MemoryRequestBudget(() => 10, clock);
    assert.equal(await budget.take(6), 0);
    assert.ok((await budget.take(5)) > 0);
    await clock.advance(COUNTED_MS - 1);
    assert.equal(await budget.take(11), 1);
    await clock.advance(1);
    assert.equal(await budget.take(11), 0);
    assert.equal(await budget.take(), COUNTED_MS);
  });

  it('is short while more than half of it is used', async () => {
    const clock = new FakeClock();
    const budget = new MemoryRequestBudget(() => 10, clock);
    await budget.take(5);
    assert.equal(budget.isShort(), false);
    await clock.advance(COUNTED_MS - 1);
    await budget.take();
    assert.equal(budget.isShort(), true);
    await clock.advance(1);
    assert.equal(budget.isShort(), false);
  });

  it('becomes half of a limit that the service names, if that is less', async () => {
    const clock = new FakeClock();
    const budget = new MemoryRequestBudget(() => 100, clock);
    const max = async () => {
      await clock.advance(COUNTED_MS);
      for (let count = 0; ; count += 1) if ((await budget.take()) > 0) return 2 * count;
    };
    budget.lower({ requests: 200, periodMs: WINDOW_MS });
    assert.equal(await max(), 100);
    budget.lower({ requests: 8, periodMs: MINUTE });
    assert.equal(await max(), 20);
    budget.lower({ requests: 100, periodMs: WINDOW_MS });
    assert.equal(await max(), 20, 'a limit that allows more changes nothing');
    await clock.advance(DAY);
    budget.lower({ requests: 120, periodMs: WINDOW_MS });
    assert.equal(await max(), 60, 'a day later the limit may have changed');
    budget.lower({ requests: 1, periodMs: DAY });
    await clock.advance(COUNTED_MS);
    assert.equal(await budget.take(), 0, 'the minimum is one request');
  });
});

describe('the request budget of all windows', () => {
  let clock: FakeClock;
  let files: MemoryFileSystem;
  let log: MemoryLog;
  let isBroken: boolean;

  beforeEach(() => {
    clock = new FakeClock();
    isBroken = false;
    let operations = 0;
    files = new MemoryFileSystem(() => {
      operations += 1;
      // Messages hold the names of temporary files, which differ each time.
      return isBroken ? Promise.reject(new Error(`no space, ${operations}.tmp`)) : Promise.resolve();
    });
    log = new MemoryLog();
  });

  function openWindow(limit = 10, shared = { files, clock }): RequestBudget {
    return requestBudgets({ ...shared, directory: FOLDER, limit: () => limit, log })('key');
  }

  it('is never overdrawn by two windows in any order, over restarts and jumps of the clock', async () => {
    const step = fc.record({
      pause: fc.integer({ min: 0, max: 40_000 }),
      takes: fc.array(fc.constantFrom(0, 1), { maxLength: 6 }),
      restarts: fc.option(fc.constantFrom(0, 1), { freq: 5 }),
      setBack: fc.option(fc.integer({ min: -HOUR, max: HOUR }), { freq: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 3, max: 20 }),
        fc.array(step, { minLength: 10, maxLength: 40 }),
        fc.infiniteStream(fc.nat(3)),
        async (limit, steps, turns) => {
          clock = new FakeClock();
          // Each operation is delayed by some turns of the event loop, so that windows overtake each other.
          files = new MemoryFileSystem(async () => {
            const turn = turns.next();
            for (let left = turn.done === true ? 0 : turn.value; left > 0; left -= 1) await Promise.resolve();
          });
          const open = [openWindow(limit, { files, clock }), openWindow(limit, { files, clock })];
          const left: number[] = [];
          for (const { pause, takes, restarts, setBack } of steps) {
            const taken = takes.map(async (index) => {
              if ((await open[index]?.take()) === 0) left.push(clock.elapsed());
            });
            const state = { isDone: false };
            void Promise.all(taken).then(() => (state.isDone = true));
            while (!state.isDone) await clock.advance(25);
            if (restarts !== null) open[restarts] = openWindow(limit, { files, clock });
            if (setBack !== null) clock.setBack(setBack);
            await clock.advance(pause);
          }
          const saved = JSON.parse(files.files.get(FILE) ?? '{"taken":[]}') as { taken: number[] };
          assert.deepEqual(
            saved.taken,
            [...saved.taken].sort((a, b) => a - b),
          );
          assertNeverOverdrawn(left, limit);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('is full again five minutes later, and not sooner by a restart', async () => {
    for (let count = 0; count < 5; count += 1) assert.equal(await openWindow().take(), 0);
    assert.ok((await openWindow().take()) > 0);
    await clock.advance(COUNTED_MS);
    assert.equal(await openWindow().take(5), 0);
  });

  it('does not count requests from before the computer restarted', async () => {
    await clock.advance(60 * WINDOW_MS);
    assert.equal(await openWindow().take(10), 0);
    assert.equal(await openWindow(10, { files, clock: new FakeClock() }).take(10), 0);
  });

  it('is lowered in all windows by a limit that the service named to one of them', async () => {
    const [one, other] = [openWindow(100), openWindow(100)];
    one.lower({ requests: 20, periodMs: WINDOW_MS });
    while (!files.files.has(FILE)) await settle();
    assert.equal(await other.take(5), 0);
    assert.equal(other.isShort(), false);
    assert.ok((await other.take(5)) > 0);
    assert.equal(log.lines.length, 1);
  });

  it('is counted over all windows without being changed, also while its file is locked', async () => {
    const [one, other] = [openWindow(10), openWindow(10)];
    assert.deepEqual(await other.count?.(), { used: 0, limit: 10 });
    assert.equal(files.files.has(FILE), false);
    await one.take(3);
    await files.create(`${FILE}.lock`, 'another window');
    assert.deepEqual(await other.count?.(), { used: 3, limit: 10 });
    await files.remove(`${FILE}.lock`);
    await clock.advance(COUNTED_MS);
    assert.deepEqual(await other.count?.(), { used: 0, limit: 10 });
  });

  it('is counted per window while the files fail, which is logged once', async () => {
    const budget = openWindow();
    assert.equal(await budget.take(2), 0);
    isBroken = true;
    for (let count = 0; count < 3; count += 1) assert.equal(await budget.take(), 0);
    assert.ok((await budget.take()) > 0);
    assert.equal(log.lines.length, 1);
    isBroken = false;
    assert.ok((await budget.take()) > 0);
    assert.ok((await openWindow().take()) > 0, 'other windows count what was taken meanwhile');
  });

  it('survives a file that became unreadable', async () => {
    const budget = openWindow();
    await budget.take(5);
    await files.replace(FILE, '{"taken":"all"}');
    assert.ok((await budget.take()) > 0);
    await files.replace(FILE, '{"taken":[');
    assert.equal(await openWindow().take(), 0);
  });

  for (const { what, text } of DAMAGED_BUDGETS.inputs) {
    it(`is usable again five minutes after a damaged file (${what})`, async () => {
      await files.replace(FILE, text);
      const budget = openWindow();
      const delayMs = await budget.take();
      assert.ok(delayMs >= 0 && delayMs <= COUNTED_MS, String(delayMs));
      await clock.advance(COUNTED_MS);
      assert.equal(await budget.take(), 0);
      assert.equal(await openWindow(10).take(20), COUNTED_MS, 'and it still is a limit');
    });
  }

  it('is counted per window if the lock is lost each time', async () => {
    const stolen = files.viewWith(async (operation, file) => {
      if (operation === 'move' && file.endsWith('.tmp')) await files.remove(`${FILE}.lock`);
    });
    const lost = files.viewWith(async (operation, file) => {
      if (operation === 'read' && file.endsWith('.lock')) await files.remove(file);
    });
    for (const disk of [stolen, lost]) {
      const budget = openWindow(10, { files: disk, clock });
      assert.equal(await budget.take(2), 0);
    }
  });

  it('is separate for each name', async () => {
    const budgetOf = requestBudgets({ files, clock, directory: FOLDER, limit: () => 10, log });
    assert.equal(budgetOf('a'), budgetOf('a'));
    assert.equal(await budgetOf('a').take(10), 0);
    assert.equal(await budgetOf('b').take(10), 0);
  });
});
