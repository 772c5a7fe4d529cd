import assert from 'node:assert/strict';
import { SECOND } from '../../../src/base/time-units';
import { sleep, withTimeout } from '../../../src/base/timing';
import { FakeClock } from '../../support/fake-clock';

describe('a sleep', () => {
  it('ends after its time, or when it is aborted', async () => {
    const clock = new FakeClock();
    const { signal } = new AbortController();
    let isOver = false;
    void sleep(clock, SECOND, signal).then(() => (isOver = true));
    await clock.advance(999);
    assert.equal(isOver, false);
    await clock.advance(1);
    assert.equal(isOver, true);
    const abort = new AbortController();
    const aborted = sleep(clock, SECOND, abort.signal);
    abort.abort();
    await aborted;
    assert.equal(clock.pendingTimers, 0);
  });

  it('ends at once if it was aborted before', async () => {
    const clock = new FakeClock();
    await sleep(clock, SECOND, AbortSignal.abort());
    assert.equal(clock.pendingTimers, 0);
  });
});

describe('a timeout', () => {
  it('replaces a result that does not come in time, and passes on one that does', async () => {
    const clock = new FakeClock();
    const never = new Promise<never>(() => undefined);
    const late = withTimeout(clock, SECOND, never, () => 'nothing');
    await clock.advance(SECOND);
    assert.equal(await late, 'nothing');
    assert.equal(await withTimeout(clock, SECOND, Promise.resolve('result'), () => 'nothing'), 'result');
    await assert.rejects(
      withTimeout(clock, SECOND, Promise.reject(new Error('refused')), () => 'nothing'),
      /refused/,
    );
    assert.equal(clock.pendingTimers, 0);
  });
});
