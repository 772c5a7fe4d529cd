/** Jobs as a Markdown report, e.g. for a change ticket. Texts from the service never become markup. */
import { env, l10n } from 'vscode';
import type { Instant } from '../../base/clock';
import { MAX_FIELD_LENGTH } from '../../base/limits';
import { inOneGo, inOwnTurns, type SlicedWork, Slices } from '../../base/work/slices';
import type { JobFields, SubJob } from '../../cloud/api/job';
import { firstFailed } from '../../jobs/model/job-status';
import { resourceNameOf } from '../../jobs/model/project-resources';
import { isLost, type TrackedJob } from '../../jobs/model/tracked-job';
import { needsDecision, upgradedState, waitsSince } from '../../jobs/model/waiting-upgrade';
import { adviceSentence, advisedPart, pollErrorSentence, recycleBinSentence } from '../text/advice-words';
import { formatDateTimeWithZone, formatIsoDateTime, isInstant } from '../text/date-time';
import { demoSentence } from '../text/demo-words';
import {
  contradictionWord,
  durationWord,
  elapsedWord,
  jobTitle,
  jobTypeWord,
  moreWord,
  subjectWord,
} from '../text/job-words';
import { codeSpan, codeSpanUpTo, escapeMarkdown, escapeMarkdownUpTo, tableRow, tableRule } from '../text/markdown';
import { plainLine } from '../text/plain-text';
import { named, withDetail, withDots } from '../text/punctuation';
import { shownEntities } from '../parts/shown-parts';
import { subJobMark } from '../parts/sub-job-names';
import { decisionSentence } from '../parts/upgrade-words';
import { beginOf, durationOf, endOf, endOfGap, gapWord, rowName, statusOf } from './timeline-cells';
import { type TimelineRow, timelineOf } from './timeline-model';
import type { Cell } from './timeline-page';
import { countsVerdict, verdictOf } from './verdict-words';

/** Longer than a verdict, which has cut texts. */
const MAX_VERDICT_LENGTH = 1000;
/** Jobs whose reports are made before other work has its turn. */
const MAX_REPORTED_TOGETHER = 25;

/**
 * Returns the report of the jobs. The first line is the verdict; of several jobs, how many are in which state.
 * @param now undefined if the jobs are no longer tracked, so that no running duration is shown.
 */
export function jobReport(jobs: readonly TrackedJob[], now: Instant | undefined): string {
  return inOneGo(reportIn(jobs, now, new Slices()));
}

/** Resolves to the same for any number of jobs, and gives other work its turns. */
export function jobReportInTurns(jobs: readonly TrackedJob[], now: Instant | undefined): Promise<string> {
  return inOwnTurns(reportIn(jobs, now, new Slices(MAX_REPORTED_TOGETHER)));
}

function* reportIn(jobs: readonly TrackedJob[], now: Instant | undefined, slices: Slices): SlicedWork<string> {
  const reports: string[] = [];
  for (const tracked of jobs) {
    if (slices.isOver(1)) yield;
    reports.push(reportOf(tracked, now));
  }
  const parts = jobs.length > 1 ? [`**${escapeMarkdown(countsVerdict(jobs))}**\n`, ...reports] : reports;
  return parts.join('\n');
}

function reportOf(tracked: TrackedJob, now: Instant | undefined): string {
  const demo = demoSentence(tracked.reference);
  return [
    `## ${escapeMarkdownUpTo(MAX_VERDICT_LENGTH, verdictOf(tracked, now))}`,
    '',
    `**${escapeMarkdown(jobTitle(tracked))}**`,
    ...(demo === undefined ? [] : ['', escapeMarkdown(demo)]),
    ...decisionLines(tracked),
    ...failureLines(tracked),
    '',
    ...factsTable(tracked, now),
    ...subJobTable(tracked, now),
    '',
  ].join('\n');
}

/** What the owner of a waiting upgrade has to decide. */
function decisionLines(tracked: TrackedJob): readonly string[] {
  const decision = decisionSentence(tracked);
  if (decision === undefined) return [];
  return ['', `- ${escapeMarkdownUpTo(MAX_VERDICT_LENGTH, named(l10n.t('Decision needed'), decision))}`];
}

/** What failed first, what to do, and whether a deletion can be undone. */
function failureLines(tracked: TrackedJob): readonly string[] {
  const { job } = tracked;
  if (job === undefined) return [];
  const failed = firstFailed(job);
  const advice = adviceSentence(tracked, advisedPart(job, failed), formatIsoDateTime);
  const bin = recycleBinSentence(tracked);
  const lines: string[] = [];
  if (failed !== undefined) {
    const id = failed.jobId === undefined ? undefined : code(failed.jobId);
    lines.push(
      `- ${named(l10n.t('Failed first'), withDots([typeOf(failed, subJobMark(tracked, failed)), id, errorOf(failed)]))}`,
    );
  }
  if (advice !== undefined) lines.push(`- ${escapeMarkdown(named(l10n.t('What to do'), advice))}`);
  if (bin !== undefined) lines.push(`- ${escapeMarkdown(named(l10n.t('Recycle bin'), bin))}`);
  return lines.length === 0 ? [] : ['', ...lines];
}

function factsTable(tracked: TrackedJob, now: Instant | undefined): readonly string[] {
  const { job, reference, requestId, answeredAt, pollFailure } = tracked;
  const status = job && withDots([cellText(statusOf(job, plainLine)), contradictionWord(job)]);
  const facts: readonly (readonly [string, string | undefined])[] = [
    [l10n.t('Status'), status],
    [l10n.t('Last response'), time(answeredAt) ?? l10n.t('not yet')],
    [l10n.t('Last check'), pollFailure && escapeMarkdown(pollErrorSentence(tracked, pollFailure.error))],
    [l10n.t('Job ID'), code(reference.jobId)],
    [l10n.t('Project'), code(reference.projectId)],
    [l10n.t('Endpoint'), codeSpan(reference.endpoint)],
    [l10n.t('Resource'), job?.resourceId && resourceText(tracked, job.resourceId)],
    [l10n.t('Began'), time(job?.beginTime)],
    [l10n.t('Ended'), time(job?.endTime)],
    [l10n.t('Duration'), job && durationWord(job)],
    [l10n.t('Elapsed'), job && elapsedWord(job, isLost(tracked) ? undefined : now)],
    [l10n.t('Waiting since'), time(waitsSince(tracked))],
    [l10n.t('Load balancer state'), decisionState(tracked)],
    [l10n.t('Error'), job && errorOf(job)],
    [l10n.t('Request ID'), requestId && code(requestId)],
  ];
  const present = facts.filter((fact): fact is [string, string] => fact[1] !== undefined && fact[1] !== '');
  return [tableRow([typeOf(job, subjectWord(tracked)), '']), tableRule(2), ...present.map((fact) => tableRow(fact))];
}

function decisionState(tracked: TrackedJob): string | undefined {
  const state = needsDecision(tracked) ? upgradedState(tracked) : undefined;
  return state === undefined ? undefined : code(state);
}

function subJobTable(tracked: TrackedJob, now: Instant | undefined): readonly string[] {
  const { rows, hidden } = timelineOf(tracked, now ?? tracked.trackedAt, { isRemoved: now === undefined });
  const [, ...parts] = rows;
  if (parts.length === 0) return [];
  const head = [
    l10n.t('Sub-job'),
    l10n.t('Status'),
    l10n.t('Began'),
    l10n.t('Ended'),
    l10n.t('Duration'),
    l10n.t('Resources'),
    l10n.t('Error'),
  ];
  const more =
    hidden === 0
      ? []
      : [
          '',
          escapeMarkdown(
            l10n.t('{count} more sub-jobs are not listed here; see the JSON document of the job.', { count: hidden }),
          ),
        ];
  return ['', tableRow(head), tableRule(head.length), ...parts.map((row) => tableRow(rowCells(row, tracked))), ...more];
}

function rowCells(row: TimelineRow, tracked: TrackedJob): readonly string[] {
  if (row.kind === 'gap') {
    return [gapWord(), '', cellText({ instant: row.start }), cellText(endOfGap(row)), durationOf(row), '', ''];
  }
  const { part, bar } = row;
  return [
    cellText(rowName(row, tracked, plainLine)),
    cellText(statusOf(part, plainLine)),
    cellText(beginOf(bar)),
    cellText(endOf(bar, part)),
    durationOf(row),
    row.kind === 'sub-job' ? resourcesOf(row.part, tracked) : '',
    errorOf(part) ?? '',
  ];
}

function resourcesOf(subJob: SubJob, tracked: TrackedJob): string {
  const { parts, hidden } = shownEntities(subJob);
  const resources = parts.map(({ resourceType, resourceId }) =>
    [
      ...(resourceType === undefined ? [] : [text(resourceType)]),
      ...(resourceId === undefined ? [] : [resourceText(tracked, resourceId)]),
    ].join(' '),
  );
  return [...resources, ...(hidden === 0 ? [] : [moreWord(hidden)])].join(', ');
}

function errorOf({ errorCode, errorMessage }: JobFields): string | undefined {
  const words = withDots([
    errorCode === undefined ? undefined : code(errorCode),
    errorMessage === undefined ? undefined : text(errorMessage),
  ]);
  return words === '' ? undefined : words;
}

/** @param mark distinguishes it from others of its type */
function typeOf(part: JobFields | undefined, mark: string | undefined): string {
  const type = part?.jobType === undefined ? escapeMarkdown(jobTypeWord(part)) : code(part.jobType);
  return withDots([type, mark && escapeMarkdown(mark)]);
}

/** The name of a resource, if it is known, and its whole id. */
function resourceText(tracked: TrackedJob, id: string): string {
  const name = resourceNameOf(tracked, id);
  return withDots([name && text(name), code(id)]);
}

function cellText({ quoted, text: own, instant }: Cell): string {
  return withDots([
    quoted === undefined ? undefined : code(quoted),
    own === undefined ? undefined : escapeMarkdown(own),
    time(instant),
  ]);
}

/** Names and messages are not cut as in the views, since readers of a ticket see only the report. */
function code(name: string): string {
  return codeSpanUpTo(MAX_FIELD_LENGTH, name);
}

function text(message: string): string {
  return escapeMarkdownUpTo(MAX_FIELD_LENGTH, message);
}

/** E.g. `2026-11-24T01:00:00Z (Nov 24, 2026, 9:00:00 AM GMT+8)`: people in other time zones read the ticket. */
function time(instant: Instant | undefined): string | undefined {
  if (!isInstant(instant)) return undefined;
  return withDetail(formatIsoDateTime(instant), formatDateTimeWithZone(instant, env.language));
}
