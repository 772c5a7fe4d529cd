/** Whether a job is at rest, so that it may share a file with others. */
import type { Instant } from '../../../base/clock';
import { DAY, HOUR } from '../../../base/time-units';
import { isEnding, isWaitingUpgrade } from '../../model/job-status';
import type { TrackedJob } from '../../model/tracked-job';

/** By then, the extra polls after an ending are over, and it has been announced. */
const MIN_AGE_MS = HOUR;
/** An upgrade that has not been completed for so long is polled seldom. */
const MIN_WAITING_AGE_MS = 2 * DAY;

export function isAtRest({ job, ending, pollWantedAt, answeredAt }: TrackedJob, now: Instant): boolean {
  if (job === undefined || ending === undefined || !isEnding(job.status)) return false;
  if (pollWantedAt !== undefined && pollWantedAt > (answeredAt ?? 0)) return false;
  return now - ending.noticedAt > (isWaitingUpgrade(job) ? MIN_WAITING_AGE_MS : MIN_AGE_MS);
}
