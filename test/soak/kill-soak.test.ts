/** A soak with real processes: see kill-soak/soak. `SOAK_SEED=… MOCHA_GREP=SIGKILL npm run test:unit` plays one again. */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { LOCK_TIMEOUT_MS } from '../../src/storage/file-lock';
import { LEFTOVERS_AFTER } from './kill/messages';
import { KillSoak, SHORTENED, type SoakFigures } from './kill/kill-soak';
import { bundleWindow } from './kill/killed-window';

/** In ms. */
const LIMIT = 300_000;
/** A machine with other things to do lets even short times pass. */
const SLACK = 3;

const seed = Number(process.env['SOAK_SEED'] ?? Date.now() % 2 ** 31);

describe('windows that SIGKILL ends in the midst of writing', () => {
  let folder: string;
  let soak: KillSoak | undefined;
  let figures: SoakFigures;
  let told: string;

  before(async function () {
    this.timeout(LIMIT);
    folder = await mkdtemp(path.join(os.tmpdir(), 'kill-soak-'));
    const bundle = path.join(folder, 'window.js');
    await bundleWindow(bundle);
    soak = new KillSoak({ ...SHORTENED, bundle, directory: path.join(folder, 'store'), seed });
    figures = await soak.run();
    told = `SOAK_SEED=${seed}: ${JSON.stringify(figures, undefined, 2)}`;
  });

  after(async () => {
    await soak?.dispose();
    await rm(folder, { recursive: true, force: true });
  });

  it('were many, and busy', () => {
    const { jobs, takeovers, kept, named, claimed } = figures;
    assert.ok(jobs > 10 && takeovers > 10 && kept > 100 && named > 20 && claimed > 5, told);
  });

  it('lose no job and no change, announce no ending twice, and never poll together', () => {
    assert.deepEqual(figures.faults, [], told);
  });

  it('leave the polling to another one within seconds', () => {
    assert.ok(figures.worstTakeoverMs <= SLACK * figures.takeoverLimitMs, told);
  });

  it('leave it to the one that polls as long as that lives', () => {
    // On a machine that is busy enough, a living one may be taken for dead; it then finds itself outbid.
    assert.ok(figures.losses <= figures.takeovers / 2, told);
  });

  it('leave each job so that it can be changed', () => {
    const patience = LOCK_TIMEOUT_MS * figures.timeScale;
    assert.ok(figures.lastWritesMs <= SLACK * 2 * patience + 1000, told);
  });

  it('leave files behind that the next ones remove', () => {
    assert.deepEqual(figures.lastLeftovers, [], told);
    assert.ok(figures.mostLocks <= 2 * figures.jobs, told);
    assert.ok(figures.oldestLeftoverMs <= SLACK * LEFTOVERS_AFTER * figures.timeScale, told);
  });

  it('tell their views nothing that did not happen', () => {
    assert.deepEqual(figures.mistold, {}, told);
  });
});

describe('windows that are suspended in the midst of writing, or killed', () => {
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

  it('lose no job and no change to the old answer of one that was outbid, and announce no ending twice', async () => {
    // Whether the one that polls is among the suspended is chance.
    let told = '';
    for (let attempt = 0; attempt < 4; attempt += 1) {
      const figures = await soakFrom(seed + attempt);
      told = `SOAK_SEED=${seed + attempt}: ${JSON.stringify(figures, undefined, 2)}`;
      assert.deepEqual(figures.faults, [], told);
      if (figures.losses > 0) return;
    }
    assert.fail(`Nobody was outbid. ${told}`);
  }).timeout(LIMIT);
});
