/**
 * The client's properties at length: `npm run bench -- properties [--runs=N] [--seed=N] [--json]`. Seed and result of each
 * are written into test/bench/reports/properties.json, so that a run can be had again.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { clientProperties } from '../unit/elb/properties';

const REPORT = path.join('test', 'bench', 'reports', 'properties.json');

const option = (name: string, otherwise: number) =>
  Number(process.argv.find((argument) => argument.startsWith(`--${name}=`))?.split('=')[1] ?? otherwise);
const numRuns = option('runs', 1_000_000);
const seed = option('seed', Date.now() % 2 ** 31);
const isJson = process.argv.includes('--json');

const results = clientProperties.map(({ name, property }) => {
  const start = performance.now();
  const details = fc.check(property, { numRuns, seed });
  const { failed, numRuns: done, counterexamplePath } = details;
  const seconds = Math.round((performance.now() - start) / 1000);
  const result = {
    name,
    seed,
    runs: done,
    failed,
    seconds,
    ...(failed ? { counterexamplePath, fault: String(details.errorInstance) } : {}),
  };
  if (!isJson) console.log(`${failed ? 'FAILED' : 'holds '} ${done} runs, ${seconds} s: ${name}`);
  return result;
});

mkdirSync(path.dirname(REPORT), { recursive: true });
writeFileSync(REPORT, `${JSON.stringify({ node: process.version, seed, results }, null, 2)}\n`);
if (isJson) console.log(JSON.stringify({ seed, runs: numRuns, failed: results.filter(({ failed }) => failed).length }));
else console.log(`Seed ${seed}; written into ${REPORT}.`);
if (results.some(({ failed }) => failed)) process.exitCode = 1;
