import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { FileRequestBudget, requestBudgets } from '../../../../src/jobs/budget/shared-request-budget';
import { MemoryRequestBudget, type RequestBudget } from '../../../../src/jobs/budget/request-budget';
import { FakeClock, settle } from '../../../support/fake-clock';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { MemoryLog } from '../../../support/samples';

const WINDOW = 5 * 60_000;
/** One that was taken may be on its way for a while. */
const COUNTED = WINDOW + 3000;
const FOLDER = path.normalize('/storage');
const FILE = path.join(FOLDER, 'budgets', 'key.json');

function assertNeverOverdrawn(left: readonly number[], limit: number): void {
  const inOrder = [...left].sort((a, b) => a - b);
  for (const [index, at] of inOrder.entries()) {
    const inWindow = inOrder.slice(index).filter((other) => other < at + WINDOW).length;
    assert.ok(inWindow <= limit, `${inWindow} requests from ${at} on, where ${limit} may leave`);
  }
}

/** The instants at which requests leave while somebody always wants one more. */
async function leave(limit: number, until: number, step = 0): Promise<number[]> {
  const clock = new FakeClock();
  const budget = new MemoryRequestBudget(() => limit, clock);
  const left: number[] = [];
  while (clock.elapsed() < until) {
    const delay = await budget.take();
    if (delay === 0) left.push(clock.elapsed());
    await clock.advance(delay === 0 ? step : delay);
  }
  return left;
}

describe('the request budget', () => {
  it('is never overdrawn in any window', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 10, max: 200 }), fc.integer({ min: 0, max: 5000 }), async (limit, step) => {
        assertNeverOverdrawn(await leave(limit, 3 * WINDOW, step), limit);
      }),
      { numRuns: 20 },
    );
  });

  it('leaves no minutes of silence behind a burst', async () => {
    const left = await leave(100, 4 * WINDOW);
    const gaps = left.slice(1).map((at, index) => at - (left[index] ?? 0));
    assert.ok(Math.max(...gaps) < 10_000, String(Math.max(...gaps)));
  });

  it('lets half of it go at once', async () => {
    const left = await leave(100, WINDOW);
    assert.equal(left.filter((at) => at === 0).length, 50);
  });

  it('follows a limit that is lowered meanwhile', async () => {
    const clock = new FakeClock();
    let limit = 100;
    const budget = new MemoryRequestBudget(() => limit, clock);
    for (let count = 0; count < 20; count += 1) await budget.take();
    await clock.advance(1000);
    assert.equal(await budget.take(), 0);
    limit = 10;
    assert.equal(await budget.take(), COUNTED - 1000);
  });

  it('lets several go together or not at all, and those that are too many when nothing else counts', async () => {
    const clock = new FakeClock();
    const budget = new MemoryRequestBudget(() => 10, clock);
    assert.equal(await budget.take(6), 0);
    assert.ok((await budget.take(5)) > 0);
    await clock.advance(COUNTED - 1);
    assert.equal(await budget.take(11), 1);
    await clock.advance(1);
    assert.equal(await budget.take(11), 0);
    assert.equal(await budget.take(), COUNTED);
  });

  it('is short while more than half of it is used', async () => {
    const clock = new FakeClock();
    const budget = new MemoryRequestBudget(() => 10, clock);
    await budget.take(5);
    assert.equal(budget.isShort(), false);
    await clock.advance(COUNTED - 1);
    await budget.take();
    assert.equal(budget.isShort(), true);
    await clock.advance(1);
    assert.equal(budget.isShort(), false);
  });

  it('becomes half of a limit that the service names, where that is less', async () => {
    const clock = new FakeClock();
    const budget = new MemoryRequestBudget(() => 100, clock);
    const most = async () => {
      await clock.advance(COUNTED);
      for (let count = 0; ; count += 1) if ((await budget.take()) > 0) return 2 * count;
    };
    budget.lower({ requests: 200, period: WINDOW });
    assert.equal(await most(), 100);
    budget.lower({ requests: 8, period: 60_000 });
    assert.equal(await most(), 20);
    budget.lower({ requests: 100, period: WINDOW });
    assert.equal(await most(), 20, 'a limit that allows more changes nothing');
    await clock.advance(24 * 60 * 60_000);
    budget.lower({ requests: 120, period: WINDOW });
    assert.equal(await most(), 60, 'by the next day the limit may be another');
    budget.lower({ requests: 1, period: 24 * 60 * 60_000 });
    await clock.advance(COUNTED);
    assert.equal(await budget.take(), 0, 'and one request is the least');
  });
});

describe('the request budget of all windows', () => {
  let clock: FakeClock;
  let files: MemoryFileSystem;
  let log: MemoryLog;
  let isBroken: boolean;
  let windows: number;

  beforeEach(() => {
    clock = new FakeClock();
    isBroken = false;
    files = new MemoryFileSystem(() => (isBroken ? Promise.reject(new Error('no space')) : Promise.resolve()));
    log = new MemoryLog();
    windows = 0;
  });

  function openWindow(limit = 10, shared = { files, clock }): RequestBudget {
    windows += 1;
    const parts = { ...shared, owner: `window-${windows}`, directory: FOLDER, limit: () => limit, log };
    return new FileRequestBudget('key', parts);
  }

  it('is never overdrawn by two windows in any order, over restarts and jumps of the clock', async () => {
    const step = fc.record({
      pause: fc.integer({ min: 0, max: 40_000 }),
      takes: fc.array(fc.constantFrom(0, 1), { maxLength: 6 }),
      restarts: fc.option(fc.constantFrom(0, 1), { freq: 5 }),
      setBack: fc.option(fc.integer({ min: -3_600_000, max: 3_600_000 }), { freq: 5 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 3, max: 20 }),
        fc.array(step, { minLength: 10, maxLength: 40 }),
        fc.infiniteStream(fc.nat(3)),
        async (limit, steps, turns) => {
          clock = new FakeClock();
          // Each operation comes about some turns of the event loop later, so that windows overtake each other.
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
    await clock.advance(COUNTED);
    assert.equal(await openWindow().take(5), 0);
  });

  it('does not count what was taken before the computer was restarted', async () => {
    await clock.advance(60 * WINDOW);
    assert.equal(await openWindow().take(10), 0);
    assert.equal(await openWindow(10, { files, clock: new FakeClock() }).take(10), 0);
  });

  it('is lowered in all windows by what the service told one of them', async () => {
    const [one, other] = [openWindow(100), openWindow(100)];
    one.lower({ requests: 20, period: WINDOW });
    while (!files.files.has(FILE)) await settle();
    assert.equal(await other.take(5), 0);
    assert.equal(other.isShort(), false);
    assert.ok((await other.take(5)) > 0);
    assert.equal(log.lines.length, 1);
  });

  it('is counted in each window alone while the files fail, which is said once', async () => {
    const budget = openWindow();
    assert.equal(await budget.take(2), 0);
    isBroken = true;
    for (let count = 0; count < 3; count += 1) assert.equal(await budget.take(), 0);
    assert.ok((await budget.take()) > 0);
    assert.equal(log.lines.length, 1);
    isBroken = false;
    assert.ok((await budget.take()) > 0);
    assert.ok((await openWindow().take()) > 0, 'what was taken meanwhile is told to the others');
  });

  it('outlives a file that was made unreadable', async () => {
    const budget = openWindow();
    await budget.take(5);
    await files.replace(FILE, '{"taken":"all"}');
    assert.ok((await budget.take()) > 0);
    await files.replace(FILE, '{"taken":[');
    assert.equal(await openWindow().take(), 0);
  });

  it('is one for each name', async () => {
    const budgetOf = requestBudgets({ files, clock, owner: 'window', directory: FOLDER, limit: () => 10, log });
    assert.equal(budgetOf('a'), budgetOf('a'));
    assert.equal(await budgetOf('a').take(10), 0);
    assert.equal(await budgetOf('b').take(10), 0);
  });
});
