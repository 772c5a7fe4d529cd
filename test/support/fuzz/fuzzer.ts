/** Runs fuzzers: each case is made from its own seed, so that one that failed can be repeated alone. */
import { SeededRandom } from '../seeded-random';
import { MAX_SEED } from '../seeds';

export interface Fuzzer {
  readonly name: string;
  /** How many inputs a case tries. */
  readonly inputsPerCase: number;
  /**
   * Makes the inputs of one case.
   * @returns a function that tries them, and fails if something does not hold. Only its time counts.
   */
  readonly prepare: (random: SeededRandom) => TryCase | Promise<TryCase>;
}

type TryCase = () => Promise<CaseResult> | CaseResult;

interface CaseResult {
  /** The most that was stored for an input; 0 if nothing is stored. */
  readonly storedBytes: number;
}

export interface FuzzResult {
  readonly name: string;
  readonly seed: number;
  readonly inputs: number;
  /** Of the slowest case, divided by its inputs; the best of three runs. */
  readonly worstCpuUs: number;
  /** The seed of the slowest case. */
  readonly slowest: number;
  /** The most that was stored for an input. */
  readonly storedBytes: number;
}

/** Rejects at the first case that fails, with the seed that repeats it. */
export async function runFuzzer(
  fuzzer: Fuzzer,
  { seed, inputs }: { seed: number; inputs: number },
): Promise<FuzzResult> {
  const { name, inputsPerCase } = fuzzer;
  const cases = Math.ceil(inputs / inputsPerCase);
  let [worst, slowest, storedBytes] = [0, seed, 0];
  for (let index = 0; index < cases; index += 1) {
    const own = (seed + index) % MAX_SEED;
    const { elapsedUs, result } = await runCase(fuzzer, own, () => performance.now() * 1000);
    storedBytes = Math.max(storedBytes, result.storedBytes);
    // The CPU time is read for slow cases only: reading it takes longer than most cases.
    if (elapsedUs <= worst) continue;
    const best = await bestCpuUs(fuzzer, own);
    if (best > worst) [worst, slowest] = [best, own];
  }
  return {
    name,
    seed,
    inputs: cases * inputsPerCase,
    worstCpuUs: Math.round(worst / inputsPerCase),
    slowest,
    storedBytes,
  };
}

/** @returns the least CPU time of three runs in microseconds: the collection of garbage and other noise do not count */
async function bestCpuUs(fuzzer: Fuzzer, seed: number): Promise<number> {
  const cpuUs = () => {
    const { user, system } = process.cpuUsage();
    return user + system;
  };
  const times: number[] = [];
  for (let run = 0; run < 3; run += 1) times.push((await runCase(fuzzer, seed, cpuUs)).elapsedUs);
  return Math.min(...times);
}

/** @param clockUs returns microseconds */
async function runCase({ name, prepare }: Fuzzer, seed: number, clockUs: () => number) {
  try {
    const tryCase = await prepare(new SeededRandom(seed));
    const start = clockUs();
    const result = await tryCase();
    return { result, elapsedUs: clockUs() - start };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    const repeat = `ELB_FUZZ_SEED=${seed} MOCHA_GREP='${name}' npm run test:unit`;
    throw new Error(`To repeat: ${repeat}\n${message}`, { cause });
  }
}
