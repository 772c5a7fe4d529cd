/** The store of a simulated week, as it is, and quick enough: it tells what answers brought and reads no file twice. */
import path from 'node:path';
import type { ListedJob, ShowJobResponse } from '../../../src/cloud/api/job-schema';
import { JobDirectory } from '../../../src/jobs/store/job-directory';
import type { JobKey } from '../../../src/jobs/model/job-reference';
import { JobStore, type StillPolls } from '../../../src/jobs/store/job-store';
import type { Log } from '../../../src/base/log';
import type { TrackedJob } from '../../../src/jobs/model/tracked-job';

/** Reads a file again only where it holds something else; that saves a simulated week half of its time. */
export class RememberingDirectory extends JobDirectory {
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

/** Tells which statuses answers brought. */
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

  override applyList(found: ReadonlyMap<JobKey, ListedJob>, now: number, stillPolls?: StillPolls): void {
    for (const [key, listed] of found) this.note(key, listed.read().status);
    super.applyList(found, now, stillPolls);
  }

  private note(key: JobKey, status: string | undefined): void {
    const tracked = this.get(key);
    if (tracked !== undefined && tracked.job?.status !== status) this.record(key, status);
  }
}
