/** How a stored job and the one in this window's memory become one. */
import { jsonEqual } from '../../base/json/json-equal';
import type { Job } from '../../cloud/api/job';
import { isSameAnswer } from '../model/same-answer';
import { isLost, type TrackedJob } from '../model/tracked-job';

interface AdoptedJob {
  readonly tracked: TrackedJob;
  /** What views show of the job so far. */
  readonly shown: TrackedJob;
}

/** @returns the stored job with what only this session knows about it: its poll failure, and a later poll */
export function adopted(stored: TrackedJob, before: TrackedJob): AdoptedJob {
  const isOlder = (stored.answeredAt ?? 0) < (before.answeredAt ?? 0);
  const isNewer = (stored.answeredAt ?? 0) > (before.answeredAt ?? 0);
  const isSame = isSameJob(stored.job, before.job);
  // Views show the same, but the answer leaves the memory, or the bytes of an earlier segment do.
  const isAtRest = isSame && stored.job?.raw === undefined;
  const tracked = {
    ...stored,
    job: isSame && !isAtRest ? before.job : stored.job,
    answeredAt: isOlder ? before.answeredAt : stored.answeredAt,
    pollFailure: stored.pollFailure ?? (isLost(before) || isNewer ? undefined : before.pollFailure),
  };
  return { tracked, shown: isAtRest ? { ...before, job: stored.job } : before };
}

/**
 * @param tracked may have its answer without `raw`
 * @returns the job with the whole answer of the stored one; the stored job if it has another answer, which is then newer
 */
export function withWholeAnswer(tracked: TrackedJob, stored: TrackedJob | undefined): TrackedJob {
  if (tracked.job === undefined || stored?.job === undefined || !hasMore(stored.job, tracked.job)) return tracked;
  return isSameAnswer(tracked.job, stored.job) ? { ...tracked, job: stored.job } : stored;
}

function isSameJob(a: Job | undefined, b: Job | undefined): boolean {
  if (a === undefined || b === undefined || !jsonEqual(a.cut, b.cut)) return false;
  return a.raw === undefined || b.raw === undefined ? isSameAnswer(a, b) : jsonEqual(a.raw, b.raw);
}

/** Whether only the first has its whole answer in memory. */
function hasMore(a: Job | undefined, b: Job | undefined): boolean {
  return a?.raw !== undefined && b?.raw === undefined;
}
