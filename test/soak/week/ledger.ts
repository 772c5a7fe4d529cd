/** Notes what the windows and the person did, so that nothing can be lost or said twice unnoticed. */
import { isEnding } from '../../../src/jobs/model/job-status';
import type { JobKey } from '../../../src/jobs/model/job-reference';
import type { JobPlan } from './job-plans';

/** A deed in a window, which outlives it once it was kept. */
interface Deed {
  isKept: boolean;
}

export interface StatusApplied extends Deed {
  readonly status: string | undefined;
}

export interface EndingSeen extends Deed {
  readonly endingNumber: number;
}

export interface Announcement {
  readonly endingNumber: number;
  /** As announced. */
  readonly status: string | undefined;
}

export interface Notice {
  /** Milliseconds of true time after the job's first end. */
  readonly after: number;
  /** Of those: milliseconds in which a window could have looked. */
  readonly leisure: number;
}

export interface JobRecord {
  readonly plan: JobPlan;
  readonly statuses: StatusApplied[];
  readonly seen: EndingSeen[];
  readonly announcements: Announcement[];
  /** Of the files that claim an announcement, how often each was created. */
  readonly claims: Map<number, number>;
  label: { readonly text: string; isKept: boolean } | undefined;
  /** What the person wants, and whether a window has told that it is so. */
  tracking: 'none' | 'wanted' | 'kept' | 'unwanted' | 'removed';
  /** How many milliseconds of leisure there had been when the end could be noticed first. */
  noticeableFrom: number | undefined;
  notice: Notice | undefined;
}

export class Ledger {
  readonly jobs = new Map<JobKey, JobRecord>();

  constructor(plans: readonly JobPlan[]) {
    for (const plan of plans) {
      this.jobs.set(plan.key, newRecord(plan));
    }
  }

  /** Nothing that was is to be known any more: the person tracks the job again. */
  forget(key: JobKey): void {
    this.jobs.set(key, newRecord(this.of(key).plan));
  }

  of(key: JobKey): JobRecord {
    const record = this.jobs.get(key);
    if (record === undefined) throw new Error(`Nobody planned job ${key}.`);
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
    claims: new Map(),
    label: undefined,
    tracking: 'none',
    noticeableFrom: undefined,
    notice: undefined,
  };
}

/** The endings of a job that was seen in these statuses, one after the other. */
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
