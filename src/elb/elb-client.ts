/** Speaks to Elastic Load Balance v3. It only reads. */
import { errorOfAnswer } from './answer-error';
import type { EndpointOrigin } from './endpoint';
import type { Result } from './error';
import type { HttpTransport } from './http-transport';
import { parseShowJobAnswer, type ShowJobAnswer } from './job-schema';
import { type AccessKey, signRequest } from './signer';

/** Bytes of one job with thousands of sub-jobs, and far more. */
const MAX_SHOW_JOB_ANSWER = 8 * 1024 * 1024;

export interface ShowJobRequest {
  readonly endpoint: EndpointOrigin;
  readonly projectId: string;
  readonly jobId: string;
}

export class ElbClient {
  /** @param now the instant that requests are signed with, in milliseconds since the epoch. */
  constructor(
    private readonly transport: HttpTransport,
    private readonly now: () => number,
  ) {}

  /** `GET /v3/{project_id}/elb/jobs/{job_id}` */
  async showJob(request: ShowJobRequest, key: AccessKey, signal: AbortSignal): Promise<Result<ShowJobAnswer>> {
    const signed = signRequest(
      {
        method: 'GET',
        origin: request.endpoint,
        path: `/v3/${request.projectId}/elb/jobs/${request.jobId}`,
        headers: { 'X-Project-Id': request.projectId },
      },
      key,
      this.now(),
    );
    const exchange = await this.transport({
      method: 'GET',
      url: signed.url,
      headers: signed.headers,
      maxAnswerBytes: MAX_SHOW_JOB_ANSWER,
      signal,
    });
    if (!exchange.ok) return exchange;
    const answer = exchange.value;
    if (answer.status < 200 || answer.status > 299) return { ok: false, error: errorOfAnswer(answer, this.now()) };
    return parseShowJobAnswer(answer.body);
  }
}
