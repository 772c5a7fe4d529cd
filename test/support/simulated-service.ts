/** The simulator's jobs behind the engine's job-source interface, without HTTP: a simulated week takes a second. */
import { parseListJobsResponse, parseShowJobResponse } from '../../src/cloud/api/job-schema';
import type { Clock } from '../../src/base/clock';
import type { JobReference } from '../../src/jobs/model/job-reference';
import type { JobSource, ListResult, ShowJobResult } from '../../src/jobs/job-source';
import type { ProjectReference } from '../../src/jobs/model/project';
import type { PollError } from '../../src/jobs/model/poll-error';
import type { RequestBudget } from '../../src/jobs/budget/request-budget';
import { JobBoard } from '../../src/simulator/jobs/job-board';
import { jobAt, type StartedJob } from '../../src/simulator/jobs/job-script';

export interface ServedRequest {
  readonly at: number;
  readonly kind: 'ShowJob' | 'ListJobs';
  readonly bytes: number;
}

export class SimulatedService {
  readonly requests: ServedRequest[] = [];
  readonly board = new JobBoard();

  /** @param clock the service's clock. */
  constructor(private readonly clock: Clock) {}

  start(job: StartedJob): void {
    this.board.add(job);
  }

  show({ projectId, jobId }: JobReference): ShowJobResult {
    const started = this.board.find(projectId, jobId);
    const job = started && jobAt(started, this.clock.now());
    if (job === undefined) return { ok: false, error: { kind: 'not-found', httpStatus: 404, code: 'ELB.8904' } };
    const body = JSON.stringify({ job, request_id: 'a'.repeat(32) });
    this.serve('ShowJob', body);
    return parseShowJobResponse(body);
  }

  list({ projectId }: ProjectReference, beginTime = -Infinity): ListResult {
    const jobs = this.board
      .list(projectId, this.clock.now())
      .filter(({ begin_time: begin }) => Date.parse(begin) >= beginTime);
    const body = JSON.stringify({ jobs, page_info: { current_count: jobs.length }, request_id: 'a'.repeat(32) });
    this.serve('ListJobs', body);
    const page = parseListJobsResponse(body);
    return page.ok ? { ok: true, value: { jobs: page.value.jobs } } : page;
  }

  private serve(kind: ServedRequest['kind'], body: string): void {
    this.requests.push({ at: this.clock.now(), kind, bytes: body.length });
  }
}

/** One window's job source, with the faults and delays of a test. */
export class SimulatedSource implements JobSource {
  constructor(
    private readonly service: SimulatedService,
    private readonly budget: RequestBudget,
    /** Returns the error of a request in place of its response, perhaps after a delay. */
    private readonly fault: () => Promise<PollError | undefined> = () => Promise.resolve(undefined),
  ) {}

  obstacleFor(): Promise<PollError | undefined> {
    return Promise.resolve(undefined);
  }

  async showJob(reference: JobReference): Promise<ShowJobResult> {
    const error = await this.fault();
    return error === undefined ? this.service.show(reference) : { ok: false, error };
  }

  async listJobs(
    project: ProjectReference,
    { beginTime }: { readonly beginTime?: number | undefined },
  ): Promise<ListResult> {
    const error = await this.fault();
    return error === undefined ? this.service.list(project, beginTime) : { ok: false, error };
  }

  budgetOf(): Promise<RequestBudget> {
    return Promise.resolve(this.budget);
  }
}
