/** A job as a Markdown report, e.g. for a change ticket. Texts from the service never become markup. */
import { env, l10n } from 'vscode';
import { MAX_FIELD_LENGTH } from '../../base/limits';
import type { Job, JobFields, SubJob } from '../../cloud/api/job';
import type { Instant } from '../../base/clock';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { formatUtcDateTime } from '../text/date-time';
import { demoSentence } from '../text/demo-words';
import { errorSentence } from '../text/error-words';
import {
  contradictionWord,
  durationWord,
  jobTitle,
  jobTypeWord,
  moreWord,
  waitingUpgradeWord,
} from '../text/job-words';
import { codeSpan, escapeMarkdown, escapeMarkdownUpTo, tableRow, tableRule } from '../text/markdown';
import { shownEntities, shownSubJobs } from '../tree/shown-parts';

export function jobReport(tracked: TrackedJob): string {
  return [...jobFactsTable(tracked), ...(tracked.job === undefined ? [] : subJobTable(tracked.job)), ''].join('\n');
}

/** The heading and a table of facts of the job itself, line by line. */
export function jobFactsTable(tracked: TrackedJob): readonly string[] {
  const { job, reference, requestId, answeredAt, pollFailure } = tracked;
  const status = [job?.status, job && waitingUpgradeWord(job), contradictionWord(job)].filter(
    (word) => word !== undefined,
  );
  const facts: readonly (readonly [string, string | undefined])[] = [
    [l10n.t('Status'), status.map(whole).join(' · ')],
    [l10n.t('Last response'), utc(answeredAt) ?? l10n.t('not yet')],
    [l10n.t('Last check'), pollFailure && escapeMarkdown(errorSentence(pollFailure.error))],
    [l10n.t('Job ID'), escapeMarkdown(reference.jobId)],
    [l10n.t('Project'), escapeMarkdown(reference.projectId)],
    [l10n.t('Endpoint'), codeSpan(reference.endpoint)],
    [l10n.t('Resource'), job?.resourceId && whole(job.resourceId)],
    [l10n.t('Began'), utc(job?.beginTime)],
    [l10n.t('Ended'), utc(job?.endTime)],
    [l10n.t('Duration'), job && durationWord(job)],
    [l10n.t('Error'), job && errorOf(job)],
    [l10n.t('Request ID'), requestId && whole(requestId)],
  ];
  const demo = demoSentence(reference);
  const present = facts.filter((fact): fact is [string, string] => fact[1] !== undefined && fact[1] !== '');
  return [
    `## ${escapeMarkdown(jobTitle(tracked))}`,
    '',
    ...(demo === undefined ? [] : [escapeMarkdown(demo), '']),
    tableRow([wholeType(job), '']),
    tableRule(2),
    ...present.map((fact) => tableRow(fact)),
  ];
}

/** Says how many sub-jobs a table lacks; undefined if it has all of them. */
export function moreSubJobsSentence(count: number): string | undefined {
  return count === 0
    ? undefined
    : l10n.t('{count} more sub-jobs are not listed here; see the JSON document of the job.', { count });
}

function subJobTable(job: Job): readonly string[] {
  const { parts, hidden } = shownSubJobs(job);
  if (parts.length === 0) return [];
  const head = [
    l10n.t('Sub-job'),
    l10n.t('Status'),
    l10n.t('Began'),
    l10n.t('Duration'),
    l10n.t('Resources'),
    l10n.t('Error'),
  ];
  const rows = parts.map(({ subJob }) => [
    wholeType(subJob),
    whole(subJob.status ?? ''),
    utc(subJob.beginTime) ?? '',
    durationWord(subJob) ?? '',
    resourcesOf(subJob),
    errorOf(subJob) ?? '',
  ]);
  const more = moreSubJobsSentence(hidden);
  return [
    '',
    tableRow(head),
    tableRule(head.length),
    ...rows.map(tableRow),
    ...(more === undefined ? [] : ['', escapeMarkdown(more)]),
  ];
}

function resourcesOf(subJob: SubJob): string {
  const { parts, hidden } = shownEntities(subJob);
  const resources = parts.map(({ resourceType, resourceId }) =>
    [resourceType, resourceId].flatMap((word) => (word === undefined ? [] : whole(word))).join(' '),
  );
  return [...resources, ...(hidden === 0 ? [] : [moreWord(hidden)])].join(', ');
}

function errorOf({ errorCode, errorMessage }: JobFields): string | undefined {
  const words = [errorCode, errorMessage].filter((word) => word !== undefined);
  return words.length === 0 ? undefined : words.map(whole).join(' · ');
}

function wholeType(part: JobFields | undefined): string {
  return part?.jobType === undefined ? escapeMarkdown(jobTypeWord(part)) : whole(part.jobType);
}

/** Not cut as in the views, since readers of a ticket see only the report. */
function whole(text: string): string {
  return escapeMarkdownUpTo(MAX_FIELD_LENGTH, text);
}

function utc(instant: Instant | undefined): string | undefined {
  return instant === undefined ? undefined : formatUtcDateTime(instant, env.language);
}
