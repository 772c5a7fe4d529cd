/**
 * Tests the client's properties with many runs: `npm run bench -- properties [--runs=N] [--seed=N] [--json]`. Writes the seed
 * and results to test/bench/reports/properties.json, so that a run can be repeated.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { clientProperties, type NamedProperty } from '../support/cloud/client-properties';
import { randomSeed } from '../support/seeds';

const REPORT = path.join('test', 'bench', 'reports', 'properties.json');

const option = (name: string, defaultValue: number) =>
  Number(process.argv.find((argument) => argument.startsWith(`--${name}=`))?.split('=')[1] ?? defaultValue);
const numRuns = option('runs', 1_000_000);
const seed = option('seed', randomSeed());
const isJson = process.argv.includes('--json');

run().catch((cause: unknown) => {
  console.error(cause);
  process.exitCode = 1;
});

async function run(): Promise<void> {
  const results = [];
  for (const named of clientProperties) results.push(await resultOf(named));
  mkdirSync(path.dirname(REPORT), { recursive: true });
  writeFileSync(REPORT, `${JSON.stringify({ node: process.version, seed, results }, null, 2)}\n`);
  const failed = results.filter((result) => result.failed).length;
  if (isJson) console.log(JSON.stringify({ seed, runs: numRuns, failed }));
  else console.log(`Seed ${seed}. The results are in ${REPORT}.`);
  if (failed > 0) process.exitCode = 1;
}

async function resultOf({ name, property }: NamedProperty) {
  const start = performance.now();
  const details = await fc.check(property, { numRuns, seed });
  const { failed, numRuns: done, counterexamplePath } = details;
  const seconds = Math.round((performance.now() - start) / 1000);
  if (!isJson) console.log(`${failed ? 'FAILED' : 'passed'} ${done} runs, ${seconds} s: ${name}`);
  return {
    name,
    seed,
    runs: done,
    failed,
    seconds,
    ...(failed ? { counterexamplePath, fault: String(details.errorInstance) } : {}),
  };
}
