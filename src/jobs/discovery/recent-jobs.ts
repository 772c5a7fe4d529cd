/** Lists the jobs of a project for a person who waits for them: within the budget, the newest first. */
import type { Job } from '../../cloud/api/job';
import type { ListedJob } from '../../cloud/api/job-schema';
import type { Clock, Instant } from '../../base/clock';
import { parseJobId } from '../model/job-reference';
import { BEGIN_TIME_MARGIN_MS, type JobSource, type ListResult } from '../job-source';
import type { ProjectReference } from '../model/project';
import type { Log } from '../../base/log';
import type { PollError } from '../model/poll-error';
import { sleep } from '../../base/timing';

export interface RecentJob {
  readonly jobId: string;
  readonly job: Job;
  readonly listed: ListedJob;
}

export type RecentJobsResult =
  | { readonly kind: 'jobs'; readonly jobs: readonly RecentJob[] }
  | { readonly kind: 'error'; readonly error: PollError }
  /** Requests are so short that the list could leave in so many milliseconds only. */
  | { readonly kind: 'short'; readonly delay: number }
  | { readonly kind: 'cancelled' };

export interface RecentJobsParts {
  readonly source: JobSource;
  readonly clock: Clock;
  readonly log: Log;
}

/** Milliseconds that a person waits for the budget. */
const PATIENCE = 15_000;

export class RecentJobs {
  constructor(private readonly parts: RecentJobsParts) {}

  /** @param beginFrom undefined for all that the service keeps. */
  async list(
    project: ProjectReference,
    beginFrom: Instant | undefined,
    signal: AbortSignal,
  ): Promise<RecentJobsResult> {
    const { source } = this.parts;
    // What was refused is answered without a request.
    const obstacle = await source.canAsk(project);
    if (obstacle !== undefined) return { kind: 'error', error: obstacle };
    const budget = await source.budgetOf(project);
    const waited = await this.take(() => budget.take(), signal);
    if (waited !== 'taken') return waited;
    const result = await this.ask(project, beginFrom, signal);
    if (signal.aborted) return { kind: 'cancelled' };
    if (!result.ok) {
      const { error } = result;
      if ('rateLimit' in error && error.rateLimit !== undefined) budget.lower(error.rateLimit);
      return { kind: 'error', error };
    }
    return { kind: 'jobs', jobs: newestFirst(result.value.jobs, beginFrom) };
  }

  private async take(take: () => Promise<number>, signal: AbortSignal): Promise<'taken' | RecentJobsResult> {
    const { clock } = this.parts;
    const end = clock.elapsed() + PATIENCE;
    for (;;) {
      if (signal.aborted) return { kind: 'cancelled' };
      const delay = await take();
      if (delay === 0) return 'taken';
      if (clock.elapsed() + delay > end) return { kind: 'short', delay };
      await sleep(clock, delay, signal);
    }
  }

  private async ask(project: ProjectReference, from: Instant | undefined, signal: AbortSignal): Promise<ListResult> {
    try {
      // The service documents no zone for the times it compares.
      return await this.parts.source.listJobs(
        project,
        { beginTime: from === undefined ? undefined : from - BEGIN_TIME_MARGIN_MS },
        signal,
      );
    } catch (cause) {
      this.parts.log.error(`Listing the jobs of project ${project.projectId} threw: ${String(cause)}`);
      return { ok: false, error: { kind: 'malformed', message: 'The list could not be processed.' } };
    }
  }
}

/** What has not begun is the newest of all. What has no id that could be asked for is left out, as is what came twice. */
function newestFirst(listed: readonly ListedJob[], from: Instant = -Infinity): readonly RecentJob[] {
  const jobs = new Map<string, RecentJob>();
  for (const each of listed) {
    const { jobId } = each;
    if (jobId === undefined || parseJobId(jobId) !== jobId) continue;
    const job = each.read();
    if (begin(job) >= from) jobs.set(jobId, { jobId, job, listed: each });
  }
  return [...jobs.values()].sort((a, b) => begin(b.job) - begin(a.job));
}

function begin({ beginTime }: Job): Instant {
  return beginTime ?? Number.MAX_SAFE_INTEGER;
}
