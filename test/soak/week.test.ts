import assert from 'node:assert/strict';
import { soak } from './week/week';

/** Another week in every run; `SOAK_SEED=n` has one again. */
const seed = Number(process.env['SOAK_SEED'] ?? Date.now() % 2 ** 31);

describe('a simulated week of three windows, every fault, sleeps and clocks that jump', () => {
  it('loses no job, announces each ending once, leaves it unseen until seen, and keeps to the budget', async () => {
    const { failures, endings } = await soak({ seed });
    assert.deepEqual(failures, [], `SOAK_SEED=${seed}`);
    assert.ok(endings > 300, `${endings} endings with SOAK_SEED=${seed}`);
  }).timeout(240_000);
});
