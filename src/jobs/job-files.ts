/** Keeps tracked jobs on disk, one small file each, and claims announcements by exclusive creation. */
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
// valita: see ../elb/json-schema.
import * as v from '@badrap/valita';
import type { Job } from '../elb/job';
import { isFileError, isThere, replaceFile, setAside } from './atomic-file';
import { jobKey, type JobKey } from './job-reference';
import type { JobFiles } from './job-store';
import type { Log } from './log';
import { inTimeOrder, type TrackedJob } from './tracked-job';
import { readVersioned } from './versioned-file';

const VERSION = 1;

const optionalInstant = v.number().optional();

/** What a file holds: a tracked job less its difficulties, which belong to one session, and its job as the service sent it. */
const fileSchema = v.object({
  version: v.literal(VERSION),
  reference: v.object({ endpoint: v.string(), projectId: v.string(), jobId: v.string() }),
  trackedAt: v.number(),
  aliases: v.array(v.string()),
  job: v.unknown().optional(),
  requestId: v.string().optional(),
  answeredAt: optionalInstant,
  changedAt: optionalInstant,
  endingNumber: v.number(),
  ending: v.object({ status: v.string(), noticedAt: v.number() }).optional(),
});

const JOB_FILE = /^[0-9a-f]{32}\.json$/;

export class JobDirectory implements JobFiles {
  private readonly jobs: string;
  private readonly announced: string;

  /** @param readJob reads a job as the service sent it; undefined where it is none. */
  constructor(
    directory: string,
    private readonly readJob: (raw: unknown) => Job | undefined,
    private readonly log: Log,
  ) {
    this.jobs = path.join(directory, 'jobs');
    this.announced = path.join(directory, 'announced');
  }

  async load(): Promise<ReadonlyMap<JobKey, TrackedJob>> {
    const loaded = new Map<JobKey, TrackedJob>();
    for (const name of await namesIn(this.jobs)) {
      if (!JOB_FILE.test(name)) continue;
      try {
        const tracked = await this.readOrSetAside(path.join(this.jobs, name));
        if (tracked !== undefined) loaded.set(jobKey(tracked.reference), tracked);
      } catch (cause) {
        this.log.error(`${name} could not be read: ${String(cause)}`);
      }
    }
    return loaded;
  }

  async create(key: JobKey, tracked: TrackedJob): Promise<void> {
    const file = this.fileOf(key);
    const { kind } = await readVersioned(file, VERSION, fileSchema);
    if (kind === 'newer' || kind === 'unreadable') await this.setAside(file);
    await this.write(file, tracked);
  }

  async update(key: JobKey, tracked: TrackedJob): Promise<void> {
    if (await isThere(this.fileOf(key))) await this.write(this.fileOf(key), tracked);
  }

  async remove(key: JobKey): Promise<void> {
    await rm(this.fileOf(key), { force: true });
    // A job that is tracked again is announced again.
    const claims = (await namesIn(this.announced)).filter((name) => name.startsWith(`${key}.`));
    await Promise.all(claims.map((name) => rm(path.join(this.announced, name), { force: true })));
  }

  /** Whether this call, of all windows and sessions, is the one that may announce the job's ending of that number. */
  async claimAnnouncement(key: JobKey, endingNumber: number): Promise<boolean> {
    await mkdir(this.announced, { recursive: true });
    try {
      const handle = await open(path.join(this.announced, `${key}.${endingNumber}`), 'wx', 0o600);
      await handle.close();
      return true;
    } catch (cause) {
      if (isFileError(cause, 'EEXIST')) return false;
      throw cause;
    }
  }

  private fileOf(key: JobKey): string {
    return path.join(this.jobs, `${key}.json`);
  }

  private async readOrSetAside(file: string): Promise<TrackedJob | undefined> {
    const read = await readVersioned(file, VERSION, fileSchema);
    switch (read.kind) {
      case 'ours': {
        const { version, job: raw, ...kept } = read.content;
        const job = raw === undefined ? undefined : this.readJob(raw);
        if (raw === undefined || job !== undefined) return { ...kept, job: job && inTimeOrder(job) };
        await this.setAside(file);
        return undefined;
      }
      case 'unreadable':
        await this.setAside(file);
        return undefined;
      case 'newer':
        this.log.warn(`${file} was written by a newer version and is left alone.`);
        return undefined;
      case 'absent':
        return undefined;
    }
  }

  private async write(file: string, { difficulty, job, ...kept }: TrackedJob): Promise<void> {
    await replaceFile(file, `${JSON.stringify({ version: VERSION, ...kept, job: job?.raw })}\n`);
  }

  /** A file that cannot be used affects its own job alone, and is kept. */
  private async setAside(file: string): Promise<void> {
    this.log.warn(`${file} is no tracked job of this version; it was set aside as ${await setAside(file)}.`);
  }
}

async function namesIn(directory: string): Promise<readonly string[]> {
  try {
    return await readdir(directory);
  } catch (cause) {
    if (isFileError(cause, 'ENOENT')) return [];
    throw cause;
  }
}
