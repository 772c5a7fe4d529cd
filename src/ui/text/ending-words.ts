/** How a job ended, in one line for a notification. */
import { l10n } from 'vscode';
import { loadBalancersOf } from '../../cloud/api/console-url';
import type { Job } from '../../cloud/api/job';
import {
  classifyStatus,
  succeededWithFailedSubJob,
  hasFailed,
  isWaitingUpgrade,
  hasError,
} from '../../jobs/model/job-status';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { withDemoMark } from './demo-words';
import { serviceFacts } from './error-words';
import { durationWord, jobTypeWord, shortId, shownName } from './job-words';
import { plainText, truncate } from './plain-text';

/** VS Code cuts a notification off at 1000 characters; long texts must not push out the id. */
const MAX_NAME_LENGTH = 80;
const MAX_MESSAGE_LENGTH = 250;

/** E.g. `UPGRADE completed · 28 min 29 sec · Job 37d5c1fd-… · loadbalancer 9f5b432c…`; missing parts are left out. */
export function endingWords({ job, reference, requestId, label }: TrackedJob): string {
  return [
    label === undefined ? '' : truncate(plainText(label), MAX_NAME_LENGTH),
    outcomeWords(job, withDemoMark(reference, jobTypeWord(job))),
    hasFailed(job) ? failureReason(job, requestId) : '',
    job === undefined ? '' : (durationWord(job) ?? ''),
    l10n.t('Job {jobId}', { jobId: shownName(reference.jobId) }),
    job === undefined ? '' : resourceWord(job),
  ]
    .filter((words) => words !== '')
    .join(' · ');
}

function outcomeWords(job: Job | undefined, type: string): string {
  if (job !== undefined && isWaitingUpgrade(job)) {
    return l10n.t('{type} has switched the traffic and is waiting for completion or rollback', { type });
  }
  switch (classifyStatus(job?.status)) {
    case 'failed':
      return l10n.t('{type} failed', { type });
    case 'cancelled':
      return l10n.t('{type} was cancelled', { type });
    case 'succeeded':
    case 'in-progress':
    case 'unknown':
      return succeededWithFailedSubJob(job)
        ? l10n.t('{type} completed, but a sub-job failed', { type })
        : l10n.t('{type} completed', { type });
  }
}

/** The error of the job or, if it has none, of its first sub-job with an error. */
function failureReason(job: Job | undefined, requestId: string | undefined): string {
  const failed = job === undefined || hasError(job) ? job : job.subJobs.find(hasError);
  const { errorCode, errorMessage } = failed ?? {};
  return serviceFacts({
    code: errorCode === undefined ? undefined : shownName(errorCode),
    message: errorMessage === undefined ? undefined : truncate(plainText(errorMessage), MAX_MESSAGE_LENGTH),
    requestId: requestId === undefined ? undefined : shownName(requestId),
  });
}

/** The resource that the job works on; empty if there are several, or none is known. */
function resourceWord(job: Job): string {
  const { resourceId, subJobs } = job;
  const entities = subJobs.flatMap((subJob) => subJob.entities).filter((entity) => entity.resourceId !== undefined);
  const ids = new Set(entities.map((entity) => entity.resourceId));
  const id = resourceId ?? (ids.size === 1 ? entities[0]?.resourceId : undefined);
  if (id === undefined) return '';
  const namedType = entities.find((entity) => entity.resourceId === id)?.resourceType;
  const type = namedType ?? (loadBalancersOf(job).includes(id) ? 'loadbalancer' : l10n.t('resource'));
  return `${shownName(type)} ${plainText(shortId(id))}…`;
}
