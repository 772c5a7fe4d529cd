/** Changes of jobs that could not be saved. They are kept until they are, and logged once, not at each retry. */
import type { Log } from '../../base/log';
import type { StoredJobChange } from '../files/job-files';
import type { JobKey } from '../model/job-reference';

export class UnsavedChanges {
  private readonly changes = new Map<JobKey, StoredJobChange>();
  /** The kind of failure that was logged last; undefined after all changes were saved. */
  private loggedKind: string | undefined;

  constructor(private readonly log: Log) {}

  keys(): readonly JobKey[] {
    return [...this.changes.keys()];
  }

  has(key: JobKey): boolean {
    return this.changes.has(key);
  }

  get(key: JobKey): StoredJobChange | undefined {
    return this.changes.get(key);
  }

  set(key: JobKey, change: StoredJobChange): void {
    this.changes.set(key, change);
  }

  delete(key: JobKey): void {
    this.changes.delete(key);
  }

  /** @returns the job's unsaved changes, if there are any, and then this one. They count as saved until failed() is called. */
  take(key: JobKey, change: StoredJobChange): StoredJobChange {
    const unsaved = this.changes.get(key);
    this.changes.delete(key);
    return unsaved === undefined ? change : inTurn(unsaved, change);
  }

  /**
   * Keeps a change for a later retry, before the changes that came since.
   * @returns whether the failure was logged: it is the first of its kind. Call logCount() when no write is in progress then.
   */
  failed(key: JobKey, change: StoredJobChange, cause: unknown): boolean {
    const later = this.changes.get(key);
    this.changes.set(key, later === undefined ? change : inTurn(change, later));
    const kind = kindOf(cause);
    if (kind === this.loggedKind) return false;
    this.loggedKind = kind;
    this.log.error(`Changes of jobs could not be saved: ${String(cause)}. They are tried again.`);
    return true;
  }

  logCount(): void {
    const { size } = this.changes;
    if (size > 0) this.log.warn(`Jobs with unsaved changes: ${size}.`);
  }

  succeeded(): void {
    if (this.changes.size === 0) this.loggedKind = undefined;
  }
}

function inTurn(first: StoredJobChange, second: StoredJobChange): StoredJobChange {
  return async (stored) => second(await first(stored));
}

/** @returns the error's code; messages of file errors differ by the file's name */
function kindOf(cause: unknown): string {
  if (!(cause instanceof Error)) return typeof cause;
  return 'code' in cause ? String(cause.code) : cause.name;
}
