/** Parses the responses of ShowJob and ListJobs. All fields are optional, since the documentation requires none. */
// Why valita: see ./json-schema.
import * as v from '@badrap/valita';
import type { Result } from '../http/error';
import { requestIdIn } from '../http/error-body';
import { parseTimestamp } from '../http/timestamps';
import { compare } from '../../base/compare';
import { cutText } from '../../base/cut-text';
import { fingerprintOf } from './fingerprint';
import type { CutJob, Job, JobEntity, JobFields, SubJob } from './job';
import { limitedJob } from './job-limits';
import { exactIfNumber, objectOf, optionalScalar, parseJson, type Scalar, textOfScalar, validate } from './json-schema';
import { repairedJobResponse, repairedList, type UnreadableJob } from './repaired-answer';
import { jobSchema, type WireEntity, type WireFields, type WireJob, type WireSubJob } from './wire-job';

/** Characters of a time; a longer text is none. */
const MAX_TIME_LENGTH = 64;

const showJobSchema = objectOf({ job: jobSchema, request_id: exactIfNumber });
const listJobsSchema = objectOf({
  // Each right after its validation, which has its texts in the processor's cache: later it takes several times as long.
  jobs: v.array(jobSchema.map((raw) => ({ raw, fingerprint: fingerprintOf(raw) }))),
  page_info: v.union(objectOf({ next_marker: optionalScalar }), v.null()).optional(),
  request_id: exactIfNumber,
});

export interface ShowJobResponse {
  readonly job: Job;
  readonly requestId?: string | undefined;
}

/** A validated job of a list. Lists are long and few of their jobs are tracked, so each is converted on demand. */
export interface ListedJob {
  readonly jobId?: string | undefined;
  readonly status?: string | undefined;
  /** See Job.fingerprint. */
  readonly fingerprint?: number | undefined;
  /** The request id of the page. */
  readonly requestId?: string | undefined;
  read(): Job;
  /** Whether all documented fields equal those of a job read earlier, in any order of sub-jobs. */
  hasSameFieldsAs(job: Job): boolean;
}

export interface ListJobsResponse {
  readonly jobs: readonly ListedJob[];
  /** The marker of the next page; the service may send it with the last page, too. */
  readonly nextMarker?: string | undefined;
  readonly requestId?: string | undefined;
  /** Jobs of the page that are not in `jobs`; missing if there are none. */
  readonly unreadable?: readonly UnreadableJob[] | undefined;
}

export interface JobPage extends ListJobsResponse {
  /** Whether the list ends with this page. If false and no page follows, the list may be incomplete. */
  readonly isLast: boolean;
}

/**
 * Fails as `malformed`, with the path of the first fault, e.g. `job.sub_jobs.0.status`.
 * @param headerId the request id in the response's headers, if the body has none
 */
export function parseShowJobResponse(body: string, headerId?: string): Result<ShowJobResponse> {
  const parsed = parseJson(showJobSchema, body, repairedJobResponse);
  if (!parsed.ok) return parsed;
  return {
    ok: true,
    value: { job: toJob(parsed.value.job), requestId: textOf(requestIdIn(parsed.value) ?? headerId) },
  };
}

/**
 * Leaves out jobs that cannot be read. Fails as `malformed` if the list itself cannot be read.
 * @param headerId as in `parseShowJobResponse`
 */
export function parseListJobsResponse(body: string, headerId?: string): Result<ListJobsResponse> {
  let unreadable: readonly UnreadableJob[] | undefined;
  const parsed = parseJson(listJobsSchema, body, (json) => {
    const list = repairedList(json);
    unreadable = list.unreadable;
    return list.json;
  });
  if (!parsed.ok) return parsed;
  const { jobs, page_info: pageInfo } = parsed.value;
  const requestId = textOf(requestIdIn(parsed.value) ?? headerId);
  return {
    ok: true,
    value: {
      jobs: jobs.map(({ raw, fingerprint }) => new ParsedListedJob(raw, fingerprint, requestId)),
      nextMarker: orMissing(pageInfo?.next_marker),
      requestId,
      unreadable,
    },
  };
}

/** Converts a saved job in the service's format; undefined if it is invalid. */
export function readJob(raw: unknown): Job | undefined {
  const parsed = validate(jobSchema, raw);
  return parsed.ok ? toJob(parsed.value) : undefined;
}

/** @returns the job; if its JSON is larger than `maxBytes`, cut to that. A job without `raw` stays as it is. */
export function limitJob(job: Job, maxBytes: number): Job {
  if (job.raw === undefined) return job;
  const { raw, missingSubJobs } = limitedJob(job.raw as WireJob, maxBytes);
  if (missingSubJobs === undefined) return job;
  return jobOf(raw, { missingSubJobs: missingSubJobs + (job.cut?.missingSubJobs ?? 0), maxBytes });
}

function toJob(raw: WireJob, fingerprint?: number): Job {
  const limited = limitedJob(raw);
  const { missingSubJobs } = limited;
  return missingSubJobs === undefined ? jobOf(raw, undefined, fingerprint) : jobOf(limited.raw, { missingSubJobs });
}

/** Without fields or functions of its own for each job: a list may hold hundreds of thousands. */
class ParsedListedJob implements ListedJob {
  constructor(
    private readonly raw: WireJob,
    readonly fingerprint: number,
    readonly requestId: string | undefined,
  ) {}

  get jobId(): string | undefined {
    return orMissing(this.raw.job_id);
  }

  get status(): string | undefined {
    return orMissing(this.raw.status);
  }

  read(): Job {
    return toJob(this.raw, this.fingerprint);
  }

  hasSameFieldsAs(known: Job): boolean {
    const { cut } = known;
    if (cut === undefined) return isSame(this.raw, this.fingerprint, known);
    const limited = this.read();
    const job = cut.maxBytes === undefined ? limited : limitJob(limited, cut.maxBytes);
    return job.cut?.missingSubJobs === cut.missingSubJobs && isSame(job.raw as WireJob, job.fingerprint, known);
  }
}

function isSame(raw: WireJob, fingerprint: number | undefined, known: Job): boolean {
  if (known.fingerprint !== undefined) return fingerprint === known.fingerprint;
  return known.raw === undefined ? hasFieldsOf(raw, known) : fingerprint === fingerprintOf(known.raw as WireJob);
}

/** Whether the job has been parsed from these fields. The sub-jobs of `known` are in time order or in that of the response. */
function hasFieldsOf(raw: WireJob, known: Job): boolean {
  const subJobs = raw.sub_jobs ?? [];
  if (!isParsedFrom(raw, known) || subJobs.length !== known.subJobs.length) return false;
  const isParsedSubJob = (subJob: WireSubJob, index: number) => isSubJobParsedFrom(subJob, known.subJobs.at(index));
  return subJobs.every(isParsedSubJob) || inTimeOrder(subJobs).every(isParsedSubJob);
}

function isSubJobParsedFrom(raw: WireSubJob, known: SubJob | undefined): boolean {
  if (known === undefined || !isParsedFrom(raw, known)) return false;
  const entities = raw.entities ?? [];
  return (
    entities.length === known.entities.length &&
    entities.every(
      (entity, index) =>
        textOf(entity.resource_id) === known.entities[index]?.resourceId &&
        textOf(entity.resource_type) === known.entities[index]?.resourceType,
    )
  );
}

function isParsedFrom(raw: WireFields, known: JobFields): boolean {
  return (
    textOf(raw.status) === known.status &&
    textOf(raw.job_id) === known.jobId &&
    timeOf(raw.end_time) === known.endTime &&
    timeOf(raw.begin_time) === known.beginTime &&
    textOf(raw.job_type) === known.jobType &&
    textOf(raw.error_code) === known.errorCode &&
    textOf(raw.error_msg) === known.errorMessage &&
    textOf(raw.project_id) === known.projectId &&
    textOf(raw.resource_id) === known.resourceId
  );
}

/** In the order that inTimeOrder() in jobs/model gives parsed ones. */
function inTimeOrder(subJobs: readonly WireSubJob[]): readonly WireSubJob[] {
  const begins = new Map(subJobs.map((subJob) => [subJob, timeOf(subJob.begin_time) ?? Number.MAX_SAFE_INTEGER]));
  const beginOf = (subJob: WireSubJob) => begins.get(subJob) ?? 0;
  return [...subJobs].sort(
    (a, b) => beginOf(a) - beginOf(b) || compare(textOf(a.job_id) ?? '', textOf(b.job_id) ?? ''),
  );
}

// Jobs and sub-jobs list their fields one by one: spreading common fields takes four times as long.
function jobOf(raw: WireJob, cut: CutJob | undefined, fingerprint = fingerprintOf(raw)): Job {
  const job: Job = {
    jobId: textOf(raw.job_id),
    jobType: textOf(raw.job_type),
    status: textOf(raw.status),
    beginTime: timeOf(raw.begin_time),
    endTime: timeOf(raw.end_time),
    errorCode: textOf(raw.error_code),
    errorMessage: textOf(raw.error_msg),
    projectId: textOf(raw.project_id),
    resourceId: textOf(raw.resource_id),
    subJobs: raw.sub_jobs?.map(toSubJob) ?? [],
    raw,
    fingerprint,
  };
  return cut === undefined ? job : { ...job, cut };
}

function toSubJob(raw: WireSubJob): SubJob {
  return {
    jobId: textOf(raw.job_id),
    jobType: textOf(raw.job_type),
    status: textOf(raw.status),
    beginTime: timeOf(raw.begin_time),
    endTime: timeOf(raw.end_time),
    errorCode: textOf(raw.error_code),
    errorMessage: textOf(raw.error_msg),
    projectId: textOf(raw.project_id),
    resourceId: textOf(raw.resource_id),
    entities: raw.entities?.map(toEntity) ?? [],
  };
}

function toEntity(raw: WireEntity): JobEntity {
  return { resourceId: textOf(raw.resource_id), resourceType: textOf(raw.resource_type) };
}

/** Missing, `null` and empty are the same. */
function orMissing(value: Scalar | undefined): string | undefined {
  const text = textOfScalar(value);
  return text === '' ? undefined : text;
}

/** Same as `orMissing`, cut to MAX_FIELD_LENGTH. */
function textOf(value: Scalar | undefined): string | undefined {
  const text = textOfScalar(value);
  return text === '' ? undefined : cutText(text);
}

/** @returns undefined also for a number: its unit is not documented */
function timeOf(text: Scalar | undefined): number | undefined {
  if (typeof text !== 'string' || text === '' || text.length > MAX_TIME_LENGTH) return undefined;
  return parseTimestamp(text);
}
