/** Answers for demo jobs as the service would: by the simulator's scripts, in this process, without a request or a key. */
import { failure } from '../cloud/http/error';
import { parseListJobsResponse, parseShowJobResponse } from '../cloud/api/job-schema';
import type { Clock, Instant } from '../base/clock';
import type { JobReference } from '../jobs/model/job-reference';
import type { JobSource, ListResult, ShowJobResult } from '../jobs/job-source';
import type { ProjectReference } from '../jobs/model/project';
import type { RequestBudget } from '../jobs/budget/request-budget';
import type { MainJob } from '../simulator/jobs/job-script';
import { DemoRandom } from './demo-ids';
import { demoJobAt, demoReferences } from './demo-jobs';

export interface DemoSourceParts {
  /** Since when a job is tracked, in all windows; undefined where it is not. */
  readonly trackedAt: (reference: JobReference) => Instant | undefined;
  readonly clock: Pick<Clock, 'now'>;
}

/** Nobody's quota is used. */
const endlessBudget: RequestBudget = {
  take: () => Promise.resolve(0),
  isShort: () => false,
  lower: () => undefined,
};

export class DemoSource implements JobSource {
  constructor(private readonly parts: DemoSourceParts) {}

  canAsk(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  showJob(reference: JobReference): Promise<ShowJobResult> {
    const job = this.jobOf(reference);
    return Promise.resolve(
      job === undefined ? failure('not-found', { httpStatus: 404 }) : parseShowJobResponse(answer({ job })),
    );
  }

  /** All of them, whenever they began: there are few. */
  listJobs(project: ProjectReference): Promise<ListResult> {
    const jobs = demoReferences().flatMap(({ jobId }) => this.jobOf({ ...project, jobId }) ?? []);
    return Promise.resolve(parseListJobsResponse(answer({ jobs })));
  }

  budgetOf(): Promise<RequestBudget> {
    return Promise.resolve(endlessBudget);
  }

  private jobOf(reference: JobReference): MainJob | undefined {
    const trackedAt = this.parts.trackedAt(reference);
    return trackedAt === undefined ? undefined : demoJobAt(reference.jobId, trackedAt, this.parts.clock.now());
  }
}

/** The same content has the same request id, so that two windows are told the same. */
function answer(content: object): string {
  const id = new DemoRandom(JSON.stringify(content)).uuid();
  return JSON.stringify({ ...content, request_id: id });
}
