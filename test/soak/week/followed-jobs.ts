/**
 * A project of the simulated week that is followed for new jobs. The person also tracks mistyped ids in it, which are never
 * found, and some jobs by an id that the service finds late and never lists.
 */
import { DAY, HOUR, MINUTE, SECOND } from '../../../src/base/time-units';
import type { ListedJob } from '../../../src/cloud/api/job-schema';
import { jobKey, type JobKey } from '../../../src/jobs/model/job-reference';
import type { JobChange } from '../../../src/jobs/model/job-change';
import { isRunning } from '../../../src/jobs/model/job-status';
import type { TrackedJob } from '../../../src/jobs/model/tracked-job';
import type { JobStore } from '../../../src/jobs/store/job-store';
import type { SeededRandom } from '../../support/seeded-random';
import { ENDPOINT, FOLLOWED_PROJECT, type JobPlan, MAX_DURATION_MS, planJob } from './job-plans';
import { endingsIn } from './ledger';
import type { Machine } from './machine';
import type { SoakWindow } from './soak-window';

export interface FollowedJobsParts {
  readonly machine: Machine;
  readonly random: SeededRandom;
  readonly beginning: number;
  readonly days: number;
  /** A window that reacts now. */
  readonly anyWindow: () => SoakWindow | undefined;
  /** Time in which a window could have polled the project. */
  readonly pollableMs: () => number;
  /** Replaces all windows by one new window. */
  readonly reload: () => void;
}

interface Record {
  readonly plan: JobPlan;
  /** The pollable time when the service first listed it while it was followed. */
  listedAtMs: number | undefined;
  /** The pollable time until it was tracked. */
  trackedAfterMs: number | undefined;
  /** The pollable time when a window first received it in a list while it was followed. */
  receivedAtMs: number | undefined;
  /** The pollable time until it was tracked since then. */
  waitedMs: number | undefined;
  readonly announced: (string | undefined)[];
  isTrackedByPerson: boolean;
}

interface Mistyped {
  readonly key: JobKey;
  readonly trackedAtMs: number;
  isSaved: boolean;
  givenUpAfterMs: number | undefined;
}

const FOLLOWED_FROM_MS = 5 * HOUR;
const JOBS = 60;
const MISTYPED = 20;
/** A mistyped id must be given up within this much pollable time. */
const MAX_PENDING_MS = 8 * MINUTE;
/** A new job must be tracked within this much: without focus, each list that fails puts the next off by about five minutes. */
const MAX_UNTRACKED_MS = 25 * MINUTE;
/** As soon as a window knows it, it may wait this much, for mistyped ids. The pollable time is counted in whole minutes. */
const MAX_WAITED_MS = MINUTE;
/** After a third of the mistyped ids, the person reloads the window this often. */
const RELOADS = 6;
const project = { endpoint: ENDPOINT, projectId: FOLLOWED_PROJECT };

export class FollowedJobs {
  readonly plans: readonly JobPlan[];
  private readonly records: readonly Record[];
  private readonly byKey = new Map<JobKey, Record>();
  private readonly mistyped = new Map<JobKey, Mistyped>();
  private triedAt = Infinity;
  private followedAt = Infinity;

  constructor(private readonly parts: FollowedJobsParts) {
    const { machine, random, beginning, days } = parts;
    const lastStart = days * DAY - MAX_DURATION_MS - HOUR;
    this.plans = Array.from({ length: JOBS }, (_, index) => {
      // Some begin, and some of these end, just before following.
      const isEarly = index % 10 === 0;
      const startsAt = isEarly
        ? FOLLOWED_FROM_MS - random.between(MINUTE, 10 * MINUTE)
        : random.between(random.chance(0.1) ? 0 : FOLLOWED_FROM_MS, lastStart);
      const length = random.logBetween(30 * SECOND, isEarly ? 5 * MINUTE : MAX_DURATION_MS);
      const plan = planJob(900_000 + index, { beginning, days }, startsAt, FOLLOWED_PROJECT, length, random);
      return { ...plan, listedFrom: plan.knownFrom, knownFrom: plan.knownFrom + random.between(0, MINUTE) };
    });
    this.records = this.plans.map((plan) => ({
      plan,
      listedAtMs: undefined,
      trackedAfterMs: undefined,
      receivedAtMs: undefined,
      waitedMs: undefined,
      announced: [],
      isTrackedByPerson: false,
    }));
    for (const record of this.records) {
      for (const id of idsIn(record.plan)) this.byKey.set(jobKey({ ...project, jobId: id }), record);
    }
    machine.at(FOLLOWED_FROM_MS, () => {
      this.follow();
    });
  }

  /** To be called once `pollableMs` counts. */
  start(): void {
    const { machine, random, days, pollableMs } = this.parts;
    for (const record of this.records) {
      const { plan } = record;
      machine.at(plan.listedFrom ?? plan.knownFrom, () => {
        if (this.isNew(plan)) record.listedAtMs = pollableMs();
      });
      if (!random.chance(0.4)) continue;
      record.isTrackedByPerson = true;
      machine.at(plan.startsAt + random.between(SECOND, MINUTE), () => {
        void this.track(plan.reference.jobId);
      });
    }
    for (let index = 0; index < MISTYPED; index += 1) {
      // Often just before a job begins.
      const near = random.pick(this.plans).startsAt - random.between(-MINUTE, 2 * MINUTE);
      const at = random.chance(0.7) ? Math.max(near, 0) : random.between(0, (days - 1) * DAY);
      machine.at(at, () => {
        void this.trackMistyped(`37d5c1fd-fa57-4c6d-bdcd-mistyped-${index}`);
        for (let count = 1; index % 3 === 0 && count <= RELOADS; count += 1) {
          machine.after(count * 100 * SECOND, this.parts.reload);
        }
      });
    }
  }

  /** A window received a list of the project. */
  listed(jobs: readonly ListedJob[]): void {
    for (const { jobId } of jobs) {
      const record = jobId === undefined ? undefined : this.byKey.get(jobKey({ ...project, jobId }));
      if (record !== undefined && this.isNew(record.plan)) record.receivedAtMs ??= this.parts.pollableMs();
    }
  }

  /** A window's jobs changed. */
  changed(changes: readonly JobChange[]): void {
    for (const { key, kinds, tracked } of changes) {
      const record = this.byKey.get(key);
      if (record !== undefined && !kinds.includes('removed')) {
        const now = this.parts.pollableMs();
        record.trackedAfterMs ??= now - (record.listedAtMs ?? now);
        record.waitedMs ??= now - (record.receivedAtMs ?? now);
      }
      const mistyped = this.mistyped.get(key);
      if (mistyped !== undefined && tracked.pollFailure?.error.kind === 'not-found') {
        mistyped.givenUpAfterMs ??= this.parts.pollableMs() - mistyped.trackedAtMs;
      }
    }
  }

  announced(key: JobKey, status: string | undefined): void {
    this.byKey.get(key)?.announced.push(status);
  }

  /** The week is over: without this, jobs are listed for ever. */
  unfollow(window: SoakWindow): Promise<void> {
    return window.followed.unfollow(project);
  }

  /** Returns the violations, by the jobs of the last window. */
  faults(store: JobStore): string[] {
    const faults = this.records.flatMap((record) => this.faultsOf(record, store));
    for (const { key, isSaved, givenUpAfterMs } of this.mistyped.values()) {
      const tracked = store.get(key);
      if (tracked === undefined ? isSaved : tracked.pollFailure?.error.kind !== 'not-found') {
        faults.push(`A job that is never found is ${tracked?.pollFailure?.error.kind ?? 'lost'} at the end.`);
      }
      if ((givenUpAfterMs ?? 0) > MAX_PENDING_MS) {
        faults.push(`A job that is never found was given up after ${minutes(givenUpAfterMs ?? 0)} pollable minutes.`);
      }
    }
    if (this.followedAt === Infinity) faults.push('The project was never followed.');
    return faults;
  }

  private faultsOf(record: Record, store: JobStore): string[] {
    const { plan, announced, trackedAfterMs, waitedMs, isTrackedByPerson } = record;
    const rows = idsIn(plan).flatMap((jobId) => store.get(jobKey({ ...project, jobId })) ?? []);
    const faults: string[] = [];
    if (rows.length > 1) faults.push(`is in the list ${rows.length} times`);
    const [tracked] = rows;
    if (this.isNew(plan)) {
      if (tracked === undefined) faults.push('is new, and is not tracked');
      if ((trackedAfterMs ?? 0) > MAX_UNTRACKED_MS) {
        faults.push(`was tracked after ${minutes(trackedAfterMs ?? 0)} pollable minutes`);
      }
    }
    if ((waitedMs ?? 0) > MAX_WAITED_MS) {
      faults.push(`was tracked ${minutes(waitedMs ?? 0)} pollable minutes after a window received it in a list`);
    }
    if (tracked !== undefined && this.hasEndedBefore(record) && !isTrackedByPerson) {
      faults.push('had ended before the project was followed, and is tracked');
    }
    if (tracked !== undefined) faults.push(...faultsOfTracked(plan, tracked));
    if (announced.length > endingsIn(plan.transitions.map(({ status }) => status)).length) {
      faults.push(`was announced too often: ${announced.join(' ')}`);
    }
    return faults.map((fault) => `Followed job ${plan.reference.jobId}: ${fault}`);
  }

  private isNew({ startsAt }: JobPlan): boolean {
    return startsAt > this.followedAt;
  }

  private hasEndedBefore({ plan: { transitions } }: Record): boolean {
    return (transitions.at(-1)?.at ?? Infinity) < this.triedAt - SECOND;
  }

  private follow(): void {
    const { machine, anyWindow } = this.parts;
    const window = anyWindow();
    this.triedAt = Math.min(this.triedAt, machine.trueMs);
    if (window !== undefined) {
      void window.followed.follow(project, window.process.now()).then(() => {
        if (!window.process.isDead) this.followedAt = Math.min(this.followedAt, machine.trueMs);
      });
    }
    machine.after(5 * MINUTE, () => {
      if (this.followedAt === Infinity) this.follow();
    });
  }

  private async track(jobId: string): Promise<void> {
    const window = this.parts.anyWindow();
    await window?.store.track({ ...project, jobId }, window.process.now());
  }

  private async trackMistyped(jobId: string): Promise<void> {
    const window = this.parts.anyWindow();
    if (window === undefined) return;
    const key = jobKey({ ...project, jobId });
    const mistyped: Mistyped = { key, trackedAtMs: this.parts.pollableMs(), isSaved: false, givenUpAfterMs: undefined };
    this.mistyped.set(key, mistyped);
    await this.track(jobId);
    mistyped.isSaved = !window.process.isDead;
  }
}

function faultsOfTracked({ transitions }: JobPlan, { job, endingNumber, pollFailure }: TrackedJob): string[] {
  const last = transitions.at(-1)?.status;
  const faults: string[] = [];
  if (endingNumber === 0) faults.push('has ended, which was not noticed');
  if (job?.status !== last && isRunning(job) && job?.status !== 'SUCCESS')
    faults.push(`is ${last}, shown as ${job?.status}`);
  if (pollFailure !== undefined) faults.push(`has a poll failure: ${pollFailure.error.kind}`);
  return faults;
}

function idsIn({ reference, started }: JobPlan): readonly string[] {
  return [...new Set([reference.jobId, started.bodyJobId])];
}

function minutes(ms: number): number {
  return Math.round(ms / MINUTE);
}
