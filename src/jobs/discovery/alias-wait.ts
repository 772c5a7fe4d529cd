/** How long new jobs wait for a tracked job that a list may hold by an alias which only its first response reveals. */
import type { Instant } from '../../base/clock';
import { MINUTE, SECOND } from '../../base/time-units';
import { stopsCredential } from '../model/poll-error';
import type { TrackedJob } from '../model/tracked-job';

/** Most jobs are found by then. A later one is merged with the new job: see DuplicateJobs. */
const MAX_WAIT_MS = 45 * SECOND;
/** For a job that is due, but was not polled yet. */
const FIRST_POLL_WAIT_MS = 10 * SECOND;
/** However many jobs are tracked meanwhile that are not found. */
export const MAX_NEW_JOBS_WAIT_MS = MINUTE;

/** Returns until when new jobs wait for a job that the service has not found yet; undefined if they do not. */
export function notFoundAwaitedUntil({ job, notFoundAt }: TrackedJob, now: Instant): Instant | undefined {
  const since = notFoundAt?.[0];
  if (job !== undefined || since === undefined) return undefined;
  const until = since + MAX_WAIT_MS;
  return since <= now && now < until ? until : undefined;
}

/** Returns the milliseconds that new jobs wait for the tracked jobs; 0 if they can be tracked now. */
export function aliasWaitMs(planned: Iterable<TrackedJob>, now: Instant): number {
  let waitMs = 0;
  for (const tracked of planned) {
    if (tracked.job === undefined) waitMs = Math.max(waitMs, waitMsFor(tracked, now));
  }
  return waitMs;
}

function waitMsFor(tracked: TrackedJob, now: Instant): number {
  if (tracked.notFoundAt !== undefined) return (notFoundAwaitedUntil(tracked, now) ?? now) - now;
  // After these errors a first response can be expected, soon or with other credentials. Other errors may last.
  const error = tracked.pollFailure?.error;
  return error === undefined || stopsCredential(error) ? FIRST_POLL_WAIT_MS : 0;
}
