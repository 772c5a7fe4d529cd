import assert from 'node:assert/strict';
import { soak } from './soak/soak';
import { tryWrongKey } from './soak/wrong-key';

/** Another week in every run; `SOAK_SEED=n` has one again. */
const seed = Number(process.env['SOAK_SEED'] ?? Date.now() % 2 ** 31);

describe('a simulated week of three windows, every fault, sleeps and clocks that jump', () => {
  it('loses no job, announces each ending once, leaves it unseen until seen, and keeps to the budget', async () => {
    const { failures, endings } = await soak({ seed });
    assert.deepEqual(failures, [], `SOAK_SEED=${seed}`);
    assert.ok(endings > 400, `${endings} endings with SOAK_SEED=${seed}`);
  }).timeout(120_000);

  it('makes one refused request with a wrong key, through ten reloads and the death of the window that polls', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { refused, refusedAgain, errors } = await tryWrongKey({ seed: seed + round, slowest: 300 });
      assert.ok(refused <= 3 && refusedAgain <= 3, `${refused} and ${refusedAgain} with SOAK_SEED=${seed + round}`);
      assert.deepEqual(errors, []);
    }
  }).timeout(60_000);
});
