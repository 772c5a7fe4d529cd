/** A cloud whose answers a test sets, and that notes who asked. */
import type { Job } from '../../src/cloud/api/job';
import type { JobReference } from '../../src/jobs/model/job-reference';
import type { JobSource, ListResult, ShowJobResult } from '../../src/jobs/job-source';
import type { ProjectReference } from '../../src/jobs/model/project';
import type { PollError } from '../../src/jobs/model/poll-error';
import type { PollingPause } from '../../src/jobs/polling/polling-pause';
import type { PollingLease } from '../../src/jobs/polling/project-poller';
import type { RequestBudget } from '../../src/jobs/budget/request-budget';
import { jsonEqual } from '../../src/base/json-equal';
import type { FakeClock } from './fake-clock';
import { jobAt } from './samples';

export interface Asked {
  readonly at: number;
  readonly projectId: string;
  /** Missing where all were asked for. */
  readonly jobId?: string;
  readonly beginTime?: number | undefined;
}

export class FakeSource implements JobSource {
  readonly asked: Asked[] = [];
  readonly lowered: unknown[] = [];
  inFlight = 0;
  mostInFlight = 0;
  obstacle: PollError | undefined;
  answer: (reference: JobReference) => ShowJobResult | Promise<ShowJobResult> = () => ({
    ok: true,
    value: { job: jobAt('RUNNING') },
  });
  /** By default nobody may list. */
  list: (project: ProjectReference) => ListResult | Promise<ListResult> = () => ({
    ok: false,
    error: { kind: 'forbidden' },
  });

  constructor(
    private readonly clock: FakeClock,
    private readonly budget: RequestBudget = endlessBudget,
  ) {}

  get shown(): readonly Asked[] {
    return this.asked.filter(({ jobId }) => jobId !== undefined);
  }

  get listed(): readonly Asked[] {
    return this.asked.filter(({ jobId }) => jobId === undefined);
  }

  canAsk(): Promise<PollError | undefined> {
    return Promise.resolve(this.obstacle);
  }

  showJob(reference: JobReference): Promise<ShowJobResult> {
    this.asked.push({ at: this.clock.now(), projectId: reference.projectId, jobId: reference.jobId });
    return this.counted(() => this.answer(reference));
  }

  listJobs(project: ProjectReference, { beginTime }: { readonly beginTime?: number | undefined }): Promise<ListResult> {
    this.asked.push({ at: this.clock.now(), projectId: project.projectId, beginTime });
    return this.counted(() => this.list(project));
  }

  budgetOf(): Promise<RequestBudget> {
    return Promise.resolve(this.budget);
  }

  private async counted<T>(answer: () => T | Promise<T>): Promise<T> {
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
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
    saysTheSameAs: ({ raw }: Job) => jsonEqual(raw, job.raw),
  }));
  return { ok: true, value: { jobs: listed } };
}

export const endlessBudget: RequestBudget = {
  take: () => Promise.resolve(0),
  isShort: () => false,
  lower: () => undefined,
};

/** Of a person who lets jobs be followed. */
export const neverPaused: Pick<PollingPause, 'isPaused' | 'onDidChange'> = {
  isPaused: false,
  onDidChange: () => ({ dispose: () => undefined }),
};

/** Of the only window there is. */
export const onlyWindow = (): PollingLease => ({
  tryHold: () => Promise.resolve(true),
  isHeld: () => Promise.resolve(true),
  isHeldByOther: () => Promise.resolve(false),
  release: () => Promise.resolve(),
  dispose: () => undefined,
});
