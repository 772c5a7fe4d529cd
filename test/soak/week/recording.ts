/** The real job store, with a cache that makes a simulated week fast, and a record of the statuses in responses. */
import path from 'node:path';
import type { ListedJob, ShowJobResponse } from '../../../src/cloud/api/job-schema';
import { JobDirectory } from '../../../src/jobs/store/job-directory';
import type { JobKey } from '../../../src/jobs/model/job-reference';
import { JobStore, type StillPolls } from '../../../src/jobs/store/job-store';
import type { Log } from '../../../src/base/log';
import type { TrackedJob } from '../../../src/jobs/model/tracked-job';

/** Parses a file again only if its text changed, which halves the time of a simulated week. */
export class CachingDirectory extends JobDirectory {
  private readonly known = new Map<JobKey, { readonly text: string; readonly tracked: TrackedJob }>();

  constructor(private readonly inner: ConstructorParameters<typeof JobDirectory>[0]) {
    super(inner);
  }

  override async read(key: JobKey): Promise<TrackedJob | undefined> {
    const text = await this.inner.files.read(path.join(this.inner.directory, 'jobs', `${key}.json`));
    const known = this.known.get(key);
    if (known !== undefined && known.text === text) return known.tracked;
    const tracked = await super.read(key);
    if (text !== undefined && tracked !== undefined) this.known.set(key, { text, tracked });
    return tracked;
  }
}

/** Reports the new statuses in responses. */
export class RecordedStore extends JobStore {
  constructor(
    files: ConstructorParameters<typeof JobStore>[0],
    log: Log,
    private readonly record: (key: JobKey, status: string | undefined) => void,
  ) {
    super(files, log);
  }

  override applyResponse(key: JobKey, answer: ShowJobResponse, now: number, stillPolls?: StillPolls): void {
    this.note(key, answer.job.status);
    super.applyResponse(key, answer, now, stillPolls);
  }

  override applyList(found: ReadonlyMap<JobKey, ListedJob>, now: number, stillPolls?: StillPolls): Promise<void> {
    for (const [key, listed] of found) this.note(key, listed.read().status);
    return super.applyList(found, now, stillPolls);
  }

  private note(key: JobKey, status: string | undefined): void {
    const tracked = this.get(key);
    if (tracked !== undefined && tracked.job?.status !== status) this.record(key, status);
  }
}
