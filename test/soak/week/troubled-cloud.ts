/** The service as windows reach it: through networks, proxies and limits that fail in every way the client knows. */
import { readJob, type ListedJob } from '../../../src/cloud/api/job-schema';
import type { Job } from '../../../src/cloud/api/job';
import type { Result } from '../../../src/cloud/http/error';
import type { JobSource, ListResult, ShowJobResult } from '../../../src/jobs/job-source';
import type { ProjectReference } from '../../../src/jobs/model/project';
import type { JobReference } from '../../../src/jobs/model/job-reference';
import type { PollError } from '../../../src/jobs/model/poll-error';
import { jsonEqual } from '../../../src/base/json/json-equal';
import type { RequestBudget } from '../../../src/jobs/budget/request-budget';
import type { MainJob } from '../../../src/simulator/jobs/job-script';
import { budgetNameOf, FOLLOWED_PROJECT, type JobPlan, ShownJob } from './job-plans';
import type { Machine, Process } from './machine';
import type { SeededRandom } from '../../support/seeded-random';
import type { SoakWindow } from './soak-window';
import { MINUTE, SECOND, DAY } from '../../../src/base/time-units';

/** A fault that lasts for a while. Of several, the first that has not ended applies. */
export type Trouble = 'network' | 'server' | 'throttled' | 'proxy' | 'timeout';

export interface SentRequest {
  /** True time, in milliseconds since the beginning. */
  readonly at: number;
  readonly budget: string;
  readonly projectId: string;
  readonly owner: Process;
  readonly kind: 'ShowJob' | 'ListJobs' | 'LookUp';
  /** Its window may have been suspended after it took the request from the budget, so it may have left too late. */
  readonly mayBeLate: boolean;
}

/** A limit that the service named in a response. */
export interface NamedLimit {
  readonly at: number;
  readonly budget: string;
  readonly owner: Process;
  /** Per five minutes; half of it is for us. */
  readonly requests: number;
}

/** The client's time limit. */
const DEADLINE_MS = MINUTE;
/** Untracked jobs of other people in each project. */
const OTHER_JOBS_PER_PROJECT = 4;

export class TroubledCloud {
  readonly sent: SentRequest[] = [];
  readonly namedLimits: NamedLimit[] = [];
  /** The violations that were found. */
  readonly faults: string[] = [];
  /** The faults with their ends, by true time. */
  readonly troubles = new Map<Trouble, number>();
  /** By project, by true time. */
  readonly listsForbiddenUntil = new Map<string, number>();
  /** By resource, when the service answered a look-up of its name, by true time. */
  readonly lookUps = new Map<string, number[]>();
  /** Called after a window sent a request. */
  onSent: (owner: Process) => void = () => undefined;
  /** Called when a window received a list. */
  onListed: (projectId: string, jobs: readonly ListedJob[]) => void = () => undefined;
  /** The share of requests that fail although no lasting fault applies. */
  faultShare = 0.04;
  private readonly jobs = new Map<string, ShownJob>();
  private readonly byProject = new Map<string, ShownJob[]>();
  private readonly others = new Map<string, readonly ListedJob[]>();
  private readonly parsed = new WeakMap<MainJob, Job>();
  /** By project: the windows with a request in flight, and its start by awake time. */
  private readonly inFlight = new Map<string, Map<Process, number>>();

  constructor(
    private readonly machine: Machine,
    private readonly random: SeededRandom,
    plans: readonly JobPlan[],
  ) {
    for (const plan of plans) {
      const job = new ShownJob(plan);
      for (const id of [plan.reference.jobId, plan.started.bodyJobId]) {
        this.jobs.set(`${plan.reference.projectId} ${id}`, job);
      }
      const list = this.byProject.get(plan.reference.projectId) ?? [];
      this.byProject.set(plan.reference.projectId, [...list, job]);
      if (list.length === 0) this.others.set(plan.reference.projectId, othersIn(plan.reference.projectId));
    }
  }

  /** Whether no lasting fault prevents responses. */
  get isReachable(): boolean {
    return [...this.troubles.values()].every((until) => until <= this.machine.trueMs);
  }

  /** Whether more than `count` requests were sent in the last five minutes. */
  hasSentMoreThan(budget: string, count: number): boolean {
    let used = 0;
    for (let index = this.sent.length - 1; index >= 0; index -= 1) {
      const request = this.sent[index];
      if (request === undefined || request.at < this.machine.trueMs - 5 * MINUTE) return false;
      if (request.budget === budget) used += 1;
      if (used > count) return true;
    }
    return false;
  }

  show(owner: Process, { projectId, jobId }: JobReference, signal: AbortSignal): Promise<ShowJobResult> {
    return this.request(owner, { projectId, kind: 'ShowJob' }, signal, () => this.shown(projectId, jobId));
  }

  async list(
    owner: Process,
    projectId: string,
    beginTime: number | undefined,
    signal: AbortSignal,
  ): Promise<ListResult> {
    const result = await this.request(owner, { projectId, kind: 'ListJobs' }, signal, () =>
      this.listed(projectId, beginTime),
    );
    if (result.ok) this.onListed(projectId, result.value.jobs);
    return result;
  }

  async lookUp<T>(
    owner: Process,
    projectId: string,
    ids: readonly string[],
    signal: AbortSignal,
    answer: () => T,
  ): Promise<Result<T, PollError>> {
    const result = await this.request<Result<T, PollError>>(owner, { projectId, kind: 'LookUp' }, signal, () => ({
      ok: true,
      value: answer(),
    }));
    if (result.ok) for (const id of ids) this.lookUps.set(id, [...(this.lookUps.get(id) ?? []), this.machine.trueMs]);
    return result;
  }

  private shown(projectId: string, jobId: string): ShowJobResult {
    const job = this.jobs.get(`${projectId} ${jobId}`);
    const raw =
      job === undefined || job.plan.knownFrom > this.machine.trueMs ? undefined : job.at(this.machine.trueInstant);
    if (raw === undefined) return { ok: false, error: { kind: 'not-found', httpStatus: 404, code: 'ELB.8904' } };
    return { ok: true, value: { job: this.read(raw), requestId: 'r' } };
  }

  private listed(projectId: string, beginTime = -Infinity): ListResult {
    const jobs: ListedJob[] = [];
    for (const job of this.byProject.get(projectId) ?? []) {
      const { knownFrom, listedFrom = knownFrom } = job.plan;
      if (listedFrom > this.machine.trueMs || job.plan.started.startedAt < beginTime) continue;
      const raw = job.at(this.machine.trueInstant);
      if (raw !== undefined) jobs.push(listedJob(raw, () => this.read(raw)));
    }
    return { ok: true, value: { jobs: [...jobs, ...(this.others.get(projectId) ?? [])] } };
  }

  private read(raw: MainJob): Job {
    const job = this.parsed.get(raw) ?? readJob(raw);
    if (job === undefined) throw new Error('The planned job is not valid.');
    this.parsed.set(raw, job);
    return job;
  }

  private async request<T>(
    owner: Process,
    { projectId, kind }: Pick<SentRequest, 'projectId' | 'kind'>,
    signal: AbortSignal,
    answer: () => T,
  ): Promise<T | { readonly ok: false; readonly error: PollError }> {
    const budget = budgetNameOf(projectId);
    const mayBeLate = owner.wasSuspendedSince(this.machine.awakeMs - SECOND);
    this.sent.push({ at: this.machine.trueMs, budget, projectId, owner, kind, mayBeLate });
    // Polls do not wait for look-ups.
    if (kind !== 'LookUp') this.enter(projectId, owner);
    this.onSent(owner);
    const fault = this.faultOf(projectId, kind);
    const delay =
      fault?.delay ??
      (this.random.chance(0.05) ? this.random.between(SECOND, 20 * SECOND) : this.random.between(40, 600));
    // The response shows the state at its start or at its arrival.
    const early = fault === undefined && this.random.chance(0.5) ? answer() : undefined;
    const isAnswered = await arrival(owner, delay, signal);
    if (kind !== 'LookUp') this.leave(projectId, owner);
    if (!isAnswered) return { ok: false, error: { kind: 'cancelled' } };
    if (fault === undefined) return early ?? answer();
    const { error } = fault;
    if ('rateLimit' in error && error.rateLimit !== undefined) {
      const requests = (error.rateLimit.requests * 5 * MINUTE) / error.rateLimit.periodMs;
      this.namedLimits.push({ at: this.machine.trueMs, budget, owner, requests });
    }
    return { ok: false, error };
  }

  private enter(projectId: string, owner: Process): void {
    const { awakeMs } = this.machine;
    const owners = this.inFlight.get(projectId) ?? new Map<Process, number>();
    this.inFlight.set(projectId, owners);
    for (const [other, since] of owners) {
      // A suspended window learns too late that another took over.
      const isExcused = other.wasSuspendedSince(since) || owner.wasSuspendedSince(awakeMs - MINUTE);
      if (other.isDead) owners.delete(other);
      else if (!isExcused) this.faults.push(`${owner.name} polled ${projectId} while ${other.name} was polling it.`);
    }
    owners.set(owner, awakeMs);
  }

  private leave(projectId: string, owner: Process): void {
    this.inFlight.get(projectId)?.delete(owner);
  }

  private faultOf(
    projectId: string,
    kind: SentRequest['kind'],
  ): { readonly error: PollError; readonly delay: number } | undefined {
    const { random } = this;
    for (const [trouble, until] of this.troubles) if (until > this.machine.trueMs) return this.faultBy(trouble);
    if (kind === 'ListJobs' && (this.listsForbiddenUntil.get(projectId) ?? 0) > this.machine.trueMs) {
      return { delay: 100, error: { kind: random.pick(['forbidden', 'gateway-forbidden']), httpStatus: 403 } };
    }
    if (!random.chance(this.faultShare)) return undefined;
    // After a refusal, the followed project would not be listed until the credential changes.
    if (kind === 'ListJobs' && projectId !== FOLLOWED_PROJECT && random.chance(0.05)) {
      return {
        delay: 100,
        error: { kind: random.pick(['forbidden', 'malformed', 'bad-request', 'api-absent', 'not-found']) },
      };
    }
    if (random.chance(0.1))
      return { delay: random.between(50, 5 * SECOND), error: { kind: random.pick(['malformed', 'certificate']) } };
    return this.faultBy(random.pick(['network', 'server', 'throttled', 'proxy', 'timeout']));
  }

  private faultBy(trouble: Trouble): { readonly error: PollError; readonly delay: number } {
    const { random } = this;
    const soon = random.between(5, 2 * SECOND);
    const retryAfter = random.chance(0.3) ? random.logBetween(SECOND, 2 * MINUTE) : undefined;
    switch (trouble) {
      case 'network':
        return { delay: random.chance(0.1) ? DEADLINE_MS : soon, error: { kind: 'network', code: 'ENOTFOUND' } };
      case 'server':
        return { delay: soon, error: { kind: 'server', httpStatus: random.pick([500, 502, 503, 504]), retryAfter } };
      case 'throttled': {
        const rateLimit = random.chance(0.1)
          ? { requests: random.pick([100, 200, 400]), periodMs: 5 * MINUTE }
          : undefined;
        return { delay: soon, error: { kind: 'throttled', httpStatus: 429, retryAfter, rateLimit } };
      }
      case 'proxy':
        return { delay: soon, error: { kind: 'proxy', httpStatus: random.pick([403, 404, 407]) } };
      case 'timeout':
        return { delay: DEADLINE_MS, error: { kind: 'timeout' } };
    }
  }
}

/** The job source of one window. */
export class SourceOfWindow implements JobSource {
  private readonly owner: Process;

  constructor(
    private readonly cloud: TroubledCloud,
    private readonly window: Pick<SoakWindow, 'process' | 'obstacle'>,
    private readonly budgetNamed: (name: string) => RequestBudget,
  ) {
    this.owner = window.process;
  }

  obstacleFor({ projectId }: ProjectReference): Promise<PollError | undefined> {
    const { obstacle } = this.window;
    return Promise.resolve(obstacle?.projectId === projectId ? obstacle.error : undefined);
  }

  showJob(reference: JobReference, signal: AbortSignal): Promise<ShowJobResult> {
    return this.cloud.show(this.owner, reference, signal);
  }

  listJobs(
    { projectId }: ProjectReference,
    { beginTime }: { readonly beginTime?: number | undefined },
    signal: AbortSignal,
  ): Promise<ListResult> {
    return this.cloud.list(this.owner, projectId, beginTime, signal);
  }

  budgetOf({ projectId }: ProjectReference): Promise<RequestBudget> {
    return Promise.resolve(this.budgetNamed(budgetNameOf(projectId)));
  }
}

/** Resolves after the delay; returns false if the request was aborted. */
export function arrival(owner: Process, delayMs: number, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    const end = () => {
      timer.dispose();
      signal.removeEventListener('abort', end);
      resolve(!signal.aborted);
    };
    const timer = owner.schedule(delayMs, end);
    signal.addEventListener('abort', end);
  });
}

/** Returns jobs that other people started long ago, and that are not tracked. */
function othersIn(projectId: string): readonly ListedJob[] {
  return Array.from({ length: OTHER_JOBS_PER_PROJECT }, (_, index) => {
    const begin = Date.UTC(2025, 11, 1) - index * DAY;
    const raw = {
      job_id: `other-${projectId}-${index}`,
      job_type: 'cloneLoadbalancer',
      status: 'COMPLETE',
      begin_time: new Date(begin).toISOString(),
      end_time: new Date(begin + 7 * MINUTE).toISOString(),
    };
    const job = readJob(raw);
    if (job === undefined) throw new Error('The planned job is not valid.');
    return listedJob(raw, () => job);
  });
}

function listedJob(raw: { readonly job_id: string }, read: () => Job): ListedJob {
  return { jobId: raw.job_id, status: read().status, read, hasSameFieldsAs: (job) => jsonEqual(raw, job.raw) };
}
