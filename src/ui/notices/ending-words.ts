/** How a job ended, in one line for a notification: first what happened, then why. The report has the rest. */
import { l10n } from 'vscode';
import { loadBalancersOf } from '../../cloud/api/console-url';
import type { Job, JobFields } from '../../cloud/api/job';
import {
  classifyStatus,
  firstFailed,
  succeededWithFailedSubJob,
  hasError,
  hasFailed,
  isWaitingUpgrade,
} from '../../jobs/model/job-status';
import { mayBeMissing } from '../../jobs/model/status-history';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { withDemoMark } from '../text/demo-words';
import { workWord } from '../text/job-sentences';
import { durationWord, jobTypeWord, shortId, shownName, subjectWord } from '../text/job-words';
import { plainText, plainTextUpTo, truncate } from '../text/plain-text';
import { joinWithCommas, withDetail, withDots } from '../text/punctuation';
import { subJobMark, subJobName } from '../parts/sub-job-names';

/** A notification has two lines of about 60 characters; long texts must not push out the others. */
const MAX_NAME_LENGTH = 80;
const MAX_MESSAGE_LENGTH = 120;

/**
 * E.g. `prod-api: upgrade failed after 12 min · ELB.8906 The traffic could not be switched (UPGRADE_TRAFFIC_SWITCH, 1 of 3 done)`. If no
 * name is known, `UPGRADE 37d5c1fd completed after 28 min 29 sec · loadbalancer 9f5b432c…`. Missing parts are left out.
 */
export function endingWords(tracked: TrackedJob): string {
  const { job, reference, label } = tracked;
  const subject = subjectWord(tracked);
  const name = label === undefined ? subject : truncate(plainText(label), MAX_NAME_LENGTH);
  const outcome =
    name === undefined
      ? outcomeWords(job, withDemoMark(reference, `${jobTypeWord(job)} ${shortId(reference.jobId)}`))
      : namedOutcomeWords(job, withDemoMark(reference, name));
  const duration = job && durationWord(job);
  const isPlain = job === undefined || !(isWaitingUpgrade(job) || succeededWithFailedSubJob(job));
  const reason = reasonWords(tracked);
  return withDots([
    ...(isPlain && duration !== undefined
      ? [l10n.t('{status} after {duration}', { status: outcome, duration })]
      : [outcome, duration]),
    reason,
    // The reason needs the room.
    subject === undefined && job !== undefined && !reason ? resourceWord(job) : label && subject,
  ]);
}

/** @param type of a job without a name */
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

/** @param name of the job or of its resource */
function namedOutcomeWords(job: Job | undefined, name: string): string {
  const values = { name, work: workWord(job) };
  if (job !== undefined && isWaitingUpgrade(job)) {
    return l10n.t('{name}: {work} has switched the traffic and is waiting for completion or rollback', values);
  }
  switch (classifyStatus(job?.status)) {
    case 'failed':
      return l10n.t('{name}: {work} failed', values);
    case 'cancelled':
      return l10n.t('{name}: {work} was cancelled', values);
    case 'succeeded':
    case 'in-progress':
    case 'unknown':
      return succeededWithFailedSubJob(job)
        ? l10n.t('{name}: {work} completed, but a sub-job failed', values)
        : l10n.t('{name}: {work} completed', values);
  }
}

/** The error of the job or of the sub-job that failed first, that sub-job, and how far the job came. */
function reasonWords(tracked: TrackedJob): string | undefined {
  const { job } = tracked;
  if (job === undefined || !(hasFailed(job) || classifyStatus(job.status) === 'cancelled')) return undefined;
  const failed = firstFailed(job);
  const error = errorWords(hasError(job) ? job : (failed ?? job));
  // The sub-jobs of a batch have its type.
  const nameOf = failed?.jobType === job.jobType ? subJobMark : subJobName;
  const where = joinWithCommas([failed && nameOf(tracked, failed), progressWords(job)]);
  return error === '' ? where : withDetail(error, where);
}

function errorWords({ errorCode, errorMessage }: JobFields): string {
  const code = errorCode === undefined ? '' : shownName(errorCode);
  const message = errorMessage === undefined ? '' : plainTextUpTo(MAX_MESSAGE_LENGTH, errorMessage);
  return [code, message].filter((word) => word !== '').join(' ');
}

/** @returns undefined if there is one sub-job at most, or some are not known */
function progressWords(job: Job): string | undefined {
  const { subJobs } = job;
  if (subJobs.length < 2 || mayBeMissing(job)) return undefined;
  const done = subJobs.filter(({ status }) => classifyStatus(status) === 'succeeded').length;
  return l10n.t('{done} of {total} done', { done, total: subJobs.length });
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
