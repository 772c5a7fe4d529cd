import assert from 'node:assert/strict';
import { HOUR, MINUTE } from '../../../../../src/base/time-units';
import type { TrackedJob } from '../../../../../src/jobs/model/tracked-job';
import { readJob } from '../../../../../src/cloud/api/job-schema';
import { jobFilePath, readJobFile, writeJobFile } from '../../../../../src/jobs/files/job-file';
import { withLock } from '../../../../../src/storage/file-lock';
import { FakeClock, whileTimePasses } from '../../../../support/fake-clock';
import { endedJob, keyOf, STORAGE, StoreWindow, writeEndedJobs } from '../../../../support/ended-jobs';
import { MemoryFileSystem } from '../../../../support/memory-file-system';
import { SeededRandom } from '../../../../support/seeded-random';

const COUNT = 6;
/** More on request, e.g. RACE_SEEDS=1000. */
const ROUNDS = Number(process.env['RACE_SEEDS'] ?? 12);
const [CHANGED, CHANGED_BY_OLDER, REMOVED, REMOVED_AND_CHANGED, TRACKED_AGAIN] = [0, 1, 2, 3, 4] as const;

const addTo = (text: string) => (stored: TrackedJob) => ({ ...stored, label: `${stored.label ?? ''}${text}` });

describe('windows that move, merge, change and remove the same jobs at the same time', () => {
  it(`lose no job and no change, and bring no removed job back (${ROUNDS} seeds)`, async () => {
    for (let seed = 1; seed <= ROUNDS; seed += 1) await race(seed);
  });
});

async function race(seed: number): Promise<void> {
  const random = new SeededRandom(seed);
  const clock = new FakeClock();
  const disk = new MemoryFileSystem();
  const pause = async () => {
    if (random.chance(0.1)) await new Promise<void>((resolve) => clock.schedule(random.between(1, 900), resolve));
    for (let turns = random.between(0, 4); turns > 0; turns -= 1) await Promise.resolve();
  };
  const open = () => new StoreWindow(disk.viewWith(pause), clock, 2);
  await writeEndedJobs(disk, COUNT, clock.now());
  // In some rounds, some jobs are in segments already.
  if (random.chance(0.7)) await whileTimePasses(clock, open().move());
  await clock.advance(HOUR);
  const windows = [open(), open(), open()];
  const window = () => random.pick(windows);
  const later = async () => {
    await new Promise<void>((resolve) => clock.schedule(random.between(0, 40_000), resolve));
  };
  const change = async (number: number, text: string) => {
    await later();
    return window().directory.change(keyOf(number), endedJob(number, clock.now()), addTo(text));
  };
  const remove = async (...numbers: number[]) => {
    await later();
    const failures = await window().directory.remove(numbers.map(keyOf));
    assert.equal(failures.size, 0);
  };
  const removeAndTrackAgain = async () => {
    await remove(TRACKED_AGAIN);
    await later();
    await window().directory.create(keyOf(TRACKED_AGAIN), { ...endedJob(TRACKED_AGAIN, clock.now()), label: 'Again' });
  };
  const moveRepeatedly = async () => {
    for (let round = 0; round < 3; round += 1) {
      await later();
      await open().move();
      await later();
    }
  };
  await whileTimePasses(
    clock,
    Promise.all([
      moveRepeatedly(),
      moveRepeatedly(),
      ...['a', 'b', 'c'].map((text) => change(CHANGED, text)),
      changeAsOlderVersion(disk.viewWith(pause), clock, later),
      remove(REMOVED, 5),
      change(REMOVED_AND_CHANGED, 'a'),
      remove(REMOVED_AND_CHANGED),
      removeAndTrackAgain(),
    ]),
  );
  await clock.advance(MINUTE);
  const when = `seed ${seed}`;
  for (let round = 0; round < 2; round += 1) {
    const reader = new StoreWindow(disk, clock, 1);
    const all = await reader.readAllWhole();
    assert.deepEqual(
      Array.from(all.get(keyOf(CHANGED))?.label ?? '').sort(),
      ['a', 'b', 'c'],
      `${when}: a change was lost`,
    );
    assert.ok(all.has(keyOf(CHANGED_BY_OLDER)), `${when}: a job was lost`);
    assert.ok(!all.has(keyOf(REMOVED)), `${when}: a removed job returned`);
    assert.ok(!all.has(keyOf(5)), `${when}: a removed job returned`);
    assert.ok(!all.has(keyOf(REMOVED_AND_CHANGED)), `${when}: a removed job returned by a change`);
    assert.equal(all.get(keyOf(TRACKED_AGAIN))?.label, 'Again', `${when}: a job that was tracked again was lost`);
    assert.equal((await reader.readAll()).size, all.size, when);
    // The same after all that is left to move has moved.
    await clock.advance(2 * HOUR);
    await whileTimePasses(clock, reader.move());
  }
}

/** A window of an older version knows files only. It can change a job as long as the job has one. */
async function changeAsOlderVersion(
  files: MemoryFileSystem,
  clock: FakeClock,
  later: () => Promise<void>,
): Promise<void> {
  await later();
  const file = jobFilePath(STORAGE, keyOf(CHANGED_BY_OLDER));
  await withLock({ files, clock }, file, async (replace) => {
    const stored = readJobFile(await files.read(file), readJob);
    if (stored.kind === 'ours') await replace(writeJobFile({ ...stored.content, label: 'Older' }));
  });
}
