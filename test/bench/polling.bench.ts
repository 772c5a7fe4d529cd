/**
 * Compares how often the engine polls and how soon it notices endings, on a simulated clock, with fixed polling every 2 s
 * (as Terraform) and every 5 s (as KooCLI without its time limit), and counts the look-ups of names:
 * `npm run bench -- polling [--json]`.
 */
import { MINUTE, SECOND } from '../../src/base/time-units';
import {
  batch,
  BEGIN,
  BUDGET,
  type Case,
  exampleJob,
  type Figures,
  fixed,
  HISTORY,
  mixed,
  ours,
  percentile95,
  similar,
} from './polling/polling-figures';

const predicted = similar(36 * SECOND);
const predictedTogether = similar(40);
const cases: readonly Case[] = [
  { name: 'a: the official example', jobs: [exampleJob(0, BEGIN, 'ef6da45b-35d9-4c18-8c35-0b80d94ab9e6')] },
  { name: 'b: 10 of them together', jobs: batch(10, exampleJob) },
  { name: 'b: 100 of them together', jobs: batch(100, exampleJob) },
  { name: 'b: 1000 of them together', jobs: batch(1000, exampleJob) },
  { name: 'c: 100 mixed, over an hour', jobs: mixed() },
  { name: 'd: 100 similar, over an hour', jobs: predicted },
  { name: 'd: the same, predicted', jobs: predicted, history: HISTORY },
  { name: 'd: 100 similar, together', jobs: predictedTogether },
  { name: 'd: the same, predicted', jobs: predictedTogether, history: HISTORY },
];

async function run(): Promise<void> {
  const isJson = process.argv.includes('--json');
  const print = (name: string, { requests, bytes, meanDelay, p95Delay, peak }: Figures) => {
    if (isJson) return;
    const figures = [requests, bytes / 1000, meanDelay / SECOND, p95Delay / SECOND, peak];
    console.log(
      name.padEnd(34) +
        figures.map((figure, index) => figure.toFixed(index === 2 || index === 3 ? 1 : 0).padStart(12)).join(''),
    );
  };
  if (!isJson) {
    console.log(
      ''.padEnd(34) + ['requests', 'kB', 'mean s', 'p95 s', 'peak/5 min'].map((word) => word.padStart(12)).join(''),
    );
  }
  const results: { readonly us: Figures; readonly named: Figures; readonly terraform: Figures }[] = [];
  for (const each of cases) {
    const us = await ours(each, false);
    const named = await ours(each, true);
    const terraform = fixed(each, 2 * SECOND);
    results.push({ us, named, terraform });
    print(each.name, us);
    print(`   with ${named.lookUps} look-ups of names`, named);
    print('   every 2 s', terraform);
    print('   every 5 s', fixed(each, 5 * SECOND));
  }
  const ratio = (index: number) => {
    const result = results[index];
    return result === undefined ? NaN : result.us.requests / result.terraform.requests;
  };
  const share = (index: number) => (results[index]?.named.lookUps ?? NaN) / (results[index]?.named.requests ?? NaN);
  const shares = (from: number, to: number, least: number) =>
    results.slice(from, to).flatMap(({ us }) => us.delays.map(({ delay, length }) => delay / Math.max(length, least)));
  const more = (index: number) => (results[index + 1]?.us.requests ?? NaN) / (results[index]?.us.requests ?? NaN);
  const summary = {
    requestsRatio1: ratio(0),
    requestsRatio100: ratio(2),
    requestsRatioMixed100: ratio(4),
    p95DelayRatio: percentile95(shares(0, 5, MINUTE)),
    p95DelayRatioPredicted: Math.max(
      percentile95(shares(6, 7, 150 * SECOND)),
      percentile95(shares(8, 9, 150 * SECOND)),
    ),
    requestsRatioPredicted: Math.max(more(5), more(7)),
    peakPer5Min: Math.max(...results.map(({ us, named }) => Math.max(us.peak, named.peak))),
    lookUps1: results[0]?.named.lookUps,
    lookUps100: results[2]?.named.lookUps,
    lookUpsMixed100: results[4]?.named.lookUps,
    lookUpShare1: share(0),
    lookUpShare100: share(2),
    lookUpShareMixed100: share(4),
    budget: BUDGET,
  };
  console.log(isJson ? JSON.stringify(summary) : summary);
}

run().catch((cause: unknown) => {
  console.error(cause);
  process.exitCode = 1;
});
