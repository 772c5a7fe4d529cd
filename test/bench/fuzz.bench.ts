/**
 * Fuzzes answers, texts, labelled texts and state files with many inputs: `npm run bench -- fuzz [--runs=N] [--seed=N] [--json]`. Writes
 * the seed and results to test/bench/reports/fuzz.json, so that a run can be repeated.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { answerFuzzer } from '../support/fuzz/answers';
import { type Fuzzer, type FuzzResult, runFuzzer } from '../support/fuzz/fuzzer';
import { labelledTextFuzzer } from '../support/fuzz/labelled-texts';
import { stateFileFuzzer } from '../support/fuzz/state-files';
import { textFuzzer } from '../support/fuzz/texts';
import { randomSeed } from '../support/seeds';

const REPORT = path.join('test', 'bench', 'reports', 'fuzz.json');
const FUZZERS: readonly Fuzzer[] = [answerFuzzer, textFuzzer, labelledTextFuzzer, stateFileFuzzer];

const option = (name: string, defaultValue: number) =>
  Number(process.argv.find((argument) => argument.startsWith(`--${name}=`))?.split('=')[1] ?? defaultValue);
const inputs = option('runs', 1_000_000);
const seed = option('seed', randomSeed());
const isJson = process.argv.includes('--json');

run().catch((cause: unknown) => {
  console.error(cause);
  process.exitCode = 1;
});

async function run(): Promise<void> {
  const results: (FuzzResult & { readonly seconds: number })[] = [];
  for (const fuzzer of FUZZERS) {
    const start = performance.now();
    const result = await runFuzzer(fuzzer, { seed, inputs });
    const seconds = Math.round((performance.now() - start) / 1000);
    results.push({ ...result, seconds });
    const { name, worstCpuUs, storedBytes } = result;
    if (!isJson)
      console.log(
        `${result.inputs} ${name}: ${seconds} s, worst ${worstCpuUs} µs CPU, at most ${storedBytes} bytes stored`,
      );
  }
  mkdirSync(path.dirname(REPORT), { recursive: true });
  writeFileSync(REPORT, `${JSON.stringify({ node: process.version, seed, results }, null, 2)}\n`);
  if (isJson) console.log(JSON.stringify({ seed, results }));
  else console.log(`Seed ${seed}. The results are in ${REPORT}.`);
}
