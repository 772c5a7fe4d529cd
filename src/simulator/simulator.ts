/** An ELB and IAM in a box: one HTTP server on loopback that a test, or a person without an account, can point at. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { textResponse } from './http/simulated-response';
import { SimulatorClock } from './base/simulator-clock';
import { Cloud } from './services/simulated-cloud';
import { splitTarget } from './http/cloud-request';
import { clockState, control, CONTROL_PREFIX } from './control/control';
import { exchange } from './exchange';
import { type Fault, FaultBox, type FaultHandle } from './faults/faults';
import { Gateway } from './gateway/gateway';
import { headersOf, readBody, send } from './http/http-messages';
import { Iam, type Project } from './services/iam';
import { InputError } from './base/input-error';
import { JobBoard } from './jobs/job-board';
import { jobAt, type StartedJob } from './jobs/job-script';
import { type JobSpec, scriptFor } from './jobs/job-spec';
import { type AccessKey, KeyRing } from './gateway/key-ring';
import { OFFICIAL_EXAMPLE } from './jobs/official-example';
import { Random, type RandomBytes } from './base/random';
import { RequestLog, type RequestRecord } from './request-log';
import { TokenDesk, type User } from './gateway/token-desk';

export interface SimulatorOptions {
  /** A free one by default. */
  readonly port?: number;
  /** One that starts now and runs at speed 1 by default. */
  readonly clock?: SimulatorClock;
  /** By default the official example's project alone. */
  readonly projects?: readonly Project[];
  /** Keys beside the simulator's own. */
  readonly accessKeys?: readonly AccessKey[];
  /** Who may sign in with a password; nobody by default. */
  readonly users?: readonly User[];
  /** Where ids, tokens and the simulator's own key come from. Node's secure source by default. */
  readonly randomBytes?: RandomBytes;
}

/**
 * Serves, on one origin and over plain HTTP on 127.0.0.1:
 * - ELB `GET /v3/{project_id}/elb/jobs/{job_id}` and `GET /v3/{project_id}/elb/jobs`
 * - IAM `GET /v3/projects`, and `POST` and `GET /v3/auth/tokens`
 * - its own control, under `/_simulator/`: `POST jobs` (a JobSpec), `POST faults` (a Fault), `DELETE faults/{id}`,
 *   `PUT clock` ({speed?, held?, advanceMs?}) and `GET state`, each with the token in `X-Simulator-Token`
 */
export class Simulator {
  readonly clock: SimulatorClock;
  /** For requests to the control path: 256 random bits. */
  readonly controlToken: string;
  /** A permanent key that may act in all projects. */
  readonly accessKey: AccessKey;
  readonly projects: readonly [Project, ...Project[]];

  readonly #random: Random;
  readonly #keys = new KeyRing();
  readonly #jobs = new JobBoard();
  readonly #faults: FaultBox;
  readonly #log = new RequestLog();
  readonly #cloud: Cloud;
  readonly #server: Server;
  #port = 0;
  #stopped: Promise<void> | undefined;

  private constructor(options: SimulatorOptions) {
    this.clock = options.clock ?? new SimulatorClock();
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
    this.#cloud = new Cloud(new Gateway(this.#keys, tokens), iam, this.#jobs, this.#random);
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        // A client that went away is no news. A fault of the simulator itself must be seen by whoever asks.
        if (response.headersSent || response.destroyed) response.destroy();
        else send(response, textResponse(500, String(error), { 'Content-Type': 'text/plain' }));
      });
    });
  }

  /** Resolves when the server listens; rejects where the port is taken. */
  static async start(options: SimulatorOptions = {}): Promise<Simulator> {
    const simulator = new Simulator(options);
    simulator.#server.listen(options.port ?? 0, '127.0.0.1');
    await once(simulator.#server, 'listening');
    // A TCP server that listens has an AddressInfo.
    simulator.#port = (simulator.#server.address() as AddressInfo).port;
    return simulator;
  }

  /** For ELB and IAM both: `http://127.0.0.1:{port}`. */
  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The requests to the cloud, in the order they came, the last 10,000. */
  get requests(): readonly RequestRecord[] {
    return this.#log.records;
  }

  /** Starts a job now. @throws InputError for a project, an id, a kind or a script that cannot be. */
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
    return job;
  }

  /** Breaks something, until it is used up or removed. @throws InputError for an effect that cannot be. */
  injectFault(fault: Fault): FaultHandle {
    return this.#faults.inject(fault);
  }

  /** Adds a key, or replaces the one of that id and unlocks it. */
  addAccessKey(key: AccessKey): void {
    this.#keys.add(key);
  }

  /** Deletes a key, as its owner would in the console. Whether there was one. */
  removeAccessKey(accessKey: string): boolean {
    return this.#keys.remove(accessKey);
  }

  /** Ends everything, unanswered requests too; resolves when nothing is left. */
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
    const { path } = splitTarget(request.url ?? '/');
    if (!path.startsWith(CONTROL_PREFIX)) {
      await exchange(
        { clock: this.clock, cloud: this.#cloud, faults: this.#faults, log: this.#log },
        request,
        response,
      );
      return;
    }
    const room = {
      clock: this.clock,
      startJob: (spec: JobSpec) => this.startJob(spec),
      injectFault: (fault: Fault) => this.injectFault(fault),
      removeFault: (id: string) => this.#faults.remove(id),
      state: () => this.#state(),
    };
    const asked = {
      method: request.method ?? 'GET',
      path,
      headers: headersOf(request),
      body: await readBody(request),
    };
    send(response, control(room, asked, { port: this.#port, token: this.controlToken }));
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
      faults: this.#faults.list(),
      requests: this.requests,
    };
  }
}
