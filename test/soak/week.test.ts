import assert from 'node:assert/strict';
import { seedOf } from '../support/seeds';
import { soak } from './week/week';

const seed = seedOf('SOAK_SEED');

describe('a simulated week with three windows, every fault, sleeps and clock jumps', () => {
  it('loses no job, announces each ending once, shows it as unseen until it is seen, and stays within the budget', async () => {
    const { failures, endings } = await soak({ seed });
    assert.deepEqual(failures, [], `SOAK_SEED=${seed}`);
    assert.ok(endings > 300, `${endings} endings with SOAK_SEED=${seed}`);
  }).timeout(240_000);
});
