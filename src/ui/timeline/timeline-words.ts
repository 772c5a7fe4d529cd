/** Describes a timeline for its page, in texts and positions. */
import { env, l10n } from 'vscode';
import type { Job, SubJob } from '../../cloud/api/job';
import type { Instant } from '../../base/clock';
import type { JobKey } from '../../jobs/model/job-reference';
import type { Prediction } from '../../jobs/model/duration-history';
import { isDemo } from '../../demo/demo-project';
import { classifyStatus, firstFailed, isWaitingUpgrade } from '../../jobs/model/job-status';
import type { StatusSeen } from '../../jobs/model/status-history';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { needsDecision, waitsSince } from '../../jobs/model/waiting-upgrade';
import { consoleLinks } from '../text/console-links';
import { demoHeading } from '../text/demo-words';
import { formatDuration } from '../text/duration';
import { adviceSentence, advisedPart, pollErrorSentence, recycleBinSentence } from '../text/advice-words';
import {
  contradictionWord,
  jobState,
  moreWord,
  resourceWord,
  shortId,
  shownName,
  subjectWord,
  timeLeftWords,
} from '../text/job-words';
import { plainText } from '../text/plain-text';
import { withDots } from '../text/punctuation';
import { shownEntities } from '../parts/shown-parts';
import { subJobName } from '../parts/sub-job-names';
import { decisionSentence, upgradedStateWord } from '../parts/upgrade-words';
import { ticksOf } from './axis';
import {
  beginOf,
  durationOf,
  endOf,
  endOfGap,
  errorOf,
  gapWord,
  nameOf,
  rowName,
  statusOf,
  timeOf,
} from './timeline-cells';
import {
  type Bar,
  type GapRow,
  type JobRow,
  type SubJobRow,
  type Timeline,
  timelineOf,
  type TimelineRow,
} from './timeline-model';
import type { Cell, PageDetail, PageRow, PageTable, TimelinePage } from './timeline-page';

/** For one job or sub-job; the latest are shown. */
const MAX_STATUSES_SHOWN = 20;

export interface ShownTimeline {
  readonly key: JobKey;
  readonly tracked: TrackedJob;
  readonly now: Instant;
  /** How long jobs of this type take. */
  readonly prediction: Prediction | undefined;
  /** Whether the job is no longer tracked. */
  readonly isRemoved: boolean;
}

/** Returns the timeline with the time left that the tree would show. */
export function shownTimeline({ tracked, now, prediction, isRemoved }: ShownTimeline): Timeline {
  return timelineOf(tracked, now, {
    expectedEnd: isRemoved ? undefined : expectedEnd(tracked, prediction, now),
    isRemoved,
  });
}

export function timelinePage(shown: ShownTimeline, timeline: Timeline): TimelinePage {
  const { key, tracked, now, prediction, isRemoved } = shown;
  const { pollFailure } = tracked;
  const span = timeline.end - timeline.start;
  const left =
    prediction === undefined || timeline.expectedEnd === undefined
      ? undefined
      : timeLeftWords(tracked, prediction, now)?.long;
  const state = [jobState(tracked, isRemoved ? undefined : now), contradictionWord(tracked.job), left];
  return {
    key,
    language: env.language,
    heading: headingOf(tracked),
    summary: { quoted: summaryNames(tracked), text: withDots(state) },
    notice: pollFailure === undefined ? undefined : pollErrorSentence(tracked, pollFailure.error),
    removed: isRemoved ? l10n.t('No longer tracked. This is the last known state.') : undefined,
    ticks: ticksOf(span).map((offset) => ({ at: offset / span, label: formatDuration(offset, env.language) })),
    rows: timeline.rows.map((row) => pageRow(row, tracked, timeline)),
    more: timeline.hidden === 0 ? undefined : moreWord(timeline.hidden),
    table: tableOf(timeline, tracked),
    words: {
      chart: l10n.t('Timeline of the job and its sub-jobs'),
      axis: l10n.t('Time since the beginning'),
      details: l10n.t('Details'),
      table: l10n.t('Table'),
      copy: l10n.t('Copy as Markdown'),
      copied: l10n.t('Copied'),
      trackAgain: l10n.t('Track Again'),
      ...(isRemoved ? {} : decisionActions(tracked)),
      openJson: l10n.t('Open the JSON Document'),
      empty: l10n.t('waiting for the first response'),
    },
  };
}

/** The labels of the buttons for a waiting upgrade. */
function decisionActions(tracked: TrackedJob): Pick<TimelinePage['words'], 'openInConsole' | 'copyCommand'> {
  if (!needsDecision(tracked)) return {};
  return {
    openInConsole: consoleLinks(tracked).length === 0 ? undefined : l10n.t('Open in Console'),
    copyCommand: isDemo(tracked.reference) ? undefined : l10n.t('Copy Command'),
  };
}

function headingOf(tracked: TrackedJob): Cell {
  const { job, label, reference } = tracked;
  const name = label === undefined ? nameOf(job, shownName, subjectWord(tracked)) : { quoted: plainText(label) };
  const demo = demoHeading(reference);
  return demo === undefined ? name : { ...name, text: demo };
}

/** The name of the job's resource, unless the heading has it, and the start of the job's id. */
function summaryNames(tracked: TrackedJob): string {
  return withDots([tracked.label === undefined ? undefined : subjectWord(tracked), shortId(tracked.reference.jobId)]);
}

function tableOf({ rows }: Timeline, tracked: TrackedJob): PageTable {
  return {
    columns: [
      l10n.t('Job or sub-job'),
      l10n.t('Status'),
      l10n.t('Began'),
      l10n.t('Ended'),
      l10n.t('Duration'),
      l10n.t('Error'),
    ],
    rows: rows.map((row) => {
      const text = durationOf(row);
      if (row.kind === 'gap') {
        return [{ text: gapWord() }, {}, { instant: row.start }, endOfGap(row), { text }, {}];
      }
      const { part, bar } = row;
      return [rowName(row, tracked), statusOf(part), beginOf(bar), endOf(bar, part), { text }, errorOf(part) ?? {}];
    }),
  };
}

/** @returns undefined where the tree claims no time left */
function expectedEnd(tracked: TrackedJob, prediction: Prediction | undefined, now: Instant): Instant | undefined {
  const begin = tracked.job?.beginTime;
  if (prediction === undefined || begin === undefined) return undefined;
  return timeLeftWords(tracked, prediction, now) === undefined ? undefined : begin + prediction.medianMs;
}

function pageRow(row: TimelineRow, tracked: TrackedJob, { start, end, expectedEnd: expected }: Timeline): PageRow {
  const position = (instant: Instant) => Math.min(1, Math.max(0, (instant - start) / (end - start)));
  const barAt = (kind: Bar['kind'] | 'gap', from: Instant, to: Instant) => ({
    kind,
    from: position(from),
    to: position(to),
  });
  if (row.kind === 'gap') {
    return {
      id: row.id,
      kind: row.kind,
      tone: 'unknown',
      name: { text: gapWord() },
      status: {},
      duration: durationOf(row),
      bar: barAt('gap', row.start, row.end),
      details: gapDetails(row),
    };
  }
  const { id, kind, part, bar } = row;
  return {
    id,
    kind,
    tone: isWaitingUpgrade(part) ? 'waiting' : classifyStatus(part.status),
    name: rowName(row, tracked),
    status: statusOf(part),
    duration: durationOf(row),
    bar: bar === undefined ? undefined : barAt(bar.kind, bar.start, bar.end),
    ghost:
      kind === 'job' && bar !== undefined && expected !== undefined
        ? { from: position(bar.end), to: position(expected) }
        : undefined,
    details: partDetails(row, tracked),
  };
}

/** No detail changes merely because time passes: a screen reader reads every change. */
function gapDetails(row: GapRow): PageDetail[] {
  return [
    { label: gapWord(), values: [{ text: l10n.t('No sub-job is known to have run.') }] },
    { label: l10n.t('Began'), values: [{ instant: row.start }] },
    { label: l10n.t('Ended'), values: [endOfGap(row)] },
    ...(row.isOpen ? [] : [{ label: l10n.t('Duration'), values: [{ text: durationOf(row) }] }]),
  ];
}

/** Changes as seldom as `gapDetails()`. */
function partDetails(row: JobRow | SubJobRow, tracked: TrackedJob): PageDetail[] {
  const { reference, requestId } = tracked;
  const { part, bar, statuses } = row;
  const error = errorOf(part);
  const isWhole = bar?.kind === 'whole';
  const ifPresent = (label: string, value: Cell | undefined): PageDetail[] =>
    value === undefined ? [] : [{ label, values: [value] }];
  return [
    ...(row.kind === 'job' ? decisionOf(tracked) : []),
    ...wideIfPresent(l10n.t('Error'), error),
    ...(row.kind === 'job'
      ? firstFailureOf(row.part, tracked)
      : wideIfPresent(l10n.t('What to do'), textIfPresent(adviceSentence(tracked, part)))),
    { label: row.kind === 'job' ? l10n.t('Job') : l10n.t('Sub-job'), values: [rowName(row, tracked)] },
    { label: l10n.t('Status'), values: [statusOf(part)] },
    { label: l10n.t('Began'), values: [beginOf(bar)] },
    { label: l10n.t('Ended'), values: [endOf(bar, part)] },
    ...ifPresent(l10n.t('Last seen'), bar?.kind === 'last-seen' ? { instant: bar.end } : undefined),
    ...ifPresent(l10n.t('Duration'), isWhole ? { text: durationOf(row) } : undefined),
    ...(row.kind === 'job'
      ? [
          ...ifPresent(l10n.t('Job ID'), { quoted: shownName(reference.jobId) }),
          ...ifPresent(l10n.t('Resource'), resourceIfPresent(tracked, part.resourceId)),
          ...ifPresent(l10n.t('Request ID'), nameIfPresent(requestId)),
        ]
      : [...ifPresent(l10n.t('Sub-job ID'), nameIfPresent(part.jobId)), ...resourcesOf(row.part, tracked)]),
    ...statusesSeen(statuses),
  ];
}

function decisionOf(tracked: TrackedJob): PageDetail[] {
  const text = decisionSentence(tracked);
  if (text === undefined) return [];
  const state = upgradedStateWord(tracked);
  return [
    ...wideIfPresent(l10n.t('Decision needed'), { text }),
    { label: l10n.t('Waiting since'), values: [timeOf(waitsSince(tracked))] },
    ...(state === undefined ? [] : [{ label: l10n.t('Load balancer state'), values: [{ quoted: state }] }]),
  ];
}

function firstFailureOf(job: Job, tracked: TrackedJob): PageDetail[] {
  const failed = firstFailed(job);
  return [
    ...wideIfPresent(
      l10n.t('Failed first'),
      failed && { quoted: withDots([subJobName(tracked, failed), errorOf(failed)?.quoted]) },
    ),
    ...wideIfPresent(l10n.t('What to do'), textIfPresent(adviceSentence(tracked, advisedPart(job, failed)))),
    ...wideIfPresent(l10n.t('Recycle bin'), textIfPresent(recycleBinSentence(tracked))),
  ];
}

function textIfPresent(text: string | undefined): Cell | undefined {
  return text === undefined ? undefined : { text };
}

function wideIfPresent(label: string, value: Cell | undefined): PageDetail[] {
  return value === undefined ? [] : [{ label, values: [value], isWide: true }];
}

function statusesSeen(statuses: readonly StatusSeen[]): PageDetail[] {
  if (statuses.length === 0) return [];
  const values = statuses
    .slice(-MAX_STATUSES_SHOWN)
    .map(({ status, at }) => ({ quoted: shownName(status), ...timeOf(at) }));
  return [{ label: l10n.t('Statuses seen'), values, isWide: true }];
}

function resourcesOf(subJob: SubJob, tracked: TrackedJob): PageDetail[] {
  const { parts, hidden } = shownEntities(subJob);
  if (parts.length === 0) return [];
  const values: Cell[] = parts.map(({ resourceType, resourceId }) => ({
    quoted: [resourceType && shownName(resourceType), resourceIfPresent(tracked, resourceId)?.quoted]
      .filter((word) => word !== undefined)
      .join(' '),
    text: resourceId === undefined ? l10n.t('missing') : undefined,
  }));
  if (hidden > 0) values.push({ text: moreWord(hidden) });
  return [{ label: l10n.t('Resources'), values }];
}

/** The name of a resource, if it is known, and its id. */
function resourceIfPresent(tracked: TrackedJob, id: string | undefined): Cell | undefined {
  return id === undefined ? undefined : { quoted: withDots([resourceWord(tracked, id), shownName(id)]) };
}

function nameIfPresent(name: string | undefined): Cell | undefined {
  return name === undefined ? undefined : { quoted: shownName(name) };
}
