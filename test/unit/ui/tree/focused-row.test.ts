import assert from 'node:assert/strict';
import { commands } from 'vscode';
import { FocusedRow } from '../../../../src/ui/tree/focused-row';
import type { JobTreeNode } from '../../../../src/ui/tree/job-nodes';
import { SECOND } from '../../../../src/base/time-units';
import { FakeClock } from '../../../support/fake-clock';
import { replaceProperty } from '../../../support/host/replace-property';

const job = (key: string): JobTreeNode => ({ kind: 'job', id: key, key });
const [a, b, c] = [job('a'), job('b'), job('c')];

describe('the focused row', () => {
  let selection: readonly JobTreeNode[];
  let focused: JobTreeNode | undefined;
  let actions: string[];
  let toggle: () => void;
  let answer: () => Promise<void>;
  let clock: FakeClock;
  let restore: () => void;
  let row: FocusedRow;

  beforeEach(() => {
    [selection, focused, actions] = [[], undefined, []];
    clock = new FakeClock();
    answer = () => Promise.resolve();
    toggle = () => {
      if (focused === undefined) return;
      const others = selection.filter(({ id }) => id !== focused?.id);
      selection = others.length < selection.length ? others : [...selection, focused];
    };
    restore = replaceProperty(commands, 'executeCommand', (command: string) => {
      actions.push(command);
      toggle();
      return answer();
    });
    const view = {
      get selection() {
        return selection;
      },
    };
    row = new FocusedRow({ view, personActed: () => actions.push('acted'), clock });
  });

  afterEach(() => {
    restore();
  });

  const found = async (selected: readonly JobTreeNode[], focus: JobTreeNode | undefined) => {
    [selection, focused] = [selected, focus];
    return row.rows();
  };

  it('is found whether it is selected or not, and the selection stays', async () => {
    assert.deepEqual(await found([], b), { clicked: b, selected: undefined });
    assert.deepEqual(selection, []);
    assert.deepEqual(await found([a], b), { clicked: b, selected: undefined });
    assert.deepEqual(selection, [a]);
    assert.deepEqual(await found([b], b), { clicked: b, selected: undefined });
    assert.deepEqual(selection, [b]);
  });

  it('comes with all selected rows only if it is one of them', async () => {
    assert.deepEqual(await found([a, b], b), { clicked: b, selected: [a, b] });
    assert.deepEqual(new Set(selection), new Set([a, b]));
    assert.deepEqual(await found([a, b], c), { clicked: c, selected: undefined });
    assert.deepEqual(selection, [a, b]);
  });

  it('is unknown if no row has the focus, or if the editor cannot toggle it', async () => {
    assert.equal(await found([a], undefined), undefined);
    toggle = () => {
      throw new Error('command not found');
    };
    assert.equal(await found([a], b), undefined);
    assert.deepEqual(selection, [a]);
  });

  it('is unknown if another row is selected meanwhile', async () => {
    toggle = () => {
      selection = [c];
    };
    assert.equal(await found([a], b), undefined);
  });

  it('is unknown if the selection is not the earlier one afterwards, e.g. since another window removed a row', async () => {
    let count = 0;
    const working = toggle;
    toggle = () => {
      working();
      count += 1;
      if (count === 2) selection = [b];
    };
    assert.equal(await found([a, b], c), undefined);
  });

  it('is found although the tree was redrawn meanwhile', async () => {
    const working = toggle;
    toggle = () => {
      working();
      selection = selection.map((each) => ({ ...each }));
    };
    assert.equal((await found([a], b))?.clicked.id, 'b');
  });

  it('is unknown if the editor does not answer, and the next key is not held up', async () => {
    answer = () => new Promise(() => undefined);
    const first = found([a], b);
    const second = row.rows();
    await clock.advance(4 * SECOND);
    assert.deepEqual([await first, await second], [undefined, undefined]);
    assert.deepEqual(selection, [a]);
    answer = () => Promise.resolve();
    assert.deepEqual(await found([a], b), { clicked: b, selected: undefined });
  });

  it('is looked for by one key at a time, after the view has stopped to select rows itself', async () => {
    [selection, focused] = [[a], b];
    const [one, other] = await Promise.all([row.rows(), row.rows()]);
    assert.deepEqual([one?.clicked, other?.clicked, selection], [b, b, [a]]);
    const once = ['acted', 'list.toggleSelection', 'list.toggleSelection'];
    assert.deepEqual(actions, [...once, ...once]);
  });
});
