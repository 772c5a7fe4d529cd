import assert from 'node:assert/strict';
import { tryWrongKey } from './week/wrong-key';
import { MINUTE } from '../../src/base/time-units';

const SEEDS = 8;
/** Each run simulates other hours; `SOAK_SEED=n` repeats them. */
const first = Number(process.env['SOAK_SEED'] ?? Date.now() % 2 ** 31);

describe('three windows with a wrong key, ten reloads, a killed poller, a sleep and many refreshes', () => {
  it('send one refused request, one more after "Try again", and know all jobs after the key is fixed', async () => {
    for (let seed = first; seed < first + SEEDS; seed += 1) {
      const result = await tryWrongKey({ seed, maxResponseMs: 30_000, undisturbedMs: MINUTE });
      const { refused, refusedAgain, known, jobs, errors } = result;
      assert.deepEqual([refused, refusedAgain, known, errors], [1, 1, jobs, []], `SOAK_SEED=${seed}`);
    }
  }).timeout(240_000);

  it('send at most three refused requests in ten minutes if windows are killed before they save a refusal', async () => {
    for (let seed = first; seed < first + SEEDS; seed += 1) {
      const { refused, maxIn10Minutes, unsavedRefusals, known, jobs } = await tryWrongKey({
        seed,
        maxResponseMs: 30_000,
        undisturbedMs: 0,
      });
      const details = `SOAK_SEED=${seed}: ${refused} refused, ${unsavedRefusals} not saved, ${maxIn10Minutes} in ten minutes`;
      assert.ok(refused <= 1 + unsavedRefusals && maxIn10Minutes <= 3, details);
      assert.equal(known, jobs, `SOAK_SEED=${seed}`);
    }
  }).timeout(240_000);
});
