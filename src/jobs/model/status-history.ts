/** The statuses that were seen of a job and its sub-jobs. */
import type { Instant } from '../../base/clock';
import type { ReadableList } from '../../base/lazy-list';
import { isJsonWithin, jsonBytes } from '../../base/json/json-size';
import { MAX_HISTORY_BYTES } from '../../base/limits';
import type { Job, SubJob } from '../../cloud/api/job';

export interface StatusSeen {
  readonly at: Instant;
  readonly status: string;
  /** Missing if the status is the job's own. */
  readonly subJobId?: string | undefined;
}

/** The latest entries stay. */
export const MAX_HISTORY_LENGTH = 200;
/** Of an entry's JSON, without its texts. */
const MAX_ENTRY_BYTES = 64;
/** Of a character in JSON: `\u0000`. */
const MAX_CHARACTER_BYTES = 6;

/** @returns the history with what was seen later; without its first entries if it would be too long or too large */
export function withStatuses(history: ReadableList<StatusSeen>, seen: readonly StatusSeen[]): ReadableList<StatusSeen> {
  return seen.length === 0 ? history : limitedHistory([...history, ...seen]);
}

/** @returns the history; without its first entries if it is too long or too large */
export function limitedHistory(history: readonly StatusSeen[]): readonly StatusSeen[] {
  const isShort = history.length <= MAX_HISTORY_LENGTH;
  if (isShort && (isSurelySmall(history) || isJsonWithin(MAX_HISTORY_BYTES, history))) return history;
  const latest = history.slice(-MAX_HISTORY_LENGTH);
  let first = latest.length;
  for (let bytes = 2; first > 0; first -= 1) {
    const entry = latest[first - 1];
    bytes += entry === undefined ? 0 : jsonBytes(entry) + 1;
    if (bytes > MAX_HISTORY_BYTES) break;
  }
  return latest.slice(first);
}

/** Measuring the JSON takes ten times as long, which matters when thousands of jobs are read. */
function isSurelySmall(history: readonly StatusSeen[]): boolean {
  let bytes = 2;
  for (const { status, subJobId = '' } of history) {
    bytes += MAX_ENTRY_BYTES + MAX_CHARACTER_BYTES * (status.length + subJobId.length);
  }
  return bytes <= MAX_HISTORY_BYTES;
}

/** @returns the statuses of a response that differ from those of the response before */
export function newStatuses(before: Job | undefined, job: Job, at: Instant): StatusSeen[] {
  const seen: StatusSeen[] = [];
  if (job.status !== undefined && job.status !== before?.status) seen.push({ at, status: job.status });
  const known = subJobsById(before);
  for (const [subJobId, { status }] of subJobsById(job)) {
    if (status === undefined || status === known.get(subJobId)?.status) continue;
    if (known.has(subJobId) || !mayBeMissing(before)) seen.push({ at, status, subJobId });
  }
  return seen;
}

/** @returns the sub-jobs that can be recognised in the next response: those with an id that no other sub-job has */
export function subJobsById(job: Job | undefined): ReadonlyMap<string, SubJob> {
  const subJobs = new Map<string, SubJob>();
  const repeated = new Set<string>();
  for (const subJob of job?.subJobs ?? []) {
    const { jobId } = subJob;
    if (jobId === undefined || repeated.has(jobId)) continue;
    if (subJobs.delete(jobId)) repeated.add(jobId);
    else subJobs.set(jobId, subJob);
  }
  return subJobs;
}

/** Whether a sub-job that is not in the response may have been there, and was cut. */
export function mayBeMissing(job: Job | undefined): boolean {
  return (job?.cut?.missingSubJobs ?? 0) > 0;
}
