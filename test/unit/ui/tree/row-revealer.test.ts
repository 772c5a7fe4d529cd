import assert from 'node:assert/strict';
import { RowRevealer } from '../../../../src/ui/tree/row-revealer';
import { FakeClock } from '../../../support/fake-clock';
import { MemoryLog } from '../../../support/samples';
import { MINUTE } from '../../../../src/base/time-units';

describe('a row that is to be shown', () => {
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

  const isThere = () => true;
  /** What the view does, which refuses at first so many times. */
  const showing =
    (row: string, refusals = 0) =>
    () =>
      refusals-- > 0 ? Promise.reject(new Error('no such row')) : Promise.resolve(void shown.push(row));
  /** What a view does that is busy drawing. */
  const showingLater = (row: string, delay: number) => () =>
    new Promise<void>((resolve) => {
      clock.schedule(delay, () => {
        shown.push(row);
        resolve();
      });
    });

  it('is shown at once where the view has it, and later where it has it later', async () => {
    await revealer.reveal(showing('a'), isThere);
    assert.deepEqual(shown, ['a']);
    const revealing = revealer.reveal(showing('b', 4), isThere);
    await clock.advance(MINUTE);
    await revealing;
    assert.deepEqual(shown, ['a', 'b']);
    assert.deepEqual(log.lines, []);
  });

  it('comes last where it is wanted last, however late the view is with the one before', async () => {
    const first = revealer.reveal(showingLater('first', 3000), isThere);
    await clock.advance(0);
    const skipped = revealer.reveal(showing('skipped'), isThere);
    const last = revealer.reveal(showing('last'), isThere);
    await clock.advance(3000);
    await Promise.all([first, skipped, last]);
    assert.deepEqual(shown, ['first', 'last']);
  });

  it('does not wait for the pauses of one that nobody wants any more', async () => {
    const first = revealer.reveal(showing('first', 6), isThere);
    await clock.advance(2000);
    const last = revealer.reveal(showing('last'), isThere);
    await clock.advance(0);
    await Promise.all([first, last]);
    assert.deepEqual(shown, ['last']);
    assert.equal(clock.pendingTimers, 0);
  });

  it('is given up with a word in the log where the view never has it, and does not keep the next one waiting', async () => {
    const never = revealer.reveal(showing('never', Infinity), isThere);
    await clock.advance(MINUTE);
    await never;
    assert.equal(log.lines.filter((line) => line.includes('could not be shown')).length, 1);
    const silent = revealer.reveal(() => new Promise(() => undefined), isThere);
    const next = revealer.reveal(showing('next'), isThere);
    await clock.advance(MINUTE);
    await Promise.all([silent, next]);
    assert.deepEqual(shown, ['next']);
  });

  it('is not shown any more once it is gone, or nobody is there', async () => {
    let isStillThere = true;
    const gone = revealer.reveal(showing('gone', 3), () => isStillThere);
    await clock.advance(0);
    isStillThere = false;
    await clock.advance(MINUTE);
    await gone;
    const late = revealer.reveal(showing('late', 3), isThere);
    await clock.advance(0);
    revealer.dispose();
    await late;
    assert.deepEqual(shown, []);
    assert.equal(clock.pendingTimers, 0);
  });
});
