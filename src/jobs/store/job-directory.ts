/** Stores tracked jobs in a folder that all windows share, one small file each. */
import path from 'node:path';
import type { Disposable } from '../../base/disposable';
import { withLock } from '../../storage/file-lock';
import { Quarantine } from '../../storage/quarantine';
import { STORAGE_FOLDERS } from '../../storage/storage-folders';
import type { WindowContext } from '../../storage/window-context';
import { jobKey, type JobKey } from '../model/job-reference';
import type { TrackedJob } from '../model/tracked-job';
import { EndingClaims } from './ending-claims';
import { jobFilePath, type ReadJob, readStoredJob, type StoredJob, writeJobFile } from './job-file';

/** Changes a stored job; returns the same object to leave it as it is. */
export type StoredJobChange = (stored: TrackedJob) => TrackedJob | Promise<TrackedJob>;

export interface JobDirectoryParts extends WindowContext {
  readonly readJob: ReadJob;
  /** Called with the new path of a file that held no tracked job and was moved aside. */
  readonly onQuarantine: (file: string) => void;
}

const JOB_FILE = /^([0-9a-f]{32})\.json$/;

export class JobDirectory {
  private readonly folder: string;
  /** The announced endings of these jobs. */
  readonly claims: EndingClaims;
  private readonly quarantine: Quarantine;

  constructor(private readonly parts: JobDirectoryParts) {
    this.folder = path.join(parts.directory, STORAGE_FOLDERS.jobs);
    this.claims = new EndingClaims(parts);
    this.quarantine = new Quarantine(parts, 'holds no tracked job of this version');
  }

  async keys(): Promise<readonly JobKey[]> {
    return keysIn(await this.parts.files.names(this.folder));
  }

  /** @returns undefined if there is no such job, or if this version cannot read it */
  async read(key: JobKey): Promise<TrackedJob | undefined> {
    const stored = await this.load(key);
    if (stored.kind === 'ours') return stored.content;
    if (stored.kind === 'newer') {
      this.parts.log.warn(`${this.fileOf(key)} was written by a newer version and is left alone.`);
    }
    if (isDamaged(stored)) await this.locked(key, () => this.quarantineIfDamaged(key));
    return undefined;
  }

  /**
   * Writes a newly tracked job, and quarantines a file of that name that this version cannot read.
   * @returns the stored job, which is another window's if that window was first
   */
  async create(key: JobKey, tracked: TrackedJob): Promise<TrackedJob> {
    return this.locked(key, async (replace) => {
      const stored = await this.load(key);
      if (stored.kind === 'ours') return stored.content;
      if (stored.kind !== 'absent') {
        await this.moveToQuarantine(key, stored);
        await this.claims.removeAll(key, undefined);
      }
      if (!(await replace(writeJobFile(tracked)))) throw new Error('The lock of the job was lost.');
      return tracked;
    });
  }

  /**
   * Changes the stored job, which may hold more than this window knows.
   * @param known what this window knows; used if the file is unreadable, and returned if a newer version wrote it
   * @returns the stored job after the change; undefined if another window stopped tracking it
   */
  async change(key: JobKey, known: TrackedJob, change: StoredJobChange): Promise<TrackedJob | undefined> {
    return this.locked(key, async (replace) => {
      const stored = await this.load(key);
      if (stored.kind === 'absent') return undefined;
      if (stored.kind === 'newer') return known;
      if (isDamaged(stored)) await this.moveToQuarantine(key, stored);
      const before = stored.kind === 'ours' ? stored.content : known;
      const after = await change(before);
      if (after === before && stored.kind === 'ours') return before;
      if (!(await replace(writeJobFile(after)))) throw new Error('The lock of the job was lost.');
      return after;
    });
  }

  /** Removes the job's file and its claims. A file that holds another job is quarantined. */
  async remove(key: JobKey): Promise<void> {
    await this.locked(key, async () => {
      const stored = await this.load(key);
      if (stored.kind === 'misplaced') await this.moveToQuarantine(key, stored);
      else await this.parts.files.remove(this.fileOf(key));
      await this.claims.removeAll(key, stored.kind === 'ours' ? stored.content.endingNumber : undefined);
    });
  }

  /** Calls the listener with the jobs whose files changed, or with undefined if any job may have changed. */
  watch(listener: (keys?: ReadonlySet<JobKey>) => void): Disposable {
    return this.parts.files.watch(this.folder, (names) => {
      if (names === undefined) {
        listener();
        return;
      }
      const keys = new Set(keysIn([...names]));
      if (keys.size > 0) listener(keys);
    });
  }

  private fileOf(key: JobKey): string {
    return jobFilePath(this.parts.directory, key);
  }

  private load(key: JobKey): Promise<StoredJob> {
    return readStoredJob(this.parts, key);
  }

  private locked<T>(key: JobKey, action: Parameters<typeof withLock<T>>[2]): Promise<T> {
    return withLock(this.parts, this.fileOf(key), action);
  }

  /** Call it under the lock: another window may have fixed the file meanwhile. */
  private async quarantineIfDamaged(key: JobKey): Promise<void> {
    const stored = await this.load(key);
    if (isDamaged(stored)) await this.moveToQuarantine(key, stored);
  }

  private async moveToQuarantine(key: JobKey, stored: StoredJob): Promise<void> {
    const file = this.fileOf(key);
    if (stored.kind === 'misplaced' && (await this.load(jobKey(stored.content.reference))).kind === 'ours') {
      await this.quarantine.moveCopy(file);
    } else {
      await this.quarantine.move(file);
    }
  }
}

/** Whether this version cannot use the file, and no newer one wrote it. */
function isDamaged({ kind }: StoredJob): boolean {
  return kind === 'unreadable' || kind === 'misplaced';
}

function keysIn(names: readonly string[]): JobKey[] {
  return names.flatMap((name) => JOB_FILE.exec(name)?.[1] ?? []);
}
