/** What a job does and how it is doing, in a short sentence. */
import { l10n } from 'vscode';
import type { Job, JobFields } from '../../cloud/api/job';
import { classifyStatus, isWaitingUpgrade, succeededWithFailedSubJob } from '../../jobs/model/job-status';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { errorLabel } from './error-words';
import { shortId, statusWord, subjectWord, trackedTypeWord } from './job-words';
import { plainText, plainTextUpTo, truncate } from './plain-text';
import { named, withDots } from './punctuation';

/** Characters. Enough for `batchCreateV3Loadbalancer`; a longer type, label or name would push out the state. */
const MAX_TYPE_LENGTH = 27;
const MAX_LABEL_LENGTH = 36;
const MAX_RESOURCE_LENGTH = 24;
/** Enough for all documented types. */
const MAX_WORK_LENGTH = 18;

/** A plain word for what a documented type of job does, e.g. `upgrade`; any other type as it came. */
export function workWord(job: JobFields | undefined): string {
  const type = job?.jobType;
  switch (type) {
    case undefined:
      return l10n.t('job');
    case 'UPGRADE':
      return l10n.t('upgrade');
    case 'cloneLoadbalancer':
      return l10n.t('clone');
    case 'cloneListener':
      return l10n.t('listener clone');
    case 'batchCreateV2Loadbalancer':
    case 'batchCreateV3Loadbalancer':
      return l10n.t('creation');
    case 'batchDeleteLoadbalancer':
      return l10n.t('deletion');
    case 'batchDeleteListener':
      return l10n.t('listener deletion');
    case 'importTemplate':
      return l10n.t('template import');
    default:
      return plainTextUpTo(MAX_WORK_LENGTH, type);
  }
}

/** E.g. `prod-api: upgrade is running` or, if no name is known, `UPGRADE 37d5c1fd is running`. */
export function jobSentence(tracked: TrackedJob): string {
  const { job, label, reference, pollFailure } = tracked;
  const problem = pollFailure && errorLabel(pollFailure.error);
  const subject = label === undefined ? subjectWord(tracked, MAX_RESOURCE_LENGTH) : undefined;
  if (job !== undefined && subject !== undefined) return withDots([workSentence(job, subject), problem]);
  const name =
    label === undefined
      ? `${truncate(trackedTypeWord(tracked), MAX_TYPE_LENGTH)} ${shortId(reference.jobId)}`
      : truncate(plainText(label), MAX_LABEL_LENGTH);
  if (job === undefined && problem !== undefined) return named(name, problem);
  return withDots([stateSentence(job, name), problem]);
}

function stateSentence(job: Job | undefined, name: string): string {
  if (job === undefined) return l10n.t('{job} waits for its first response', { job: name });
  if (isWaitingUpgrade(job)) return l10n.t('{job} needs your decision', { job: name });
  if (succeededWithFailedSubJob(job)) return l10n.t('{job} has a failed sub-job', { job: name });
  switch (classifyStatus(job.status)) {
    case 'in-progress':
      if (job.status === 'ROLLBACKING') return l10n.t('{job} is rolling back', { job: name });
      return job.status === 'INIT'
        ? l10n.t('{job} is about to begin', { job: name })
        : l10n.t('{job} is running', { job: name });
    case 'succeeded':
      return l10n.t('{job} succeeded', { job: name });
    case 'failed':
      return l10n.t('{job} failed', { job: name });
    case 'cancelled':
      return l10n.t('{job} was cancelled', { job: name });
    case 'unknown':
      return named(name, statusWord(job));
  }
}

/** As `stateSentence`, of a job that is named after its resource. */
function workSentence(job: Job, name: string): string {
  const values = { name, work: workWord(job) };
  if (isWaitingUpgrade(job)) return l10n.t('{name}: {work} needs your decision', values);
  if (succeededWithFailedSubJob(job)) return l10n.t('{name}: {work} has a failed sub-job', values);
  switch (classifyStatus(job.status)) {
    case 'in-progress':
      if (job.status === 'ROLLBACKING') return l10n.t('{name}: {work} is rolling back', values);
      return job.status === 'INIT'
        ? l10n.t('{name}: {work} is about to begin', values)
        : l10n.t('{name}: {work} is running', values);
    case 'succeeded':
      return l10n.t('{name}: {work} completed', values);
    case 'failed':
      return l10n.t('{name}: {work} failed', values);
    case 'cancelled':
      return l10n.t('{name}: {work} was cancelled', values);
    case 'unknown':
      return named(name, withDots([values.work, statusWord(job)]));
  }
}
