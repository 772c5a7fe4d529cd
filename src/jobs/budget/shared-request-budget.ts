/** A request budget that all windows share. A file holds the requests taken, so that a restart does not reset it. */
import path from 'node:path';
// valita: see src/cloud/api/json-schema.ts.
import * as v from '@badrap/valita';
import { MAX_SMALL_FILE_BYTES } from '../../base/limits';
import { OutageLog } from '../../base/outage-log';
import { SerialQueue } from '../../base/serial-queue';
import type { RateLimit } from '../../cloud/http/error';
import { type LockParts, withLock } from '../../storage/file-lock';
import { clampInteger } from '../../storage/damaged-numbers';
import { isBusy, readOr } from '../../storage/file-system';
import type { Checked, EqualTypes } from '../../storage/schema-check';
import { STORAGE_FOLDERS } from '../../storage/storage-folders';
import type { WindowContext } from '../../storage/window-context';
import type { BudgetCount, RequestBudget } from './request-budget';
import {
  type BudgetUse,
  countOf,
  currentUse,
  isMoreThanHalf,
  joinedUse,
  loweredUse,
  take,
  type TakeResult,
  UNUSED,
} from './sliding-window';

type RequestBudgetParts = LockParts &
  Pick<WindowContext, 'directory' | 'log'> & {
    /** Requests in any five minutes; called each time, since a setting may change it. */
    readonly limit: () => number;
  };

const limit = v.number().map((requests) => clampInteger(requests, 1, Number.MAX_SAFE_INTEGER));
const useSchema = v.object({
  taken: v.array(v.number()),
  lowered: v.object({ limit, at: v.number() }).optional(),
});

type SavedUse = Checked<BudgetUse, EqualTypes<BudgetUse, v.Infer<typeof useSchema>>>;

/**
 * @returns a function that returns the budget of a name. The name is safe in a file name, and says whose requests the
 * service counts together.
 */
export function requestBudgets(parts: RequestBudgetParts): (name: string) => RequestBudget {
  const budgets = new Map<string, RequestBudget>();
  return (name) => {
    const budget = budgets.get(name) ?? new SharedRequestBudget(name, parts);
    budgets.set(name, budget);
    return budget;
  };
}

/** How often a change is made again because the lock was lost, or another program had a file open. */
const MAX_ATTEMPTS = 5;

class SharedRequestBudget implements RequestBudget {
  private readonly file: string;
  /** All that counts, as far as this window knows. */
  private known: BudgetUse = UNUSED;
  /** The part of it that is not in the file. */
  private unsaved: BudgetUse = UNUSED;
  /** So that this window does not wait for its own lock. */
  private readonly changes = new SerialQueue();
  private readonly outages: OutageLog;

  constructor(
    name: string,
    private readonly parts: RequestBudgetParts,
  ) {
    this.file = path.join(parts.directory, STORAGE_FOLDERS.budgets, `${name}.json`);
    this.outages = new OutageLog(parts.log, 'error');
  }

  take(count = 1): Promise<number> {
    const { limit, clock } = this.parts;
    return this.change((before) => take(count, before, limit(), clock.elapsed()));
  }

  isShort(): boolean {
    return isMoreThanHalf(this.known, this.parts.limit(), this.parts.clock.elapsed());
  }

  lower(named: RateLimit): void {
    const { limit, clock, log } = this.parts;
    log.warn(`The service allows ${named.requests} requests in ${named.periodMs} ms.`);
    void this.change((before) => ({ delayMs: 0, use: loweredUse(before, named, limit(), clock.elapsed()) }));
  }

  async count(): Promise<BudgetCount> {
    const { files, limit, clock } = this.parts;
    const saved = await readOr(files, this.file, MAX_SMALL_FILE_BYTES, readUse, undefined);
    return countOf(saved === undefined ? this.known : joinedUse(saved, this.unsaved), limit(), clock.elapsed());
  }

  /** @param change may be called again, with another use */
  private change(change: (before: BudgetUse) => TakeResult): Promise<number> {
    return this.changes.add(async () => {
      try {
        const delayMs = await this.changeFile(change);
        this.outages.succeeded(this.file);
        return delayMs;
      } catch (cause) {
        this.outages.failed(this.file, '', `Requests are counted in this window only: ${String(cause)}`);
        return this.changeUnsaved(change);
      }
    });
  }

  /** Changes what the file holds now, which may be more than this window knows. */
  private async changeFile(change: (before: BudgetUse) => TakeResult): Promise<number> {
    const { files } = this.parts;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      const delayMs = await withLock(this.parts, this.file, async (replace) => {
        const saved = await readOr(files, this.file, MAX_SMALL_FILE_BYTES, readUse, undefined);
        const result = change(saved === undefined ? this.known : joinedUse(saved, this.unsaved));
        if (result.delayMs === 0 || this.unsaved !== UNUSED) {
          // If the lock was lost, another window may have counted without these requests.
          if (!(await replace(`${JSON.stringify(result.use)}\n`, 'volatile'))) return undefined;
          this.unsaved = UNUSED;
        }
        this.known = result.use;
        return result.delayMs;
      }).catch((cause: unknown) => {
        if (!isBusy(cause)) throw cause;
        return undefined;
      });
      if (delayMs !== undefined) return delayMs;
    }
    throw new Error('The file was busy, or its lock was lost, too often.');
  }

  private changeUnsaved(change: (before: BudgetUse) => TakeResult): number {
    const { delayMs, use } = change(this.known);
    if (delayMs === 0) {
      this.unsaved = currentUse(joinedUse(this.unsaved, change(UNUSED).use), this.parts.clock.elapsed());
    }
    this.known = use;
    return delayMs;
  }
}

/** @returns undefined if there is no file, or if it is unreadable */
function readUse(text: string | undefined): SavedUse | undefined {
  if (text === undefined) return undefined;
  try {
    const parsed = useSchema.try(JSON.parse(text), { mode: 'strip' });
    return parsed.ok ? parsed.value : undefined;
  } catch {
    return undefined;
  }
}
