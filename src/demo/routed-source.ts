/** A job source that routes demo jobs to the demo, and all others to the cloud. */
import type { JobReference } from '../jobs/model/job-reference';
import type { JobSource, ListResult, ShowJobResult } from '../jobs/job-source';
import type { PollError } from '../jobs/model/poll-error';
import type { ProjectReference } from '../jobs/model/project';
import type { RequestBudget } from '../jobs/budget/request-budget';
import { isDemo } from './demo-project';

export class RoutedSource implements JobSource {
  constructor(
    private readonly demo: JobSource,
    private readonly cloud: JobSource,
  ) {}

  obstacleFor(project: ProjectReference): Promise<PollError | undefined> {
    return this.sourceOf(project).obstacleFor(project);
  }

  showJob(reference: JobReference, signal: AbortSignal): Promise<ShowJobResult> {
    return this.sourceOf(reference).showJob(reference, signal);
  }

  listJobs(
    project: ProjectReference,
    options: { readonly beginTime?: number | undefined },
    signal: AbortSignal,
  ): Promise<ListResult> {
    return this.sourceOf(project).listJobs(project, options, signal);
  }

  budgetOf(project: ProjectReference): Promise<RequestBudget> {
    return this.sourceOf(project).budgetOf(project);
  }

  private sourceOf(project: ProjectReference): JobSource {
    return isDemo(project) ? this.demo : this.cloud;
  }
}
