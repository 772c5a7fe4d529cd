/** Which answers change nothing of a tracked job, so that nothing is saved. */
import { isLost, isPollWanted, type TrackedJob } from '../model/tracked-job';

/** @returns the job as if undocumented fields of its answer differed from any response */
export function withoutAnswer(tracked: TrackedJob): TrackedJob {
  return tracked.job === undefined ? tracked : { ...tracked, job: { ...tracked.job, raw: {}, fingerprint: undefined } };
}

/** Whether a response that repeats the last one changes nothing: no failure to clear, no extra or requested poll to complete. */
export function isSettled(tracked: TrackedJob): boolean {
  const { pollFailure, changedAt, answeredAt } = tracked;
  return pollFailure === undefined && (changedAt === undefined || changedAt !== answeredAt) && !isPollWanted(tracked);
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
    before.notFoundAt !== after.notFoundAt ||
    // The window that requested the poll sees by it that the job was polled.
    (isPollWanted(before) && !isPollWanted(after)) ||
    isLost(before) !== isLost(after)
  );
}
