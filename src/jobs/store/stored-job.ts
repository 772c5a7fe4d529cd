/** Reads a stored job, which is in its own file, or in a segment once it has ended. */
import type { WindowContext } from '../../storage/window-context';
import type { JobKey } from '../model/job-reference';
import { type ReadJob, readStoredJob, type StoredJob } from '../files/job-file';
import type { EndedJob, EndedJobs } from './segments/ended-jobs';

/** A job with a file has it only for a moment in a segment, too: the file counts. */
export async function readFileOrSegment(
  parts: Pick<WindowContext, 'files' | 'directory'> & { readonly readJob: ReadJob },
  ended: Pick<EndedJobs, 'read'>,
  key: JobKey,
): Promise<StoredJob | EndedJob> {
  const stored = await readStoredJob(parts, key);
  return stored.kind === 'absent' ? ended.read(key) : stored;
}
