/** A soak with real processes: see kill/kill-soak.ts. `SOAK_SEED=… MOCHA_GREP=SIGKILL npm run test:unit` repeats a run. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { MINUTE } from '../../src/base/time-units';
import { LOCK_TIMEOUT_MS } from '../../src/storage/file-lock';
import { seedOf } from '../support/seeds';
import { KillSoak, MIGRATION, SHORTENED, type SoakFigures } from './kill/kill-soak';
import { bundleWindow } from './kill/killed-window';

const TIMEOUT_MS = 5 * MINUTE;
/** On a busy machine, short times take longer. */
const TOLERANCE = 3;

const seed = seedOf('SOAK_SEED');

/** SOAK_ROUNDS is smaller on a system that starts processes slowly, such as Windows under Wine; times are longer there. */
const rounds = Number(process.env['SOAK_ROUNDS'] ?? SHORTENED.rounds);
const share = rounds / SHORTENED.rounds;
const here = { rounds, timeScale: share < 1 ? 4 * SHORTENED.timeScale : SHORTENED.timeScale };
const migrationHere = {
  ...here,
  rounds: Math.ceil(share * MIGRATION.rounds),
  migration: {
    oldRounds: Math.ceil(share * MIGRATION.migration.oldRounds),
    mixedRounds: Math.ceil(share * MIGRATION.migration.mixedRounds),
  },
};

const messageFor = (usedSeed: number, figures: SoakFigures) =>
  `SOAK_SEED=${usedSeed}: ${JSON.stringify(figures, undefined, 2)}`;

describe('windows that a SIGKILL ends while they write', () => {
  let folder: string;
  let soak: KillSoak | undefined;
  let figures: SoakFigures;
  let message: string;

  before(async function () {
    this.timeout(TIMEOUT_MS);
    folder = await mkdtemp(path.join(os.tmpdir(), 'kill-soak-'));
    const bundle = path.join(folder, 'window.js');
    await bundleWindow(bundle);
    soak = new KillSoak({ ...SHORTENED, ...here, bundle, directory: path.join(folder, 'store'), seed });
    figures = await soak.run();
    message = messageFor(seed, figures);
  });

  after(async () => {
    await soak?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  it('are killed, poll and save often enough for this test to prove something', () => {
    const { jobs, takeovers, saved, renamed, claimed } = figures;
    assert.ok(jobs > 10 * share && takeovers > 10 * share && saved > 100 * share, message);
    assert.ok(renamed > 20 * share && claimed > 5 * share, message);
  });

  it('move ended jobs, so that this test proves something about that, too', () => {
    // Few rounds end before a job moves.
    assert.ok(share < 1 || figures.mostMoved > 0, message);
  });

  it('lose no job and no change, announce no ending twice, and never poll together', () => {
    assert.deepEqual(figures.faults, [], message);
  });

  it('are replaced by another polling window within seconds', () => {
    // On a busy machine, one may take longer. `npm run bench -- kill-soak --full` has a limit for each.
    assert.ok(figures.medianTakeoverMs <= TOLERANCE * figures.takeoverLimitMs, message);
  });

  it('seldom take over the polling from a running window', () => {
    // On a very busy machine, a running window may be taken for dead and lose its lease.
    assert.ok(figures.losses <= figures.takeovers / 2, message);
  });

  it('leave no job locked', () => {
    const lockTimeoutMs = LOCK_TIMEOUT_MS * figures.timeScale;
    assert.ok(figures.lastWritesMs <= TOLERANCE * 2 * lockTimeoutMs + 1000, message);
  });

  it('leave no temporary file and no lock that the next windows do not remove', () => {
    assert.deepEqual(figures.lastLeftovers, [], message);
    assert.deepEqual(figures.unremovedLeftovers, [], message);
  });

  it('never show a change that did not happen', () => {
    assert.deepEqual(figures.falseChanges, {}, message);
  });
});

describe('windows that are killed or suspended while they write', () => {
  let folder: string;
  let bundle: string;

  before(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'kill-soak-'));
    bundle = path.join(folder, 'window.js');
    await bundleWindow(bundle);
  });

  after(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  async function soakFrom(firstSeed: number): Promise<SoakFigures> {
    const options = { ...SHORTENED, rounds: 60, suspensionOdds: 0.5, bundle, seed: firstSeed };
    const soak = new KillSoak({ ...options, directory: path.join(folder, `store-${firstSeed}`) });
    try {
      return await soak.run();
    } finally {
      await soak.dispose();
    }
  }

  it('lose no job and no change to the old response of a window that lost its lease, and announce no ending twice', async function () {
    // Windows has no signal that suspends a process.
    if (process.platform === 'win32') this.skip();
    // Repeated, because it is chance whether the polling window is suspended.
    let message = '';
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const figures = await soakFrom(seed + attempt);
      message = messageFor(seed + attempt, figures);
      assert.deepEqual(figures.faults, [], message);
      if (figures.losses > 0) return;
    }
    assert.fail(`No window lost its lease. ${message}`);
  }).timeout(TIMEOUT_MS);
});

describe('windows of two versions that a SIGKILL ends while ended jobs move from the older layout', () => {
  it('lose no job and no change, announce no ending twice, and move no job while a window of the older version is open', async function () {
    this.timeout(TIMEOUT_MS);
    const folder = await mkdtemp(path.join(os.tmpdir(), 'kill-soak-'));
    const bundle = path.join(folder, 'window.js');
    const soak = new KillSoak({
      ...MIGRATION,
      ...migrationHere,
      bundle,
      directory: path.join(folder, 'store'),
      seed,
    });
    try {
      await bundleWindow(bundle);
      const figures = await soak.run();
      const message = messageFor(seed, figures);
      assert.deepEqual(figures.faults, [], message);
      assert.deepEqual(figures.falseChanges, {}, message);
      assert.ok(share < 1 || (figures.mostMoved > 0 && figures.claimed > 5), message);
    } finally {
      await soak.dispose();
      await rm(folder, { recursive: true, force: true });
    }
  });
});
