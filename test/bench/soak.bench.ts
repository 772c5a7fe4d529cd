/**
 * Simulates weeks of three windows: `npm run bench -- soak [--runs=100] [--seed=N] [--json]`. Prints the result of each week,
 * and writes a summary to test/bench/reports/soak.json.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { soak, type SoakResult } from '../soak/week/week';
import { soakReport, soakSummary } from './soak-report';

const REPORT = path.join('test', 'bench', 'reports', 'soak.json');

const option = (name: string, defaultValue: number) =>
  Number(process.argv.find((argument) => argument.startsWith(`--${name}=`))?.split('=')[1] ?? defaultValue);
const runs = option('runs', 100);
const firstSeed = option('seed', 1);
const isJson = process.argv.includes('--json');

async function run(): Promise<void> {
  const start = performance.now();
  const seconds = () => Math.round((performance.now() - start) / 1000);
  const results: SoakResult[] = [];
  mkdirSync(path.dirname(REPORT), { recursive: true });
  for (let seed = firstSeed; seed < firstSeed + runs; seed += 1) {
    const result = await soak({ seed });
    results.push(result);
    const isOk = result.failures.length === 0;
    if (!isOk) process.exitCode = 1;
    if (!isJson) console.log(`${isOk ? 'passed' : 'FAILED'} ${JSON.stringify(result)}`);
    // Written after each week, so that an interrupted run leaves a report.
    writeFileSync(REPORT, `${JSON.stringify(soakReport(results, seconds()), null, 2)}\n`);
  }
  console.log(JSON.stringify(soakSummary(results, seconds())));
}

run().catch((cause: unknown) => {
  console.error(cause);
  process.exitCode = 1;
});
