/** The meaning of job statuses. The service may add statuses. */
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

/** @returns `unknown` for a missing or undocumented status */
export function classifyStatus(status: string | undefined): StatusClass {
  return CLASSES.get(status) ?? 'unknown';
}

export function isEnding(status: string | undefined): boolean {
  const statusClass = classifyStatus(status);
  return statusClass !== 'in-progress' && statusClass !== 'unknown';
}

/** Whether the job succeeded by its own status, but one of its sub-jobs failed. */
export function succeededWithFailedSubJob(job: Job | undefined): boolean {
  return job !== undefined && classifyStatus(job.status) === 'succeeded' && hasFailedSubJob(job);
}

export function hasFailedSubJob({ subJobs }: Job): boolean {
  return subJobs.hasFailed ?? subJobs.some(({ status }) => classifyStatus(status) === 'failed');
}

/** Whether the job or one of its sub-jobs failed. */
export function hasFailed(job: Job | undefined): boolean {
  return classifyStatus(job?.status) === 'failed' || succeededWithFailedSubJob(job);
}

/** Whether the job may still change, so that it is worth polling. True if its status is not known yet. */
export function isRunning(job: JobFields | undefined): boolean {
  return job === undefined || !isEnding(job.status) || isWaitingUpgrade(job);
}

/** Whether an upgrade has switched the traffic and waits for its owner to complete it or roll it back. */
export function isWaitingUpgrade(job: JobFields): boolean {
  return job.jobType === 'UPGRADE' && job.status === 'SUCCESS';
}

/** @returns the first failed sub-job in time order; later ones may have failed because of it */
export function firstFailed({ subJobs }: Job): SubJob | undefined {
  return subJobs.find(isFailed);
}

/** Whether a sub-job has an error or a failed status. */
export function isFailed(subJob: SubJob): boolean {
  return hasError(subJob) || classifyStatus(subJob.status) === 'failed';
}

/** Whether both report the same error; false if either reports none. */
export function haveSameError(a: JobFields, b: JobFields): boolean {
  return hasError(a) && a.errorCode === b.errorCode && a.errorMessage === b.errorMessage;
}

export function hasError({ errorCode, errorMessage }: JobFields): boolean {
  return errorCode !== undefined || errorMessage !== undefined;
}
