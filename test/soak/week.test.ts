import assert from 'node:assert/strict';
import { soak } from './week/week';

/** Each run simulates another week; `SOAK_SEED=n` repeats one. */
const seed = Number(process.env['SOAK_SEED'] ?? Date.now() % 2 ** 31);

describe('a simulated week with three windows, every fault, sleeps and clock jumps', () => {
  it('loses no job, announces each ending once, shows it as unseen until it is seen, and stays within the budget', async () => {
    const { failures, endings } = await soak({ seed });
    assert.deepEqual(failures, [], `SOAK_SEED=${seed}`);
    assert.ok(endings > 300, `${endings} endings with SOAK_SEED=${seed}`);
  }).timeout(240_000);
});
