/** Lists the recent jobs of a project for a person who waits for them, within the request budget. */
import type { Clock, Instant } from '../../base/clock';
import type { Log } from '../../base/log';
import { SECOND } from '../../base/time-units';
import { sleep } from '../../base/timing';
import type { Job } from '../../cloud/api/job';
import type { ListedJob } from '../../cloud/api/job-schema';
import type { RequestBudget } from '../budget/request-budget';
import { BEGIN_TIME_MARGIN_MS, type JobSource, type ListResult } from '../job-source';
import { parseJobId } from '../model/job-reference';
import type { PollError } from '../model/poll-error';
import type { ProjectReference } from '../model/project';

export interface RecentJob {
  readonly jobId: string;
  readonly job: Job;
  readonly listed: ListedJob;
}

export type RecentJobsResult =
  /** The newest first. */
  | { readonly kind: 'jobs'; readonly jobs: readonly RecentJob[] }
  | { readonly kind: 'error'; readonly error: PollError }
  /** The budget is used up; the list can be requested after `delayMs`. */
  | { readonly kind: 'short'; readonly delayMs: number }
  | { readonly kind: 'cancelled' };

interface RecentJobsParts {
  readonly source: JobSource;
  readonly clock: Clock;
  readonly log: Log;
}

/** How long a person waits for the budget. */
const MAX_BUDGET_WAIT_MS = 15 * SECOND;

export class RecentJobs {
  constructor(private readonly parts: RecentJobsParts) {}

  /** @param beginFrom undefined for all jobs that the service keeps */
  async list(
    project: ProjectReference,
    beginFrom: Instant | undefined,
    signal: AbortSignal,
  ): Promise<RecentJobsResult> {
    const { source } = this.parts;
    // Checked first: a credential that was refused needs no budget.
    const obstacle = await source.obstacleFor(project);
    if (obstacle !== undefined) return { kind: 'error', error: obstacle };
    const budget = await source.budgetOf(project);
    const taken = await this.take(budget, signal);
    if (taken !== 'taken') return taken;
    const result = await this.request(project, beginFrom, signal);
    if (signal.aborted) return { kind: 'cancelled' };
    if (!result.ok) {
      const { error } = result;
      if ('rateLimit' in error && error.rateLimit !== undefined) budget.lower(error.rateLimit);
      return { kind: 'error', error };
    }
    return { kind: 'jobs', jobs: newestFirst(result.value.jobs, beginFrom) };
  }

  private async take(budget: RequestBudget, signal: AbortSignal): Promise<'taken' | RecentJobsResult> {
    const { clock } = this.parts;
    const end = clock.elapsed() + MAX_BUDGET_WAIT_MS;
    for (;;) {
      if (signal.aborted) return { kind: 'cancelled' };
      const delayMs = await budget.take();
      if (delayMs === 0) return 'taken';
      if (clock.elapsed() + delayMs > end) return { kind: 'short', delayMs };
      await sleep(clock, delayMs, signal);
    }
  }

  private async request(
    project: ProjectReference,
    from: Instant | undefined,
    signal: AbortSignal,
  ): Promise<ListResult> {
    try {
      const beginTime = from === undefined ? undefined : from - BEGIN_TIME_MARGIN_MS;
      return await this.parts.source.listJobs(project, { beginTime }, signal);
    } catch (cause) {
      this.parts.log.error(`Listing the jobs of project ${project.projectId} threw: ${String(cause)}`);
      return { ok: false, error: { kind: 'malformed', message: 'The list could not be processed.' } };
    }
  }
}

/** Drops duplicates and jobs without a valid id. A job without times counts as the newest: it may have just been created. */
function newestFirst(listed: readonly ListedJob[], from: Instant = -Infinity): readonly RecentJob[] {
  const jobs = new Map<string, RecentJob>();
  for (const each of listed) {
    const { jobId } = each;
    if (jobId === undefined || parseJobId(jobId) !== jobId) continue;
    const job = each.read();
    if (beginOf(job) >= from) jobs.set(jobId, { jobId, job, listed: each });
  }
  return [...jobs.values()].sort((a, b) => beginOf(b.job) - beginOf(a.job));
}

/** @returns the latest moment at which the job can have begun */
function beginOf({ beginTime, endTime }: Job): Instant {
  return beginTime ?? endTime ?? Number.MAX_SAFE_INTEGER;
}
