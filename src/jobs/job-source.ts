/** What the engine asks for jobs: the cloud, by the credential of a project. */
import type { Result } from '../cloud/http/error';
import type { ListedJob, ShowJobResponse } from '../cloud/api/job-schema';
import type { JobReference } from './model/job-reference';
import type { PollError } from './model/poll-error';
import type { ProjectReference } from './model/project';
import type { RequestBudget } from './budget/request-budget';
import { DAY } from '../base/time-units';

/** Subtract it from `beginTime`: the service does not document the time zone it compares in. */
export const BEGIN_TIME_MARGIN_MS = DAY;

export type ShowJobResult = Result<ShowJobResponse, PollError>;

export type ListResult = Result<{ readonly jobs: readonly ListedJob[] }, PollError>;

export interface JobSource {
  /** What keeps this window from asking for that project, its keys that are not here for one; undefined where nothing does. */
  canAsk(project: ProjectReference): Promise<PollError | undefined>;
  showJob(reference: JobReference, signal: AbortSignal): Promise<ShowJobResult>;
  /**
   * All jobs of a project that began at or after `beginTime`. The caller takes one request from the budget; pages after
   * the first one are taken by the source, which alone knows of them.
   */
  listJobs(
    project: ProjectReference,
    options: { readonly beginTime?: number | undefined },
    signal: AbortSignal,
  ): Promise<ListResult>;
  budgetOf(project: ProjectReference): Promise<RequestBudget>;
}
