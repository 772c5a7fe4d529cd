/** A read-only client of the job APIs of Elastic Load Balance v3. */
import { MAX_LIST_BYTES, MAX_MARKER_LENGTH, MAX_SHOW_JOB_BYTES, MAX_SHOWN_ID_LENGTH } from '../../base/limits';
import type { Log } from '../../base/log';
import type { CloudApi } from '../http/cloud-api';
import type { Credential } from '../http/credential';
import type { EndpointOrigin } from '../places/endpoint';
import { type ElbError, failure, type Result } from '../http/error';
import { requestIdOf } from '../http/error-body';
import {
  type JobPage,
  type ListJobsResponse,
  parseListJobsResponse,
  parseShowJobResponse,
  type ShowJobResponse,
} from './job-schema';
import { problemOfId } from '../http/request-checks';
import { TOO_LONG_MESSAGE } from '../http/transport';

/** The service's limit of jobs on a page. */
const MAX_PAGE_SIZE = 2000;
const MAX_PAGES = 10;
/** Jobs that cannot be read and have been logged. */
const MAX_LOGGED = 100;

/** How often a page is believed to be the last one without a request for the next: the service's own limit may be its size. */
const MAX_TRUST = 10;

interface LastPage {
  readonly marker: string;
  readonly size: number;
  trust: number;
}

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
  /** Of each project: the last page with a marker that an empty page followed. */
  private readonly lastPages = new Map<string, LastPage>();
  private readonly logged = new Set<string>();

  /** @param log gets a line for each job of a list that cannot be read, once */
  constructor(
    private readonly api: CloudApi,
    private readonly log?: Pick<Log, 'warn'>,
  ) {}

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
        read: ({ body, headers }) => parseShowJobResponse(body, requestIdOf(headers)),
      },
      credential,
      signal,
    );
  }

  /**
   * `GET /v3/{project_id}/elb/jobs`, page by page, at most `maxPages` and MAX_LIST_BYTES in all. An error ends the list;
   * else `isLast` of the last page says whether the list is complete. A marker is followed even if the page is not full: the
   * service may have a smaller limit than the documented one.
   */
  async *listJobs(
    request: ListJobsRequest,
    credential: Credential,
    signal: AbortSignal,
  ): AsyncGenerator<Result<JobPage>, void> {
    const { maxPages = MAX_PAGES } = request;
    const problem = problemOfId('project id', request.projectId);
    if (problem !== undefined) {
      yield failure('bad-request', { message: problem });
      return;
    }
    const known = new Set<string>();
    let maxBytes = MAX_LIST_BYTES;
    let marker: string | undefined;
    let before: ListJobsResponse | undefined;
    for (let number = 1; number <= maxPages; number += 1) {
      const page = await this.getPage(request, { marker, maxBytes }, credential, signal);
      // The list is too long; what came before is not wrong.
      if (!page.ok && number > 1 && isTooLong(page.error)) return;
      if (!page.ok) {
        yield page;
        return;
      }
      const { bytes, ...read } = page.value;
      this.logUnreadable(request, read);
      const isLast = this.isLast(read, request, marker);
      yield { ok: true, value: { ...read, isLast } };
      if (isLast && sizeOf(read) === 0) this.noteLastPage(request, before);
      const { nextMarker } = read;
      maxBytes -= bytes;
      // A marker that repeats would loop for ever.
      if (isLast || nextMarker === undefined || known.has(nextMarker) || !isMarker(nextMarker) || maxBytes <= 0) return;
      known.add(nextMarker);
      marker = nextMarker;
      before = hasMarkerOfLastJob(read) ? read : undefined;
    }
  }

  private isLast(page: ListJobsResponse, request: ListJobsRequest, marker?: string): boolean {
    const { limit = MAX_PAGE_SIZE } = request;
    const { nextMarker } = page;
    const size = sizeOf(page);
    if (nextMarker === undefined || (size === 0 && nextMarker === marker)) return true;
    const last = this.lastPages.get(projectOf(request));
    if (last?.marker !== nextMarker || last.size !== size || size >= limit || last.trust === 0) return false;
    last.trust -= 1;
    return true;
  }

  /** Remembers that the marker of such a page is only the id of its last job: requesting the next one each time would be a waste. */
  private noteLastPage(request: ListJobsRequest, page: ListJobsResponse | undefined): void {
    const { nextMarker: marker } = page ?? {};
    if (page === undefined || marker === undefined) return;
    this.lastPages.set(projectOf(request), { marker, size: sizeOf(page), trust: MAX_TRUST });
  }

  private logUnreadable({ projectId }: ListJobsRequest, { unreadable = [] }: ListJobsResponse): void {
    for (const { jobId, fault } of unreadable) {
      const subject = `${projectId} ${jobId ?? fault}`;
      if (this.logged.has(subject) || this.logged.size >= MAX_LOGGED) continue;
      this.logged.add(subject);
      const id = jobId === undefined ? '' : ` ${jobId.slice(0, MAX_SHOWN_ID_LENGTH)}`;
      this.log?.warn(`A job${id} in the list of project ${projectId} cannot be read: ${fault}`);
    }
  }

  private getPage(
    { endpoint, projectId, filter = {}, limit = MAX_PAGE_SIZE }: ListJobsRequest,
    { marker, maxBytes }: { readonly marker: string | undefined; readonly maxBytes: number },
    credential: Credential,
    signal: AbortSignal,
  ): Promise<Result<ListJobsResponse & { readonly bytes: number }>> {
    return this.api.get(
      {
        endpoint,
        path: `/v3/${projectId}/elb/jobs`,
        query: { ...queryOf(filter), limit: String(limit), ...(marker === undefined ? {} : { marker }) },
        headers: { 'X-Project-Id': projectId },
        maxResponseBytes: maxBytes,
        read: ({ body, headers }) => {
          const bytes = Buffer.byteLength(body);
          if (bytes > maxBytes) return failure('malformed', { message: `${TOO_LONG_MESSAGE} size exceeded` });
          const page = parseListJobsResponse(body, requestIdOf(headers));
          return page.ok ? { ok: true, value: { ...page.value, bytes } } : page;
        },
      },
      credential,
      signal,
    );
  }
}

function projectOf({ endpoint, projectId }: ListJobsRequest): string {
  return `${endpoint} ${projectId}`;
}

/** Jobs on the page, with those that cannot be read. */
function sizeOf({ jobs, unreadable = [] }: ListJobsResponse): number {
  return jobs.length + unreadable.length;
}

/** Whether the marker is the id of the page's last job, as documented, which says nothing about a next page. */
function hasMarkerOfLastJob({ jobs, nextMarker }: ListJobsResponse): boolean {
  return nextMarker !== undefined && jobs.at(-1)?.jobId === nextMarker;
}

function isTooLong({ kind, message }: ElbError): boolean {
  return kind === 'malformed' && message?.startsWith(TOO_LONG_MESSAGE) === true;
}

/** Whether a text may be sent as a marker. */
function isMarker(text: string): boolean {
  return text.length <= MAX_MARKER_LENGTH && !/\p{Cc}/u.test(text);
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
