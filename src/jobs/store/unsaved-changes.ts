/** Changes of jobs that could not be saved. They are kept until they are, and logged once, not at each retry. */
import type { Log } from '../../base/log';
import type { StoredJobChange } from '../files/job-files';
import type { JobKey } from '../model/job-reference';

export class UnsavedChanges {
  private readonly changes = new Map<JobKey, StoredJobChange>();
  /** The jobs whose unsaved changes are being retried. */
  private readonly retried = new Set<JobKey>();
  /** The kinds of failures that were logged; none after all changes were saved. */
  private readonly loggedKinds = new Set<string>();

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
    this.retried.delete(key);
  }

  /** @returns the job's unsaved changes, if there are any, and then this one. They count as saved until failed() is called. */
  take(key: JobKey, change: StoredJobChange): StoredJobChange {
    const unsaved = this.changes.get(key);
    this.changes.delete(key);
    if (unsaved !== undefined) this.retried.add(key);
    return unsaved === undefined ? change : inTurn(unsaved, change);
  }

  /**
   * Keeps a change for a later retry, before the changes that came since.
   * @returns whether the failure was logged: it is the first of its kind. Call logCount() when no write is in progress then.
   */
  failed(key: JobKey, change: StoredJobChange, cause: unknown): boolean {
    const later = this.changes.get(key);
    this.changes.set(key, later === undefined ? change : inTurn(change, later));
    this.retried.delete(key);
    const kind = kindOf(cause);
    if (this.loggedKinds.has(kind)) return false;
    this.loggedKinds.add(kind);
    this.log.error(`Changes of jobs could not be saved: ${String(cause)}. They are tried again.`);
    return true;
  }

  logCount(): void {
    const { size } = this.changes;
    if (size > 0) this.log.warn(`Jobs with unsaved changes: ${size}.`);
  }

  succeeded(key: JobKey): void {
    this.retried.delete(key);
    if (this.changes.size === 0 && this.retried.size === 0) this.loggedKinds.clear();
  }
}

function inTurn(first: StoredJobChange, second: StoredJobChange): StoredJobChange {
  return async (stored) => second(await first(stored));
}

/** @returns the error's code; messages of file errors differ by the file's name */
function kindOf(cause: unknown): string {
  if (!(cause instanceof Error)) return typeof cause;
  return 'code' in cause ? String(cause.code) : cause.constructor.name;
}
