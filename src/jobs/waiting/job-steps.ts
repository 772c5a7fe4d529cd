/** What a person wants to know of a change of a job that is waited for: new statuses of the job and of its sub-jobs. */
import type { SubJob } from '../../cloud/api/job';
import type { PollError } from '../model/poll-error';
import { subJobsById } from '../model/status-history';
import type { TrackedJob } from '../model/tracked-job';

export type JobStep =
  | { readonly kind: 'job'; readonly status: string; readonly before: string | undefined }
  | { readonly kind: 'sub-job'; readonly subJob: SubJob; readonly status: string; readonly before: string | undefined }
  /** Polls fail; the last response still counts. */
  | { readonly kind: 'poll-failed'; readonly error: PollError }
  /** Polls succeed again. */
  | { readonly kind: 'polled-again' }
  /** The job is no longer tracked. */
  | { readonly kind: 'removed' };

/**
 * @param before undefined at first: then each status that is known is a step
 * @returns the sub-jobs in time order, then the job. Sub-jobs without an id of their own are not compared.
 */
export function stepsBetween(before: TrackedJob | undefined, after: TrackedJob | undefined): readonly JobStep[] {
  if (after === undefined) return before === undefined ? [] : [{ kind: 'removed' }];
  return [...subJobSteps(before, after), ...jobSteps(before, after), ...pollSteps(before, after)];
}

function jobSteps(before: TrackedJob | undefined, after: TrackedJob): readonly JobStep[] {
  const [known, status] = [before?.job?.status, after.job?.status];
  return status === undefined || status === known ? [] : [{ kind: 'job', status, before: known }];
}

function subJobSteps(before: TrackedJob | undefined, after: TrackedJob): readonly JobStep[] {
  if (before?.job === after.job) return [];
  const known = subJobsById(before?.job);
  const steps: JobStep[] = [];
  for (const [id, subJob] of subJobsById(after.job)) {
    const [earlier, status] = [known.get(id)?.status, subJob.status];
    if (status !== undefined && status !== earlier) steps.push({ kind: 'sub-job', subJob, status, before: earlier });
  }
  return steps;
}

function pollSteps(before: TrackedJob | undefined, after: TrackedJob): readonly JobStep[] {
  const [known, error] = [before?.pollFailure?.error, after.pollFailure?.error];
  if (error !== undefined) return error.kind === known?.kind ? [] : [{ kind: 'poll-failed', error }];
  return known === undefined ? [] : [{ kind: 'polled-again' }];
}
