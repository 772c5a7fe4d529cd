import assert from 'node:assert/strict';
import { RowRevealer } from '../../../../src/ui/tree/row-revealer';
import { FakeClock } from '../../../support/fake-clock';
import { MemoryLog } from '../../../support/samples';
import { MINUTE } from '../../../../src/base/time-units';

describe('revealing a row', () => {
  let clock: FakeClock;
  let log: MemoryLog;
  let revealer: RowRevealer;
  let shown: string[];

  beforeEach(() => {
    clock = new FakeClock();
    log = new MemoryLog();
    revealer = new RowRevealer({ clock, log });
    shown = [];
  });

  afterEach(() => {
    revealer.dispose();
  });

  const exists = () => true;
  /** A view that first rejects `refusals` times. */
  const showing =
    (row: string, refusals = 0) =>
    () =>
      refusals-- > 0 ? Promise.reject(new Error('no such row')) : Promise.resolve(void shown.push(row));
  /** A view that is busy drawing. */
  const showingLater = (row: string, delay: number) => () =>
    new Promise<void>((resolve) => {
      clock.schedule(delay, () => {
        shown.push(row);
        resolve();
      });
    });

  it('shows the row at once if the view has it, else as soon as the view has it', async () => {
    await revealer.reveal(showing('a'), exists);
    assert.deepEqual(shown, ['a']);
    const revealing = revealer.reveal(showing('b', 4), exists);
    await clock.advance(MINUTE);
    await revealing;
    assert.deepEqual(shown, ['a', 'b']);
    assert.deepEqual(log.lines, []);
  });

  it('shows the latest requested row last, however long the view takes for the row before', async () => {
    const first = revealer.reveal(showingLater('first', 3000), exists);
    await clock.advance(0);
    const skipped = revealer.reveal(showing('skipped'), exists);
    const last = revealer.reveal(showing('last'), exists);
    await clock.advance(3000);
    await Promise.all([first, skipped, last]);
    assert.deepEqual(shown, ['first', 'last']);
  });

  it('does not wait for the retries of a row that is no longer requested', async () => {
    const first = revealer.reveal(showing('first', 6), exists);
    await clock.advance(2000);
    const last = revealer.reveal(showing('last'), exists);
    await clock.advance(0);
    await Promise.all([first, last]);
    assert.deepEqual(shown, ['last']);
    assert.equal(clock.pendingTimers, 0);
  });

  it('gives up with one log line if the view never has the row, and then shows the next row', async () => {
    const never = revealer.reveal(showing('never', Infinity), exists);
    await clock.advance(MINUTE);
    await never;
    assert.equal(log.lines.filter((line) => line.includes('could not be shown')).length, 1);
    const silent = revealer.reveal(() => new Promise(() => undefined), exists);
    const next = revealer.reveal(showing('next'), exists);
    await clock.advance(MINUTE);
    await Promise.all([silent, next]);
    assert.deepEqual(shown, ['next']);
  });

  it('stops when the row is gone, or the view is disposed', async () => {
    let stillExists = true;
    const gone = revealer.reveal(showing('gone', 3), () => stillExists);
    await clock.advance(0);
    stillExists = false;
    await clock.advance(MINUTE);
    await gone;
    const late = revealer.reveal(showing('late', 3), exists);
    await clock.advance(0);
    revealer.dispose();
    await late;
    assert.deepEqual(shown, []);
    assert.equal(clock.pendingTimers, 0);
  });
});
