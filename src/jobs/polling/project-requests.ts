/** Asks for the jobs of one project, alone or in a list, and brings what comes to those who keep and plan. */
import type { ListedJob } from '../../cloud/api/job-schema';
import type { Clock, Instant } from '../../base/clock';
import type { JobKey } from '../model/job-reference';
import { BEGIN_TIME_MARGIN_MS, type JobSource, type ListResult, type ShowJobResult } from '../job-source';
import type { JobStore } from '../store/job-store';
import { isListError, type ListPolicy } from './list-policy';
import type { Log } from '../../base/log';
import { isListRefusal, type PollError, stopsCredential } from '../model/poll-error';
import type { PollPlans } from './poll-plans';
import type { NewJobFinder } from '../discovery/new-job-finder';
import type { DurationHistory } from '../model/duration-history';
import type { ProjectReference } from '../model/project';
import type { ServiceBackoff } from './service-backoff';
import { isEnding } from '../model/job-status';
import type { TrackedJob } from '../model/tracked-job';

export interface ProjectRequestsParts {
  readonly project: ProjectReference;
  readonly store: JobStore;
  readonly source: JobSource;
  readonly durations: DurationHistory;
  readonly plans: PollPlans;
  readonly lists: ListPolicy;
  readonly newJobs: NewJobFinder | undefined;
  readonly backoff: ServiceBackoff;
  /** Whether what was asked for may be applied now that an answer came. */
  readonly mayApply: () => Promise<boolean>;
  /** Whether what was applied may be kept, once it is its turn. */
  readonly mayKeep: () => Promise<boolean>;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
}

export class ProjectRequests {
  /** Ended jobs of lists whose durations are known. */
  private readonly learned = new Set<string>();

  constructor(private readonly parts: ProjectRequestsParts) {}

  /** @returns why there is no answer; undefined also where none matters any more. */
  async show(key: JobKey, { reference }: TrackedJob): Promise<PollError | undefined> {
    const { store, plans, backoff, clock, log, mayApply, mayKeep } = this.parts;
    const result = await this.showSafely(reference);
    if (!(await mayApply())) return undefined;
    const now = clock.now();
    plans.shown(key, now);
    if (!result.ok) return result.error;
    backoff.succeeded();
    log.debug(`Job ${reference.jobId}: ${result.value.job.status ?? 'no status'}`);
    store.applyResponse(key, result.value, now, mayKeep);
    plans.renew(key);
    return undefined;
  }

  /**
   * @param keys the jobs that the list is made for; none where it is made for new ones alone.
   * @returns as `show`
   */
  async list(keys: readonly JobKey[]): Promise<PollError | undefined> {
    const { project, lists, newJobs, backoff, clock, log, mayApply } = this.parts;
    newJobs?.asks();
    const result = await this.listSafely(keys.length > 0);
    if (!(await mayApply())) return undefined;
    const now = clock.now();
    newJobs?.polled(now);
    if (!result.ok) return this.listFailed(keys, result.error, now);
    backoff.succeeded();
    const { jobs } = result.value;
    lists.listed(jobs.length);
    log.debug(`Project ${project.projectId}: ${jobs.length} jobs listed`);
    this.learn(jobs);
    this.applyList(keys, jobs, now);
    await newJobs?.listed(jobs, now, !this.isIdMissing());
    return undefined;
  }

  /** There is no answer for that job. */
  failed(key: JobKey, error: PollError): void {
    const { store, plans, clock } = this.parts;
    this.logOnce(key, error);
    store.applyError(key, error, clock.now());
    plans.renew(key);
  }

  private async showSafely(reference: TrackedJob['reference']): Promise<ShowJobResult> {
    try {
      return await this.parts.source.showJob(reference, this.parts.signal);
    } catch (cause) {
      this.parts.log.error(`Looking at job ${reference.jobId} threw: ${String(cause)}`);
      return { ok: false, error: { kind: 'malformed', message: 'The answer could not be processed.' } };
    }
  }

  /** @param isForJobs false where a list is made for new jobs alone, and need not reach back to the others. */
  private async listSafely(isForJobs: boolean): Promise<ListResult> {
    const { source, project, plans, newJobs, signal, log } = this.parts;
    try {
      const newFrom = newJobs?.listFrom();
      const beginTime = isForJobs || newFrom === undefined ? plans.listFrom(newFrom) : newFrom - BEGIN_TIME_MARGIN_MS;
      return await source.listJobs(project, { beginTime }, signal);
    } catch (cause) {
      log.error(`Listing the jobs of project ${project.projectId} threw: ${String(cause)}`);
      return { ok: false, error: { kind: 'malformed', message: 'The list could not be processed.' } };
    }
  }

  private async listFailed(keys: readonly JobKey[], error: PollError, now: Instant): Promise<PollError | undefined> {
    const { plans, lists, newJobs } = this.parts;
    // The key changed between two pages.
    if (error.kind === 'cancelled') return undefined;
    if (isListError(error)) {
      lists.pause(error, now);
      if (isListRefusal(error.kind)) await newJobs?.refused(error);
      else newJobs?.failed(error, now);
      return undefined;
    }
    for (const key of keys) plans.polled(key, now);
    newJobs?.failed(error, now);
    return error;
  }

  private applyList(wanted: readonly JobKey[], jobs: readonly ListedJob[], now: Instant): void {
    const { store, plans, mayKeep } = this.parts;
    const byId = new Map(jobs.map((job) => [job.jobId, job]));
    const found = new Map<JobKey, ListedJob>();
    for (const key of plans.keys()) {
      const tracked = store.get(key);
      if (tracked === undefined) continue;
      const ids = [tracked.reference.jobId, ...tracked.aliases];
      const listed = ids.map((id) => byId.get(id)).find((job) => job !== undefined);
      if (listed !== undefined) found.set(key, listed);
    }
    for (const key of found.keys()) plans.listed(key, now);
    store.applyList(found, now, mayKeep);
    for (const key of found.keys()) plans.renew(key);
    for (const key of wanted) if (!found.has(key)) plans.absent(key, now);
  }

  private learn(jobs: readonly ListedJob[]): void {
    for (const listed of jobs) {
      if (listed.jobId === undefined || this.learned.has(listed.jobId) || !isEnding(listed.status)) continue;
      this.learned.add(listed.jobId);
      this.parts.durations.add(listed.read());
    }
  }

  /** Whether a tracked job, not answered yet, may be called otherwise in a list. One that fails is not waited for. */
  private isIdMissing(): boolean {
    const { store, plans } = this.parts;
    return [...plans.keys()].some((key) => {
      const tracked = store.get(key);
      if (tracked?.job !== undefined || !plans.isPlanned(key)) return false;
      const error = tracked?.pollFailure?.error;
      // Looks at a job that is not found yet are few; with other credentials it is looked at at once.
      return error === undefined || error.kind === 'not-found-yet' || stopsCredential(error);
    });
  }

  /** Being offline for a night is one line, not one for each attempt. */
  private logOnce(key: JobKey, error: PollError): void {
    const tracked = this.parts.store.get(key);
    if (tracked === undefined || tracked.pollFailure?.error.kind === error.kind) return;
    const facts =
      'httpStatus' in error ? [error.httpStatus, error.code, error.message, error.requestId] : [error.message];
    const words = facts.filter((fact) => fact !== undefined).join(' · ');
    this.parts.log.warn(`Job ${tracked.reference.jobId}: ${error.kind}${words === '' ? '' : ` (${words})`}`);
  }
}
