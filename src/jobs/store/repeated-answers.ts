/** Which answers change nothing of a tracked job, so that nothing is saved. */
import { isLost, type TrackedJob } from '../model/tracked-job';

/** @returns the job as if undocumented fields of its answer differed from any response */
export function withoutAnswer(tracked: TrackedJob): TrackedJob {
  return tracked.job === undefined ? tracked : { ...tracked, job: { ...tracked.job, raw: {}, fingerprint: undefined } };
}

/** Whether a response that repeats the last one changes nothing: no failure to clear, no extra poll to complete. */
export function isSettled({ pollFailure, changedAt, answeredAt }: TrackedJob): boolean {
  return pollFailure === undefined && (changedAt === undefined || changedAt !== answeredAt);
}

/** Whether more changed than the time of the last response. */
export function isWorthSaving(before: TrackedJob, after: TrackedJob): boolean {
  return (
    before.job !== after.job ||
    before.ending !== after.ending ||
    before.aliases !== after.aliases ||
    before.trackedAt !== after.trackedAt ||
    before.history !== after.history ||
    before.label !== after.label ||
    before.muted !== after.muted ||
    before.seenEnding !== after.seenEnding ||
    before.pollWantedAt !== after.pollWantedAt ||
    isLost(before) !== isLost(after)
  );
}
