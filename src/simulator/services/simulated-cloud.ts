/** The cloud behind the door: finds the API that a request is for, lets the gateway check it, and answers. */
import { type SimulatedResponse, IamRefusal, jsonResponse, Refusal, textResponse } from '../http/simulated-response';
import type { CloudRequest } from '../http/cloud-request';
import type { Gateway } from '../gateway/gateway';
import type { Iam } from './iam';
import type { JobBoard } from '../jobs/job-board';
import { pageOf, parseJobQuery } from './job-list';
import { jobAt } from '../jobs/job-script';
import { OFFICIAL_EXAMPLE } from '../jobs/official-example';
import type { Random } from '../base/random';
import type { Route } from './routes';

const NO_SUCH_API = 'The API does not exist or has not been published in the environment';

export class Cloud {
  readonly #gateway: Gateway;
  readonly #iam: Iam;
  readonly #jobs: JobBoard;
  readonly #random: Random;

  constructor(gateway: Gateway, iam: Iam, jobs: JobBoard, random: Random) {
    this.#gateway = gateway;
    this.#iam = iam;
    this.#jobs = jobs;
    this.#random = random;
  }

  /** Answers a request as if nothing were broken. No route is an API that the gateway does not have. */
  answer(request: CloudRequest, route: Route | undefined): SimulatedResponse {
    const requestId = this.newRequestId();
    try {
      if (!route) throw new Refusal(404, 'APIGW.0101', NO_SUCH_API);
      return this.#answer(request, route, requestId);
    } catch (error) {
      if (error instanceof Refusal || error instanceof IamRefusal) return error.toAnswer(requestId);
      throw error;
    }
  }

  newRequestId(): string {
    return this.#random.hex(16);
  }

  #answer(request: CloudRequest, route: Route, requestId: string): SimulatedResponse {
    if (route.name === 'CreateToken') return this.#iam.createToken(request, requestId);
    if (route.name === 'ShowToken') return this.#iam.showToken(request, requestId);
    const caller = this.#gateway.authenticate(request);
    if (route.name === 'ListProjects') return this.#iam.listProjects(caller, request, requestId);
    this.#gateway.authorize(caller, request, route.projectId);
    return route.name === 'ListJobs'
      ? this.#listJobs(request, route.projectId, requestId)
      : this.#showJob(request, route.projectId, route.jobId, requestId);
  }

  #showJob(request: CloudRequest, projectId: string, jobId: string, requestId: string): SimulatedResponse {
    if (projectId === OFFICIAL_EXAMPLE.projectId && jobId === OFFICIAL_EXAMPLE.jobId) {
      return textResponse(200, OFFICIAL_EXAMPLE.text, { 'X-Request-Id': OFFICIAL_EXAMPLE.requestId });
    }
    const started = this.#jobs.find(projectId, jobId);
    const job = started && jobAt(started, request.receivedAt);
    // The body for an unknown job is not published; this is ELB's documented one for what cannot be found.
    if (!job) throw new Refusal(404, 'ELB.8904', `job ${jobId} could not be found.`);
    return jsonResponse(200, { job, request_id: requestId }, { 'X-Request-Id': requestId });
  }

  #listJobs(request: CloudRequest, projectId: string, requestId: string): SimulatedResponse {
    const query = parseJobQuery(request.query);
    const page = pageOf(this.#jobs.list(projectId, request.receivedAt), query);
    return jsonResponse(200, { ...page, request_id: requestId }, { 'X-Request-Id': requestId });
  }
}
