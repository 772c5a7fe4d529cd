import assert from 'node:assert/strict';
import { sleep } from '../../../src/base/timing';
import { FakeClock } from '../../support/fake-clock';

describe('waiting', () => {
  it('ends with its time, or as soon as nobody waits any more', async () => {
    const clock = new FakeClock();
    const { signal } = new AbortController();
    let isOver = false;
    void sleep(clock, 1000, signal).then(() => (isOver = true));
    await clock.advance(999);
    assert.equal(isOver, false);
    await clock.advance(1);
    assert.equal(isOver, true);
    const abort = new AbortController();
    const aborted = sleep(clock, 1000, abort.signal);
    abort.abort();
    await aborted;
    assert.equal(clock.pendingTimers, 0);
  });

  it('is none where nobody waited in the first place', async () => {
    const clock = new FakeClock();
    await sleep(clock, 1000, AbortSignal.abort());
    assert.equal(clock.pendingTimers, 0);
  });
});
