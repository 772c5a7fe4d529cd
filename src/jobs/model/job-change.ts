/** The kinds of changes of a tracked job. */
import type { Job, SubJob } from '../../cloud/api/job';
import type { JobKey } from './job-reference';
import { isEnding } from './job-status';
import { mayBeMissing, subJobsById } from './status-history';
import { isLost, isPollWanted, type TrackedJob } from './tracked-job';

export type JobChangeKind =
  | 'added'
  | 'removed'
  | 'status-changed'
  | 'sub-job-started'
  | 'sub-job-ended'
  /** A new ending, to be announced. */
  | 'ended'
  /** The service says that the job does not exist, or that these credentials may not read it. */
  | 'lost'
  | 'returned'
  /** A person refreshed in a window that does not poll. No view shows it. */
  | 'poll-wanted'
  /** Such a poll had its response. No view shows it. */
  | 'polled'
  /** A person has seen the ending. */
  | 'seen'
  /** Anything else that a view shows. */
  | 'updated';

export interface JobChange {
  readonly key: JobKey;
  readonly tracked: TrackedJob;
  /** At least one. */
  readonly kinds: readonly JobChangeKind[];
}

/** @returns an empty list if nothing that a view shows has changed */
export function changesBetween(before: TrackedJob, after: TrackedJob): JobChangeKind[] {
  const kinds: JobChangeKind[] = [];
  if (before.job !== after.job) {
    if (before.job?.status !== after.job?.status) kinds.push('status-changed');
    kinds.push(...subJobChanges(before.job, after.job));
  }
  if (after.endingNumber > before.endingNumber) kinds.push('ended');
  if (isLost(before) !== isLost(after)) kinds.push(isLost(after) ? 'lost' : 'returned');
  if (kinds.length === 0 && looksDifferent(before, after)) kinds.push('updated');
  if (before.pollWantedAt !== after.pollWantedAt) kinds.push('poll-wanted');
  else if (isPollWanted(before) && !isPollWanted(after)) kinds.push('polled');
  if (before.seenEnding !== after.seenEnding) kinds.push('seen');
  return kinds;
}

function subJobChanges(before: Job | undefined, after: Job | undefined): JobChangeKind[] {
  const known = subJobsById(before);
  const present = subJobsById(after);
  const kinds = new Set<JobChangeKind>();
  for (const [id, { status }] of present) {
    const isKnown = known.has(id);
    if (!isKnown && mayBeMissing(before)) continue;
    if (!isKnown) kinds.add('sub-job-started');
    if (isEnding(status) && !isEnding(known.get(id)?.status)) kinds.add('sub-job-ended');
  }
  if (!mayBeMissing(before) && !mayBeMissing(after)) {
    const [earlier, later] = [others(before, known), others(after, present)];
    if (later.length > earlier.length) kinds.add('sub-job-started');
    if (endedIn(later) > endedIn(earlier)) kinds.add('sub-job-ended');
  }
  return [...kinds];
}

/** @returns the sub-jobs without an id of their own, of which only the number can be compared */
function others(job: Job | undefined, byId: ReadonlyMap<string, SubJob>): readonly SubJob[] {
  return (job?.subJobs ?? []).filter(({ jobId }) => jobId === undefined || !byId.has(jobId));
}

function endedIn(subJobs: readonly SubJob[]): number {
  return subJobs.filter(({ status }) => isEnding(status)).length;
}

function looksDifferent(before: TrackedJob, after: TrackedJob): boolean {
  return (
    before.job !== after.job ||
    before.label !== after.label ||
    before.muted !== after.muted ||
    before.trackedAt !== after.trackedAt ||
    before.notFoundAt?.[0] !== after.notFoundAt?.[0] ||
    before.pollFailure?.error.kind !== after.pollFailure?.error.kind ||
    before.aliases.length !== after.aliases.length
  );
}
