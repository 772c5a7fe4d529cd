/** Parses the responses of ShowJob and ListJobs. All fields are optional, since the documentation requires none. */
// Why valita: see ./json-schema.
import * as v from '@badrap/valita';
import type { Result } from '../http/error';
import { parseTimestamp } from '../http/timestamps';
import { cutText } from '../../base/cut-text';
import type { CutJob, Job, JobEntity, SubJob } from './job';
import { limitedJob } from './job-limits';
import { objectOf, optionalText, parseJson, validate } from './json-schema';
import { isSameJob, jobSchema, type WireEntity, type WireJob, type WireSubJob } from './wire-job';

/** Characters of a time; a longer text is none. */
const MAX_TIME_LENGTH = 64;

const showJobSchema = objectOf({ job: jobSchema, request_id: optionalText });
const listJobsSchema = objectOf({
  jobs: v.array(jobSchema),
  page_info: v.union(objectOf({ next_marker: optionalText }), v.null()).optional(),
  request_id: optionalText,
});

export interface ShowJobResponse {
  readonly job: Job;
  readonly requestId?: string | undefined;
}

/** A validated job of a list. Lists are long and few of their jobs are tracked, so each is converted on demand. */
export interface ListedJob {
  readonly jobId?: string | undefined;
  readonly status?: string | undefined;
  /** The request id of the page. */
  readonly requestId?: string | undefined;
  read(): Job;
  /** Whether all documented fields equal those of a job read earlier, with the sub-jobs in the same order. */
  hasSameFieldsAs(job: Job): boolean;
}

interface ListJobsResponse {
  readonly jobs: readonly ListedJob[];
  /** The marker of the next page; the service may send it with the last page, too. */
  readonly nextMarker?: string | undefined;
  readonly requestId?: string | undefined;
}

export interface JobPage extends ListJobsResponse {
  /** Whether the list ends with this page. If false and no page follows, the list may be incomplete. */
  readonly isLast: boolean;
}

/** Fails as `malformed`, with the path of the first fault, e.g. `job.sub_jobs.0.status`. */
export function parseShowJobResponse(body: string): Result<ShowJobResponse> {
  const parsed = parseJson(showJobSchema, body);
  if (!parsed.ok) return parsed;
  const { job, request_id: requestId } = parsed.value;
  return { ok: true, value: { job: toJob(job), requestId: textOf(requestId) } };
}

/** Fails as `malformed`, with the path of the first fault, e.g. `jobs.7.status`. */
export function parseListJobsResponse(body: string): Result<ListJobsResponse> {
  const parsed = parseJson(listJobsSchema, body);
  if (!parsed.ok) return parsed;
  const { jobs, page_info: pageInfo } = parsed.value;
  const requestId = textOf(parsed.value.request_id);
  return {
    ok: true,
    value: {
      jobs: jobs.map((raw) => new ParsedListedJob(raw, requestId)),
      nextMarker: orMissing(pageInfo?.next_marker),
      requestId,
    },
  };
}

/** Converts a saved job in the service's format; undefined if it is invalid. */
export function readJob(raw: unknown): Job | undefined {
  const parsed = validate(jobSchema, raw);
  return parsed.ok ? toJob(parsed.value) : undefined;
}

/** @returns the job; if its JSON is larger than `maxBytes`, cut to that */
export function limitJob(job: Job, maxBytes: number): Job {
  const before = job.raw as WireJob;
  const { raw, missingSubJobs } = limitedJob(before, maxBytes);
  if (missingSubJobs === undefined) return job;
  return jobOf(raw, { missingSubJobs: missingSubJobs + (job.cut?.missingSubJobs ?? 0), maxBytes });
}

function toJob(raw: WireJob): Job {
  const limited = limitedJob(raw);
  const { missingSubJobs } = limited;
  return jobOf(limited.raw, missingSubJobs === undefined ? undefined : { missingSubJobs });
}

/** Without fields or functions of its own for each job: a list may hold hundreds of thousands. */
class ParsedListedJob implements ListedJob {
  constructor(
    private readonly raw: WireJob,
    readonly requestId: string | undefined,
  ) {}

  get jobId(): string | undefined {
    return orMissing(this.raw.job_id);
  }

  get status(): string | undefined {
    return orMissing(this.raw.status);
  }

  read(): Job {
    return toJob(this.raw);
  }

  hasSameFieldsAs({ raw: known, cut }: Job): boolean {
    if (cut === undefined) return isSameJob(this.raw, known as WireJob);
    const limited = this.read();
    const job = cut.maxBytes === undefined ? limited : limitJob(limited, cut.maxBytes);
    return job.cut?.missingSubJobs === cut.missingSubJobs && isSameJob(job.raw as WireJob, known as WireJob);
  }
}

// Jobs and sub-jobs list their fields one by one: spreading common fields takes four times as long.
function jobOf(raw: WireJob, cut: CutJob | undefined): Job {
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
function orMissing(text: string | null | undefined): string | undefined {
  return text === null || text === '' ? undefined : text;
}

/** Same as `orMissing`, cut to MAX_FIELD_LENGTH. */
function textOf(text: string | null | undefined): string | undefined {
  return text === null || text === '' || text === undefined ? undefined : cutText(text);
}

function timeOf(text: string | null | undefined): number | undefined {
  const time = orMissing(text);
  return time === undefined || time.length > MAX_TIME_LENGTH ? undefined : parseTimestamp(time);
}
