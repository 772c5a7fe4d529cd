import assert from 'node:assert/strict';
import { readJob } from '../../../../src/cloud/api/job-schema';
import type { Disposable } from '../../../../src/base/disposable';
import { MINUTE, SECOND } from '../../../../src/base/time-units';
import type { JobKey } from '../../../../src/jobs/model/job-reference';
import type { TrackedJob } from '../../../../src/jobs/model/tracked-job';
import { JobDirectory } from '../../../../src/jobs/store/job-directory';
import { JobStore } from '../../../../src/jobs/store/job-store';
import { FakeClock, settle, whileTimePasses } from '../../../support/fake-clock';
import { MemoryFileSystem } from '../../../support/memory-file-system';
import { RestingFiles } from '../../../support/resting-files';
import { MemoryLog, reference } from '../../../support/samples';
import { SeededRandom } from '../../../support/seeded-random';

const SEEDS = 12;
const STEPS = 60;
const STATUSES = ['INIT', 'RUNNING', 'ROLLBACKING', 'FAIL', 'COMPLETE'];

/** What a job must be in the end: each fact is changed by one window at a time, so its last change counts. */
interface Expected {
  /** Undefined while it is not known whether it was saved: its window was killed. */
  label: readonly (string | undefined)[];
  status: readonly (string | undefined)[];
}

class World {
  readonly clock = new FakeClock();
  readonly disk = new MemoryFileSystem();
  readonly log = new MemoryLog();
  readonly expected = new Map<JobKey, Expected>();
  /** Removed, or perhaps so: its window was killed. */
  readonly mayBeGone = new Set<JobKey>();
  readonly windows: Window[] = [];
  opened = 0;
  tracked = 0;

  constructor(readonly random: SeededRandom) {}

  async open(): Promise<Window> {
    const window = new Window(this, (this.opened += 1));
    await whileTimePasses(this.clock, window.store.open());
    this.windows.push(window);
    return window;
  }

  kill(window: Window): void {
    window.kill();
    this.windows.splice(this.windows.indexOf(window), 1);
  }
}

class Window {
  private isAlive = true;
  readonly store: JobStore;
  private readonly files: RestingFiles;
  private readonly subscription: Disposable;

  constructor(
    private readonly world: World,
    id: number,
  ) {
    const { clock, log, disk, random } = world;
    const view = disk.viewWith(async () => {
      // A killed process does nothing any more.
      if (!this.isAlive) await new Promise(() => undefined);
      if (random.chance(0.1)) await settle();
      if (!this.isAlive) await new Promise(() => undefined);
    });
    const shared = { files: view, clock, owner: `window-${id}`, directory: 'storage', readJob, log };
    const directory = new JobDirectory({ ...shared, onQuarantine: () => undefined });
    this.files = new RestingFiles(directory);
    this.store = new JobStore(this.files, log);
    this.subscription = directory.watch((keys) => {
      // Some events are lost, and some have no names.
      if (!this.isAlive || random.chance(0.3)) return;
      void this.store.readAgain(random.chance(0.2) ? undefined : keys);
    });
  }

  kill(): void {
    this.isAlive = false;
    this.subscription.dispose();
  }

  /** Some ended jobs count as being at rest. */
  async rest(): Promise<void> {
    const { random, clock } = this.world;
    const ended = [...this.store.all()].filter(([, { ending }]) => ending !== undefined);
    await whileTimePasses(clock, this.files.rest(...ended.filter(() => random.chance(0.5)).map(([key]) => key)));
  }

  async focus(): Promise<void> {
    await whileTimePasses(this.world.clock, this.store.readAgain());
  }

  async settle(): Promise<void> {
    await whileTimePasses(this.world.clock, this.store.flush());
  }
}

function answer(jobId: string, status: string, step: number): object {
  const subJobs = ['one', 'two'].map((id) => ({ job_id: `${jobId}-${id}`, status, begin_time: null }));
  return { job_id: jobId, status, job_type: 'UPGRADE', undocumented: step, sub_jobs: subJobs };
}

async function step(world: World, number: number): Promise<void> {
  const { random, windows, expected, mayBeGone, clock } = world;
  const window = random.pick(windows);
  const { store } = window;
  // Another window's change of the same job must be on disk, and known here, before this one changes it.
  await window.focus();
  const keys = [...store.all().keys()].filter((key) => expected.has(key) && !mayBeGone.has(key));
  const action = keys.length === 0 ? 0 : random.between(0, 9);
  const key = keys.length === 0 ? '' : random.pick(keys);
  const facts = expected.get(key);
  const isKilled = windows.length > 1 && random.chance(0.15);
  const wait = async () => {
    if (isKilled) {
      for (let turn = random.between(0, 12); turn > 0; turn -= 1) await settle();
      world.kill(window);
    } else await window.settle();
  };
  if (action <= 1) {
    const added = { ...reference, jobId: `job-${(world.tracked += 1)}` };
    const keyOfAdded = await whileTimePasses(clock, store.track(added, clock.now()));
    expected.set(keyOfAdded, { label: [undefined], status: [undefined] });
  } else if (action <= 4 && facts !== undefined) {
    const label = `label-${number}`;
    store.rename(key, label);
    await wait();
    facts.label = isKilled ? [...facts.label, label] : [label];
  } else if (action <= 7 && facts !== undefined) {
    const status = random.pick(STATUSES);
    const jobId = store.get(key)?.reference.jobId ?? '';
    store.applyResponse(key, { job: readJob(answer(jobId, status, number)) ?? assert.fail() }, clock.now());
    await wait();
    facts.status = isKilled ? [...facts.status, status] : [status];
  } else if (action === 8) {
    const removal = store.untrack([key]);
    if (isKilled) {
      mayBeGone.add(key);
      removal.catch(() => undefined);
      await wait();
    } else {
      await whileTimePasses(clock, removal);
      expected.delete(key);
    }
  } else await window.rest();
}

const shownOf = (all: ReadonlyMap<JobKey, TrackedJob>) =>
  [...all]
    .map(([key, { label, job, endingNumber, ending }]) =>
      [key, label, job?.status, endingNumber, ending?.status].join(),
    )
    .sort();

describe('windows that share jobs', () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    it(`agree in the end and lose nothing, whatever changes, dies or is not seen (seed ${seed})`, async () => {
      const world = new World(new SeededRandom(seed));
      const { clock, windows, expected, mayBeGone, disk } = world;
      for (let number = 0; number < STEPS; number += 1) {
        while (windows.length < 3) await world.open();
        await step(world, number);
        await clock.advance(SECOND);
      }
      // Locks of killed windows are broken after some seconds.
      await clock.advance(MINUTE);
      const fresh = await world.open();
      for (const window of windows) {
        await window.settle();
        await window.focus();
        await window.settle();
      }
      for (const window of windows) {
        await window.focus();
        assert.deepEqual(shownOf(window.store.all()), shownOf(fresh.store.all()));
      }
      const all = fresh.store.all();
      for (const [key, { label, status }] of expected) {
        const tracked = all.get(key);
        if (tracked === undefined && mayBeGone.has(key)) continue;
        assert.ok(tracked !== undefined, `${key} was lost`);
        assert.ok(label.includes(tracked.label), `${String(tracked.label)} instead of ${label.join(' or ')}`);
        assert.ok(
          status.includes(tracked.job?.status),
          `${String(tracked.job?.status)} instead of ${status.join(' or ')}`,
        );
        const whole = await whileTimePasses(clock, fresh.store.readWhole(key));
        const { raw } = whole?.job ?? {};
        assert.ok(tracked.job === undefined || (raw !== undefined && 'undocumented' in raw), 'its answer is whole');
      }
      const unknown = [...all.keys()].filter((key) => !expected.has(key) && !mayBeGone.has(key));
      assert.deepEqual(unknown, [], 'no removed job came back');
      assert.deepEqual(
        [...disk.files.keys()].filter((file) => file.includes('unreadable')),
        [],
      );
    });
  }
});
