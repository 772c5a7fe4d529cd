/** What a job's status means; the set is open, since the service may add to it. */
import type { Job, JobFields, SubJob } from '../../cloud/api/job';

export type StatusClass = 'in-progress' | 'succeeded' | 'failed' | 'cancelled' | 'unknown';

const CLASSES: ReadonlyMap<string | undefined, StatusClass> = new Map([
  ['INIT', 'in-progress'],
  ['RUNNING', 'in-progress'],
  ['ROLLBACKING', 'in-progress'],
  ['SUCCESS', 'succeeded'],
  ['COMPLETE', 'succeeded'],
  ['FAIL', 'failed'],
  ['ROLLBACK_FAIL', 'failed'],
  ['CANCEL', 'cancelled'],
]);

/** A missing status is as unknown as one that nobody documented. */
export function classifyStatus(status: string | undefined): StatusClass {
  return CLASSES.get(status) ?? 'unknown';
}

export function isEnding(status: string | undefined): boolean {
  const statusClass = classifyStatus(status);
  return statusClass !== 'in-progress' && statusClass !== 'unknown';
}

/** A job whose parts say otherwise than itself. */
export function succeededWithFailedSubJob(job: Job | undefined): boolean {
  const isSaidToSucceed = classifyStatus(job?.status) === 'succeeded';
  return isSaidToSucceed && job?.subJobs.some(({ status }) => classifyStatus(status) === 'failed') === true;
}

/** Whether the job, or one of its parts, needs somebody to look at what failed. */
export function hasFailed(job: Job | undefined): boolean {
  return classifyStatus(job?.status) === 'failed' || succeededWithFailedSubJob(job);
}

/** Whether something may still happen to the job that is worth a look. */
export function isRunning(job: JobFields | undefined): boolean {
  return job === undefined || !isEnding(job.status) || isWaitingUpgrade(job);
}

/** An upgrade at SUCCESS has switched the traffic and waits for its owner to complete it or roll it back. */
export function isWaitingUpgrade(job: JobFields): boolean {
  return job.jobType === 'UPGRADE' && job.status === 'SUCCESS';
}

/** In time order: what failed after it may have failed because of it. */
export function firstFailed({ subJobs }: Job): SubJob | undefined {
  return subJobs.find((subJob) => hasFailure(subJob) || classifyStatus(subJob.status) === 'failed');
}

export function hasFailure({ errorCode, errorMessage }: JobFields): boolean {
  return errorCode !== undefined || errorMessage !== undefined;
}
