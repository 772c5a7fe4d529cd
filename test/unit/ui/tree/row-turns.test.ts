import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { TreeItem } from 'vscode';
import { RowTurns } from '../../../../src/ui/tree/row-turns';

const ROWS = 1800;

/** Requests that many rows in one turn. @returns how many have been built when, in the order of the rows */
function requested(turns: RowTurns, rows: number, failing?: number) {
  let built = 0;
  const items = Array.from({ length: rows }, (_, index) =>
    turns.build(() => {
      if (index === failing) throw new Error('This row cannot be built.');
      built += 1;
      return new TreeItem(String(index));
    }),
  );
  return { items, built: () => built };
}

describe('rows that the view requests in one turn', () => {
  it('are built over several turns if there are many, each once and in order', async () => {
    const { items, built } = requested(new RowTurns(), ROWS);
    const builtByTurn = [built()];
    while (built() < ROWS) {
      await setImmediate();
      builtByTurn.push(built());
    }
    const perTurn = builtByTurn.map((count, turn) => count - (builtByTurn[turn - 1] ?? 0));
    assert.ok(Math.max(...perTurn) <= 250, `${perTurn.join(', ')} rows were built per turn`);
    const labels = (await Promise.all(items.map((item) => Promise.resolve(item)))).map(({ label }) => label);
    assert.deepEqual(
      labels,
      Array.from({ length: ROWS }, (_, index) => String(index)),
    );
  });

  it('are built at once if there are few, also in the next turn', async () => {
    const turns = new RowTurns();
    for (let turn = 0; turn < 3; turn += 1) {
      const { items } = requested(turns, 200);
      assert.ok(items.every((item) => item instanceof TreeItem));
      await setImmediate();
    }
  });

  it('fail alone', async () => {
    const { items } = requested(new RowTurns(), ROWS, 1000);
    const settled = await Promise.allSettled(items.map((item) => Promise.resolve(item)));
    assert.deepEqual(
      settled.flatMap(({ status }, index) => (status === 'rejected' ? [index] : [])),
      [1000],
    );
  });
});
