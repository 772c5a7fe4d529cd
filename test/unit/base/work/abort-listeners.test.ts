import assert from 'node:assert/strict';
import { onAbort } from '../../../../src/base/work/abort-listeners';
import { settle } from '../../../support/fake-clock';

describe('the listeners of a signal', () => {
  it('are called once, in order, in parts if there are thousands, and not after their disposal', async () => {
    const controller = new AbortController();
    const called: number[] = [];
    const subscriptions = Array.from({ length: 1000 }, (_, index) =>
      onAbort(controller.signal, () => called.push(index)),
    );
    subscriptions[3]?.dispose();
    controller.abort();
    assert.ok(called.length > 0 && called.length < 500, `${called.length} in the turn of the abort`);
    subscriptions[998]?.dispose();
    while (!called.includes(999)) await settle();
    assert.deepEqual(
      called,
      subscriptions.map((_, index) => index).filter((index) => index !== 3 && index !== 998),
    );
  });

  it('cost one listener of the signal, of many of which Node.js would warn', () => {
    let added = 0;
    const signal = { addEventListener: () => (added += 1) };
    for (let count = 0; count < 100; count += 1) onAbort(signal, () => undefined).dispose();
    assert.equal(added, 1);
  });

  it('may be the same function several times', () => {
    const controller = new AbortController();
    let calls = 0;
    const listener = () => (calls += 1);
    onAbort(controller.signal, listener).dispose();
    onAbort(controller.signal, listener);
    controller.abort();
    assert.equal(calls, 1);
  });
});
