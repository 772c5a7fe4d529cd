/** A job and its sub-jobs laid out over time: what ran when, what is not known of it, and where no sub-job ran. */
import type { Job, JobFields, SubJob } from '../../cloud/api/job';
import type { Instant } from '../../base/clock';
import { isEnding, isWaitingUpgrade } from '../../jobs/model/job-status';
import { isLost, type StatusSeen, type TrackedJob } from '../../jobs/model/tracked-job';
import { uniqueId } from '../../base/unique-id';

/**
 * - `whole`: began and ended
 * - `open`: goes on, up to now
 * - `last-seen`: went on when the service last knew of the job
 * - `begin-only`, `end-only`: a moment, since the other time is missing though it must have been
 * - `reversed`: the moment of its beginning, since it is said to have ended before that
 */
export type BarKind = 'whole' | 'open' | 'last-seen' | 'begin-only' | 'end-only' | 'reversed';

export interface Bar {
  readonly kind: BarKind;
  readonly start: Instant;
  /** Never before the start. */
  readonly end: Instant;
}

interface PartRow {
  /** The same for the same part over time; unique within a timeline. */
  readonly id: string;
  /** Missing where no time of it is known. */
  readonly bar?: Bar | undefined;
  /** Its statuses as answers showed them. */
  readonly seen: readonly StatusSeen[];
}

export interface JobRow extends PartRow {
  readonly kind: 'job';
  readonly part: Job;
}

export interface SubJobRow extends PartRow {
  readonly kind: 'sub-job';
  readonly part: SubJob;
}

/** While the job went on, no sub-job is known to have run. */
export interface GapRow {
  readonly kind: 'gap';
  readonly id: string;
  readonly start: Instant;
  readonly end: Instant;
  /** Whether no sub-job is known to run now, either. */
  readonly isOpen: boolean;
}

export type TimelineRow = JobRow | SubJobRow | GapRow;

export interface Timeline {
  readonly start: Instant;
  /** After the start. */
  readonly end: Instant;
  /** The job, then its sub-jobs and the gaps between them in time order; none before the first answer. */
  readonly rows: readonly TimelineRow[];
  /** Whether the end of a bar is now. */
  readonly runs: boolean;
}

/** The service tells whole seconds. */
const SHORTEST_GAP = 1000;
const SHORTEST_AXIS = 1000;
/** What a date can hold. */
const GREATEST_INSTANT = 8.64e15;

export function timelineOf(tracked: TrackedJob, now: Instant): Timeline {
  const { job, history } = tracked;
  if (job === undefined) return { start: now, end: now + SHORTEST_AXIS, rows: [], runs: false };
  const known = isLost(tracked) ? (tracked.answeredAt ?? tracked.trackedAt) : undefined;
  const bar = barOf(job, { now, known });
  const jobRow: JobRow = { kind: 'job', id: 'job', part: job, bar, seen: seenOf(history, undefined) };
  // What goes on in a job that has ended is not known to.
  const jobGoesOn = bar?.kind === 'open' || bar?.kind === 'last-seen' || !isEnding(job.status);
  const seen = new Map<string, StatusSeen[]>();
  for (const each of history) {
    if (each.subJobId !== undefined) seen.set(each.subJobId, [...(seen.get(each.subJobId) ?? []), each]);
  }
  const used = new Set<string>();
  const subJobRows = job.subJobs.map((part): SubJobRow => ({
    kind: 'sub-job',
    id: uniqueId(`sub-job/${part.jobId ?? part.jobType ?? ''}`, used),
    part,
    bar: barOf(part, { now, known, jobGoesOn }),
    seen: part.jobId === undefined ? [] : (seen.get(part.jobId) ?? []),
  }));
  const rows = [jobRow, ...withGaps(inTimeOrder(subJobRows), bar)];
  return { ...extentOf(rows, now), rows, runs: rows.some((row) => row.kind !== 'gap' && row.bar?.kind === 'open') };
}

interface Horizon {
  readonly now: Instant;
  /** Until when the service knew of the job; missing where it still does. */
  readonly known: Instant | undefined;
  readonly jobGoesOn?: boolean;
}

function barOf(part: JobFields, { now, known, jobGoesOn = true }: Horizon): Bar | undefined {
  const begin = orMissing(part.beginTime);
  const end = orMissing(part.endTime);
  if (begin === undefined) return end === undefined ? undefined : { kind: 'end-only', start: end, end };
  if (end !== undefined) {
    return end < begin ? { kind: 'reversed', start: begin, end: begin } : { kind: 'whole', start: begin, end };
  }
  if (!jobGoesOn || (isEnding(part.status) && !isWaitingUpgrade(part))) {
    return { kind: 'begin-only', start: begin, end: begin };
  }
  return known === undefined
    ? { kind: 'open', start: begin, end: Math.max(begin, now) }
    : { kind: 'last-seen', start: begin, end: Math.max(begin, known) };
}

function orMissing(instant: Instant | undefined): Instant | undefined {
  return instant !== undefined && Math.abs(instant) <= GREATEST_INSTANT ? instant : undefined;
}

function inTimeOrder(rows: readonly SubJobRow[]): SubJobRow[] {
  const start = ({ bar }: SubJobRow) => bar?.start ?? Infinity;
  return [...rows].sort((a, b) => (start(a) === start(b) ? 0 : start(a) - start(b)));
}

/** A missing time may be any: where it could fill a gap, there is none. */
function withGaps(rows: readonly SubJobRow[], job: Bar | undefined): (SubJobRow | GapRow)[] {
  const first = rows[0]?.bar;
  if (first === undefined) return [...rows];
  let covered = job === undefined || job.kind === 'end-only' ? first.start : job.start;
  for (const { bar } of rows) if (bar?.kind === 'end-only') covered = Math.max(covered, bar.end);
  const found: (SubJobRow | GapRow)[] = [];
  const notice = (end: Instant, isOpen: boolean) => {
    if (end - covered >= SHORTEST_GAP) found.push({ kind: 'gap', id: `gap/${covered}`, start: covered, end, isOpen });
  };
  for (const row of rows) {
    if (row.bar !== undefined) {
      notice(row.bar.start, false);
      covered = Math.max(covered, reachOf(row.bar));
    }
    found.push(row);
  }
  const end = job === undefined || job.kind === 'begin-only' || job.kind === 'reversed' ? undefined : job.end;
  if (end === undefined) return found;
  const timed = found.length - rows.filter(({ bar }) => bar === undefined).length;
  const untimed = found.splice(timed);
  notice(end, job?.kind === 'open');
  return [...found, ...untimed];
}

function reachOf({ kind, end }: Bar): Instant {
  return kind === 'begin-only' || kind === 'last-seen' ? Infinity : end;
}

function extentOf(rows: readonly TimelineRow[], now: Instant): { readonly start: Instant; readonly end: Instant } {
  let start = Infinity;
  let end = -Infinity;
  for (const row of rows) {
    const span = row.kind === 'gap' ? row : row.bar;
    if (span === undefined) continue;
    start = Math.min(start, span.start);
    end = Math.max(end, span.end);
  }
  if (start === Infinity) return { start: now, end: now + SHORTEST_AXIS };
  return { start, end: Math.max(end, start + SHORTEST_AXIS) };
}

function seenOf(history: readonly StatusSeen[], subJobId: string | undefined): readonly StatusSeen[] {
  return history.filter((each) => each.subJobId === subJobId);
}
