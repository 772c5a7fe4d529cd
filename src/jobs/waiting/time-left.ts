/** How long a job that is waited for is expected to take. */
import type { Instant } from '../../base/clock';
import { MAX_INSTANT } from '../../base/limits';
import { type Prediction, timeLeft } from '../model/duration-history';
import { isEnding } from '../model/job-status';
import { isLost, type TrackedJob } from '../model/tracked-job';

/**
 * @param prediction for jobs of its type: `durations.of(reference).predict(jobType)`
 * @returns milliseconds; undefined if the job has ended or is overdue, or too little is known
 */
export function timeLeftOf(tracked: TrackedJob, prediction: Prediction | undefined, now: Instant): number | undefined {
  const { beginTime, endTime, status } = tracked.job ?? {};
  if (prediction === undefined || beginTime === undefined || Math.abs(beginTime) > MAX_INSTANT) return undefined;
  if (endTime !== undefined || isEnding(status) || isLost(tracked)) return undefined;
  return timeLeft(prediction, now - beginTime);
}
