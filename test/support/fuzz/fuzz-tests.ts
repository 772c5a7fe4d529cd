/** Mocha tests of a fuzzer. */
import { MINUTE } from '../../../src/base/time-units';
import { seedOf } from '../seeds';
import { type Fuzzer, type FuzzResult, runFuzzer } from './fuzzer';

/** For each fuzzer. */
export const FUZZED_INPUTS = 100_000;
/** Fewer on a system that is slow, such as Windows under Wine. */
const inputsHere = Number(process.env['ELB_FUZZ_INPUTS'] ?? FUZZED_INPUTS);
/** In parts, so that a part that hangs fails alone and long before the whole run. */
const PARTS = 10;
/** A part takes seconds, and minutes on a very busy machine. */
const MAX_PART_MS = 5 * MINUTE;

/**
 * Adds tests with 100,000 inputs in all (`ELB_FUZZ_INPUTS` changes that), the same in each run, and prints the worst CPU time.
 * `ELB_FUZZ_SEED` tries the case with that seed first, and others than usual after it. A failure says how to repeat its case.
 */
export function fuzzTests(fuzzer: Fuzzer): void {
  const seed = seedOf('ELB_FUZZ_SEED');
  const results: FuzzResult[] = [];
  for (let part = 0; part < PARTS; part += 1) {
    it(`break nothing, leak nothing and grow nothing: ${fuzzer.name}, part ${part + 1} of ${PARTS}`, async () => {
      const inputs = inputsHere / PARTS;
      results.push(await runFuzzer(fuzzer, { seed: seed + part * inputs, inputs }));
    }).timeout(MAX_PART_MS);
  }
  after(() => {
    const worstMs = Math.max(...results.map(({ worstCpuUs }) => worstCpuUs)) / 1000;
    const storedBytes = Math.max(...results.map((result) => result.storedBytes));
    console.log(`    ${fuzzer.name}, seed ${seed}: at most ${worstMs} ms of CPU time and ${storedBytes} bytes each`);
  });
}
