import assert from 'node:assert/strict';
import { seedOf } from '../support/seeds';
import { tryWrongKey, type WrongKeyOptions, type WrongKeyResult } from './week/wrong-key';
import { MINUTE } from '../../src/base/time-units';

const SEEDS = 8;
/** For each other way to hold keys: the hours are the same. */
const VARIANT_SEEDS = 2;
const first = seedOf('SOAK_SEED');

async function forEachSeed(
  seeds: number,
  options: Omit<WrongKeyOptions, 'seed' | 'maxResponseMs'>,
  check: (result: WrongKeyResult, details: string) => void,
): Promise<void> {
  for (let seed = first; seed < first + seeds; seed += 1) {
    const result = await tryWrongKey({ seed, maxResponseMs: 30_000, ...options });
    check(result, `SOAK_SEED=${seed}: ${JSON.stringify(result)}`);
  }
}

describe('four windows with a wrong key, ten reloads, a killed poller, a sleep and many refreshes', () => {
  for (const [where, options] of [
    ['', {}],
    [' while no keyring works', { keys: 'no-keyring' }],
    [' while each window has a secret storage of its own', { keys: 'own-secret-storages' }],
    [' while the person holds down Test Credentials', { isTestHeldDown: true }],
    [
      ' while the person holds down Test Credentials in other browsers',
      { keys: 'own-secret-storages', isTestHeldDown: true },
    ],
  ] as const) {
    it(`send one refused request, one more after "Try again", and know all jobs after the key is fixed${where}`, async () => {
      await forEachSeed(
        where === '' ? SEEDS : VARIANT_SEEDS,
        { ...options, undisturbedMs: MINUTE },
        (result, details) => {
          const { refused, refusedAgain, known, jobs, errors } = result;
          assert.deepEqual([refused, refusedAgain, known, errors.filter(isUnexpected)], [1, 1, jobs, []], details);
        },
      );
    }).timeout(240_000);
  }

  for (const keys of ['changing-secret', 'secret-per-project'] as const) {
    it(`send each wrong key once, at most three of them in ten minutes, and know all jobs without "Try again" (${keys})`, async () => {
      await forEachSeed(
        VARIANT_SEEDS,
        { keys, isTestHeldDown: true, undisturbedMs: 3 * 60 * MINUTE },
        (result, details) => {
          const { maxOfOneKey, maxIn10Minutes, maxIn10MinutesLater, keys: sent, known, jobs } = result;
          assert.ok(maxOfOneKey === 1 && maxIn10Minutes <= 3 && sent > 3, details);
          assert.ok(maxIn10MinutesLater <= 4, `"Try again" allows one more. ${details}`);
          assert.equal(known, jobs, details);
        },
      );
    }).timeout(240_000);
  }

  for (const keys of [
    'stored',
    'no-keyring',
    'own-secret-storages',
    'changing-secret',
    'secret-per-project',
  ] as const) {
    it(`send at most three refused requests in ten minutes if windows are killed before they save a refusal (${keys})`, async () => {
      await forEachSeed(keys === 'stored' ? SEEDS : VARIANT_SEEDS, { keys, undisturbedMs: 0 }, (result, details) => {
        const { refused, keys: sent, maxIn10Minutes, unsavedRefusals, known, jobs } = result;
        assert.ok(refused <= sent + unsavedRefusals && maxIn10Minutes <= 3, details);
        assert.equal(known, jobs, details);
      });
    }).timeout(240_000);
  }
});

/** The keyring that is missing is reported. */
function isUnexpected(line: string): boolean {
  return !line.includes('keyring');
}
