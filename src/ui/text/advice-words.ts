/** What to do about the error of a job or of its last poll, whether a deletion can be undone, and which permission names need. */
import { env, l10n } from 'vscode';
import type { Instant } from '../../base/clock';
import type { JobFields, SubJob } from '../../cloud/api/job';
import { adviceOn } from '../../cloud/api/job-error-advice';
import { deletedLoadBalancers } from '../../jobs/model/deleted-load-balancers';
import { resourceOf } from '../../jobs/model/project-resources';
import { isPartQuota, isQuotaError, type JobPart, quotaKeyOf, quotaNamedIn } from '../../jobs/model/quota-of-job';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { permissionsForNames } from '../../jobs/model/unnamed-resources';
import type { PollError } from '../../jobs/model/poll-error';
import { formatShortDateTime } from './date-time';
import { errorAdvice, serviceFacts } from './error-words';
import { idFlawSentence } from './mention-words';
import { joinSentences, withDetail } from './punctuation';

type WithResources = Pick<TrackedJob, 'resources'>;

/** @returns the part whose advice a job shows: the job or, if there is no advice on its error, the sub-job that failed first */
export function advisedPart(job: JobFields, failedFirst: SubJob | undefined): JobFields | undefined {
  if (hasAdvice(job)) return job;
  return failedFirst !== undefined && hasAdvice(failedFirst) ? failedFirst : undefined;
}

export function hasAdvice({ errorCode }: JobFields): boolean {
  return adviceOn(errorCode) !== undefined;
}

/**
 * @param part of the job; the quota that it exceeded is named if its use is known
 * @returns undefined if the service does not document the error code.
 */
export function adviceSentence(
  tracked: WithResources,
  part: JobPart | undefined,
  formatTime = shortTime,
): string | undefined {
  switch (adviceOn(part?.errorCode)) {
    case undefined:
      return undefined;
    case 'quota-exceeded':
      return (
        quotaSentence(tracked, part, formatTime) ??
        l10n.t(
          'A quota is used up. Delete resources that you no longer need, or request a higher quota in the console.',
        )
      );
    case 'conflict':
      return l10n.t(
        'The request conflicts with a resource, e.g. its port is in use or another operation runs. See the error message.',
      );
    case 'resource-not-found':
      return l10n.t('A resource in the request does not exist, or not in this project. Check the IDs in the request.');
    case 'other-enterprise-project':
      return l10n.t("The enterprise project is missing, or differs from the load balancer's. Check it.");
    case 'subnet-has-no-address':
      return l10n.t('The backend subnet has too few free IP addresses. Free some, or choose another subnet.');
    case 'no-capacity':
      return l10n.t('The service cannot allocate resources at the moment. Try later, or submit a service ticket.');
    case 'not-permitted':
      return l10n.t('The account has no permission for this. Ask its administrator.');
    case 'not-supported':
      return l10n.t('This feature is not available here, or not for this type of load balancer.');
    case 'invalid-certificate':
      return l10n.t('The certificate or its private key could not be read. Check both.');
    case 'invalid-parameter':
      return l10n.t('A parameter of the request is invalid. See the error message.');
    case 'internal':
      return l10n.t('The service failed. Try again, or submit a service ticket with the request ID.');
  }
}

/** @returns undefined if the use of the quota is not known, or may have nothing to do with the error */
function quotaSentence(
  { resources }: WithResources,
  part: JobPart | undefined,
  formatTime: (instant: Instant) => string,
): string | undefined {
  if (resources === undefined || part === undefined || !isQuotaError(part)) return undefined;
  const key = quotaKeyOf(part);
  const known = resources.quotas.get(key);
  if (known === undefined) return undefined;
  const { limit, used, seenAt } = known;
  const values = { quota: key, limit, used, time: formatTime(seenAt) };
  const isUsedUp = limit >= 0 && used >= limit;
  if (!isUsedUp && quotaNamedIn(part.errorMessage) === undefined) return undefined;
  if (limit < 0) return l10n.t('The quota has no limit now: {quota} ({time}). Try again.', values);
  return joinSentences([
    isPartQuota(key)
      ? l10n.t('A quota is used up: {quota}, at most {limit} ({time}).', values)
      : isUsedUp
        ? l10n.t('A quota is used up: {quota}, {used} of {limit} used ({time}).', values)
        : l10n.t('A quota did not suffice: {quota}, {used} of {limit} used ({time}).', values),
    l10n.t('Delete resources that you no longer need, or request a higher quota in the console.'),
  ]);
}

function shortTime(instant: Instant): string {
  return formatShortDateTime(instant, env.language);
}

/** @returns whether the load balancers that a batch deletion removed can be restored; undefined if that is not known */
export function recycleBinSentence(tracked: Pick<TrackedJob, 'job' | 'resources'>): string | undefined {
  if (tracked.resources === undefined || tracked.job === undefined) return undefined;
  const answers = deletedLoadBalancers(tracked.job).map((id) => resourceOf(tracked, id)?.isInRecycleBin);
  const total = answers.length;
  const count = answers.filter((isInBin) => isInBin === true).length;
  if (count < total && answers.includes(undefined)) {
    return count === 0
      ? undefined
      : l10n.t('{count} of the deleted load balancers went to the recycle bin and can be restored until they expire.', {
          count,
        });
  }
  if (total === 0) return undefined;
  if (total === 1) {
    return count === 1
      ? l10n.t('The deleted load balancer went to the recycle bin and can be restored until it expires.')
      : l10n.t('The deleted load balancer is not in the recycle bin: it cannot be restored.');
  }
  if (count === 0) return l10n.t('The deleted load balancers are not in the recycle bin: they cannot be restored.');
  if (count === total) {
    return l10n.t('All {total} deleted load balancers went to the recycle bin and can be restored until they expire.', {
      total,
    });
  }
  return l10n.t(
    '{count} of {total} deleted load balancers went to the recycle bin and can be restored until they expire.',
    {
      count,
      total,
    },
  );
}

/** As `errorAdvice`, of a poll of the job: if it was never found, with what may be wrong with its id. */
export function pollErrorAdvice({ reference }: Pick<TrackedJob, 'reference'>, error: PollError): string {
  const isNeverFound = error.kind === 'not-found' || error.kind === 'not-found-yet';
  return joinSentences([isNeverFound ? idFlawSentence(reference.jobId) : undefined, errorAdvice(error)]);
}

/** As `errorSentence`, of a poll of the job. */
export function pollErrorSentence(tracked: Pick<TrackedJob, 'reference'>, error: PollError): string {
  return withDetail(pollErrorAdvice(tracked, error), serviceFacts(error));
}

/** @returns which permissions the service refused, if that is why names of the job's resources are not known */
export function permissionSentence(tracked: TrackedJob): string | undefined {
  const [permission, other] = permissionsForNames(tracked);
  if (permission === undefined) return undefined;
  return other === undefined
    ? l10n.t('Names need the permission {permission}.', { permission })
    : l10n.t('Names need the permissions {permission} and {other}.', { permission, other });
}
