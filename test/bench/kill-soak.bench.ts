/**
 * Kills windows at random moments:
 * `npm run bench -- kill-soak [--full | --migration] [--rounds=N] [--seed=N] [--suspensions] [--json]`.
 * Times are shortened twenty-fold as in CI, or real with `--full`. With `--migration`, windows of version 0.1.0 run first, and
 * beside those of this version. Writes test/bench/reports/kill-soak.json.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { FULL_LENGTH, KillSoak, MIGRATION, SHORTENED } from '../soak/kill/kill-soak';
import { bundleWindow } from '../soak/kill/killed-window';
import { randomSeed } from '../support/seeds';

const REPORT = path.join('test', 'bench', 'reports', 'kill-soak.json');

const LENGTHS = { fullLength: FULL_LENGTH, shortened: SHORTENED, migration: MIGRATION };

const option = (name: string, defaultValue: number) =>
  Number(process.argv.find((argument) => argument.startsWith(`--${name}=`))?.split('=')[1] ?? defaultValue);
const has = (flag: string) => process.argv.includes(`--${flag}`);

const folder = mkdtempSync(path.join(os.tmpdir(), 'kill-soak-'));
run()
  .catch((cause: unknown) => {
    console.error(cause);
    process.exitCode = 1;
  })
  .finally(() => {
    rmSync(folder, { recursive: true, force: true });
  });

async function run(): Promise<void> {
  const kind = has('full') ? 'fullLength' : has('migration') ? 'migration' : 'shortened';
  const length = LENGTHS[kind];
  const rounds = option('rounds', length.rounds);
  const bundle = path.join(folder, 'window.js');
  await bundleWindow(bundle);
  const soak = new KillSoak({
    ...length,
    bundle,
    directory: path.join(folder, 'store'),
    rounds,
    seed: option('seed', randomSeed()),
    suspensionOdds: has('suspensions') ? 0.5 : 0,
    onRound: (round) => {
      if (!has('json') && (has('full') || round % 20 === 0)) console.log(`Round ${round} of ${rounds}`);
    },
  });
  try {
    const figures = await soak.run();
    const { seed, seconds, takeovers, worstTakeoverMs, takeoverLimitMs, faults } = figures;
    if (!has('suspensions')) await report(kind, figures);
    if (has('json')) {
      console.log(
        JSON.stringify({ seed, rounds, seconds, takeovers, worstTakeoverMs, takeoverLimitMs, faults: faults.length }),
      );
    } else console.log(JSON.stringify(figures, undefined, 2));
    // With shortened times, the machine's own delays would count twenty-fold.
    if (faults.length > 0 || (has('full') && worstTakeoverMs > takeoverLimitMs)) process.exitCode = 1;
  } finally {
    await soak.dispose();
  }
}

/** Writes the figures to the report, which also holds the latest ones of the other lengths. */
async function report(length: keyof typeof LENGTHS, figures: object): Promise<void> {
  const before = await readFile(REPORT, 'utf8').catch(() => '{}');
  const all = { ...(JSON.parse(before) as object), node: process.version, [length]: figures };
  await mkdir(path.dirname(REPORT), { recursive: true });
  await writeFile(REPORT, `${JSON.stringify(all, undefined, 2)}\n`);
}
