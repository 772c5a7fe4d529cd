/** Records what the windows and the person did, so that losses and duplicate announcements are found. */
import { isEnding } from '../../../src/jobs/model/job-status';
import type { JobKey } from '../../../src/jobs/model/job-reference';
import type { JobPlan } from './job-plans';

/** A change in a window, which must outlive the window after it was saved. */
interface Saveable {
  isSaved: boolean;
}

export interface StatusApplied extends Saveable {
  readonly status: string | undefined;
}

export interface EndingSeen extends Saveable {
  readonly endingNumber: number;
}

export interface Announcement {
  readonly endingNumber: number;
  /** The status that was announced. */
  readonly status: string | undefined;
}

export interface Notice {
  /** True time since the job's first ending. */
  readonly afterMs: number;
  /** The part of it in which a window could have polled. */
  readonly pollableMs: number;
}

export interface JobRecord {
  readonly plan: JobPlan;
  readonly statuses: StatusApplied[];
  readonly seen: EndingSeen[];
  readonly announcements: Announcement[];
  /** The true times at which it was brought to mind that the job waits for a decision. */
  readonly reminders: number[];
  /** How often the claim of each ending was created. */
  readonly claims: Map<number, number>;
  label: { readonly text: string; isSaved: boolean } | undefined;
  /** What the person wants, and whether a window has saved it. */
  tracking: 'none' | 'wanted' | 'saved' | 'unwanted' | 'removed';
  /** The pollable time (see Observer) at which the first ending could be noticed. */
  noticeableFromMs: number | undefined;
  notice: Notice | undefined;
}

export class Ledger {
  readonly jobs = new Map<JobKey, JobRecord>();

  constructor(plans: readonly JobPlan[]) {
    for (const plan of plans) {
      this.jobs.set(plan.key, newRecord(plan));
    }
  }

  /** Starts a new record: the person tracks the job again. */
  forget(key: JobKey): void {
    this.jobs.set(key, newRecord(this.of(key).plan));
  }

  /** @returns undefined for a job of the followed project */
  find(key: JobKey): JobRecord | undefined {
    return this.jobs.get(key);
  }

  of(key: JobKey): JobRecord {
    const record = this.jobs.get(key);
    if (record === undefined) throw new Error(`Job ${key} is not planned.`);
    return record;
  }

  get records(): JobRecord[] {
    return [...this.jobs.values()];
  }
}

function newRecord(plan: JobPlan): JobRecord {
  return {
    plan,
    statuses: [],
    seen: [],
    announcements: [],
    reminders: [],
    claims: new Map(),
    label: undefined,
    tracking: 'none',
    noticeableFromMs: undefined,
    notice: undefined,
  };
}

/** Returns the endings of a job that had these statuses in turn. */
export function endingsIn(statuses: readonly (string | undefined)[]): string[] {
  const endings: string[] = [];
  let present: string | undefined;
  for (const status of statuses) {
    if (status === undefined || status === present) continue;
    if (!isEnding(status)) {
      present = undefined;
    } else {
      if (present === 'SUCCESS' && status === 'COMPLETE') endings.pop();
      endings.push(status);
      present = status;
    }
  }
  return endings;
}
