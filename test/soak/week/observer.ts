/** Checks that endings are noticed while a window can poll, and that claims are created and removed correctly. */
import path from 'node:path';
import type { JobKey } from '../../../src/jobs/model/job-reference';
import { BUDGETS, budgetNameOf, type JobPlan } from './job-plans';
import type { JobRecord, Ledger } from './ledger';
import type { Machine } from './machine';
import type { SharedDisk } from './shared-disk';
import { STORAGE } from './soak-window';
import type { TroubledCloud } from './troubled-cloud';
import { HOUR, MINUTE } from '../../../src/base/time-units';

export interface ObserverParts {
  readonly machine: Machine;
  readonly ledger: Ledger;
  readonly cloud: TroubledCloud;
  readonly disk: SharedDisk;
  /** Requests per five minutes. */
  readonly limit: number;
  /** Whether a window can poll all projects. */
  readonly canPoll: () => boolean;
}

/** How long after an upgrade was completed it is checked whether that was noticed. */
const COMPLETION_CHECK_DELAY_MS = 2 * HOUR;
/** It must have been noticed if this much of that time was pollable. */
const MIN_POLLABLE_MS = 30 * MINUTE;

export class Observer {
  /** The violations that were found. */
  readonly faults: string[] = [];
  /** By budget: time in which a window could have polled any job. */
  private readonly pollableMs = new Map<string, number>();

  constructor(private readonly parts: ObserverParts) {
    const { disk, ledger } = parts;
    disk.onCreated = (file) => {
      this.claimed(file);
    };
    disk.onRemoved = (file) => {
      this.unclaimed(file);
    };
    for (const { plan } of ledger.records) {
      this.awaitEnd(plan);
      this.awaitCompletion(plan);
    }
    this.measurePollableTime();
  }

  /** From now on, an ending that the job already reached can be noticed. */
  tracked(record: JobRecord): void {
    record.noticeableFromMs = this.pollableMsFor(record);
  }

  /** A window received the status. */
  answered(key: JobKey, status: string | undefined): void {
    const record = this.parts.ledger.find(key);
    if (record === undefined) return;
    const end = firstEndOf(record.plan);
    if (!isAfterFirstEnd(status) || end === undefined || record.noticeableFromMs === undefined) return;
    record.notice ??= {
      afterMs: this.parts.machine.trueMs - end.at,
      pollableMs: this.pollableMsFor(record) - record.noticeableFromMs,
    };
  }

  private awaitEnd(plan: JobPlan): void {
    const { machine, ledger } = this.parts;
    const end = firstEndOf(plan);
    if (end === undefined) return;
    machine.at(end.at, () => {
      const record = ledger.of(plan.key);
      if (record.tracking === 'saved') record.noticeableFromMs = this.pollableMsFor(record);
    });
  }

  /** A switched upgrade must be polled until it is completed or rolled back. */
  private awaitCompletion({ key, transitions, reference }: JobPlan): void {
    const { machine, ledger } = this.parts;
    const [last, before] = [transitions.at(-1), transitions.at(-2)];
    if (last === undefined || before?.status !== 'SUCCESS') return;
    machine.at(last.at, () => {
      const record = ledger.of(key);
      const pollableMs = this.pollableMsFor(record);
      const isSwitched = () => record.statuses.at(-1)?.status === 'SUCCESS' && record.tracking === 'saved';
      if (!isSwitched() || record.statuses.at(-1)?.isSaved !== true) return;
      machine.after(COMPLETION_CHECK_DELAY_MS, () => {
        const pollableSinceMs = this.pollableMsFor(record) - pollableMs;
        if (!isSwitched() || ledger.of(key) !== record || pollableSinceMs < MIN_POLLABLE_MS) return;
        this.faults.push(
          `Job ${reference.jobId} was ${last.status}, and was not polled in ${pollableSinceMs} ms in which a window could.`,
        );
      });
    });
  }

  private claimed(file: string): void {
    const claim = claimIn(file);
    if (claim === undefined) return;
    const claims = this.parts.ledger.find(claim.key)?.claims;
    claims?.set(claim.endingNumber, (claims.get(claim.endingNumber) ?? 0) + 1);
  }

  private unclaimed(file: string): void {
    const claim = claimIn(file);
    if (claim === undefined) return;
    const record = this.parts.ledger.find(claim.key);
    if (record === undefined) return;
    const { claims, tracking } = record;
    if (tracking === 'saved') this.faults.push(`The claim of a tracked job was removed: ${file}`);
    else claims.delete(claim.endingNumber);
  }

  /** Counts the minutes in which a window can poll, the service responds, and the budget is hardly used. */
  private measurePollableTime(): void {
    const { machine, cloud, limit, canPoll } = this.parts;
    machine.after(MINUTE, () => {
      this.measurePollableTime();
      if (!machine.isAwake || !cloud.isReachable || !canPoll()) return;
      for (const budget of BUDGETS) {
        if (!cloud.hasSentMoreThan(budget, limit / 4)) this.pollableMs.set(budget, this.pollableMsOf(budget) + MINUTE);
      }
    });
  }

  private pollableMsFor({ plan }: JobRecord): number {
    return this.pollableMsOf(budgetNameOf(plan.reference.projectId));
  }

  pollableMsOf(budget: string): number {
    return this.pollableMs.get(budget) ?? 0;
  }
}

function firstEndOf({ transitions }: JobPlan) {
  return transitions.find(({ status }) => isAfterFirstEnd(status));
}

/** Whether the status is an ending, or can only follow one. */
function isAfterFirstEnd(status: string | undefined): boolean {
  return status !== 'INIT' && status !== 'RUNNING' && status !== 'PAUSED';
}

function claimIn(file: string): { readonly key: JobKey; readonly endingNumber: number } | undefined {
  if (path.dirname(file) !== path.join(STORAGE, 'announced')) return undefined;
  const [key = '', number] = path.basename(file).split('.');
  return { key, endingNumber: Number(number) };
}
