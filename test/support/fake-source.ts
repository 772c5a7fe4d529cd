/** A cloud whose responses a test sets, and that records its requests. */
import type { Job } from '../../src/cloud/api/job';
import type { JobReference } from '../../src/jobs/model/job-reference';
import type { JobSource, ListResult, ShowJobResult } from '../../src/jobs/job-source';
import type { ProjectReference } from '../../src/jobs/model/project';
import type { PollError } from '../../src/jobs/model/poll-error';
import type { PollingPause } from '../../src/jobs/polling/polling-pause';
import type { PollingLease } from '../../src/jobs/polling/polling-lease';
import type { RequestBudget } from '../../src/jobs/budget/request-budget';
import { jsonEqual } from '../../src/base/json/json-equal';
import type { FakeClock } from './fake-clock';
import { jobAt } from './samples';

interface RecordedRequest {
  readonly at: number;
  readonly projectId: string;
  /** Missing for a list. */
  readonly jobId?: string;
  readonly beginTime?: number | undefined;
}

export class FakeSource implements JobSource {
  readonly requests: RecordedRequest[] = [];
  inFlight = 0;
  maxInFlight = 0;
  obstacle: PollError | undefined;
  respond: (reference: JobReference) => ShowJobResult | Promise<ShowJobResult> = () => ({
    ok: true,
    value: { job: jobAt('RUNNING') },
  });
  /** By default the credentials may not list jobs. */
  list: (project: ProjectReference) => ListResult | Promise<ListResult> = () => ({
    ok: false,
    error: { kind: 'forbidden' },
  });

  constructor(
    private readonly clock: FakeClock,
    private readonly budget: RequestBudget = unlimitedBudget,
  ) {}

  get showRequests(): readonly RecordedRequest[] {
    return this.requests.filter(({ jobId }) => jobId !== undefined);
  }

  get listRequests(): readonly RecordedRequest[] {
    return this.requests.filter(({ jobId }) => jobId === undefined);
  }

  obstacleFor(): Promise<PollError | undefined> {
    return Promise.resolve(this.obstacle);
  }

  showJob(reference: JobReference): Promise<ShowJobResult> {
    this.requests.push({ at: this.clock.now(), projectId: reference.projectId, jobId: reference.jobId });
    return this.counted(() => this.respond(reference));
  }

  listJobs(project: ProjectReference, { beginTime }: { readonly beginTime?: number | undefined }): Promise<ListResult> {
    this.requests.push({ at: this.clock.now(), projectId: project.projectId, beginTime });
    return this.counted(() => this.list(project));
  }

  budgetOf(): Promise<RequestBudget> {
    return Promise.resolve(this.budget);
  }

  private async counted<T>(answer: () => T | Promise<T>): Promise<T> {
    this.inFlight += 1;
    this.maxInFlight = Math.max(this.maxInFlight, this.inFlight);
    try {
      return await answer();
    } finally {
      this.inFlight -= 1;
    }
  }
}

export function listOf(...jobs: readonly Job[]): ListResult {
  const listed = jobs.map((job) => ({
    jobId: job.jobId,
    status: job.status,
    read: () => job,
    hasSameFieldsAs: ({ raw }: Job) => jsonEqual(raw, job.raw),
  }));
  return { ok: true, value: { jobs: listed } };
}

export const unlimitedBudget: RequestBudget = {
  take: () => Promise.resolve(0),
  isShort: () => false,
  lower: () => undefined,
};

/** A pause that is never on. */
export const neverPaused: Pick<PollingPause, 'isPaused' | 'onDidChange'> = {
  isPaused: false,
  onDidChange: () => ({ dispose: () => undefined }),
};

/** The lease of the only window. */
export const onlyWindow = (): PollingLease => ({
  tryHold: () => Promise.resolve(true),
  isHeld: () => Promise.resolve(true),
  isHeldByOther: () => Promise.resolve(false),
  release: () => Promise.resolve(),
  dispose: () => undefined,
});
