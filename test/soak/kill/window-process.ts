/** The process of one window: polls while it holds the lease, otherwise acts as a busy person, and reports what is saved. */
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readJob } from '../../../src/cloud/api/job-schema';
import { systemClock } from '../../../src/base/clock';
import { type LockParts, LockTimeoutError } from '../../../src/storage/file-lock';
import type { JobChange } from '../../../src/jobs/model/job-change';
import { EndingClaims } from '../../../src/jobs/store/ending-claims';
import { JobDirectory, type JobDirectoryParts } from '../../../src/jobs/store/job-directory';
import { jobKey, type JobKey, type JobReference } from '../../../src/jobs/model/job-reference';
import { JobStore } from '../../../src/jobs/store/job-store';
import { JobMover } from '../../../src/jobs/store/segments/job-mover';
import { LEASE_CHECK_INTERVAL_MS, Lease } from '../../../src/storage/lease';
import { NodeFileSystem, removeLeftovers } from '../../../src/storage/node-file-system';
import { SerialQueue } from '../../../src/base/serial-queue';
import { Cloud, stepOf } from './cloud';
import { clockWithEarlyRest, MIN_MOVED_JOBS } from './early-rest';
import {
  type Beginning,
  FOLDERS,
  type FalseChange,
  LEASE_NAME,
  MIN_LEFTOVER_AGE_MS,
  type Message,
  type SavedJob,
  type WindowOptions,
} from './messages';
import { SeededRandom } from '../../support/seeded-random';

const PERSON_PAUSE_MS = [10, 40] as const;
const POLL_PAUSE_MS = 5;
const MOVE_PAUSE_MS = 20;

const options = JSON.parse(process.argv[2] ?? '') as WindowOptions;
const { directory: root, owner, timeScale } = options;
const random = new SeededRandom(options.seed);
const cloud = new Cloud(options.cloud);
const files = new NodeFileSystem();
const clock = systemClock;

let unsavedChanges = 0;
const log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: (line: string) => {
    unsavedChanges += 1;
    mayBeAhead = true;
    send({ kind: 'unsaved', line });
  },
};
const directoryParts: JobDirectoryParts & LockParts = {
  files,
  clock,
  owner,
  directory: root,
  readJob,
  // The soak finds the file itself.
  onQuarantine: () => undefined,
  log,
  timeScale,
};
const directory = new JobDirectory(directoryParts);
const claims = new EndingClaims(directoryParts);
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
/** Set after this window lost the lease or could not save: its store may be ahead of the disk, and then goes back. */
let mayBeAhead = false;
/** One change at a time, so that the change that was not saved is known. */
const changes = new SerialQueue();
/** Jobs that could not be saved: only this window has them. */
const unsavedJobs = new Set<JobKey>();
const lastSteps = new Map<JobKey, number>();
const lastEndings = new Map<JobKey, number>();

// The soak's process has ended.
process.on('disconnect', () => process.exit());
// Started by a message, because loading takes long and is done ahead of time.
process.once('message', (beginning: Beginning) => void run(beginning));

async function run({ probeMs }: Beginning): Promise<void> {
  for (const folder of FOLDERS) {
    await removeLeftovers(path.join(root, folder), MIN_LEFTOVER_AGE_MS * timeScale);
  }
  store.onDidChange(onChange);
  await store.open();
  directory.watch((keys) => {
    store.readAgain(keys).catch((cause: unknown) => {
      log.error(String(cause));
    });
  });
  let isOpen = false;
  void actAsPerson();
  void moveEndedJobs(probeMs);
  for (;;) {
    if (await lease.tryHold()) {
      send({ kind: 'lease-taken', at: clock.elapsed() });
      isHolding = true;
      sendOpen();
      await poll();
      isHolding = false;
      mayBeAhead = true;
      send({ kind: 'lease-lost' });
    }
    sendOpen();
    await sleep(LEASE_CHECK_INTERVAL_MS * timeScale);
  }

  function sendOpen(): void {
    if (!isOpen) send({ kind: 'open' });
    isOpen = true;
  }
}

/** Polls as fast as possible, until another window has the lease. */
async function poll(): Promise<void> {
  for (;;) {
    const askedAt = clock.elapsed();
    const answers = cloud.references.flatMap((reference) => {
      const key = store.find(reference);
      return key === undefined || random.next() < 0.5 ? [] : [[key, cloud.answer(reference, askedAt)] as const];
    });
    if (!(await lease.isHeld())) return;
    send({ kind: 'lease-held', at: askedAt });
    const now = clock.now();
    await changeAndSave(
      answers.map(([key]) => key),
      () => {
        for (const [key, job] of answers) store.applyResponse(key, { job }, now, () => lease.isHeld());
      },
    );
    await sleep(POLL_PAUSE_MS);
  }
}

/** As the session does after the store was opened and when jobs ended. */
async function moveEndedJobs(probeMs: number): Promise<void> {
  const parts = { ...directoryParts, clock: clockWithEarlyRest, limitJob: <Job>(job: Job) => job };
  const mover = new JobMover({ ...parts, minJobs: MIN_MOVED_JOBS, olderWindowWaitMs: probeMs }, directory.ended);
  for (;;) {
    try {
      await mover.moveJobs(store.all());
    } catch (cause) {
      // Another window moves jobs.
      if (!(cause instanceof LockTimeoutError)) throw cause;
    }
    await sleep(MOVE_PAUSE_MS);
  }
}

async function actAsPerson(): Promise<void> {
  for (let action = 1; ; action += 1) {
    await sleep(random.between(...PERSON_PAUSE_MS));
    if (isHolding) continue;
    const keys = [...store.all().keys()];
    const key = keys.length === 0 ? undefined : random.pick(keys);
    const choice = random.next();
    if (key === undefined || choice < 0.2) await track(random.pick(cloud.references));
    else if (choice < 0.6) await rename(key, `${owner}-${action}`);
    else if (choice < 0.8) {
      await changeAndSave([key], () => {
        store.mute(key, random.next() < 0.5);
      });
    } else {
      await changeAndSave([key], () => {
        store.markSeen(new Map([[key, store.get(key)?.endingNumber ?? 0]]));
      });
    }
  }
}

async function track(reference: JobReference): Promise<void> {
  const keys: JobKey[] = [];
  await changeAndSave(keys, async () => {
    try {
      keys.push(await store.track(reference, clock.now()));
    } catch (cause) {
      log.error(`The job could not be tracked: ${String(cause)}`);
      unsavedJobs.add(jobKey(reference));
    }
  });
}

async function rename(key: JobKey, label: string): Promise<void> {
  const began = clock.elapsed();
  const isSaved = await changeAndSave([key], () => {
    store.rename(key, label);
  });
  if (isSaved) send({ kind: 'renamed', key, label, began, ended: clock.elapsed() });
}

/** Makes the change and reports the state of the jobs when it is saved. Returns whether it could be saved. */
function changeAndSave(keys: readonly JobKey[], change: () => void | Promise<void>): Promise<boolean> {
  return changes.add(async () => {
    const unsavedBefore = unsavedChanges;
    await change();
    await store.flush();
    if (unsavedChanges === unsavedBefore) {
      send({ kind: 'saved', jobs: keys.flatMap(savedJob) });
      return true;
    }
    // The store is ahead of the disk until saving succeeds: retry.
    for (let before = -1; before < unsavedChanges;) {
      before = unsavedChanges;
      await store.readAgain();
      await store.flush();
    }
    return false;
  });
}

function savedJob(key: JobKey): SavedJob[] {
  const tracked = store.get(key);
  if (tracked === undefined || unsavedJobs.has(key)) return [];
  const { job, endingNumber, seenEnding, history } = tracked;
  return [{ key, step: stepOf(job), endingNumber, seenEnding, lastSeen: history.at(-1) }];
}

function onChange(fired: readonly JobChange[]): void {
  for (const { key, kinds, tracked } of fired) {
    const { endingNumber } = tracked;
    if (kinds.includes('removed')) send({ kind: 'false-change', change: 'a job was removed' });
    const step = stepOf(tracked.job);
    if (step < (lastSteps.get(key) ?? step)) void reportUnlessAhead('a job went back');
    lastSteps.set(key, step);
    if (kinds.includes('ended')) {
      if (endingNumber <= (lastEndings.get(key) ?? 0)) void reportUnlessAhead('an ending came twice');
      lastEndings.set(key, endingNumber);
    }
    if (endingNumber > 0 && (kinds.includes('ended') || kinds.includes('added'))) void claim(key, endingNumber);
  }
}

/** Reports a false change, unless this window's store may rightly go back. */
async function reportUnlessAhead(change: FalseChange): Promise<void> {
  if (mayBeAhead) return;
  // This window may have lost the lease without having noticed.
  if (isHolding && !(await lease.isHeld())) return;
  send({ kind: 'false-change', change });
}

async function claim(key: JobKey, endingNumber: number): Promise<void> {
  if (await claims.claim(key, endingNumber)) send({ kind: 'claimed', key, endingNumber });
}

function send(message: Message): void {
  process.send?.(message);
}
