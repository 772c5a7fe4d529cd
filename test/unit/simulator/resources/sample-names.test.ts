import assert from 'node:assert/strict';
import {
  LISTENERS,
  listenerName,
  LOAD_BALANCER_NAMES,
  loadBalancerName,
  UNNAMED_AT,
} from '../../../../src/simulator/resources/sample-names';

describe('the sample names', () => {
  it('are the same for the same index, and numbered when they run out', () => {
    assert.deepEqual([0, 1].map(loadBalancerName), ['prod-api', 'checkout-web']);
    const { length } = LOAD_BALANCER_NAMES;
    assert.equal(loadBalancerName(length + 1), 'prod-api-2', 'one index has no name');
    assert.equal(loadBalancerName(2 * length + 2), 'checkout-web-3');
    assert.deepEqual([0, LISTENERS.length].map(listenerName), ['https-443', 'https-443-2']);
  });

  it('differ from each other, and one load balancer among many has none', () => {
    const names = Array.from({ length: 500 }, (_, index) => loadBalancerName(index));
    assert.equal(new Set(names).size, 500);
    assert.deepEqual(
      names.filter((name) => name === ''),
      [names[UNNAMED_AT]],
    );
    assert.equal(new Set(Array.from({ length: 500 }, (_, index) => listenerName(index))).size, 500);
  });
});
