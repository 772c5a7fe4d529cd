/** Keeps tracked jobs in a folder that all windows share, one small file each, and lets one window announce an ending. */
import path from 'node:path';
import type { Job } from '../../cloud/api/job';
import type { Clock } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import { withLock } from '../../storage/file-lock';
import type { FileSystem } from '../../storage/file-system';
import { type JobFileContent, readJobFile, writeJobFile } from './job-file';
import type { JobKey } from '../model/job-reference';
import type { Log } from '../../base/log';
import { Quarantine } from '../../storage/quarantine';
import type { TrackedJob } from '../model/tracked-job';

/** What becomes of what the disk holds; the same object where nothing does. */
export type KeptChange = (kept: TrackedJob) => TrackedJob | Promise<TrackedJob>;

export interface JobDirectoryParts {
  readonly files: FileSystem;
  readonly clock: Clock;
  /** Tells this window from the others. */
  readonly owner: string;
  readonly directory: string;
  /** Reads a job as the service sent it; undefined where it is none. */
  readonly readJob: (raw: unknown) => Job | undefined;
  /** A file that holds no tracked job was moved out of the way, where nothing of it is lost. */
  readonly onQuarantine: (file: string) => void;
  readonly log: Log;
}

const JOB_FILE = /^([0-9a-f]{32})\.json$/;

export class JobDirectory {
  private readonly jobs: string;
  private readonly announced: string;
  private readonly quarantine: Quarantine;

  constructor(private readonly parts: JobDirectoryParts) {
    this.jobs = path.join(parts.directory, 'jobs');
    this.announced = path.join(parts.directory, 'announced');
    this.quarantine = new Quarantine(parts, 'holds no tracked job of this version');
  }

  async keys(): Promise<readonly JobKey[]> {
    return (await this.parts.files.names(this.jobs)).flatMap((name) => JOB_FILE.exec(name)?.[1] ?? []);
  }

  /** Undefined where there is no such job, or none that this version can read. */
  async read(key: JobKey): Promise<TrackedJob | undefined> {
    const content = await this.content(key);
    if (content?.kind === 'ours') return content.tracked;
    if (content?.kind === 'newer') {
      this.parts.log.warn(`${this.fileOf(key)} was written by a newer version and is left alone.`);
    }
    if (content?.kind === 'unreadable') await this.locked(key, () => this.setAsideUnreadable(key));
    return undefined;
  }

  /** Keeps a job that is tracked from now on. What another version or a fault left under its name is set aside. */
  async create(key: JobKey, tracked: TrackedJob): Promise<TrackedJob> {
    return this.locked(key, async (replace) => {
      const content = await this.content(key);
      if (content?.kind === 'ours') return content.tracked;
      if (content !== undefined) {
        await this.setAside(key);
        await this.removeClaims(key, content);
      }
      if (!(await replace(writeJobFile(tracked)))) throw new Error('The lock of the job was lost.');
      return tracked;
    });
  }

  /**
   * Changes what the file holds now, which may be more than this window knows; answers what it holds then.
   * Undefined where the job is there no more, since another window stopped tracking it.
   * @param known what this window knows, in place of a file that a fault made unreadable, or that it cannot read.
   */
  async change(key: JobKey, known: TrackedJob, change: KeptChange): Promise<TrackedJob | undefined> {
    return this.locked(key, async (replace) => {
      const content = await this.content(key);
      if (content === undefined) return undefined;
      if (content.kind === 'newer') return known;
      if (content.kind === 'unreadable') await this.setAside(key);
      const kept = content.kind === 'ours' ? content.tracked : known;
      const changed = await change(kept);
      if (changed === kept && content.kind === 'ours') return kept;
      if (!(await replace(writeJobFile(changed)))) throw new Error('The lock of the job was lost.');
      return changed;
    });
  }

  async remove(key: JobKey): Promise<void> {
    await this.locked(key, async () => {
      const content = await this.content(key);
      await this.parts.files.remove(this.fileOf(key));
      // A job that is tracked again is announced again.
      await this.removeClaims(key, content);
    });
  }

  /**
   * Whether this call, of all windows and sessions, is the one that may announce the job's ending of that number. None
   * may where the disk knows of no such ending: the job is tracked no longer, or nobody could keep how it ended.
   */
  async claimAnnouncement(key: JobKey, endingNumber: number): Promise<boolean> {
    return this.locked(key, async () => {
      const content = await this.content(key);
      if (content?.kind !== 'ours' || content.tracked.endingNumber < endingNumber) return false;
      return this.parts.files.create(this.claimOf(key, endingNumber), this.parts.owner);
    });
  }

  /** Tells of endings whether they are claimed. */
  async claims(): Promise<(key: JobKey, endingNumber: number) => boolean> {
    const names = new Set(await this.parts.files.names(this.announced));
    return (key, endingNumber) => names.has(path.basename(this.claimOf(key, endingNumber)));
  }

  /** The listener is called with the jobs whose files changed; without, where any may have. */
  watch(listener: (keys?: ReadonlySet<JobKey>) => void): Disposable {
    return this.parts.files.watch(this.jobs, (names) => {
      if (names === undefined) {
        listener();
        return;
      }
      const keys = new Set([...names].flatMap((name) => JOB_FILE.exec(name)?.[1] ?? []));
      if (keys.size > 0) listener(keys);
    });
  }

  private claimOf(key: JobKey, endingNumber: number): string {
    return path.join(this.announced, `${key}.${endingNumber}`);
  }

  private async removeClaims(key: JobKey, content: JobFileContent | undefined): Promise<void> {
    for (const claim of await this.claimsOf(key, content)) await this.parts.files.remove(claim);
  }

  /** No file tells how often a job ended whose own cannot be read. */
  private async claimsOf(key: JobKey, content: JobFileContent | undefined): Promise<readonly string[]> {
    if (content?.kind === 'ours') {
      return Array.from({ length: content.tracked.endingNumber }, (_, index) => this.claimOf(key, index + 1));
    }
    const names = await this.parts.files.names(this.announced);
    return names.filter((name) => name.startsWith(`${key}.`)).map((name) => path.join(this.announced, name));
  }

  private fileOf(key: JobKey): string {
    return path.join(this.jobs, `${key}.json`);
  }

  private async content(key: JobKey) {
    const text = await this.parts.files.read(this.fileOf(key));
    return text === undefined ? undefined : readJobFile(text, this.parts.readJob);
  }

  private locked<T>(key: JobKey, action: Parameters<typeof withLock<T>>[2]): Promise<T> {
    return withLock(this.parts, this.fileOf(key), action);
  }

  /** Under the lock: it may have been mended by another window meanwhile. */
  private async setAsideUnreadable(key: JobKey): Promise<void> {
    if ((await this.content(key))?.kind === 'unreadable') await this.setAside(key);
  }

  private setAside(key: JobKey): Promise<void> {
    return this.quarantine.move(this.fileOf(key));
  }
}
