/** A soak with real processes: see kill/kill-soak.ts. `SOAK_SEED=… MOCHA_GREP=SIGKILL npm run test:unit` repeats a run. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { MINUTE } from '../../src/base/time-units';
import { LOCK_TIMEOUT_MS } from '../../src/storage/file-lock';
import { MIN_LEFTOVER_AGE_MS } from './kill/messages';
import { KillSoak, SHORTENED, type SoakFigures } from './kill/kill-soak';
import { bundleWindow } from './kill/killed-window';

const TIMEOUT_MS = 5 * MINUTE;
/** On a busy machine, short times take longer. */
const TOLERANCE = 3;

const seed = Number(process.env['SOAK_SEED'] ?? Date.now() % 2 ** 31);

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
    soak = new KillSoak({ ...SHORTENED, bundle, directory: path.join(folder, 'store'), seed });
    figures = await soak.run();
    message = messageFor(seed, figures);
  });

  after(async () => {
    await soak?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  it('are killed, poll and save often enough for this test to prove something', () => {
    const { jobs, takeovers, saved, renamed, claimed } = figures;
    assert.ok(jobs > 10 && takeovers > 10 && saved > 100 && renamed > 20 && claimed > 5, message);
  });

  it('lose no job and no change, announce no ending twice, and never poll together', () => {
    assert.deepEqual(figures.faults, [], message);
  });

  it('are replaced by another polling window within seconds', () => {
    assert.ok(figures.worstTakeoverMs <= TOLERANCE * figures.takeoverLimitMs, message);
  });

  it('seldom take over the polling from a running window', () => {
    // On a very busy machine, a running window may be taken for dead and lose its lease.
    assert.ok(figures.losses <= figures.takeovers / 2, message);
  });

  it('leave no job locked', () => {
    const lockTimeoutMs = LOCK_TIMEOUT_MS * figures.timeScale;
    assert.ok(figures.lastWritesMs <= TOLERANCE * 2 * lockTimeoutMs + 1000, message);
  });

  it('leave no temporary file that the next windows do not remove', () => {
    assert.deepEqual(figures.lastLeftovers, [], message);
    assert.ok(figures.mostLocks <= 2 * figures.jobs, message);
    assert.ok(figures.oldestLeftoverMs <= TOLERANCE * MIN_LEFTOVER_AGE_MS * figures.timeScale, message);
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

  it('lose no job and no change to the old response of a window that lost its lease, and announce no ending twice', async () => {
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
