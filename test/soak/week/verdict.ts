/** Checks what must hold at the end of a simulated week, and computes its figures. */
import path from 'node:path';
import { readJob } from '../../../src/cloud/api/job-schema';
import { JobDirectory } from '../../../src/jobs/store/job-directory';
import type { JobKey } from '../../../src/jobs/model/job-reference';
import type { JobStore } from '../../../src/jobs/store/job-store';
import { isRunning } from '../../../src/jobs/model/job-status';
import { isUnseen, type TrackedJob } from '../../../src/jobs/model/tracked-job';
import { endingsIn, type JobRecord, type Ledger } from './ledger';
import { FakeClock } from '../../support/fake-clock';
import { MemoryFileSystem } from '../../support/memory-file-system';
import { MemoryLog } from '../../support/samples';
import type { SharedDisk } from './shared-disk';
import { STORAGE } from './soak-window';
import type { SentRequest, TroubledCloud } from './troubled-cloud';
import { DAY, MINUTE, HOUR } from '../../../src/base/time-units';

export interface Verdict {
  /** The violations. */
  readonly failures: readonly string[];
  readonly jobs: number;
  /** Endings that were noticed, claimed and saved. */
  readonly endings: number;
  readonly announced: number;
  /** Reminders of waiting upgrades. */
  readonly reminders: number;
  readonly unseen: number;
  /** Jobs that share files at the end. */
  readonly moved: number;
  readonly requests: number;
  readonly limit: number;
  readonly maxIn5Minutes: number;
  /** Milliseconds in which a window could have polled, until the first ending of a job was noticed. */
  readonly noticedAfter: { readonly median: number; readonly p95: number; readonly longest: number };
}

export interface Evidence {
  readonly faults: readonly string[];
  readonly ledger: Ledger;
  readonly cloud: TroubledCloud;
  readonly disk: SharedDisk;
  readonly limit: number;
  readonly store: JobStore;
}

const BUDGET_WINDOW_MS = 5 * MINUTE;
/** An ending must be noticed within this much pollable time. */
const MAX_NOTICE_MS = 20 * MINUTE;
/** By how much the clock of the computer is set at once, at most. */
const MAX_CLOCK_CHANGE_MS = 2 * HOUR;
/** Between the poll before a reminder and the reminder: the window may be suspended. */
const MAX_REMINDER_DELAY_MS = 5 * MINUTE;

export async function verdictOn(evidence: Evidence): Promise<Verdict> {
  const { faults, ledger, cloud, disk, limit, store } = evidence;
  const failures = [...faults];
  const stored = await jobsOn(disk);
  const tracked = ledger.records.filter(({ tracking }) => tracking === 'saved');
  let endings = 0;
  let announced = 0;
  let unseen = 0;
  for (const record of ledger.records) {
    const inMemory = store.get(record.plan.key);
    const onDisk = stored.jobs.get(record.plan.key);
    for (const failure of [...faultsOf(record, inMemory, onDisk), ...faultsOfReminders(record)]) {
      failures.push(`Job ${record.plan.reference.jobId}: ${failure}`);
    }
    endings += onDisk?.endingNumber ?? 0;
    announced += record.announcements.length;
    if (onDisk !== undefined && isUnseen(onDisk)) unseen += 1;
  }
  const peaks = [...new Set(cloud.sent.map(({ budget }) => budget))].map((budget) =>
    mostIn5Minutes(instantsOf(cloud.sent.filter((request) => request.budget === budget))),
  );
  const peak = Math.max(0, ...peaks);
  if (peak > limit) failures.push(`${peak} requests in five minutes, with a limit of ${limit}.`);
  failures.push(...brokenLimits(cloud, limit));
  const notices = tracked.flatMap(({ notice }) => notice?.pollableMs ?? []).sort((a, b) => a - b);
  const at = (share: number) => notices[Math.ceil(notices.length * share) - 1] ?? 0;
  return {
    failures,
    jobs: tracked.length,
    endings,
    announced,
    reminders: ledger.records.reduce((sum, record) => sum + record.reminders.length, 0),
    unseen,
    moved: stored.moved,
    requests: cloud.sent.length,
    limit,
    maxIn5Minutes: peak,
    noticedAfter: { median: at(0.5), p95: at(0.95), longest: at(1) },
  };
}

/** Reads the jobs on the disk as one more window would, and counts those that share files. */
async function jobsOn(disk: SharedDisk) {
  const files = new MemoryFileSystem();
  for (const folder of ['jobs', 'ended']) {
    for (const name of disk.names(path.join(STORAGE, folder))) {
      const file = path.join(STORAGE, folder, name);
      await files.replace(file, disk.read(file) ?? '');
    }
  }
  const parts = { files, readJob, clock: new FakeClock(), owner: 'verdict', directory: STORAGE, log: new MemoryLog() };
  const directory = new JobDirectory({ ...parts, onQuarantine: () => undefined });
  const jobs = new Map<JobKey, TrackedJob>();
  for (const key of (await directory.scan()).stamps.keys()) {
    const tracked = await directory.read(key);
    if (tracked !== undefined) jobs.set(key, tracked);
  }
  const isMoved = (key: JobKey) => disk.read(path.join(STORAGE, 'jobs', `${key}.json`)) === undefined;
  return { jobs, moved: [...jobs.keys()].filter(isMoved).length };
}

function faultsOf(record: JobRecord, inMemory: TrackedJob | undefined, onDisk: TrackedJob | undefined): string[] {
  switch (record.tracking) {
    case 'none':
    case 'wanted':
      return [`is not tracked (${record.tracking})`];
    case 'removed':
      return [
        ...(inMemory === undefined && onDisk === undefined ? [] : ['came back although it was untracked']),
        ...(record.claims.size === 0 ? [] : ['was untracked, and its announcement is still claimed']),
      ];
    case 'unwanted':
      return [];
    case 'saved':
      return inMemory === undefined || onDisk === undefined ? ['was lost'] : faultsOfTracked(record, inMemory, onDisk);
  }
}

function faultsOfTracked(record: JobRecord, inMemory: TrackedJob, onDisk: TrackedJob): string[] {
  const { plan, statuses, announcements, claims, seen, label, notice } = record;
  const faults: string[] = [];
  const expect = (holds: boolean, otherwise: string) => {
    if (!holds) faults.push(otherwise);
  };
  const { endingNumber, ending, job, history, seenEnding } = onDisk;

  // Memory and disk agree.
  for (const name of ['endingNumber', 'seenEnding', 'label'] as const) {
    expect(inMemory[name] === onDisk[name], `${name} is ${inMemory[name]} in memory, ${onDisk[name]} on disk`);
  }
  expect(inMemory.job?.status === job?.status, `is ${inMemory.job?.status} in memory, ${job?.status} on disk`);
  expect(inMemory.pollFailure === undefined, `has a poll failure: ${inMemory.pollFailure?.error.kind}`);

  // The endings are the ones in the responses.
  const shown = statuses.map(({ status }) => status);
  const saved = statuses.filter(({ isSaved }) => isSaved).map(({ status }) => status);
  const [least, most] = [endingsIn(saved).length, endingsIn(shown).length];
  expect(least <= endingNumber, `ended ${endingNumber} times, and answers showed ${least}: ${saved.join(' ')}`);
  expect(endingNumber <= most, `ended ${endingNumber} times, and answers showed only ${most}: ${shown.join(' ')}`);
  expect(inOrder(shown, plan.transitions), `an older answer came over a newer one: ${shown.join(' ')}`);
  const inHistory = endingsIn(history.filter(({ subJobId }) => subJobId === undefined).map(({ status }) => status));
  expect(inHistory.length === endingNumber, `ended ${endingNumber} times, its history says ${inHistory.join(' ')}`);
  expect(ending?.status === undefined || ending.status === job?.status, 'has an ending that is not its status');

  // Polling stopped only after nothing more could happen.
  const last = plan.transitions.at(-1)?.status;
  expect(endingNumber > 0, 'has ended, which was not noticed');
  expect(
    job?.status === last || !isRunning(job) || job?.status === 'SUCCESS',
    `is ${last}, but is shown as ${job?.status}`,
  );
  if (notice !== undefined && notice.pollableMs > MAX_NOTICE_MS) {
    faults.push(
      `ended, and was not polled for ${Math.round(notice.pollableMs / MINUTE)} min in which any window could`,
    );
  }

  // Each ending is claimed once, and announced with its status.
  const numbers = [...claims.keys()].sort((a, b) => a - b);
  expect(
    numbers.length === endingNumber && numbers.at(-1) === endingNumber,
    `ended ${endingNumber} times, claimed: ${numbers.join(' ')}`,
  );
  for (const [number, times] of claims) expect(times === 1, `ending ${number} was claimed ${times} times`);
  const announced = announcements.map((each) => each.endingNumber);
  expect(new Set(announced).size === announced.length, `announced twice: ${announced.join(' ')}`);
  for (const each of announcements) {
    const was = inHistory[each.endingNumber - 1];
    const isSame = each.status === was || (each.status === 'SUCCESS' && was === 'COMPLETE');
    expect(isSame, `ending ${each.endingNumber} was ${was}, announced as ${each.status}`);
  }

  // Endings are unseen until the person saw them.
  const seenAtMost = Math.max(0, ...seen.map((each) => each.endingNumber));
  const seenAtLeast = Math.max(0, ...seen.filter(({ isSaved }) => isSaved).map((each) => each.endingNumber));
  expect(seenEnding <= seenAtMost, `ending ${seenEnding} counts as seen, but was not viewed`);
  expect(seenEnding >= seenAtLeast, `ending ${seenAtLeast} was seen, and counts as unseen`);
  if (label?.isSaved === true) expect(onDisk.label === label.text, `is called ${onDisk.label}, not ${label.text}`);
  return faults;
}

/** A waiting upgrade is brought to mind once a day, and not after its end. */
function faultsOfReminders({ plan: { transitions }, reminders }: JobRecord): string[] {
  const switched = transitions.findIndex(({ status }) => status === 'SUCCESS');
  const beganAt = transitions[switched]?.at ?? Infinity;
  const endedAt = transitions[switched + 1]?.at ?? Infinity;
  return reminders.flatMap((at, index) => [
    ...(at - (reminders[index - 1] ?? beganAt) < DAY - MAX_CLOCK_CHANGE_MS
      ? [`reminded early: ${reminders.join(' ')}`]
      : []),
    ...(at > endedAt + MAX_REMINDER_DELAY_MS ? [`reminded at ${at}, although it did not wait any more`] : []),
  ]);
}

/** Whether no status shows an earlier state of the job than the status before it. */
function inOrder(shown: readonly (string | undefined)[], transitions: readonly { readonly status: string }[]): boolean {
  let index = 0;
  return shown.every((status) => {
    const next = transitions.findIndex((each, position) => position >= index && each.status === status);
    index = Math.max(index, next);
    return next >= 0;
  });
}

function instantsOf(requests: readonly SentRequest[]): number[] {
  return requests.filter(({ mayBeLate }) => !mayBeLate).map(({ at }) => at);
}

function mostIn5Minutes(instants: readonly number[]): number {
  let most = 0;
  let first = 0;
  for (const [index, at] of instants.entries()) {
    while ((instants[first] ?? at) <= at - BUDGET_WINDOW_MS) first += 1;
    most = Math.max(most, index - first + 1);
  }
  return most;
}

/** A limit that the service named holds for a day, as soon as all windows can know it. */
function brokenLimits({ sent, namedLimits }: TroubledCloud, limit: number): string[] {
  return namedLimits.flatMap(({ at, budget, owner, requests }) => {
    const lowered = Math.max(1, Math.floor(requests / 2));
    if (lowered >= limit || owner.isDead) return [];
    const from = at + MINUTE;
    const isMeant = (request: SentRequest) => request.at > from && request.at < at + 20 * HOUR;
    const most = mostIn5Minutes(instantsOf(sent.filter((request) => request.budget === budget && isMeant(request))));
    return most > lowered ? [`${most} requests in five minutes, after the service allowed ${requests}.`] : [];
  });
}
