/** Speaks to Elastic Load Balance v3. It only reads. */
import type { CloudApi } from '../http/cloud-api';
import type { Credential } from '../http/credential';
import type { EndpointOrigin } from '../places/endpoint';
import { failure, type Result } from '../http/error';
import { type JobPage, parseListJobsResponse, parseShowJobResponse, type ShowJobResponse } from './job-schema';
import { problemOfId } from '../http/target';

const MEBIBYTE = 1024 * 1024;
/** One job with thousands of sub-jobs, and far more. */
const MAX_SHOW_JOB_ANSWER = 8 * MEBIBYTE;
/** 2,000 jobs of ten sub-jobs each, and half as much again. */
const MAX_LIST_JOBS_ANSWER = 32 * MEBIBYTE;
/** The most that the service gives at once. */
const LARGEST_PAGE = 2000;
const MOST_PAGES = 10;

export interface ShowJobRequest {
  readonly endpoint: EndpointOrigin;
  readonly projectId: string;
  readonly jobId: string;
}

/** Exact matches; all of them must hold. */
export interface JobFilter {
  readonly jobId?: string;
  readonly jobType?: string;
  readonly status?: string;
  readonly errorCode?: string;
  readonly resourceId?: string;
  /** Jobs that began at or after this instant. The service documents no zone; UTC is sent. */
  readonly beginTime?: number;
}

export interface ListJobsRequest {
  readonly endpoint: EndpointOrigin;
  readonly projectId: string;
  readonly filter?: JobFilter;
  /** Jobs on a page, 1 to 2,000. */
  readonly limit?: number;
  readonly maxPages?: number;
}

export class ElbClient {
  constructor(private readonly api: CloudApi) {}

  /** `GET /v3/{project_id}/elb/jobs/{job_id}` */
  async showJob(
    request: ShowJobRequest,
    credential: Credential,
    signal: AbortSignal,
  ): Promise<Result<ShowJobResponse>> {
    const { endpoint, projectId, jobId } = request;
    const problem = problemOfId('project id', projectId) ?? problemOfId('job id', jobId);
    if (problem !== undefined) return failure('bad-request', { message: problem });
    return this.api.get(
      {
        endpoint,
        path: `/v3/${projectId}/elb/jobs/${jobId}`,
        headers: { 'X-Project-Id': projectId },
        maxResponseBytes: MAX_SHOW_JOB_ANSWER,
        read: ({ body }) => parseShowJobResponse(body),
      },
      credential,
      signal,
    );
  }

  /**
   * `GET /v3/{project_id}/elb/jobs`, page after page, at most `maxPages` of them. An error is the last that comes;
   * otherwise the last page tells by `isLast` whether the list is whole.
   */
  async *listJobs(
    request: ListJobsRequest,
    credential: Credential,
    signal: AbortSignal,
  ): AsyncGenerator<Result<JobPage>, void> {
    const { endpoint, projectId, filter = {}, limit = LARGEST_PAGE, maxPages = MOST_PAGES } = request;
    const problem = problemOfId('project id', projectId);
    if (problem !== undefined) {
      yield failure('bad-request', { message: problem });
      return;
    }
    const known = new Set<string>();
    let marker: string | undefined;
    for (let page = 1; page <= maxPages; page += 1) {
      const answer = await this.api.get(
        {
          endpoint,
          path: `/v3/${projectId}/elb/jobs`,
          query: { ...queryOf(filter), limit: String(limit), ...(marker === undefined ? {} : { marker }) },
          headers: { 'X-Project-Id': projectId },
          maxResponseBytes: MAX_LIST_JOBS_ANSWER,
          read: ({ body }) => parseListJobsResponse(body),
        },
        credential,
        signal,
      );
      if (!answer.ok) {
        yield answer;
        return;
      }
      const { jobs, nextMarker } = answer.value;
      const isLast = jobs.length < limit || nextMarker === undefined;
      yield { ok: true, value: { ...answer.value, isLast } };
      // A marker that comes again would go round for ever.
      if (isLast || known.has(nextMarker)) return;
      known.add(nextMarker);
      marker = nextMarker;
    }
  }
}

function queryOf({ jobId, jobType, status, errorCode, resourceId, beginTime }: JobFilter): Record<string, string> {
  const all = {
    job_id: jobId,
    job_type: jobType,
    status,
    error_code: errorCode,
    resource_id: resourceId,
    begin_time: beginTime === undefined ? undefined : beginTimeOf(beginTime),
  };
  return Object.fromEntries(Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** Undefined where the form has no words for it; before 1970 no job began. */
function beginTimeOf(instant: number): string | undefined {
  const hasForm = instant >= 0 && instant < Date.UTC(10_000, 0);
  return hasForm ? new Date(instant).toISOString().slice(0, 'yyyy-MM-ddTHH:mm:ss'.length) : undefined;
}
