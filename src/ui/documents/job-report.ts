/** A job as a Markdown report, e.g. for a change ticket. Texts from the service never become markup. */
import { env, l10n } from 'vscode';
import type { JobFields, SubJob } from '../../cloud/api/job';
import type { Instant } from '../../base/clock';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { formatUtcDateTime } from '../text/date-time';
import { demoSentence } from '../text/demo-words';
import { errorSentence } from '../text/error-words';
import { contradictionWord, durationWord, jobTitle, jobTypeWord, waitingUpgradeWord } from '../text/job-words';
import { codeSpan, escapeMarkdown, escapeMarkdownUpTo, tableRow, tableRule } from '../text/markdown';

/** Longer than in the views, since readers of a ticket see only the report. */
const MAX_ERROR_LENGTH = 4000;

export function jobReport(tracked: TrackedJob): string {
  return [...jobFactsTable(tracked), ...subJobTable(tracked.job?.subJobs ?? []), ''].join('\n');
}

/** The heading and a table of facts of the job itself, line by line. */
export function jobFactsTable(tracked: TrackedJob): readonly string[] {
  const { job, reference, requestId, answeredAt, pollFailure } = tracked;
  const status = [job?.status, job && waitingUpgradeWord(job), contradictionWord(job)].filter(
    (word) => word !== undefined,
  );
  const facts: readonly (readonly [string, string | undefined])[] = [
    [l10n.t('Status'), escapeMarkdown(status.join(' · '))],
    [l10n.t('Last response'), utc(answeredAt) ?? l10n.t('not yet')],
    [l10n.t('Last check'), pollFailure && escapeMarkdown(errorSentence(pollFailure.error))],
    [l10n.t('Job ID'), escapeMarkdown(reference.jobId)],
    [l10n.t('Project'), escapeMarkdown(reference.projectId)],
    [l10n.t('Endpoint'), codeSpan(reference.endpoint)],
    [l10n.t('Resource'), job?.resourceId && escapeMarkdown(job.resourceId)],
    [l10n.t('Began'), utc(job?.beginTime)],
    [l10n.t('Ended'), utc(job?.endTime)],
    [l10n.t('Duration'), job && durationWord(job)],
    [l10n.t('Error'), job && errorOf(job)],
    [l10n.t('Request ID'), requestId && escapeMarkdown(requestId)],
  ];
  const demo = demoSentence(reference);
  const present = facts.filter((fact): fact is [string, string] => fact[1] !== undefined && fact[1] !== '');
  return [
    `## ${escapeMarkdown(jobTitle(tracked))}`,
    '',
    ...(demo === undefined ? [] : [escapeMarkdown(demo), '']),
    tableRow([escapeMarkdown(jobTypeWord(job)), '']),
    tableRule(2),
    ...present.map((fact) => tableRow(fact)),
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
      escapeMarkdown(jobTypeWord(subJob)),
      escapeMarkdown(subJob.status ?? ''),
      utc(subJob.beginTime) ?? '',
      durationWord(subJob) ?? '',
      resources.map((resource) => escapeMarkdown(resource.trim())).join(', '),
      errorOf(subJob) ?? '',
    ];
  });
  return ['', tableRow(head), tableRule(head.length), ...rows.map(tableRow)];
}

function errorOf({ errorCode, errorMessage }: JobFields): string | undefined {
  const words = [errorCode, errorMessage].filter((word) => word !== undefined);
  return words.length === 0 ? undefined : words.map((word) => escapeMarkdownUpTo(MAX_ERROR_LENGTH, word)).join(' · ');
}

function utc(instant: Instant | undefined): string | undefined {
  return instant === undefined ? undefined : formatUtcDateTime(instant, env.language);
}
