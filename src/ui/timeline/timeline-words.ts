/** Describes a timeline for its page, in texts and positions. */
import { env, l10n } from 'vscode';
import type { JobFields, SubJob } from '../../cloud/api/job';
import type { Instant } from '../../base/clock';
import type { JobKey } from '../../jobs/model/job-reference';
import { classifyStatus, isWaitingUpgrade } from '../../jobs/model/job-status';
import type { StatusSeen } from '../../jobs/model/status-history';
import type { TrackedJob } from '../../jobs/model/tracked-job';
import { demoHeading } from '../text/demo-words';
import { isInstant } from '../text/date-time';
import { formatDuration, formatElapsed } from '../text/duration';
import { errorSentence } from '../text/error-words';
import {
  contradictionWord,
  jobState,
  jobTypeWord,
  moreWord,
  shortId,
  shownName,
  waitingUpgradeWord,
} from '../text/job-words';
import { plainLine, plainText } from '../text/plain-text';
import { shownEntities } from '../tree/shown-parts';
import { ticksOf } from './axis';
import type { Bar, GapRow, JobRow, SubJobRow, Timeline, TimelineRow } from './timeline-model';
import type { Cell, PageDetail, PageRow, PageTable, TimelinePage } from './timeline-page';

/** For one job or sub-job; the latest are shown. */
const MAX_STATUSES_SHOWN = 20;

export function timelinePage(key: JobKey, tracked: TrackedJob, timeline: Timeline, now: Instant): TimelinePage {
  const { pollFailure, reference } = tracked;
  const span = timeline.end - timeline.start;
  const state = [jobState(tracked, now), contradictionWord(tracked.job)];
  return {
    key,
    language: env.language,
    heading: headingOf(tracked),
    summary: { quoted: shortId(reference.jobId), text: state.filter((word) => word !== undefined).join(' · ') },
    notice: pollFailure === undefined ? undefined : errorSentence(pollFailure.error),
    ticks: ticksOf(span).map((offset) => ({ at: offset / span, label: formatDuration(offset, env.language) })),
    rows: timeline.rows.map((row) => pageRow(row, tracked, timeline)),
    more: timeline.hidden === 0 ? undefined : moreWord(timeline.hidden),
    table: tableOf(timeline, SHOWN_TEXTS),
    words: {
      chart: l10n.t('Timeline of the job and its sub-jobs'),
      axis: l10n.t('Time since the beginning'),
      details: l10n.t('Details'),
      table: l10n.t('Table'),
      copy: l10n.t('Copy as Markdown'),
      copied: l10n.t('Copied'),
      openJson: l10n.t('Open the JSON Document'),
      empty: l10n.t('waiting for the first response'),
    },
  };
}

function headingOf({ job, label, reference }: TrackedJob): Cell {
  const name = label === undefined ? nameOf(job) : { quoted: plainText(label) };
  const demo = demoHeading(reference);
  return demo === undefined ? name : { ...name, text: demo };
}

/** The table with all texts of the service as long as they came. */
export function wholeTable(timeline: Timeline): PageTable {
  return tableOf(timeline, WHOLE_TEXTS);
}

function tableOf({ rows }: Timeline, texts: Texts): PageTable {
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
      return [
        nameOf(part, texts),
        statusOf(part, texts),
        beginOf(bar),
        endOf(bar, part),
        { text },
        errorOf(part, texts) ?? {},
      ];
    }),
  };
}

function pageRow(row: TimelineRow, tracked: TrackedJob, { start, end }: Timeline): PageRow {
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
    name: nameOf(part),
    status: statusOf(part),
    duration: durationOf(row),
    bar: bar === undefined ? undefined : barAt(bar.kind, bar.start, bar.end),
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

function endOfGap({ end, isOpen }: GapRow): Cell {
  return isOpen ? { text: l10n.t('not yet') } : { instant: end };
}

/** Changes as seldom as `gapDetails()`. */
function partDetails(row: JobRow | SubJobRow, { reference, requestId }: TrackedJob): PageDetail[] {
  const { part, bar, statuses } = row;
  const error = errorOf(part);
  const isWhole = bar?.kind === 'whole';
  const ifPresent = (label: string, value: Cell | undefined): PageDetail[] =>
    value === undefined ? [] : [{ label, values: [value] }];
  return [
    ...(error === undefined ? [] : [{ label: l10n.t('Error'), values: [error], isWide: true }]),
    { label: row.kind === 'job' ? l10n.t('Job') : l10n.t('Sub-job'), values: [nameOf(part)] },
    { label: l10n.t('Status'), values: [statusOf(part)] },
    { label: l10n.t('Began'), values: [beginOf(bar)] },
    { label: l10n.t('Ended'), values: [endOf(bar, part)] },
    ...ifPresent(l10n.t('Last seen'), bar?.kind === 'last-seen' ? { instant: bar.end } : undefined),
    ...ifPresent(l10n.t('Duration'), isWhole ? { text: durationOf(row) } : undefined),
    ...(row.kind === 'job'
      ? [
          ...ifPresent(l10n.t('Job ID'), { quoted: shownName(reference.jobId) }),
          ...ifPresent(l10n.t('Resource'), nameIfPresent(part.resourceId)),
          ...ifPresent(l10n.t('Request ID'), nameIfPresent(requestId)),
        ]
      : [...ifPresent(l10n.t('Job ID'), nameIfPresent(part.jobId)), ...resourcesOf(row.part)]),
    ...statusesSeen(statuses),
  ];
}

function statusesSeen(statuses: readonly StatusSeen[]): PageDetail[] {
  if (statuses.length === 0) return [];
  const values = statuses
    .slice(-MAX_STATUSES_SHOWN)
    .map(({ status, at }) => ({ quoted: shownName(status), ...timeOf(at) }));
  return [{ label: l10n.t('Statuses seen'), values, isWide: true }];
}

function resourcesOf(subJob: SubJob): PageDetail[] {
  const { parts, hidden } = shownEntities(subJob);
  if (parts.length === 0) return [];
  const values: Cell[] = parts.map(({ resourceType, resourceId }) => ({
    quoted: [resourceType, resourceId].flatMap((word) => (word === undefined ? [] : shownName(word))).join(' '),
    text: resourceId === undefined ? l10n.t('missing') : undefined,
  }));
  if (hidden > 0) values.push({ text: moreWord(hidden) });
  return [{ label: l10n.t('Resources'), values }];
}

function gapWord(): string {
  return l10n.t('Gap');
}

/** How texts from the service are shown or copied. */
interface Texts {
  readonly name: (name: string) => string;
  readonly message: (message: string) => string;
}

const SHOWN_TEXTS: Texts = { name: shownName, message: plainText };
const WHOLE_TEXTS: Texts = { name: plainLine, message: plainLine };

function nameOf(part: JobFields | undefined, { name } = SHOWN_TEXTS): Cell {
  return part?.jobType === undefined ? { text: jobTypeWord(part) } : { quoted: name(part.jobType) };
}

function statusOf(part: JobFields, { name } = SHOWN_TEXTS): Cell {
  const { status } = part;
  if (status === undefined) return { text: l10n.t('no status') };
  return {
    quoted: name(status),
    text: waitingUpgradeWord(part),
  };
}

function errorOf({ errorCode, errorMessage }: JobFields, { name, message } = SHOWN_TEXTS): Cell | undefined {
  const code = errorCode === undefined ? [] : [name(errorCode)];
  const words = errorMessage === undefined ? code : [...code, message(errorMessage)];
  return words.length === 0 ? undefined : { quoted: words.join(' · ') };
}

function nameIfPresent(name: string | undefined): Cell | undefined {
  return name === undefined ? undefined : { quoted: shownName(name) };
}

/** A time that cannot be one is shown as missing. */
function timeOf(instant: Instant | undefined): Cell {
  return isInstant(instant) ? { instant } : { text: l10n.t('missing') };
}

function beginOf(bar: Bar | undefined): Cell {
  return bar === undefined || bar.kind === 'end-only' ? { text: l10n.t('missing') } : { instant: bar.start };
}

function endOf(bar: Bar | undefined, { endTime }: JobFields): Cell {
  switch (bar?.kind) {
    case 'whole':
    case 'end-only':
      return { instant: bar.end };
    case 'open':
      return { text: l10n.t('not yet') };
    case 'reversed':
      return { ...timeOf(endTime), text: l10n.t('before it began') };
    case 'last-seen':
    case 'begin-only':
    case undefined:
      return { text: l10n.t('missing') };
  }
}

/** @returns '' if begin or end is missing. */
function durationOf(row: TimelineRow): string {
  if (row.kind === 'gap') return (row.isOpen ? formatElapsed : formatDuration)(row.end - row.start, env.language);
  const { bar } = row;
  if (bar?.kind === 'whole') return formatDuration(bar.end - bar.start, env.language);
  return bar?.kind === 'open' ? formatElapsed(bar.end - bar.start, env.language) : '';
}
