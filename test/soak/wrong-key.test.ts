import assert from 'node:assert/strict';
import { tryWrongKey } from './week/wrong-key';
import { MINUTE } from '../../src/base/time-units';

const SEEDS = 8;
/** Other hours in every run; `SOAK_SEED=n` has the first of them again. */
const first = Number(process.env['SOAK_SEED'] ?? Date.now() % 2 ** 31);

describe('hours of three windows with a wrong key, ten reloads, a killed holder, a sleep and an impatient person', () => {
  it('make one refused request in all, one more when the person says try again, and know all jobs after repair', async () => {
    for (let seed = first; seed < first + SEEDS; seed += 1) {
      const result = await tryWrongKey({ seed, slowest: 30_000, undisturbed: MINUTE });
      const { refused, refusedAgain, known, jobs, errors } = result;
      assert.deepEqual([refused, refusedAgain, known, errors], [1, 1, jobs, []], `SOAK_SEED=${seed}`);
    }
  }).timeout(240_000);

  it('make three refused requests in ten minutes at most, where windows die before they hear of a refusal', async () => {
    for (let seed = first; seed < first + SEEDS; seed += 1) {
      const { refused, mostIn10Minutes, unheard, known, jobs } = await tryWrongKey({
        seed,
        slowest: 30_000,
        undisturbed: 0,
      });
      const told = `SOAK_SEED=${seed}: ${refused} refused, ${unheard} unheard, ${mostIn10Minutes} in ten minutes`;
      assert.ok(refused <= 1 + unheard && mostIn10Minutes <= 3, told);
      assert.equal(known, jobs, `SOAK_SEED=${seed}`);
    }
  }).timeout(240_000);
});
