/** What the engine asks for jobs: the cloud, by the credential of a project. */
import type { Result } from '../elb/error';
import type { ListedJob, ShowJobAnswer } from '../elb/job-schema';
import type { JobReference } from './job-reference';
import type { LookError } from './look-error';
import type { ProjectReference } from './project-reference';
import type { RequestBudget } from './request-budget';

export type LookResult = Result<ShowJobAnswer, LookError>;

export type ListResult = Result<{ readonly jobs: readonly ListedJob[] }, LookError>;

export interface JobSource {
  /** What keeps this window from asking for that project, its keys that are not here for one; undefined where nothing does. */
  canAsk(project: ProjectReference): Promise<LookError | undefined>;
  showJob(reference: JobReference, signal: AbortSignal): Promise<LookResult>;
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
