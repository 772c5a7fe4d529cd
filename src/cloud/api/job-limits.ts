/**
 * Cuts a job that is too large to keep: to its documented fields with short texts, then to its most important sub-jobs, then
 * to fewer of their entities. The result depends on neither the order of the sub-jobs nor on earlier responses, so that the
 * same response is cut in the same way each time; a job that was cut is not cut again.
 */
import { compare } from '../../base/compare';
import { cutText } from '../../base/cut-text';
import { isJsonWithin, jsonBytes } from '../../base/json/json-size';
import { MAX_FIELD_LENGTH, MAX_RAW_JOB_BYTES, MAX_SHOWN_SUB_JOBS, MAX_SUB_JOBS } from '../../base/limits';
import { parseTimestamp } from '../http/timestamps';
import { type Scalar, textOfScalar } from './json-schema';
import type { WireEntity, WireFields, WireJob, WireSubJob } from './wire-job';

export interface LimitedJob {
  readonly raw: WireJob;
  /** Missing if the job is whole. */
  readonly missingSubJobs?: number;
}

/** So that the nine fields of a job fit at least once, even if each of their characters takes six bytes. */
const FIELDS_PER_JOB = 64;
/** After so many sub-jobs that do not fit, the budget counts as used up. */
const MAX_MISFITS = 100;
/** Of the entities of each sub-job that views show, before the next sub-job is kept: half of the budget for all of them. */
const ENTITY_SHARE = 1 / (2 * MAX_SHOWN_SUB_JOBS);
/** Characters at the end of a text. */
const COMPARED_END = 64;

const FIELD_NAMES = [
  'job_id',
  'job_type',
  'status',
  'begin_time',
  'end_time',
  'error_code',
  'error_msg',
  'project_id',
  'resource_id',
] as const satisfies readonly (keyof WireFields)[];
const ENTITY_FIELD_NAMES = ['resource_id', 'resource_type'] as const satisfies readonly (keyof WireEntity)[];

export function limitedJob(raw: WireJob, maxBytes = MAX_RAW_JOB_BYTES): LimitedJob {
  const isWhole = (raw.sub_jobs?.length ?? 0) <= MAX_SUB_JOBS && isJsonWithin(maxBytes, raw);
  return isWhole ? { raw } : cutJob(raw, maxBytes);
}

function cutJob(raw: WireJob, maxBytes: number): LimitedJob {
  const maxLength = Math.min(MAX_FIELD_LENGTH, Math.floor(maxBytes / FIELDS_PER_JOB));
  const fields = cutFields(raw, maxLength);
  // Whether there is a list of sub-jobs, and whether it is empty, stays as it was.
  if (!raw.sub_jobs?.length) return { raw: { ...fields, ...listOf('sub_jobs', raw.sub_jobs) }, missingSubJobs: 0 };
  let left = maxBytes - jsonBytes({ ...fields, sub_jobs: [] });
  const kept: KeptSubJob[] = [];
  let misfits = 0;
  for (const { index, subJob: source } of byImportance(raw.sub_jobs)) {
    const subJob = { ...cutFields(source, maxLength), ...listOf('entities', source.entities) };
    const bytes = jsonBytes(subJob) + 1;
    if (bytes <= left) {
      left -= bytes;
      const share = kept.length < MAX_SHOWN_SUB_JOBS ? Math.min(left, maxBytes * ENTITY_SHARE) : 0;
      const ofEntities = fittingEntities(source, maxLength, share).bytes;
      left -= ofEntities;
      kept.push({ index, source, subJob, bytes: ofEntities });
    } else misfits += 1;
    if (misfits === MAX_MISFITS || kept.length === MAX_SUB_JOBS) break;
  }
  for (const each of kept) {
    const { entities, bytes } = fittingEntities(each.source, maxLength, left + each.bytes);
    left += each.bytes - bytes;
    if (entities.length > 0) each.subJob = { ...each.subJob, entities };
  }
  kept.sort((a, b) => a.index - b.index);
  return {
    raw: { ...fields, sub_jobs: kept.map(({ subJob }) => subJob) },
    missingSubJobs: raw.sub_jobs.length - kept.length,
  };
}

interface KeptSubJob {
  readonly index: number;
  readonly source: WireSubJob;
  subJob: WireSubJob;
  /** Of the entities that have a place already. */
  readonly bytes: number;
}

/** A list that was missing or `null` stays so; any other becomes empty. */
function listOf<Name extends string>(name: Name, list: readonly unknown[] | null | undefined) {
  return (list === undefined ? {} : { [name]: list === null ? null : [] }) as Readonly<
    Partial<Record<Name, [] | null>>
  >;
}

function fittingEntities({ entities: source }: WireSubJob, maxLength: number, maxBytes: number) {
  const entities: WireEntity[] = [];
  let bytes = 0;
  for (const each of source ?? []) {
    const entity = cutTexts(each, ENTITY_FIELD_NAMES, maxLength);
    const more = jsonBytes(entity) + 1;
    if (bytes + more > maxBytes) break;
    entities.push(entity);
    bytes += more;
  }
  return { entities, bytes };
}

interface Candidate {
  readonly index: number;
  readonly importance: number;
  /** Zero if the sub-job has not ended, or not well. */
  readonly end: number;
  readonly begin: number;
  readonly subJob: WireSubJob;
}

/** The importance of a sub-job that succeeded. */
const ENDED = 3;

/**
 * The order of sub-jobs in which they are kept: failed ones, running ones, ended ones, those that wait; each in time order.
 * But the last to end is the first of the ended ones, so that none is missing when it has just ended.
 */
function byImportance(subJobs: readonly WireSubJob[]): readonly Candidate[] {
  const candidates = subJobs.map((subJob, index): Candidate => {
    const importance = importanceOf(subJob);
    const end = importance === ENDED ? timeOf(subJob.end_time, 0) : 0;
    return { index, importance, end, begin: timeOf(subJob.begin_time, Infinity), subJob };
  });
  return candidates.sort(
    (a, b) =>
      a.importance - b.importance || b.end - a.end || compare(a.begin, b.begin) || inFieldOrder(a.subJob, b.subJob),
  );
}

function timeOf(text: Scalar | undefined, otherwise: number): number {
  return (typeof text === 'string' && text !== '' ? parseTimestamp(text) : undefined) ?? otherwise;
}

/** Any order that does not depend on the one in the response. */
function inFieldOrder(a: WireFields, b: WireFields): number {
  return (
    inTextOrder(a.job_id, b.job_id) ||
    inTextOrder(a.status, b.status) ||
    inTextOrder(a.job_type, b.job_type) ||
    inTextOrder(a.resource_id, b.resource_id) ||
    inTextOrder(a.end_time, b.end_time) ||
    inTextOrder(a.error_msg, b.error_msg)
  );
}

/** Long texts often begin alike, so their ends are compared first. */
function inTextOrder(one: Scalar | undefined, other: Scalar | undefined): number {
  if (one === other) return 0;
  const [a, b] = [textOfScalar(one), textOfScalar(other)];
  return a.length - b.length || compare(a.slice(-COMPARED_END), b.slice(-COMPARED_END)) || compare(a, b);
}

const RUNNING: ReadonlySet<unknown> = new Set(['RUNNING', 'ROLLBACKING']);
const ENDED_WELL: ReadonlySet<unknown> = new Set(['SUCCESS', 'COMPLETE', 'CANCEL']);
const FAILED: ReadonlySet<unknown> = new Set(['FAIL', 'ROLLBACK_FAIL']);

/** The lowest number is the most important. A status that is not documented comes after the running ones. */
function importanceOf({ status, error_code: code, error_msg: message }: WireSubJob): number {
  if (FAILED.has(status) || textOfScalar(code) !== '' || textOfScalar(message) !== '') return 0;
  if (RUNNING.has(status)) return 1;
  if (ENDED_WELL.has(status)) return ENDED;
  return status && status !== 'INIT' ? 2 : 4;
}

function cutFields(fields: WireFields, maxLength: number): WireFields {
  return cutTexts(fields, FIELD_NAMES, maxLength);
}

/** @returns those of the fields that are there, cut. */
function cutTexts<Name extends string>(
  fields: Readonly<Partial<Record<Name, Scalar | undefined>>>,
  names: readonly Name[],
  maxLength: number,
): Partial<Record<Name, Scalar>> {
  const cut: Partial<Record<Name, Scalar>> = {};
  for (const name of names) {
    const text = fields[name];
    if (text !== undefined) cut[name] = typeof text === 'string' ? cutText(text, maxLength) : text;
  }
  return cut;
}
