import assert from 'node:assert/strict';
import { onDemand } from '../../../src/base/on-demand';

describe('what is read on demand', () => {
  it('is read once, however often it is used, and again after a failure', async () => {
    let reads = 0;
    const failures: unknown[] = [];
    const load = onDemand(
      () => {
        reads += 1;
        return reads === 1 ? Promise.reject(new Error('no file')) : Promise.resolve(reads);
      },
      (cause) => {
        failures.push(cause);
        return new Error('reload the window');
      },
    );
    assert.equal(reads, 0);
    const both = await Promise.allSettled([load(), load()]);
    assert.deepEqual(
      both.map((each) => each.status === 'rejected' && String(each.reason)),
      ['Error: reload the window', 'Error: reload the window'],
    );
    assert.deepEqual([reads, failures.length], [1, 1]);
    assert.deepEqual(await Promise.all([load(), load()]), [2, 2]);
    assert.equal(reads, 2);
  });
});
