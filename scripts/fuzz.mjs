// Runs the fuzzers of the unit tests with a new random seed: `npm run fuzz`. A failure says how to repeat its case.
import { randomInt } from 'node:crypto';
import { inProject } from './lib/paths.mjs';
import { startGuarded } from './lib/process/guarded.mjs';
import { main } from './lib/process/main.mjs';

const MAX_SEED = 2 ** 31;
/** The beginning of the titles of these tests. */
const TITLE = 'break nothing, leak nothing and grow nothing';

await main(async () => {
  const seed = String(randomInt(MAX_SEED));
  console.log(`Seed ${seed}. To repeat this run: ELB_FUZZ_SEED=${seed} MOCHA_GREP='${TITLE}' npm run test:unit`);
  const { ended } = startGuarded(process.execPath, [inProject('scripts', 'test.mjs'), 'unit'], {
    output: 'inherit',
    env: { ...process.env, ELB_FUZZ_SEED: seed, MOCHA_GREP: TITLE },
  });
  process.exitCode = await ended;
});
