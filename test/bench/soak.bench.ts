/**
 * Simulated weeks of three windows: `npm run bench -- soak [--runs=100] [--seed=n] [--json]`. The report of each run is
 * written into test/bench/reports/soak.json.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { soak, type SoakResult } from '../soak/week/week';

const REPORT = path.join('test', 'bench', 'reports', 'soak.json');

const option = (name: string, otherwise: number) =>
  Number(process.argv.find((argument) => argument.startsWith(`--${name}=`))?.split('=')[1] ?? otherwise);
const runs = option('runs', 100);
const first = option('seed', 1);
const isJson = process.argv.includes('--json');

async function run(): Promise<void> {
  const start = performance.now();
  const results: SoakResult[] = [];
  for (let seed = first; seed < first + runs; seed += 1) {
    const result = await soak({ seed });
    results.push(result);
    if (!isJson) console.log(`${result.failures.length === 0 ? 'holds ' : 'FAILED'} ${JSON.stringify(result)}`);
    const sum = (of: (result: SoakResult) => number) => results.reduce((total, each) => total + of(each), 0);
    const summary = {
      seeds: [first, seed],
      failed: results.filter(({ failures }) => failures.length > 0).length,
      endings: sum(({ endings }) => endings),
      requests: sum(({ requests }) => requests),
      seconds: Math.round((performance.now() - start) / 1000),
    };
    mkdirSync(path.dirname(REPORT), { recursive: true });
    writeFileSync(REPORT, `${JSON.stringify({ ...summary, results }, null, 2)}\n`);
    if (seed === first + runs - 1) console.log(JSON.stringify(summary));
    if (summary.failed > 0) process.exitCode = 1;
  }
}

run().catch((cause: unknown) => {
  console.error(cause);
  process.exitCode = 1;
});
