/** Says in one line how a job ended, for a notice. */
import { l10n } from 'vscode';
import { loadBalancersOf } from '../../cloud/api/console-url';
import type { Job } from '../../cloud/api/job';
import {
  classifyStatus,
  succeededWithFailedSubJob,
  hasFailed,
  isWaitingUpgrade,
  hasFailure,
} from '../../jobs/model/job-status';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { markedName } from './demo-words';
import { serviceFacts } from './error-words';
import { durationWord, jobTypeWord, shortId } from './job-words';
import { plainText, shortened } from './plain-text';

/** A notice holds a thousand characters; what is long must not push out the id. */
const LONGEST_NAME = 80;
const LONGEST_MESSAGE = 250;

/** E.g. `UPGRADE completed · 28 min 29 sec · Job 37d5c1fd-… · loadbalancer 9f5b432c…`; what is missing is left out. */
export function endingWords({ job, reference, requestId, label }: TrackedJob): string {
  return [
    label === undefined ? '' : shortened(plainText(label), LONGEST_NAME),
    outcomeWords(job, markedName(reference, shortened(jobTypeWord(job), LONGEST_NAME))),
    hasFailed(job) ? failureReason(job, requestId) : '',
    job === undefined ? '' : (durationWord(job) ?? ''),
    l10n.t('Job {jobId}', { jobId: reference.jobId }),
    job === undefined ? '' : resourceWord(job),
  ]
    .filter((words) => words !== '')
    .join(' · ');
}

function outcomeWords(job: Job | undefined, type: string): string {
  if (job !== undefined && isWaitingUpgrade(job)) {
    return l10n.t('{type} has switched the traffic and is waiting to be completed or rolled back', { type });
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

/** The job's own error, or that of the first sub-job that has one. */
function failureReason(job: Job | undefined, requestId: string | undefined): string {
  const culprit = job === undefined || hasFailure(job) ? job : job.subJobs.find(hasFailure);
  const brief = (text: string | undefined, longest: number) =>
    text === undefined ? undefined : shortened(plainText(text), longest);
  return serviceFacts({
    code: brief(culprit?.errorCode, LONGEST_NAME),
    message: brief(culprit?.errorMessage, LONGEST_MESSAGE),
    requestId: brief(requestId, LONGEST_NAME),
  });
}

/** The one that the job is about; empty where there are several, or none is known. */
function resourceWord(job: Job): string {
  const { resourceId, subJobs } = job;
  const entities = subJobs.flatMap((subJob) => subJob.entities).filter((entity) => entity.resourceId !== undefined);
  const ids = new Set(entities.map((entity) => entity.resourceId));
  const id = resourceId ?? (ids.size === 1 ? entities[0]?.resourceId : undefined);
  if (id === undefined) return '';
  const known = entities.find((entity) => entity.resourceId === id)?.resourceType;
  const type = known ?? (loadBalancersOf(job).includes(id) ? 'loadbalancer' : l10n.t('resource'));
  return `${shortened(plainText(type), LONGEST_NAME)} ${plainText(shortId(id))}…`;
}
