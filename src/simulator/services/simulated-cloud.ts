/** The simulated cloud: has the gateway check a request, and returns the response of its API. */
import { type SimulatedResponse, IamRefusal, jsonResponse, Refusal, textResponse } from '../http/simulated-response';
import type { CloudRequest } from '../http/cloud-request';
import type { Gateway } from '../gateway/gateway';
import type { Iam } from './iam';
import type { JobBoard } from '../jobs/job-board';
import { pageOf, parseJobQuery } from './job-listing';
import { jobAt } from '../jobs/job-script';
import { OFFICIAL_EXAMPLE } from '../jobs/official-example';
import type { Random } from '../base/random';
import type { ResourceLists } from './resource-lists';
import type { Route } from './routes';

const NO_SUCH_API = 'The API does not exist or has not been published in the environment';

export class SimulatedCloud {
  /** Whether lists are strictly as documented. */
  isStrict = false;
  readonly #gateway: Gateway;
  readonly #iam: Iam;
  readonly #jobs: JobBoard;
  readonly #resources: ResourceLists;
  readonly #random: Random;

  constructor(gateway: Gateway, iam: Iam, jobs: JobBoard, resources: ResourceLists, random: Random) {
    this.#gateway = gateway;
    this.#iam = iam;
    this.#jobs = jobs;
    this.#resources = resources;
    this.#random = random;
  }

  /** Returns the response to a request without any fault. Without a route, the API does not exist. */
  respond(request: CloudRequest, route: Route | undefined): SimulatedResponse {
    const requestId = this.newRequestId();
    try {
      if (!route) throw new Refusal(404, 'APIGW.0101', NO_SUCH_API);
      return this.#responseTo(request, route, requestId);
    } catch (error) {
      if (error instanceof Refusal || error instanceof IamRefusal) return error.toResponse(requestId);
      throw error;
    }
  }

  newRequestId(): string {
    return this.#random.hex(16);
  }

  #responseTo(request: CloudRequest, route: Route, requestId: string): SimulatedResponse {
    if (route.name === 'CreateToken') return this.#iam.createToken(request, requestId);
    if (route.name === 'ShowToken') return this.#iam.showToken(request, requestId);
    const caller = this.#gateway.authenticate(request);
    if (route.name === 'ListProjects') return this.#iam.listProjects(caller, request, requestId);
    this.#gateway.authorize(caller, request, route.projectId);
    if (route.name === 'ShowJob') return this.#showJob(request, route.projectId, route.jobId, requestId);
    if (route.name === 'ListJobs') return this.#listJobs(request, route.projectId, requestId);
    const list = this.#resources.list(route.name, route.projectId, request.query, caller);
    return jsonResponse(200, { ...list, request_id: requestId }, { 'X-Request-Id': requestId });
  }

  #showJob(request: CloudRequest, projectId: string, jobId: string, requestId: string): SimulatedResponse {
    if (projectId === OFFICIAL_EXAMPLE.projectId && jobId === OFFICIAL_EXAMPLE.jobId) {
      return textResponse(200, OFFICIAL_EXAMPLE.text, { 'X-Request-Id': OFFICIAL_EXAMPLE.requestId });
    }
    const started = this.#jobs.find(projectId, jobId);
    const job = started && jobAt(started, request.receivedAt);
    // The body for an unknown job is not published; this is ELB's documented error for a missing resource.
    if (!job) throw new Refusal(404, 'ELB.8904', `job ${jobId} could not be found.`);
    return jsonResponse(200, { job, request_id: requestId }, { 'X-Request-Id': requestId });
  }

  #listJobs(request: CloudRequest, projectId: string, requestId: string): SimulatedResponse {
    const query = parseJobQuery(request.query);
    const page = pageOf(this.#jobs.list(projectId, request.receivedAt), query, this.isStrict);
    return jsonResponse(200, { ...page, request_id: requestId }, { 'X-Request-Id': requestId });
  }
}
