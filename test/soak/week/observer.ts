/** Sees what becomes of endings, and whether it was easy to notice them when nobody did. */
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
  /** Requests in five minutes. */
  readonly limit: number;
  /** Whether there is a window that can ask for all projects. */
  readonly canLook: () => boolean;
}

/** From its completion on an upgrade is looked at for so long at least. */
const COMPLETION_PATIENCE = 2 * HOUR;
/** If so much of that was easy, somebody looked. */
const EASY_ENOUGH = 30 * MINUTE;

export class Observer {
  /** What must not be, and was. */
  readonly faults: string[] = [];
  /** By budget: milliseconds in which a window could have looked at any job. */
  private readonly leisure = new Map<string, number>();

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
    this.measureLeisure();
  }

  /** From now on its end can be noticed, where it has ended. */
  tracked(record: JobRecord): void {
    record.noticeableFrom = this.leisureFor(record);
  }

  /** An answer brought the status. */
  answered(key: JobKey, status: string | undefined): void {
    const record = this.parts.ledger.of(key);
    const end = firstEndOf(record.plan);
    if (!isAfterFirstEnd(status) || end === undefined || record.noticeableFrom === undefined) return;
    record.notice ??= {
      after: this.parts.machine.time - end.at,
      leisure: this.leisureFor(record) - record.noticeableFrom,
    };
  }

  private awaitEnd(plan: JobPlan): void {
    const { machine, ledger } = this.parts;
    const end = firstEndOf(plan);
    if (end === undefined) return;
    machine.at(end.at, () => {
      const record = ledger.of(plan.key);
      if (record.tracking === 'kept') record.noticeableFrom = this.leisureFor(record);
    });
  }

  /** An upgrade that has switched is followed until it is complete, or rolled back. */
  private awaitCompletion({ key, transitions, reference }: JobPlan): void {
    const { machine, ledger } = this.parts;
    const [last, before] = [transitions.at(-1), transitions.at(-2)];
    if (last === undefined || before?.status !== 'SUCCESS') return;
    machine.at(last.at, () => {
      const record = ledger.of(key);
      const leisure = this.leisureFor(record);
      const isSwitched = () => record.statuses.at(-1)?.status === 'SUCCESS' && record.tracking === 'kept';
      if (!isSwitched() || record.statuses.at(-1)?.isKept !== true) return;
      machine.after(COMPLETION_PATIENCE, () => {
        const easy = this.leisureFor(record) - leisure;
        if (!isSwitched() || ledger.of(key) !== record || easy < EASY_ENOUGH) return;
        this.faults.push(`Job ${reference.jobId} was ${last.status}, and nobody looked in ${easy} easy ms.`);
      });
    });
  }

  private claimed(file: string): void {
    const claim = claimIn(file);
    if (claim === undefined) return;
    const { claims } = this.parts.ledger.of(claim.key);
    claims.set(claim.endingNumber, (claims.get(claim.endingNumber) ?? 0) + 1);
  }

  private unclaimed(file: string): void {
    const claim = claimIn(file);
    if (claim === undefined) return;
    const { claims, tracking } = this.parts.ledger.of(claim.key);
    if (tracking === 'kept') this.faults.push(`The claim of a tracked job was removed: ${file}`);
    else claims.delete(claim.endingNumber);
  }

  /** Minute by minute: whether a window can ask, the service answers, and there is budget to spare. */
  private measureLeisure(): void {
    const { machine, cloud, limit, canLook } = this.parts;
    machine.after(MINUTE, () => {
      this.measureLeisure();
      if (!machine.isAwake || !cloud.isReachable || !canLook()) return;
      for (const budget of BUDGETS) {
        if (!cloud.isUsed(budget, limit / 4)) this.leisure.set(budget, this.leisureOf(budget) + MINUTE);
      }
    });
  }

  private leisureFor({ plan }: JobRecord): number {
    return this.leisureOf(budgetNameOf(plan.reference.projectId));
  }

  private leisureOf(budget: string): number {
    return this.leisure.get(budget) ?? 0;
  }
}

function firstEndOf({ transitions }: JobPlan) {
  return transitions.find(({ status }) => isAfterFirstEnd(status));
}

/** Before it there is neither an end nor a way back. */
function isAfterFirstEnd(status: string | undefined): boolean {
  return status !== 'INIT' && status !== 'RUNNING' && status !== 'PAUSED';
}

function claimIn(file: string): { readonly key: JobKey; readonly endingNumber: number } | undefined {
  if (path.dirname(file) !== path.join(STORAGE, 'announced')) return undefined;
  const [key = '', number] = path.basename(file).split('.');
  return { key, endingNumber: Number(number) };
}
