/** Parses the responses of ShowJob and ListJobs. All fields are optional, since the documentation requires none. */
// Why valita: see ./json-schema.
import * as v from '@badrap/valita';
import type { Result } from '../http/error';
import { parseTimestamp } from '../http/timestamps';
import type { Job, JobEntity, SubJob } from './job';
import { objectOf, optionalText, parseJson, validate } from './json-schema';

const jobFields = {
  job_id: optionalText,
  job_type: optionalText,
  status: optionalText,
  begin_time: optionalText,
  end_time: optionalText,
  error_code: optionalText,
  error_msg: optionalText,
  project_id: optionalText,
  resource_id: optionalText,
};
const optionalList = <T>(type: v.Type<T>) => v.union(v.array(type), v.null()).optional();

const entitySchema = objectOf({ resource_id: optionalText, resource_type: optionalText });
const subJobSchema = objectOf({ ...jobFields, entities: optionalList(entitySchema) });
const jobSchema = objectOf({ ...jobFields, sub_jobs: optionalList(subJobSchema) });
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
  return { ok: true, value: { job: toJob(job), requestId: orMissing(requestId) } };
}

/** Fails as `malformed`, with the path of the first fault, e.g. `jobs.7.status`. */
export function parseListJobsResponse(body: string): Result<ListJobsResponse> {
  const parsed = parseJson(listJobsSchema, body);
  if (!parsed.ok) return parsed;
  const { jobs, page_info: pageInfo, request_id: requestId } = parsed.value;
  return {
    ok: true,
    value: {
      jobs: jobs.map((raw) => ({
        jobId: orMissing(raw.job_id),
        status: orMissing(raw.status),
        requestId: orMissing(requestId),
        read: () => toJob(raw),
        hasSameFieldsAs: ({ raw: known }) => isSameJob(raw, known as WireJob),
      })),
      nextMarker: orMissing(pageInfo?.next_marker),
      requestId: orMissing(requestId),
    },
  };
}

/** Converts a saved job in the service's format; undefined if it is invalid. */
export function readJob(raw: unknown): Job | undefined {
  const parsed = validate(jobSchema, raw);
  return parsed.ok ? toJob(parsed.value) : undefined;
}

// Jobs and sub-jobs list their fields one by one: spreading common fields takes four times as long.
function toJob(raw: v.Infer<typeof jobSchema>): Job {
  return {
    jobId: orMissing(raw.job_id),
    jobType: orMissing(raw.job_type),
    status: orMissing(raw.status),
    beginTime: timeOf(raw.begin_time),
    endTime: timeOf(raw.end_time),
    errorCode: orMissing(raw.error_code),
    errorMessage: orMissing(raw.error_msg),
    projectId: orMissing(raw.project_id),
    resourceId: orMissing(raw.resource_id),
    subJobs: raw.sub_jobs?.map(toSubJob) ?? [],
    raw,
  };
}

function toSubJob(raw: v.Infer<typeof subJobSchema>): SubJob {
  return {
    jobId: orMissing(raw.job_id),
    jobType: orMissing(raw.job_type),
    status: orMissing(raw.status),
    beginTime: timeOf(raw.begin_time),
    endTime: timeOf(raw.end_time),
    errorCode: orMissing(raw.error_code),
    errorMessage: orMissing(raw.error_msg),
    projectId: orMissing(raw.project_id),
    resourceId: orMissing(raw.resource_id),
    entities: raw.entities?.map(toEntity) ?? [],
  };
}

function toEntity(raw: v.Infer<typeof entitySchema>): JobEntity {
  return { resourceId: orMissing(raw.resource_id), resourceType: orMissing(raw.resource_type) };
}

/** The type of `Job.raw`, which was validated when it was parsed. */
type WireJob = v.Infer<typeof jobSchema>;
type WireFields = Pick<WireJob, keyof typeof jobFields>;
type WireEntity = v.Infer<typeof entitySchema>;

// Field by field: every list is compared with the previous one, and a generic comparison takes three times as long.
function isSameJob(a: WireJob, b: WireJob): boolean {
  return isSameFields(a, b) && isSameList(a.sub_jobs, b.sub_jobs, isSameSubJob);
}

function isSameSubJob(a: v.Infer<typeof subJobSchema>, b: v.Infer<typeof subJobSchema>): boolean {
  return isSameFields(a, b) && isSameList(a.entities, b.entities, isSameEntity);
}

function isSameEntity(a: WireEntity, b: WireEntity): boolean {
  return a.resource_id === b.resource_id && a.resource_type === b.resource_type;
}

function isSameFields(a: WireFields, b: WireFields): boolean {
  return (
    a.status === b.status &&
    a.end_time === b.end_time &&
    a.begin_time === b.begin_time &&
    a.job_id === b.job_id &&
    a.job_type === b.job_type &&
    a.error_code === b.error_code &&
    a.error_msg === b.error_msg &&
    a.project_id === b.project_id &&
    a.resource_id === b.resource_id
  );
}

function isSameList<T>(
  a: readonly T[] | null | undefined,
  b: readonly T[] | null | undefined,
  isSame: (a: T, b: T) => boolean,
): boolean {
  if (!a || !b) return a === b;
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index += 1) {
    const left = a[index];
    const right = b[index];
    if (left === undefined || right === undefined || !isSame(left, right)) return false;
  }
  return true;
}

/** Missing, `null` and empty are the same. */
function orMissing(text: string | null | undefined): string | undefined {
  return text === null || text === '' ? undefined : text;
}

function timeOf(text: string | null | undefined): number | undefined {
  const time = orMissing(text);
  return time === undefined ? undefined : parseTimestamp(time);
}
