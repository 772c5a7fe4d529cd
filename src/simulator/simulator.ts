/** A simulated ELB and IAM: one HTTP server on loopback, for tests and for people without an account. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { jsonResponse, textResponse } from './http/simulated-response';
import { SimulatorClock } from './base/simulator-clock';
import { SimulatedCloud } from './services/simulated-cloud';
import { splitTarget } from './http/cloud-request';
import { clockState, control, CONTROL_PREFIX } from './control/control';
import { serveCloudRequest } from './serve-cloud-request';
import { type Fault, FaultBox, type FaultHandle } from './faults/faults';
import { Gateway } from './gateway/gateway';
import { Permissions } from './gateway/permissions';
import { headersOf, readBody, send } from './http/http-messages';
import { isOwnHost } from './http/own-host';
import { Iam, type Project } from './services/iam';
import { InputError } from './base/input-error';
import { JobBoard } from './jobs/job-board';
import { jobAt, type StartedJob } from './jobs/job-script';
import { type JobSpec, scriptFor } from './jobs/job-spec';
import { type AccessKey, KeyRing } from './gateway/key-ring';
import { OFFICIAL_EXAMPLE } from './jobs/official-example';
import { Random, type RandomBytes } from './base/random';
import { RequestLog, type RequestRecord } from './request-log';
import { SimulatedQuotas } from './resources/simulated-quotas';
import { SimulatedResources } from './resources/simulated-resources';
import { ResourceLists } from './services/resource-lists';
import { TokenDesk, type User } from './gateway/token-desk';

interface SimulatorOptions {
  /** A free port by default. */
  readonly port?: number;
  /** By default a clock that starts now and runs at speed 1. */
  readonly clock?: SimulatorClock;
  /** By default the official example's project only. */
  readonly projects?: readonly Project[];
  /** Keys in addition to the simulator's own. */
  readonly accessKeys?: readonly AccessKey[];
  /** The users who may sign in with a password; none by default. */
  readonly users?: readonly User[];
  /**
   * Whether lists are strictly as documented: a marker that is no job's id is refused, and an empty page has a
   * `previous_marker`. False by default; see `setStrict`.
   */
  readonly strict?: boolean;
  /** The source of ids, tokens and the simulator's own key; Node's secure source by default. */
  readonly randomBytes?: RandomBytes;
}

/**
 * Serves, on one origin and over plain HTTP on 127.0.0.1:
 * - ELB `GET /v3/{project_id}/elb/jobs/{job_id}` and `GET /v3/{project_id}/elb/jobs`, and the lists `loadbalancers`, `listeners`,
 *   `recycle-bin/loadbalancers` and `quotas/details` beside the jobs
 * - IAM `GET /v3/projects`, and `POST` and `GET /v3/auth/tokens`
 * - the control API, under `/_simulator/`: `POST jobs` (a JobSpec), `POST faults` (a Fault), `DELETE faults/{id}`,
 *   `PUT clock` ({speed?, held?, advanceMs?}), `PUT mode` ({strict}), `PUT resources/{id}` (a ResourceChange),
 *   `DELETE resources/{id}`, `DELETE recycle-bin`, `PUT quotas/{key}` ({limit, used, unit?}), `PUT permissions`
 *   ({action, granted, caller?}) and `GET state`, each with the token in `X-Simulator-Token`
 * Refuses requests with another host name, which a web page could point at this address.
 */
export class Simulator {
  readonly clock: SimulatorClock;
  /** For requests to the control API: 256 random bits. */
  readonly controlToken: string;
  /** A permanent key for all projects. */
  readonly accessKey: AccessKey;
  readonly projects: readonly [Project, ...Project[]];
  /** The load balancers and listeners of all jobs. */
  readonly resources: SimulatedResources;
  /** Of all projects. */
  readonly quotas = new SimulatedQuotas();
  readonly permissions = new Permissions();

  readonly #random: Random;
  readonly #keys = new KeyRing();
  readonly #jobs = new JobBoard();
  readonly #faults: FaultBox;
  readonly #log = new RequestLog();
  readonly #cloud: SimulatedCloud;
  readonly #server: Server;
  #port = 0;
  #stopped: Promise<void> | undefined;

  private constructor(options: SimulatorOptions) {
    this.clock = options.clock ?? new SimulatorClock();
    this.resources = new SimulatedResources(() => this.clock.now());
    this.#random = new Random(options.randomBytes);
    this.controlToken = this.#random.text(32);
    const [first = { id: OFFICIAL_EXAMPLE.projectId, name: 'cn-southwest-242' }, ...others] = options.projects ?? [];
    this.projects = [first, ...others];
    this.accessKey = {
      accessKey: `SIMU${this.#random.hex(8).toUpperCase()}`,
      secretKey: this.#random.text(30),
      projectIds: this.projects.map(({ id }) => id),
    };
    for (const key of [this.accessKey, ...(options.accessKeys ?? [])]) this.addAccessKey(key);
    this.#faults = new FaultBox(this.#random);
    const tokens = new TokenDesk(options.users ?? [], this.#random);
    const iam = new Iam(this.projects, tokens, this.#random.hex(16));
    const { resources, quotas, permissions } = this;
    const lists = new ResourceLists({ resources, quotas, permissions });
    this.#cloud = new SimulatedCloud(new Gateway(this.#keys, tokens), iam, this.#jobs, lists, this.#random);
    this.setStrict(options.strict ?? false);
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        // A client may disconnect. An error of the simulator itself is sent, so that a test shows it.
        if (response.headersSent || response.destroyed) response.destroy();
        else send(response, textResponse(500, String(error), { 'Content-Type': 'text/plain' }));
      });
    });
  }

  /** Resolves when the server listens; rejects if the port is taken. */
  static async start(options: SimulatorOptions = {}): Promise<Simulator> {
    const simulator = new Simulator(options);
    simulator.#server.listen(options.port ?? 0, '127.0.0.1');
    await once(simulator.#server, 'listening');
    simulator.#port = (simulator.#server.address() as AddressInfo).port;
    return simulator;
  }

  /** The endpoint of both ELB and IAM: `http://127.0.0.1:{port}`. */
  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The last 10,000 requests to the cloud, in order of arrival. */
  get requests(): readonly RequestRecord[] {
    return this.#log.records;
  }

  /** Starts a job now. @throws InputError for an invalid project, id, kind or script. */
  startJob(spec: JobSpec): StartedJob {
    const projectId = spec.projectId ?? this.projects[0].id;
    if (!this.projects.some(({ id }) => id === projectId)) throw new InputError(`There is no project ${projectId}.`);
    const jobId = spec.jobId ?? this.#random.uuid();
    const job: StartedJob = {
      projectId,
      jobId,
      bodyJobId: spec.bodyJobId ?? jobId,
      startedAt: this.clock.now(),
      script: scriptFor(spec, this.#random),
    };
    this.#jobs.add(job);
    this.resources.addOf(job);
    return job;
  }

  /** Sets whether lists are strictly as documented from the next request on. */
  setStrict(strict: boolean): void {
    this.#cloud.isStrict = strict;
  }

  /** Injects a fault that lasts until it is used up or removed. @throws InputError for an invalid effect. */
  injectFault(fault: Fault): FaultHandle {
    return this.#faults.inject(fault);
  }

  /** Adds a key, or replaces and unlocks the key with that id. */
  addAccessKey(key: AccessKey): void {
    this.#keys.add(key);
  }

  /** Deletes a key, as its owner would in the console. @returns whether there was such a key. */
  removeAccessKey(accessKey: string): boolean {
    return this.#keys.remove(accessKey);
  }

  /** Closes the server and its connections, pending requests included; resolves when all are closed. */
  stop(): Promise<void> {
    this.#stopped ??= new Promise((resolve) => {
      this.#server.close(() => {
        resolve();
      });
      this.#server.closeAllConnections();
    });
    return this.#stopped;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!isOwnHost(request.headers.host, this.#port)) {
      send(response, jsonResponse(403, { error: "The Host header is not this simulator's." }));
      return;
    }
    const { path } = splitTarget(request.url ?? '/');
    if (!path.startsWith(CONTROL_PREFIX)) {
      await serveCloudRequest(
        { clock: this.clock, cloud: this.#cloud, faults: this.#faults, log: this.#log },
        request,
        response,
      );
      return;
    }
    const controlled = {
      clock: this.clock,
      resources: this.resources,
      quotas: this.quotas,
      permissions: this.permissions,
      startJob: (spec: JobSpec) => this.startJob(spec),
      injectFault: (fault: Fault) => this.injectFault(fault),
      removeFault: (id: string) => this.#faults.remove(id),
      setStrict: (strict: boolean) => {
        this.setStrict(strict);
      },
      state: () => this.#state(),
    };
    const received = {
      method: request.method ?? 'GET',
      path,
      headers: headersOf(request),
      body: await readBody(request),
    };
    send(response, control(controlled, received, this.controlToken));
  }

  #state() {
    const now = this.clock.now();
    return {
      clock: clockState(this.clock),
      projects: this.projects,
      jobs: this.#jobs.jobs.map((job) => ({
        projectId: job.projectId,
        jobId: job.jobId,
        bodyJobId: job.bodyJobId,
        jobType: job.script.jobType,
        startedAt: job.startedAt,
        status: jobAt(job, now)?.status,
      })),
      resources: this.resources.all(),
      quotas: this.quotas.list(),
      missingPermissions: this.permissions.missing,
      strict: this.#cloud.isStrict,
      faults: this.#faults.list(),
      requests: this.requests,
    };
  }
}
