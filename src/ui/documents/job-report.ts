/** A job as Markdown, fit for a change ticket: nothing of what the service sent is markup in it. */
import { env, l10n } from 'vscode';
import type { JobFields, SubJob } from '../../cloud/api/job';
import type { Instant } from '../../base/clock';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { demoSentence } from '../text/demo-words';
import { errorSentence } from '../text/error-words';
import { contradictionWord, durationWord, jobTitle, jobTypeWord, waitingWord } from '../text/job-words';
import { codeSpan, escaped, escapedUpTo, tableRow, tableRule } from '../text/markdown';

/** Characters: who reads the ticket has nothing else to go by. */
const LONGEST_ERROR = 4000;

export function jobReport(tracked: TrackedJob): string {
  return [...jobFacts(tracked), ...subJobTable(tracked.job?.subJobs ?? []), ''].join('\n');
}

/** The heading, and a table of what is known of the job itself. */
export function jobFacts(tracked: TrackedJob): readonly string[] {
  const { job, reference, requestId, answeredAt, pollFailure } = tracked;
  const status = [job?.status, job && waitingWord(job), contradictionWord(job)].filter((word) => word !== undefined);
  const facts: readonly (readonly [string, string | undefined])[] = [
    [l10n.t('Status'), escaped(status.join(' · '))],
    [l10n.t('Last answered'), utc(answeredAt) ?? l10n.t('not yet')],
    [l10n.t('Last look'), pollFailure && escaped(errorSentence(pollFailure.error))],
    [l10n.t('Job ID'), escaped(reference.jobId)],
    [l10n.t('Project'), escaped(reference.projectId)],
    [l10n.t('Endpoint'), codeSpan(reference.endpoint)],
    [l10n.t('Resource'), job?.resourceId && escaped(job.resourceId)],
    [l10n.t('Began'), utc(job?.beginTime)],
    [l10n.t('Ended'), utc(job?.endTime)],
    [l10n.t('Duration'), job && durationWord(job)],
    [l10n.t('Error'), job && errorOf(job)],
    [l10n.t('Request ID'), requestId && escaped(requestId)],
  ];
  const demo = demoSentence(reference);
  const known = facts.filter((fact): fact is [string, string] => fact[1] !== undefined && fact[1] !== '');
  return [
    `## ${escaped(jobTitle(tracked))}`,
    '',
    ...(demo === undefined ? [] : [escaped(demo), '']),
    tableRow([escaped(jobTypeWord(job)), '']),
    tableRule(2),
    ...known.map((fact) => tableRow(fact)),
  ];
}

function subJobTable(subJobs: readonly SubJob[]): readonly string[] {
  if (subJobs.length === 0) return [];
  const head = [
    l10n.t('Sub-job'),
    l10n.t('Status'),
    l10n.t('Began'),
    l10n.t('Duration'),
    l10n.t('Resources'),
    l10n.t('Error'),
  ];
  const rows = subJobs.map((subJob) => {
    const resources = subJob.entities.map(
      ({ resourceType, resourceId }) => `${resourceType ?? ''} ${resourceId ?? ''}`,
    );
    return [
      escaped(jobTypeWord(subJob)),
      escaped(subJob.status ?? ''),
      utc(subJob.beginTime) ?? '',
      durationWord(subJob) ?? '',
      resources.map((resource) => escaped(resource.trim())).join(', '),
      errorOf(subJob) ?? '',
    ];
  });
  return ['', tableRow(head), tableRule(head.length), ...rows.map(tableRow)];
}

function errorOf({ errorCode, errorMessage }: JobFields): string | undefined {
  const words = [errorCode, errorMessage].filter((word) => word !== undefined);
  return words.length === 0 ? undefined : words.map((word) => escapedUpTo(LONGEST_ERROR, word)).join(' · ');
}

/** The same everywhere, since a ticket is read in other time zones. */
function utc(instant: Instant | undefined): string | undefined {
  if (instant === undefined) return undefined;
  const format = new Intl.DateTimeFormat(env.language, { dateStyle: 'medium', timeStyle: 'medium', timeZone: 'UTC' });
  return `${format.format(instant)} UTC`;
}
