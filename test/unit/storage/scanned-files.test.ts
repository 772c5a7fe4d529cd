import assert from 'node:assert/strict';
import path from 'node:path';
import { readJob } from '../../../src/cloud/api/job-schema';
import { requestBudgets } from '../../../src/jobs/budget/shared-request-budget';
import type { JobKey } from '../../../src/jobs/model/job-reference';
import { EndingClaims } from '../../../src/jobs/store/ending-claims';
import { JobDirectory } from '../../../src/jobs/store/job-directory';
import { JobStore } from '../../../src/jobs/store/job-store';
import { LEASE_CHECK_INTERVAL_MS, Lease } from '../../../src/storage/lease';
import { NodeFileSystem, removeLeftovers } from '../../../src/storage/node-file-system';
import { FakeClock } from '../../support/fake-clock';
import { jobAt, MemoryLog, reference } from '../../support/samples';
import { ScannedDisk } from '../../support/scanned-disk';
import { SeededRandom } from '../../support/seeded-random';

const SEEDS = Array.from({ length: 20 }, (_, index) => index + 1);
const JOBS = 5;
const CHANGES = 250;
const MAX_PAUSE_MS = 300;
const STEP_MS = 200;

/** Two windows that share files, which a virus scanner opens now and then. */
class Scene {
  readonly clock = new FakeClock();
  readonly random: SeededRandom;
  readonly disk: ScannedDisk;
  readonly log = new MemoryLog();
  readonly system = { clock: this.clock, platform: 'win32' } as const;

  constructor(seed: number) {
    this.random = new SeededRandom(seed);
    this.disk = new ScannedDisk(this.random.fork(), this.clock);
  }

  newWindow(owner: string) {
    const files = new NodeFileSystem(this.disk, this.system);
    const { clock, log } = this;
    return {
      files,
      clock,
      owner,
      directory: path.join('global', 'storage'),
      readJob,
      log,
      onQuarantine: (file: string) => {
        log.error(file);
      },
    };
  }

  async openStore(owner: string): Promise<JobStore> {
    const store = new JobStore(new JobDirectory(this.newWindow(owner)), this.log);
    await this.passing(store.open());
    return store;
  }

  async passing<T>(action: Promise<T>): Promise<T> {
    const state = { isDone: false };
    const end = () => (state.isDone = true);
    action.then(end, end);
    while (!state.isDone) await this.clock.advance(STEP_MS);
    return action;
  }
}

describe('files that a virus scanner opens now and then', function () {
  this.timeout(60_000);

  for (const seed of SEEDS) {
    it(`hold all of 250 changes of two windows (seed ${seed})`, async () => {
      const scene = new Scene(seed);
      const { clock, random, disk, log } = scene;
      const stores = [await scene.openStore('one'), await scene.openStore('two')] as const;
      const keys: JobKey[] = [];
      for (let count = 0; count < JOBS; count += 1) {
        keys.push(await scene.passing(stores[0].track({ ...reference, jobId: `job-${count}` }, clock.now())));
      }
      await scene.passing(stores[1].readAgain());
      const labels = new Map<JobKey, string>();
      const answers = new Map<JobKey, string>();
      for (let count = 1; count <= CHANGES; count += 1) {
        const store = random.pick(stores);
        const key = random.pick(keys);
        // Two changes of one field in two windows at the same time would compete.
        await scene.passing(Promise.all(stores.map((each) => each.settled(key))));
        if (random.chance(0.5)) {
          labels.set(key, `label ${count}`);
          store.rename(key, `label ${count}`);
        } else {
          const job = jobAt('RUNNING', { jobId: `job-${keys.indexOf(key)}`, resourceId: `answer-${count}` });
          answers.set(key, `answer-${count}`);
          store.applyResponse(key, { job }, clock.now());
        }
        await clock.advance(random.between(0, MAX_PAUSE_MS));
      }
      await scene.passing(Promise.all(stores.map((store) => store.flush())));
      assert.ok(disk.failures > CHANGES, 'the scanner was at work');
      assert.deepEqual(log.lines, []);
      disk.isScanning = false;
      await clock.advance(5000);
      const stored = await scene.openStore('three');
      for (const key of keys) {
        assert.equal(stored.get(key)?.label, labels.get(key));
        assert.equal(stored.get(key)?.job?.resourceId, answers.get(key));
      }
      const folder = path.join(scene.newWindow('').directory, 'jobs');
      await removeLeftovers(folder, 0, { disk: disk.inner, system: scene.system });
      assert.deepEqual([...(await disk.readdir(folder))].sort(), keys.map((each) => `${each}.json`).sort());
    });
  }

  it('keep the lease with its holder', async () => {
    for (const seed of SEEDS) {
      const scene = new Scene(seed);
      const leases = ['one', 'two'].map(
        (owner) => new Lease({ ...scene.newWindow(owner), directory: 'leases', name: 'p' }),
      );
      for (const lease of leases) await scene.passing(lease.tryHold());
      for (let count = 0; count < 100; count += 1) {
        await scene.clock.advance(LEASE_CHECK_INTERVAL_MS);
        assert.deepEqual(await scene.passing(Promise.all(leases.map((lease) => lease.tryHold()))), [true, false]);
      }
      assert.deepEqual(
        scene.log.lines.filter((line) => !line.includes('could not be')),
        ['This window polls for p (1).'],
      );
      for (const lease of leases) lease.dispose();
    }
  });

  it('give a claim to one window', async () => {
    for (const seed of SEEDS) {
      const scene = new Scene(seed);
      const store = await scene.openStore('one');
      const key = await scene.passing(store.track(reference, scene.clock.now()));
      store.applyResponse(key, { job: jobAt('FAIL') }, scene.clock.now());
      await scene.passing(store.flush());
      const claims = ['one', 'two', 'three'].map((owner) => new EndingClaims(scene.newWindow(owner)).claim(key, 1));
      const won = await scene.passing(Promise.all(claims));
      assert.equal(won.filter(Boolean).length, 1);
      await scene.passing(store.untrack([key]));
      assert.deepEqual(scene.log.lines, []);
    }
  });

  it('count the requests of all windows', async () => {
    for (const seed of SEEDS) {
      const scene = new Scene(seed);
      const budgets = ['one', 'two'].map((owner) =>
        requestBudgets({ ...scene.newWindow(owner), limit: () => 30 })('key'),
      );
      let taken = 0;
      for (let count = 0; count < 20; count += 1) {
        const delays = await scene.passing(Promise.all(budgets.map((budget) => budget.take())));
        taken += delays.filter((delayMs) => delayMs === 0).length;
      }
      const file = path.join(scene.newWindow('').directory, 'budgets', 'key.json');
      const saved = JSON.parse(scene.disk.inner.fileAt(file).text) as { readonly taken: readonly number[] };
      assert.equal(saved.taken.length, taken);
      assert.ok(taken >= 15);
      assert.deepEqual(scene.log.lines, []);
    }
  });
});
