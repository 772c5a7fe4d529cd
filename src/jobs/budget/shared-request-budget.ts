/** A request budget that all windows share, and that a restart does not fill up again: a file holds what was taken. */
import path from 'node:path';
// valita: see src/cloud/api/json-schema.ts.
import * as v from '@badrap/valita';
import type { RateLimit } from '../../cloud/http/error';
import {
  type BudgetUse,
  currentUse,
  isMoreThanHalf,
  joinedUse,
  loweredUse,
  take,
  type Taking,
  UNUSED,
} from './sliding-window';
import { type LockParts, withLock } from '../../storage/file-lock';
import type { Log } from '../../base/log';
import type { RequestBudget } from './request-budget';

export interface RequestBudgetParts extends LockParts {
  readonly directory: string;
  /** Requests in any five minutes, asked anew each time since a setting may change it. */
  readonly limit: () => number;
  readonly log: Log;
}

const useSchema = v.object({
  taken: v.array(v.number()),
  lowered: v.object({ limit: v.number(), at: v.number() }).optional(),
});

/** One budget for each name; the name, fit for a file's, says whose requests the service counts together. */
export function requestBudgets(parts: RequestBudgetParts): (name: string) => RequestBudget {
  const budgets = new Map<string, RequestBudget>();
  return (name) => {
    const budget = budgets.get(name) ?? new FileRequestBudget(name, parts);
    budgets.set(name, budget);
    return budget;
  };
}

export class FileRequestBudget implements RequestBudget {
  private readonly file: string;
  /** All that counts, as far as this window knows. */
  private known: BudgetUse = UNUSED;
  /** What of it the file lacks. */
  private unsaved: BudgetUse = UNUSED;
  /** One change after the other: this window need not wait for its own lock. */
  private changes: Promise<unknown> = Promise.resolve();
  private isFailing = false;

  constructor(
    name: string,
    private readonly parts: RequestBudgetParts,
  ) {
    this.file = path.join(parts.directory, 'budgets', `${name}.json`);
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
    log.warn(`The service allows ${named.requests} requests in ${named.period} ms.`);
    void this.change((before) => ({ delay: 0, use: loweredUse(before, named, limit(), clock.elapsed()) }));
  }

  /** @param change may be asked again, of another use. */
  private change(change: (before: BudgetUse) => Taking): Promise<number> {
    const changed = this.changes.then(async () => {
      try {
        const delay = await this.changeFile(change);
        this.isFailing = false;
        return delay;
      } catch (cause) {
        if (!this.isFailing) {
          this.parts.log.error(`Requests are counted in this window alone: ${String(cause)}`);
        }
        this.isFailing = true;
        return this.changeUnsaved(change);
      }
    });
    this.changes = changed;
    return changed;
  }

  /** Changes what the file holds now, which may be more than this window knows. */
  private async changeFile(change: (before: BudgetUse) => Taking): Promise<number> {
    const { files } = this.parts;
    let delay: number | undefined;
    while (delay === undefined) {
      delay = await withLock(this.parts, this.file, async (replace) => {
        const saved = readUse(await files.read(this.file));
        const taking = change(saved === undefined ? this.known : joinedUse(saved, this.unsaved));
        if (taking.delay === 0 || this.unsaved !== UNUSED) {
          // Else another window may have counted without what is taken here.
          if (!(await replace(`${JSON.stringify(taking.use)}\n`, 'passing'))) return undefined;
          this.unsaved = UNUSED;
        }
        this.known = taking.use;
        return taking.delay;
      });
    }
    return delay;
  }

  private changeUnsaved(change: (before: BudgetUse) => Taking): number {
    const { delay, use } = change(this.known);
    if (delay === 0) {
      this.unsaved = currentUse(joinedUse(this.unsaved, change(UNUSED).use), this.parts.clock.elapsed());
    }
    this.known = use;
    return delay;
  }
}

/** Undefined where there is none, or none that can be read. */
function readUse(text: string | undefined): BudgetUse | undefined {
  if (text === undefined) return undefined;
  try {
    const parsed = useSchema.try(JSON.parse(text), { mode: 'strip' });
    return parsed.ok ? parsed.value : undefined;
  } catch {
    return undefined;
  }
}
