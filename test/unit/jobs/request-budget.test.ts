import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RequestBudget, requestBudgets } from '../../../src/jobs/request-budget';

const WINDOW = 5 * 60_000;

/** The instants at which requests leave while somebody always wants one more. */
function leave(limit: number, until: number, step = 0): number[] {
  const budget = new RequestBudget(() => limit);
  const left: number[] = [];
  for (let now = 0; now < until; now += step) {
    now += budget.delay(now);
    budget.take(now);
    left.push(now);
  }
  return left;
}

describe('the request budget', () => {
  it('is never overdrawn in any window', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 200 }), fc.integer({ min: 0, max: 5000 }), (limit, step) => {
        const left = leave(limit, 4 * WINDOW, step);
        for (const [index, at] of left.entries()) {
          const inWindow = left.slice(index).filter((other) => other < at + WINDOW).length;
          assert.ok(inWindow <= limit, `${inWindow} requests from ${at} on`);
        }
      }),
      { numRuns: 50 },
    );
  });

  it('leaves no minutes of silence behind a burst', () => {
    const left = leave(100, 4 * WINDOW);
    const gaps = left.slice(1).map((at, index) => at - (left[index] ?? 0));
    assert.ok(Math.max(...gaps) < 10_000, String(Math.max(...gaps)));
  });

  it('lets half of it go at once', () => {
    assert.equal(leave(100, WINDOW).filter((at) => at === 0).length, 50);
  });

  it('follows a limit that is lowered meanwhile', () => {
    let limit = 100;
    const budget = new RequestBudget(() => limit);
    for (let count = 0; count < 20; count += 1) budget.take(0);
    assert.equal(budget.delay(1000), 0);
    limit = 10;
    assert.equal(budget.delay(1000), WINDOW - 1000);
  });

  it('does not stop for an hour when the clock is set back by one', () => {
    const budget = new RequestBudget(() => 10);
    const hour = 60 * 60_000;
    for (let count = 0; count < 10; count += 1) budget.take(2 * hour);
    assert.ok(budget.delay(hour) <= WINDOW);
  });

  it('is one for each endpoint', () => {
    const budgetOf = requestBudgets(() => 10);
    assert.equal(budgetOf('a'), budgetOf('a'));
    assert.notEqual(budgetOf('a'), budgetOf('b'));
  });
});
