/** Divides jobs into parts, which are read, shown or removed together. */
import { MAX_ADOPTED_JOBS, MAX_REMOVED_TOGETHER } from '../../base/limits';
import { partsOf } from '../../base/parts-of';
import type { KeyedJob } from '../files/job-files';
import type { JobKey } from '../model/job-reference';
import type { TrackedJob } from '../model/tracked-job';

interface LeavingJob {
  readonly key: JobKey;
  readonly tracked: TrackedJob;
}

/** Jobs with a file of their own are removed one by one, so that each can be tracked again before the next one is removed. */
export function inRemovalParts<Job extends LeavingJob>(
  jobs: readonly Job[],
): { readonly keys: JobKey[]; readonly jobs: readonly Job[] }[] {
  const isAtRest = ({ tracked: { job } }: LeavingJob) => job !== undefined && job.raw === undefined;
  const parts = [
    ...partsOf(jobs.filter(isAtRest), MAX_REMOVED_TOGETHER),
    ...partsOf(
      jobs.filter((job) => !isAtRest(job)),
      1,
    ),
  ];
  return parts.map((part) => ({ keys: part.map(({ key }) => key), jobs: part }));
}

/** Fewer parts: each costs one event, and the views then update. */
export async function* inLargerParts(parts: AsyncIterable<readonly KeyedJob[]>): AsyncGenerator<readonly KeyedJob[]> {
  let collected: KeyedJob[] = [];
  for await (const part of parts) {
    collected.push(...part);
    if (collected.length < MAX_ADOPTED_JOBS) continue;
    yield collected;
    collected = [];
  }
  if (collected.length > 0) yield collected;
}
