/** How waiting for jobs ends: one outcome for each job, and the worst of them for all. */
import { classifyStatus, hasFailed, isRunning } from '../model/job-status';
import { stopsCredential } from '../model/poll-error';
import { isLost, type TrackedJob } from '../model/tracked-job';
import { needsDecision } from '../model/waiting-upgrade';

/**
 * - `failed`: the job or one of its sub-jobs failed.
 * - `refused`: the credentials do not work, are gone, or may not read the job.
 * - `not-found`: the service does not know the job, or no longer, or does not accept its ids.
 * - `removed`: the job left the list before it had another outcome.
 * - `waiting`: an upgrade waits until a person completes it or rolls it back.
 * - `unreachable`: the time is over, and the last polls of this window failed.
 * - `timed-out`: the time is over, and the job still runs.
 */
export type Outcome =
  'succeeded' | 'failed' | 'cancelled' | 'waiting' | 'timed-out' | 'unreachable' | 'refused' | 'not-found' | 'removed';

export const WORST_FIRST: readonly Outcome[] = [
  'failed',
  'refused',
  'not-found',
  'cancelled',
  'removed',
  'waiting',
  'unreachable',
  'timed-out',
  'succeeded',
];

/** @returns the worst of the outcomes; `succeeded` if there are none */
export function worstOf(outcomes: Iterable<Outcome | undefined>): Outcome {
  const present = new Set(outcomes);
  return WORST_FIRST.find((outcome) => present.has(outcome)) ?? 'succeeded';
}

/**
 * @param acceptWaitingUpgrade whether an upgrade that waits for a decision counts as succeeded
 * @returns undefined while the job runs
 */
export function outcomeOf(tracked: TrackedJob, acceptWaitingUpgrade: boolean): Outcome | undefined {
  const { job, pollFailure } = tracked;
  if (job !== undefined && (!isRunning(job) || needsDecision(tracked))) {
    if (hasFailed(job)) return 'failed';
    if (classifyStatus(job.status) === 'cancelled') return 'cancelled';
    return isRunning(job) && !acceptWaitingUpgrade ? 'waiting' : 'succeeded';
  }
  if (pollFailure === undefined) return undefined;
  const { kind } = pollFailure.error;
  if (isLost(tracked)) return kind === 'forbidden' ? 'refused' : 'not-found';
  // The service does not take the ids, so the job is not polled again.
  if (kind === 'bad-request' && job === undefined) return 'not-found';
  return stopsCredential(pollFailure.error) ? 'refused' : undefined;
}

/** @returns the outcome of a job that still runs when the time is over */
export function outcomeAtLimit(tracked: TrackedJob): Outcome {
  return outcomeOf(tracked, false) ?? (tracked.pollFailure === undefined ? 'timed-out' : 'unreachable');
}
