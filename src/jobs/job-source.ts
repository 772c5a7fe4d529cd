/** The interface through which jobs are polled: the cloud, with the credential of each project. */
import type { Result } from '../cloud/http/error';
import type { ListedJob, ShowJobResponse } from '../cloud/api/job-schema';
import type { JobReference } from './model/job-reference';
import type { PollError } from './model/poll-error';
import type { ProjectReference } from './model/project';
import type { RequestBudget } from './budget/request-budget';
import { DAY } from '../base/time-units';

/** Subtract it from `beginTime`: the service does not document the time zone of its filter. */
export const BEGIN_TIME_MARGIN_MS = DAY;

export type ShowJobResult = Result<ShowJobResponse, PollError>;

export interface ListOfJobs {
  readonly jobs: readonly ListedJob[];
  /** Whether the list was too long, so that a job which is not in it need not be absent. */
  readonly isIncomplete?: boolean;
}

export type ListResult = Result<ListOfJobs, PollError>;

export interface JobSource {
  /** @returns why this window cannot poll the project's jobs, e.g. missing keys; undefined if it can */
  obstacleFor(project: ProjectReference): Promise<PollError | undefined>;
  showJob(reference: JobReference, signal: AbortSignal): Promise<ShowJobResult>;
  /**
   * Lists the jobs of a project that began at or after `beginTime`, or all of its jobs. The caller takes the first page's
   * request from the budget; the source takes those of further pages.
   */
  listJobs(
    project: ProjectReference,
    options: { readonly beginTime?: number | undefined },
    signal: AbortSignal,
  ): Promise<ListResult>;
  budgetOf(project: ProjectReference): Promise<RequestBudget>;
}
