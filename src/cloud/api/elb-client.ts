/** A read-only client of the job APIs of Elastic Load Balance v3. */
import type { CloudApi } from '../http/cloud-api';
import type { Credential } from '../http/credential';
import type { EndpointOrigin } from '../places/endpoint';
import { failure, type Result } from '../http/error';
import { type JobPage, parseListJobsResponse, parseShowJobResponse, type ShowJobResponse } from './job-schema';
import { problemOfId } from '../http/request-checks';

const MEBIBYTE = 1024 * 1024;
/** Far more than a job with thousands of sub-jobs has. */
const MAX_SHOW_JOB_BYTES = 8 * MEBIBYTE;
/** 1.5 times the size of 2,000 jobs with ten sub-jobs each. */
const MAX_LIST_JOBS_BYTES = 32 * MEBIBYTE;
/** The service's limit of jobs on a page. */
const MAX_PAGE_SIZE = 2000;
const MAX_PAGES = 10;

interface ShowJobRequest {
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
  /** Jobs that began at or after this instant (milliseconds since the epoch). The service documents no zone; UTC is sent. */
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
        maxResponseBytes: MAX_SHOW_JOB_BYTES,
        read: ({ body }) => parseShowJobResponse(body),
      },
      credential,
      signal,
    );
  }

  /**
   * `GET /v3/{project_id}/elb/jobs`, page by page, at most `maxPages`. An error ends the list; else `isLast` of the
   * last page says whether the list is complete.
   */
  async *listJobs(
    request: ListJobsRequest,
    credential: Credential,
    signal: AbortSignal,
  ): AsyncGenerator<Result<JobPage>, void> {
    const { endpoint, projectId, filter = {}, limit = MAX_PAGE_SIZE, maxPages = MAX_PAGES } = request;
    const problem = problemOfId('project id', projectId);
    if (problem !== undefined) {
      yield failure('bad-request', { message: problem });
      return;
    }
    const known = new Set<string>();
    let marker: string | undefined;
    for (let number = 1; number <= maxPages; number += 1) {
      const page = await this.api.get(
        {
          endpoint,
          path: `/v3/${projectId}/elb/jobs`,
          query: { ...queryOf(filter), limit: String(limit), ...(marker === undefined ? {} : { marker }) },
          headers: { 'X-Project-Id': projectId },
          maxResponseBytes: MAX_LIST_JOBS_BYTES,
          read: ({ body }) => parseListJobsResponse(body),
        },
        credential,
        signal,
      );
      if (!page.ok) {
        yield page;
        return;
      }
      const { jobs, nextMarker } = page.value;
      const isLast = jobs.length < limit || nextMarker === undefined;
      yield { ok: true, value: { ...page.value, isLast } };
      // A marker that repeats would loop for ever.
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

/** @returns `yyyy-MM-ddTHH:mm:ss`; undefined for instants that the format cannot express, and before 1970. */
function beginTimeOf(instant: number): string | undefined {
  const hasForm = instant >= 0 && instant < Date.UTC(10_000, 0);
  return hasForm ? new Date(instant).toISOString().slice(0, 'yyyy-MM-ddTHH:mm:ss'.length) : undefined;
}
