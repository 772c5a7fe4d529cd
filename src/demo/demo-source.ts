/** A job source for demo jobs: returns what the service would, from the simulator's scripts, without requests or keys. */
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

interface DemoSourceParts {
  /** Returns the time since which a job is tracked, the same in all windows; undefined if it is not tracked. */
  readonly trackedAt: (reference: JobReference) => Instant | undefined;
  readonly clock: Pick<Clock, 'now'>;
}

/** No request is sent, so no quota is used. */
const unlimitedBudget: RequestBudget = {
  take: () => Promise.resolve(0),
  isShort: () => false,
  lower: () => undefined,
};

export class DemoSource implements JobSource {
  constructor(private readonly parts: DemoSourceParts) {}

  obstacleFor(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  showJob(reference: JobReference): Promise<ShowJobResult> {
    const job = this.jobOf(reference);
    return Promise.resolve(
      job === undefined ? failure('not-found', { httpStatus: 404 }) : parseShowJobResponse(responseBody({ job })),
    );
  }

  /** Lists all demo jobs, whenever they began: there are few. */
  listJobs(project: ProjectReference): Promise<ListResult> {
    const jobs = demoReferences().flatMap(({ jobId }) => this.jobOf({ ...project, jobId }) ?? []);
    return Promise.resolve(parseListJobsResponse(responseBody({ jobs })));
  }

  budgetOf(): Promise<RequestBudget> {
    return Promise.resolve(unlimitedBudget);
  }

  private jobOf(reference: JobReference): MainJob | undefined {
    const trackedAt = this.parts.trackedAt(reference);
    return trackedAt === undefined ? undefined : demoJobAt(reference.jobId, trackedAt, this.parts.clock.now());
  }
}

/** Returns a response; the same content has the same request id, so that it is the same in all windows. */
function responseBody(content: object): string {
  const id = new DemoRandom(JSON.stringify(content)).uuid();
  return JSON.stringify({ ...content, request_id: id });
}
