/** Reads the answers of ShowJob and ListJobs: validated field by field, since the documentation requires none of them. */
// valibot: see ./json-schema.
import * as v from 'valibot';
import type { Result } from './error';
import type { Job, JobEntity, JobFields, SubJob } from './job';
import { objectOf, parseJson } from './json-schema';

const text = v.nullish(v.string());

const jobFields = {
  job_id: text,
  job_type: text,
  status: text,
  begin_time: text,
  end_time: text,
  error_code: text,
  error_msg: text,
  project_id: text,
  resource_id: text,
};

const entitySchema = objectOf({ resource_id: text, resource_type: text });
const subJobSchema = objectOf({ ...jobFields, entities: v.nullish(v.array(entitySchema)) });
const jobSchema = objectOf({ ...jobFields, sub_jobs: v.nullish(v.array(subJobSchema)) });
const showJobSchema = objectOf({ job: jobSchema, request_id: text });
const listJobsSchema = objectOf({
  jobs: v.array(jobSchema),
  page_info: v.nullish(objectOf({ next_marker: text })),
  request_id: text,
});

export interface ShowJobAnswer {
  readonly job: Job;
  readonly requestId?: string | undefined;
}

export interface JobPage {
  readonly jobs: readonly Job[];
  /** Of the next page; missing on the last one. */
  readonly nextMarker?: string | undefined;
  readonly requestId?: string | undefined;
}

/** Fails as `malformed`, naming the path of the first fault, e.g. `job.sub_jobs.0.status`. */
export function parseShowJobAnswer(body: string): Result<ShowJobAnswer> {
  const parsed = parseJson(showJobSchema, body);
  if (!parsed.ok) return parsed;
  const { job, request_id: requestId } = parsed.value;
  return { ok: true, value: { job: toJob(job), requestId: orMissing(requestId) } };
}

/** Fails as `malformed`, naming the path of the first fault, e.g. `jobs.7.status`. */
export function parseListJobsAnswer(body: string): Result<JobPage> {
  const parsed = parseJson(listJobsSchema, body);
  if (!parsed.ok) return parsed;
  const { jobs, page_info: pageInfo, request_id: requestId } = parsed.value;
  return {
    ok: true,
    value: {
      jobs: jobs.map(toJob),
      nextMarker: orMissing(pageInfo?.next_marker),
      requestId: orMissing(requestId),
    },
  };
}

function toJob(job: v.InferOutput<typeof jobSchema>): Job {
  return { ...toJobFields(job), subJobs: (job.sub_jobs ?? []).map(toSubJob) };
}

function toSubJob(subJob: v.InferOutput<typeof subJobSchema>): SubJob {
  return { ...toJobFields(subJob), entities: (subJob.entities ?? []).map(toEntity) };
}

function toEntity(entity: v.InferOutput<typeof entitySchema>): JobEntity {
  return { resourceId: orMissing(entity.resource_id), resourceType: orMissing(entity.resource_type) };
}

type WireFields = Readonly<Partial<Record<keyof typeof jobFields, string | null | undefined>>>;

function toJobFields(wire: WireFields): JobFields {
  return {
    jobId: orMissing(wire.job_id),
    jobType: orMissing(wire.job_type),
    status: orMissing(wire.status),
    beginTime: instantOf(wire.begin_time),
    endTime: instantOf(wire.end_time),
    errorCode: orMissing(wire.error_code),
    errorMessage: orMissing(wire.error_msg),
    projectId: orMissing(wire.project_id),
    resourceId: orMissing(wire.resource_id),
  };
}

/** Missing, `null` and empty are one. */
function orMissing(text: string | null | undefined): string | undefined {
  return text === null || text === '' ? undefined : text;
}

/** Times are UTC, also those that come without a zone. */
function instantOf(time: string | null | undefined): number | undefined {
  if (time === undefined || time === null) return undefined;
  const instant = Date.parse(/(Z|[+-]\d{2}:?\d{2})$/i.test(time) ? time : `${time}Z`);
  return Number.isNaN(instant) ? undefined : instant;
}
