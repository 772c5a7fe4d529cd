/** Finds jobs whose rows begin alike: a narrow view cuts off what distinguishes them, so their rows show their ids early. */
import type { Disposable } from '../../base/disposable';
import type { JobKey } from '../../jobs/model/job-reference';
import { isFinished, isUnseen, type TrackedJob } from '../../jobs/model/tracked-job';
import type { JobStore } from '../../jobs/store/job-store';
import { subjectWord, trackedTypeWord } from '../text/job-words';
import { plainText, truncate, truncateMiddle } from '../text/plain-text';
import { withDots } from '../text/punctuation';

/** Characters before the name of a resource or an id: `cloneLoadbalancer` has as many. */
const MAX_NAME_LENGTH = 17;
/** What a view of 300 px shows of a row at least. A Chinese character takes two columns. */
const MAX_COLUMNS = 26;
const WIDE = /[\u1100-\uffff]/;

export class AlikeJobs implements Disposable {
  private readonly beginnings = new Map<JobKey, string>();
  private readonly keys = new Map<string, Set<JobKey>>();
  private readonly subscription: Disposable;

  /** @param redraw called with another job than the one that changed, if its row became alike, or no longer is */
  constructor(
    store: Pick<JobStore, 'all' | 'onDidChange'>,
    private readonly redraw: (key: JobKey) => void,
  ) {
    for (const [key, tracked] of store.all()) this.set(key, beginningOf(tracked));
    this.subscription = store.onDidChange((changes) => {
      for (const { key } of changes) {
        const tracked = store.all().get(key);
        this.set(key, tracked && beginningOf(tracked));
      }
    });
  }

  /** Whether the row of another running job begins alike. */
  has(key: JobKey): boolean {
    const beginning = this.beginnings.get(key);
    return beginning !== undefined && (this.keys.get(beginning)?.size ?? 0) > 1;
  }

  dispose(): void {
    this.subscription.dispose();
  }

  private set(key: JobKey, beginning: string | undefined): void {
    const before = this.beginnings.get(key);
    if (beginning === before) return;
    if (before !== undefined) this.leave(key, before);
    if (beginning !== undefined) this.enter(key, beginning);
  }

  private enter(key: JobKey, beginning: string): void {
    this.beginnings.set(key, beginning);
    const keys = this.keys.get(beginning) ?? new Set();
    const [other] = keys;
    this.keys.set(beginning, keys.add(key));
    if (keys.size === 2 && other !== undefined) this.redraw(other);
  }

  private leave(key: JobKey, beginning: string): void {
    this.beginnings.delete(key);
    const keys = this.keys.get(beginning);
    keys?.delete(key);
    const [other] = keys ?? [];
    if (other === undefined) this.keys.delete(beginning);
    else if (keys?.size === 1) this.redraw(other);
  }
}

/** A long type or name would push what distinguishes the job out of a narrow view. */
export function shortName(name: string): string {
  return truncate(name, MAX_NAME_LENGTH);
}

/** People often put what distinguishes a job at the end of its name. */
export function shortGivenName(name: string): string {
  return truncateMiddle(name, MAX_NAME_LENGTH);
}

/** @returns undefined for a job whose row is never ambiguous, or that needs no attention any more */
function beginningOf(tracked: TrackedJob): string | undefined {
  if (isFinished(tracked) && !isUnseen(tracked)) return undefined;
  const subject = subjectWord(tracked);
  const type = trackedTypeWord(tracked);
  // The id follows the type.
  if (tracked.label === undefined && subject === undefined && shortName(type) === type) return undefined;
  return firstColumns(withDots([tracked.label === undefined ? shortName(type) : plainText(tracked.label), subject]));
}

function firstColumns(text: string): string {
  let columns = 0;
  let end = 0;
  while (end < text.length && columns < MAX_COLUMNS) {
    columns += WIDE.test(text.charAt(end)) ? 2 : 1;
    end += 1;
  }
  return text.slice(0, end);
}
