import assert from 'node:assert/strict';
import { inTurns, SharedTurns } from '../../../../src/base/work/shared-turns';
import { inOneGo, inOwnTurns, type SlicedWork, Slices } from '../../../../src/base/work/slices';

describe('the turns that all callers share', () => {
  let planned: (() => void)[];
  let turns: SharedTurns;

  beforeEach(() => {
    planned = [];
    turns = new SharedTurns(10, (turn) => planned.push(turn));
  });

  /** Begins the next turn. */
  const next = async () => {
    const [turn, ...others] = planned.splice(0);
    assert.deepEqual(others, [], 'one turn is planned at a time');
    turn?.();
    await Promise.resolve();
  };

  it('give each turn its share, in the order of the calls, and none to a call that would overtake others', async () => {
    const begun: string[] = [];
    const start = async (name: string, cost: number) => {
      await turns.room(cost);
      begun.push(name);
    };
    const started: Promise<void>[] = [];
    assert.equal(turns.room(6), undefined, 'there is time at once');
    for (const [name, cost] of [
      ['a', 5],
      ['b', 6],
      ['c', 5],
      ['d', 1],
    ] as const) {
      started.push(start(name, cost));
    }
    await Promise.resolve();
    assert.deepEqual(begun, ['a'], 'the last work of a turn may exceed its share');
    await next();
    assert.deepEqual(begun, ['a', 'b', 'c']);
    assert.notEqual(turns.room(1), undefined, 'd was first');
    await next();
    assert.deepEqual(begun, ['a', 'b', 'c', 'd']);
    await Promise.all(started);
    await next();
    await next();
    assert.deepEqual(planned, [], 'no turn is planned for nothing');
  });

  function* counting(to: number, slices: Slices): SlicedWork<number> {
    let sum = 0;
    for (let number = 1; number <= to; number += 1) {
      if (slices.isOver(1)) yield;
      sum += number;
    }
    return sum;
  }

  it('do work in slices with the result that it has in one go', async () => {
    assert.equal(inOneGo(counting(100, new Slices())), 5050);
    const spread = new SharedTurns(1);
    for (const size of [1, 3, 100, 1000]) {
      assert.equal(await inTurns(counting(100, new Slices(size)), spread, 1, () => true), 5050, `slices of ${size}`);
      assert.equal(await inOwnTurns(counting(100, new Slices(size))), 5050, `slices of ${size}, each in its own turn`);
    }
  });

  it('let other work have its turn after each slice', async () => {
    const order: string[] = [];
    function* work(): SlicedWork<void> {
      for (const slice of ['first', 'second']) {
        order.push(slice);
        setImmediate(() => order.push(`after the ${slice}`));
        yield;
      }
    }
    await inOwnTurns(work());
    assert.deepEqual(order, ['first', 'after the first', 'second', 'after the second']);
  });

  it('stop work before the next slice if it is no longer wanted', async () => {
    let slices = 0;
    function* long(): SlicedWork<string> {
      for (; slices < 1000; slices += 1) yield;
      return 'over';
    }
    assert.equal(await inTurns(long(), new SharedTurns(1), 1, () => slices < 5), undefined);
    assert.equal(slices, 5);
  });
});
