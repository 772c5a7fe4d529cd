/** Job files of which some are at rest, as if they had moved into a segment: they are read without their whole answer. */
import type { JobDirectory } from '../../src/jobs/store/job-directory';
import type { JobFiles, JobStamp, KeyedJob, StoredJobChange, StoredJobs } from '../../src/jobs/files/job-files';
import type { JobKey } from '../../src/jobs/model/job-reference';
import type { TrackedJob } from '../../src/jobs/model/tracked-job';

export class RestingFiles implements JobFiles {
  /** The jobs at rest, with the stamp that their files had then. */
  private readonly restStamps = new Map<JobKey, JobStamp>();
  /** The jobs that were read, in order, by either way. */
  readonly readKeys: JobKey[] = [];
  /** The jobs of each call of remove(). */
  readonly removals: (readonly JobKey[])[] = [];
  /** Jobs whose whole answer is damaged. */
  readonly damaged = new Set<JobKey>();

  constructor(private readonly directory: JobDirectory) {}

  /** The jobs are at rest until any window changes them. */
  async rest(...keys: readonly JobKey[]): Promise<void> {
    const { stamps } = await this.directory.scan();
    for (const key of keys) this.restStamps.set(key, stamps.get(key) ?? '');
  }

  async scan(): Promise<StoredJobs> {
    const { stamps, areAll } = await this.directory.scan();
    const withRest = new Map(
      [...stamps].map(([key, stamp]) => [key, this.restStamps.get(key) === stamp ? `segment-${stamp}` : stamp]),
    );
    return { stamps: withRest, areAll };
  }

  async *readRows(keys: readonly JobKey[]): AsyncGenerator<readonly KeyedJob[]> {
    this.readKeys.push(...keys);
    const { stamps } = await this.directory.scan();
    const isAtRest = (key: JobKey) => this.restStamps.has(key) && this.restStamps.get(key) === stamps.get(key);
    for await (const part of this.directory.readRows(keys)) {
      yield part.map(([key, tracked]): KeyedJob => [key, isAtRest(key) ? withoutRaw(tracked) : tracked]);
    }
  }

  async read(key: JobKey): Promise<TrackedJob | undefined> {
    this.readKeys.push(key);
    const tracked = await this.directory.read(key);
    return tracked !== undefined && this.damaged.has(key) ? withoutRaw(tracked) : tracked;
  }

  create(key: JobKey, tracked: TrackedJob): Promise<TrackedJob> {
    return this.directory.create(key, tracked);
  }

  change(key: JobKey, known: TrackedJob, change: StoredJobChange): Promise<TrackedJob | undefined> {
    return this.directory.change(key, known, change);
  }

  remove(keys: readonly JobKey[]): Promise<ReadonlyMap<JobKey, unknown>> {
    this.removals.push(keys);
    return this.directory.remove(keys);
  }
}

export function withoutRaw(tracked: TrackedJob): TrackedJob {
  return tracked.job === undefined ? tracked : { ...tracked, job: { ...tracked.job, raw: undefined } };
}
