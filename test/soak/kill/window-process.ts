/** One window as a process: it polls while it holds the lease, is a busy person otherwise, and tells what is kept. */
import path from 'node:path';
import { readJob } from '../../../src/cloud/api/job-schema';
import { systemClock } from '../../../src/base/clock';
import type { LockParts } from '../../../src/storage/file-lock';
import type { JobChange } from '../../../src/jobs/model/job-change';
import { JobDirectory, type JobDirectoryParts } from '../../../src/jobs/store/job-directory';
import { jobKey, type JobKey, type JobReference } from '../../../src/jobs/model/job-reference';
import { JobStore } from '../../../src/jobs/store/job-store';
import { LEASE_CHECK_INTERVAL_MS, Lease } from '../../../src/storage/lease';
import { NodeFileSystem, removeLeftovers } from '../../../src/storage/node-file-system';
import { Cloud, stepOf } from './cloud';
import {
  FOLDERS,
  type Kept,
  LEASE_NAME,
  LEFTOVERS_AFTER,
  type Message,
  type MistoldKind,
  type WindowOptions,
} from './messages';
import { seededRandom } from './seeded-random';

/** In ms. */
const PERSONS_PAUSES = [10, 40] as const;
const POLLERS_PAUSE = 5;

const options = JSON.parse(process.argv[2] ?? '') as WindowOptions;
const { directory: root, owner, timeScale } = options;
const random = seededRandom(options.seed);
const cloud = new Cloud(options.cloud);
const files = new NodeFileSystem();
const clock = systemClock;

/** Changes that could not be saved, so far. */
let unsaved = 0;
const log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (line: string) => {
    unsaved += 1;
    isTroubled = true;
    tell({ kind: 'unsaved', line });
  },
};
const directoryParts: JobDirectoryParts & LockParts = {
  files,
  clock,
  owner,
  directory: root,
  readJob,
  // The soak finds the file.
  onQuarantine: () => undefined,
  log,
  timeScale,
};
const directory = new JobDirectory(directoryParts);
const store = new JobStore(directory, log);
const lease = new Lease({
  files,
  clock,
  directory: path.join(root, 'leases'),
  name: LEASE_NAME,
  owner,
  log,
  timeScale,
});
let isHolding = false;
/** It was outbid, or could not save: what it shows may be ahead of the disk, and goes back then. */
let isTroubled = false;
/** One change after the other, so that it is known which of them was not saved. */
let changing: Promise<unknown> = Promise.resolve();
/** Jobs that this window alone knows. */
const unkept = new Set<JobKey>();
const toldSteps = new Map<JobKey, number>();
const toldEndings = new Map<JobKey, number>();

// The soak is gone.
process.on('disconnect', () => process.exit());
// It is loaded ahead of time, since that is what takes long.
process.once('message', () => void run());

async function run(): Promise<void> {
  for (const folder of FOLDERS) {
    await removeLeftovers(path.join(root, folder), LEFTOVERS_AFTER * timeScale);
  }
  store.onDidChange(onChange);
  await store.open();
  directory.watch((keys) => {
    store.readAgain(keys).catch((cause: unknown) => {
      log.error(String(cause));
    });
  });
  let isOpen = false;
  void beBusy();
  for (;;) {
    if (await lease.tryHold()) {
      tell({ kind: 'took', at: clock.elapsed() });
      isHolding = true;
      tellOpen();
      await poll();
      isHolding = false;
      isTroubled = true;
      tell({ kind: 'lost' });
    }
    tellOpen();
    await pause(LEASE_CHECK_INTERVAL_MS * timeScale);
  }

  function tellOpen(): void {
    if (!isOpen) tell({ kind: 'open' });
    isOpen = true;
  }
}

/** As fast as it can, until another window does. */
async function poll(): Promise<void> {
  for (;;) {
    const askedAt = clock.elapsed();
    const answers = cloud.references.flatMap((reference) => {
      const key = store.find(reference);
      return key === undefined || random.next() < 0.5 ? [] : [[key, cloud.answer(reference, askedAt)] as const];
    });
    if (!(await lease.isHeld())) return;
    tell({ kind: 'held', askedAt });
    const now = clock.now();
    await keeping(
      answers.map(([key]) => key),
      () => {
        for (const [key, job] of answers) store.applyResponse(key, { job }, now, () => lease.isHeld());
      },
    );
    await pause(POLLERS_PAUSE);
  }
}

async function beBusy(): Promise<void> {
  for (let action = 1; ; action += 1) {
    await pause(random.between(...PERSONS_PAUSES));
    if (isHolding) continue;
    const key = random.oneOf([...store.all().keys()]);
    const choice = random.next();
    if (key === undefined || choice < 0.2) await track(random.oneOf(cloud.references));
    else if (choice < 0.6) await rename(key, `${owner}-${action}`);
    else if (choice < 0.8) {
      await keeping([key], () => {
        store.mute(key, random.next() < 0.5);
      });
    } else {
      await keeping([key], () => {
        store.markSeen(new Map([[key, store.get(key)?.endingNumber ?? 0]]));
      });
    }
  }
}

async function track(reference: JobReference | undefined): Promise<void> {
  if (reference === undefined) return;
  const keys: JobKey[] = [];
  await keeping(keys, async () => {
    try {
      keys.push(await store.track(reference, clock.now()));
    } catch (cause) {
      log.error(`The job could not be tracked: ${String(cause)}`);
      unkept.add(jobKey(reference));
    }
  });
}

async function rename(key: JobKey, label: string): Promise<void> {
  const began = clock.elapsed();
  const isKept = await keeping([key], () => {
    store.rename(key, label);
  });
  if (isKept) tell({ kind: 'named', key, label, began, ended: clock.elapsed() });
}

/** Tells what the store holds of the jobs when all is kept; answers whether it is. */
function keeping(keys: readonly JobKey[], change: () => void | Promise<void>): Promise<boolean> {
  const kept = changing.then(async () => {
    const unsavedBefore = unsaved;
    await change();
    await store.flush();
    if (unsaved === unsavedBefore) {
      tell({ kind: 'kept', jobs: keys.flatMap(keptOf) });
      return true;
    }
    // What the store holds is more than the disk does, until that is tried again.
    for (let before = -1; before < unsaved;) {
      before = unsaved;
      await store.readAgain();
      await store.flush();
    }
    return false;
  });
  changing = kept;
  return kept;
}

function keptOf(key: JobKey): Kept[] {
  const tracked = store.get(key);
  if (tracked === undefined || unkept.has(key)) return [];
  const { job, endingNumber, seenEnding, history } = tracked;
  return [{ key, step: stepOf(job), endingNumber, seenEnding, lastSeen: history.at(-1) }];
}

function onChange(changes: readonly JobChange[]): void {
  for (const { key, kinds, tracked } of changes) {
    const { endingNumber } = tracked;
    if (kinds.includes('removed')) tell({ kind: 'mistold', what: 'a job was taken off' });
    const step = stepOf(tracked.job);
    if (step < (toldSteps.get(key) ?? step)) void tellMistold('a job went back');
    toldSteps.set(key, step);
    if (kinds.includes('ended')) {
      if (endingNumber <= (toldEndings.get(key) ?? 0)) void tellMistold('an ending came twice');
      toldEndings.set(key, endingNumber);
    }
    if (endingNumber > 0 && (kinds.includes('ended') || kinds.includes('added'))) void claim(key, endingNumber);
  }
}

/** Of a window that knows of nothing that would excuse it. */
async function tellMistold(what: MistoldKind): Promise<void> {
  if (isTroubled) return;
  // It may have been outbid without having noticed yet.
  if (isHolding && !(await lease.isHeld())) return;
  tell({ kind: 'mistold', what });
}

async function claim(key: JobKey, endingNumber: number): Promise<void> {
  if (await directory.claimAnnouncement(key, endingNumber)) tell({ kind: 'claimed', key, endingNumber });
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.schedule(ms, resolve);
  });
}

function tell(message: Message): void {
  process.send?.(message);
}
