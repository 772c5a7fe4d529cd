/** The seeds of random tests. They are fixed, so that `npm test` fails only because of a change of the code. */

/** By the environment variable that changes it: to a number, or to `random`. */
const FIXED_SEEDS = {
  /** Of the fuzzers. */
  ELB_FUZZ_SEED: 1,
  /** Of the simulated week, the killed processes and the wrong keys. */
  SOAK_SEED: 1,
  /** Of the properties that fast-check tries. */
  PROPERTY_SEED: 1,
};

/** Seeds are smaller. */
export const MAX_SEED = 2 ** 31;

export function randomSeed(): number {
  return Math.floor(Math.random() * MAX_SEED);
}

/**
 * Returns the seed that the environment variable sets, or else the fixed one: a new one for each call if it is `random`.
 * Throws if it is no seed.
 */
export function seedOf(variable: keyof typeof FIXED_SEEDS): number {
  const value = process.env[variable] ?? '';
  if (value === 'random') return randomSeed();
  if (value === '') return FIXED_SEEDS[variable];
  const seed = /^\d+$/.test(value) ? Number(value) : NaN;
  // fast-check would cut a greater one to 32 bits, and then print another seed than the one that was set.
  if (!(seed < MAX_SEED)) throw new Error(`${variable} must be a whole number below 2³¹, or "random": ${value}`);
  return seed;
}
