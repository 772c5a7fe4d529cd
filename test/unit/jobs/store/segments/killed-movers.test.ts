import assert from 'node:assert/strict';
import path from 'node:path';
import { jsonEqual } from '../../../../../src/base/json/json-equal';
import { MIN_RAW_JOB_BYTES } from '../../../../../src/base/limits';
import { HOUR, MINUTE } from '../../../../../src/base/time-units';
import { readJob } from '../../../../../src/cloud/api/job-schema';
import { writeJobFile } from '../../../../../src/jobs/files/job-file';
import type { JobKey } from '../../../../../src/jobs/model/job-reference';
import type { TrackedJob } from '../../../../../src/jobs/model/tracked-job';
import { isLeftover, isQuarantined } from '../../../../../src/storage/storage-folders';
import { FakeClock, whileTimePasses } from '../../../../support/fake-clock';
import {
  asJson,
  endedJob,
  fileOf,
  jobFilesIn,
  keyOf,
  namesIn,
  segmentsIn,
  StoreWindow,
  writeEndedJobs,
} from '../../../../support/ended-jobs';
import { MemoryFileSystem } from '../../../../support/memory-file-system';

const COUNT = 4;
/** How many operations a process finishes more each time before it is killed. KILL_STEP is larger on a slow system. */
const KILL_STEP = Number(process.env['KILL_STEP'] ?? 1);
const KILLED = new Error('killed');

type Settle = (work: Promise<unknown>) => Promise<void>;

interface Scenario {
  readonly what: string;
  /** Leaves the disk as the operation is to find it. */
  readonly prepare: (open: () => StoreWindow, settle: Settle) => Promise<void>;
  readonly run: (window: StoreWindow) => Promise<unknown>;
  readonly maxStoreBytes?: number;
  /** Whether the job may be like this after the operation was interrupted. */
  readonly isAllowed: (number: number, before: unknown, after: unknown) => boolean;
}

const renamed = (stored: TrackedJob) => ({ ...stored, label: 'Renamed' });
const enlarged = (stored: TrackedJob) => {
  const job = readJob({ ...stored.job?.raw, more: 'x'.repeat(MIN_RAW_JOB_BYTES) });
  return job === undefined ? stored : { ...stored, job };
};
const moveAll = async (open: () => StoreWindow, settle: Settle) => {
  await settle(open().move());
};

const SCENARIOS: readonly Scenario[] = [
  {
    what: 'moving jobs',
    prepare: () => Promise.resolve(),
    run: (window) => window.move(),
    isAllowed: (_, before, after) => jsonEqual(before, after),
  },
  {
    what: 'changing a moved job',
    prepare: moveAll,
    run: (window) => window.directory.change(keyOf(0), endedJob(0, 0), renamed),
    isAllowed: (number, before, after) =>
      jsonEqual(before, after) || (number === 0 && (after as TrackedJob | undefined)?.label === 'Renamed'),
  },
  {
    what: 'moving a changed job again, and merging segments',
    prepare: async (open, settle) => {
      await settle(open().move());
      const window = open();
      for (const number of [0, 1, 2]) await settle(window.directory.change(keyOf(number), endedJob(0, 0), renamed));
    },
    run: (window) => window.move(),
    isAllowed: (_, before, after) => jsonEqual(before, after),
  },
  {
    what: 'removing large answers',
    prepare: async (open, settle) => {
      for (let number = 0; number < COUNT; number += 1) {
        await settle(open().directory.change(keyOf(number), endedJob(0, 0), enlarged));
      }
      await moveAll(open, settle);
    },
    run: (window) => window.move(),
    maxStoreBytes: 1,
    isAllowed: (_, before, after) => jsonEqual(withoutAnswer(before), withoutAnswer(after)),
  },
  {
    what: 'removing moved jobs',
    prepare: moveAll,
    run: (window) => window.directory.remove([keyOf(0), keyOf(1)]),
    isAllowed: (number, before, after) => jsonEqual(before, after) || (number < 2 && after === undefined),
  },
  {
    what: 'removing jobs with files and in a segment',
    prepare: async (open, settle) => {
      await settle(open().move());
      await settle(open().directory.change(keyOf(1), endedJob(0, 0), renamed));
    },
    run: (window) => window.directory.remove([keyOf(0), keyOf(1)]),
    isAllowed: (number, before, after) => jsonEqual(before, after) || (number < 2 && after === undefined),
  },
];

describe('a process that is killed', () => {
  for (const { what, prepare, run, maxStoreBytes, isAllowed } of SCENARIOS) {
    it(`at any moment while ${what} loses no job, and lets none be announced twice`, async () => {
      for (let operations = 0; ; operations += KILL_STEP) {
        const clock = new FakeClock();
        const files = new MemoryFileSystem();
        const open = () => new StoreWindow(files, clock, 3);
        await writeEndedJobs(files, COUNT, clock.now());
        const announcer = open();
        for (let number = 0; number < COUNT; number += 1) await announcer.directory.claims.claim(keyOf(number), 1);
        await prepare(open, async (work) => {
          await whileTimePasses(clock, work);
        });
        await clock.advance(operations === 0 ? MINUTE : 2);
        const before = await jobsOf(open());
        let left = operations;
        const victim = new StoreWindow(
          files.viewWith(() => {
            left -= 1;
            return left < 0 ? Promise.reject(KILLED) : Promise.resolve();
          }),
          clock,
          3,
          maxStoreBytes,
        );
        const killed = await whileTimePasses(clock, run(victim)).then(
          () => left < 0,
          () => true,
        );
        victim.mover.dispose();
        await checkSurvivors(files, clock, before, isAllowed, `${what}, killed after ${operations} operations`);
        if (!killed) break;
      }
    });
  }
});

describe('a change that is saved while a mover without its lock moves the file aside, and is killed then,', () => {
  const key = keyOf(0);
  let clock: FakeClock;
  let files: MemoryFileSystem;

  beforeEach(async () => {
    clock = new FakeClock();
    files = new MemoryFileSystem();
    await writeEndedJobs(files, COUNT, clock.now());
    let isKilled = false;
    const victim = new StoreWindow(
      files.viewWith(async (operation, file) => {
        if (isKilled) throw KILLED;
        if (operation !== 'move' || file !== fileOf(key)) return;
        await files.replace(file, writeJobFile({ ...endedJob(0, clock.now()), label: 'Renamed' }));
        // The process dies after the move.
        isKilled = true;
      }),
      clock,
      3,
    );
    await assert.rejects(whileTimePasses(clock, victim.move()), KILLED);
    victim.mover.dispose();
    assert.ok(!files.files.has(fileOf(key)));
    for (const file of files.files.keys()) if (isLeftover(path.basename(file))) await files.remove(file);
    await clock.advance(MINUTE);
  });

  const open = () => new StoreWindow(files, clock, COUNT + 1);
  /** The job's files. */
  const names = () => namesIn(files, 'jobs').filter((file) => file.includes(key));
  const quarantined = () => names().filter((file) => isQuarantined(path.basename(file)));
  const labelNow = async () => (await open().directory.read(key))?.label;

  it('is put back', async () => {
    await whileTimePasses(clock, open().move());
    assert.equal(await labelNow(), 'Renamed');
    assert.deepEqual(names(), [fileOf(key)]);
  });

  it('is quarantined if the job was changed again', async () => {
    await open().directory.change(key, endedJob(0, 0), (stored) => ({ ...stored, label: 'Again' }));
    await whileTimePasses(clock, open().move());
    assert.equal(await labelNow(), 'Again');
    const [file = ''] = quarantined();
    assert.match(files.files.get(file) ?? '', /Renamed/);
    assert.equal(names().length, 2);
  });

  it('does not bring the job back if it was removed', async () => {
    await open().directory.remove([key]);
    await whileTimePasses(clock, open().move());
    assert.equal(await open().directory.read(key), undefined);
    assert.deepEqual(names(), []);
  });
});

/** @param tracked as JSON has it */
function withoutAnswer(tracked: unknown): unknown {
  const { job, ...others } = tracked as { readonly job: object };
  return { ...others, job: { ...job, raw: undefined, cut: undefined } };
}

async function jobsOf(window: StoreWindow): Promise<ReadonlyMap<JobKey, unknown>> {
  const jobs = await window.readAllWhole();
  return new Map([...jobs].map(([key, tracked]) => [key, asJson(tracked)]));
}

async function checkSurvivors(
  files: MemoryFileSystem,
  clock: FakeClock,
  before: ReadonlyMap<JobKey, unknown>,
  isAllowed: Scenario['isAllowed'],
  when: string,
): Promise<void> {
  const survivor = new StoreWindow(files, clock, 1);
  const check = async () => {
    const after = await jobsOf(new StoreWindow(files, clock));
    for (let number = 0; number < COUNT; number += 1) {
      const key = keyOf(number);
      assert.ok(isAllowed(number, before.get(key), after.get(key)), `${when}: job ${number}`);
      if (!after.has(key)) continue;
      const claim = survivor.directory.claims.claim(key, 1);
      assert.equal(await whileTimePasses(clock, claim), false, `${when}: job ${number} announced twice`);
    }
    assert.equal((await survivor.readAll()).size, after.size, `${when}: rows`);
  };
  await check();
  // The next mover finishes what the killed one left.
  await clock.advance(2 * HOUR);
  await whileTimePasses(clock, survivor.move());
  await check();
  assert.deepEqual(jobFilesIn(files), [], when);
  assert.ok(segmentsIn(files).length <= 3, `${when}: ${segmentsIn(files).length} segments`);
  assert.deepEqual(survivor.log.lines, [], when);
}
