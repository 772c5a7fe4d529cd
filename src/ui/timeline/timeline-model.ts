/** A job and its sub-jobs laid out over time: when each of them ran, which times are missing, and the gaps between them. */
import type { Job, JobFields, SubJob } from '../../cloud/api/job';
import type { Instant } from '../../base/clock';
import { isEnding, isWaitingUpgrade } from '../../jobs/model/job-status';
import type { StatusSeen } from '../../jobs/model/status-history';
import { isLost, type TrackedJob } from '../../jobs/model/tracked-job';
import { isInstant } from '../text/date-time';
import { shownSubJobs } from '../parts/shown-parts';

/**
 * - `whole`: from begin to end
 * - `open`: still running; ends now
 * - `last-seen`: was running when the service last knew of the job
 * - `begin-only`, `end-only`: a moment, because the other time has passed but is missing
 * - `reversed`: the moment of its begin, because its end is earlier than its begin
 */
export type BarKind = 'whole' | 'open' | 'last-seen' | 'begin-only' | 'end-only' | 'reversed';

export interface Bar {
  readonly kind: BarKind;
  readonly start: Instant;
  /** Never before the start. */
  readonly end: Instant;
}

interface PartRow {
  /** Unique within a timeline; the same part has the same id in later timelines of the job. */
  readonly id: string;
  /** Missing if neither its begin nor its end is known. */
  readonly bar?: Bar | undefined;
  /** Its statuses as responses showed them, oldest first. */
  readonly statuses: readonly StatusSeen[];
}

export interface JobRow extends PartRow {
  readonly kind: 'job';
  readonly part: Job;
}

export interface SubJobRow extends PartRow {
  readonly kind: 'sub-job';
  readonly part: SubJob;
}

/** A time in which the job ran, but none of its sub-jobs is known to have run. */
export interface GapRow {
  readonly kind: 'gap';
  readonly id: string;
  readonly start: Instant;
  readonly end: Instant;
  /** Whether the gap lasts until now. */
  readonly isOpen: boolean;
}

export type TimelineRow = JobRow | SubJobRow | GapRow;

export interface Timeline {
  readonly start: Instant;
  /** Later than `start`. */
  readonly end: Instant;
  /** When the job is expected to end: later than now. Missing if that is not known. */
  readonly expectedEnd?: Instant | undefined;
  /** The job, then its sub-jobs and gaps in time order. Empty before the first response. */
  readonly rows: readonly TimelineRow[];
  /** How many sub-jobs have no row, because there are very many. */
  readonly hidden: number;
  /** Whether a bar ends now, so the timeline grows. */
  readonly isRunning: boolean;
}

/** The service's times are whole seconds. */
const MIN_GAP_MS = 1000;
const MIN_AXIS_MS = 1000;

interface TimelineFacts {
  /** Missing if there is no prediction, or the job is overdue. */
  readonly expectedEnd?: Instant | undefined;
  /** Whether the job is no longer tracked, so that nothing is known after its last response. */
  readonly isRemoved?: boolean;
}

export function timelineOf(tracked: TrackedJob, now: Instant, facts: TimelineFacts = {}): Timeline {
  const { job, history } = tracked;
  if (job === undefined) return { start: now, end: now + MIN_AXIS_MS, rows: [], hidden: 0, isRunning: false };
  const lastResponse = validInstant(tracked.answeredAt) ?? validInstant(tracked.trackedAt);
  const knownUntil = isLost(tracked) || facts.isRemoved === true ? (lastResponse ?? now) : undefined;
  const bar = barOf(job, { now, knownUntil });
  const statuses = statusesBySubJob(history);
  const jobRow: JobRow = { kind: 'job', id: 'job', part: job, bar, statuses: statuses.get(undefined) ?? [] };
  const isJobRunning = bar?.kind === 'open' || bar?.kind === 'last-seen' || !isEnding(job.status);
  const { parts, hidden } = shownSubJobs(job);
  const subJobRows = parts.map(({ id, subJob: part }): SubJobRow => ({
    kind: 'sub-job',
    id,
    part,
    bar: barOf(part, { now, knownUntil, isJobRunning }),
    statuses: part.jobId === undefined ? [] : (statuses.get(part.jobId) ?? []),
  }));
  const inOrder = inTimeOrder(subJobRows);
  // A sub-job that is not shown may have run in a gap.
  const rows = [jobRow, ...(hidden === 0 ? withGaps(inOrder, bar) : inOrder)];
  const isRunning = rows.some((row) => row.kind !== 'gap' && row.bar?.kind === 'open');
  const expectedEnd = bar?.kind === 'open' ? facts.expectedEnd : undefined;
  return { ...extentOf(rows, now, expectedEnd), expectedEnd, rows, hidden, isRunning };
}

/** The job's own statuses have the key `undefined`. */
function statusesBySubJob(history: Iterable<StatusSeen>): Map<string | undefined, StatusSeen[]> {
  const statuses = new Map<string | undefined, StatusSeen[]>();
  for (const each of history) {
    const list = statuses.get(each.subJobId);
    if (list === undefined) statuses.set(each.subJobId, [each]);
    else list.push(each);
  }
  return statuses;
}

interface BarLimits {
  readonly now: Instant;
  /** When the service last knew of the job; missing if it still does. */
  readonly knownUntil: Instant | undefined;
  /** A sub-job without an end is not known to run once the job has ended. */
  readonly isJobRunning?: boolean;
}

function barOf(part: JobFields, { now, knownUntil, isJobRunning = true }: BarLimits): Bar | undefined {
  const begin = validInstant(part.beginTime);
  const end = validInstant(part.endTime);
  if (begin === undefined) return end === undefined ? undefined : { kind: 'end-only', start: end, end };
  if (end !== undefined) {
    return end < begin ? { kind: 'reversed', start: begin, end: begin } : { kind: 'whole', start: begin, end };
  }
  if (!isJobRunning || (isEnding(part.status) && !isWaitingUpgrade(part))) {
    return { kind: 'begin-only', start: begin, end: begin };
  }
  return knownUntil === undefined
    ? { kind: 'open', start: begin, end: Math.max(begin, now) }
    : { kind: 'last-seen', start: begin, end: Math.max(begin, knownUntil) };
}

function validInstant(instant: Instant | undefined): Instant | undefined {
  return isInstant(instant) ? instant : undefined;
}

function inTimeOrder(rows: readonly SubJobRow[]): SubJobRow[] {
  const start = ({ bar }: SubJobRow) => bar?.start ?? Infinity;
  return [...rows].sort((a, b) => (start(a) === start(b) ? 0 : start(a) - start(b)));
}

/**
 * Adds no gap if a missing time may lie in it: a sub-job may have run then.
 * @param rows in time order. Those without a bar come last in the result.
 */
function withGaps(rows: readonly SubJobRow[], job: Bar | undefined): (SubJobRow | GapRow)[] {
  const first = rows[0]?.bar;
  if (first === undefined) return [...rows];
  let covered = job === undefined || job.kind === 'end-only' ? first.start : job.start;
  for (const { bar } of rows) if (bar?.kind === 'end-only') covered = Math.max(covered, bar.end);
  const result: (SubJobRow | GapRow)[] = [];
  const addGap = (end: Instant, isOpen: boolean) => {
    if (end - covered >= MIN_GAP_MS) result.push({ kind: 'gap', id: `gap/${covered}`, start: covered, end, isOpen });
  };
  for (const row of rows) {
    if (row.bar === undefined) continue;
    addGap(row.bar.start, false);
    covered = Math.max(covered, coverageEndOf(row.bar));
    result.push(row);
  }
  const isEndKnown = job !== undefined && job.kind !== 'begin-only' && job.kind !== 'reversed';
  if (isEndKnown) addGap(job.end, job.kind === 'open');
  return [...result, ...rows.filter(({ bar }) => bar === undefined)];
}

function coverageEndOf({ kind, end }: Bar): Instant {
  return kind === 'begin-only' || kind === 'last-seen' ? Infinity : end;
}

function extentOf(
  rows: readonly TimelineRow[],
  now: Instant,
  expectedEnd = -Infinity,
): { readonly start: Instant; readonly end: Instant } {
  let start = Infinity;
  let end = expectedEnd;
  for (const row of rows) {
    const span = row.kind === 'gap' ? row : row.bar;
    if (span === undefined) continue;
    start = Math.min(start, span.start);
    end = Math.max(end, span.end);
  }
  if (start === Infinity) return { start: now, end: now + MIN_AXIS_MS };
  return { start, end: Math.max(end, start + MIN_AXIS_MS) };
}
