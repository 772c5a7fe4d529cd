/** Requests the jobs of one project, alone or in a list, and passes the responses to the store and the plans. */
import type { Clock, Instant } from '../../base/clock';
import type { Log } from '../../base/log';
import type { ListedJob } from '../../cloud/api/job-schema';
import { aliasWaitMs } from '../discovery/alias-wait';
import type { DiscoverySchedule } from '../discovery/discovery-schedule';
import type { NewJobFinder } from '../discovery/new-job-finder';
import {
  BEGIN_TIME_MARGIN_MS,
  type JobSource,
  type ListOfJobs,
  type ListResult,
  type ShowJobResult,
} from '../job-source';
import type { DurationHistory } from '../model/duration-history';
import type { JobKey } from '../model/job-reference';
import { isEnding } from '../model/job-status';
import { isListRefusal, type PollError } from '../model/poll-error';
import type { ProjectReference } from '../model/project';
import { idsOf, type TrackedJob } from '../model/tracked-job';
import type { JobStore } from '../store/job-store';
import { isListError, type ListPolicy } from './list-policy';
import type { PollPlans } from './poll-plans';
import type { ServiceBackoff } from './service-backoff';

interface ProjectRequestsParts {
  readonly project: ProjectReference;
  readonly store: JobStore;
  readonly source: JobSource;
  readonly durations: DurationHistory;
  readonly plans: PollPlans;
  readonly lists: ListPolicy;
  readonly discovery: DiscoverySchedule;
  readonly finder: NewJobFinder;
  readonly backoff: ServiceBackoff;
  /** Whether a response that just came may be applied. */
  readonly mayApply: () => Promise<boolean>;
  /** Whether an applied response may be saved; checked right before saving. */
  readonly maySave: () => Promise<boolean>;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
}

export class ProjectRequests {
  /** Ids of the ended jobs in the last list, whose durations were added. */
  private learned: ReadonlySet<string> = new Set();

  constructor(private readonly parts: ProjectRequestsParts) {}

  /** @returns the error, or undefined on success or if the response no longer matters */
  async show(key: JobKey, { reference }: TrackedJob): Promise<PollError | undefined> {
    const { store, plans, backoff, clock, log, mayApply, maySave } = this.parts;
    const result = await this.showSafely(reference);
    if (!(await mayApply())) return undefined;
    const now = clock.now();
    plans.polledAlone(key, now);
    if (!result.ok) return result.error;
    backoff.succeeded();
    log.debug(`Job ${reference.jobId}: ${result.value.job.status ?? 'no status'}`);
    store.applyResponse(key, result.value, now, maySave);
    plans.schedule(key);
    return undefined;
  }

  /**
   * @param keys the jobs that are polled with the list; none for a list that only new jobs need
   * @returns as `show`
   */
  async list(keys: readonly JobKey[]): Promise<PollError | undefined> {
    const { project, lists, discovery, finder, backoff, clock, log, mayApply } = this.parts;
    discovery.requested();
    const requestedAt = clock.now();
    const result = await this.listSafely(keys.length > 0);
    if (!(await mayApply())) return undefined;
    const now = clock.now();
    discovery.completed(now);
    if (!result.ok) return this.listFailed(keys, result.error, now);
    backoff.succeeded();
    const { jobs, isIncomplete = false } = result.value;
    lists.succeeded(jobs.length);
    log.debug(`Project ${project.projectId}: ${jobs.length} jobs listed${isIncomplete ? ', which are not all' : ''}`);
    this.learn(jobs);
    await this.applyList(keys, result.value, now);
    discovery.succeeded();
    const waitMs = await finder.listed(jobs, { requestedAt, now }, aliasWaitMs(this.plannedJobs(), now));
    if (waitMs > 0) discovery.listWithin(waitMs);
    return undefined;
  }

  /** Applies the failure to poll a job. */
  failed(key: JobKey, error: PollError): void {
    const { store, plans, clock } = this.parts;
    this.logIfNew(key, error);
    store.applyError(key, error, clock.now());
    plans.schedule(key);
  }

  private async showSafely(reference: TrackedJob['reference']): Promise<ShowJobResult> {
    try {
      return await this.parts.source.showJob(reference, this.parts.signal);
    } catch (cause) {
      this.parts.log.error(`Polling job ${reference.jobId} threw: ${String(cause)}`);
      return { ok: false, error: { kind: 'malformed', message: 'The response could not be processed.' } };
    }
  }

  /** @param isForTracked whether the list must reach back to the tracked jobs that are polled */
  private async listSafely(isForTracked: boolean): Promise<ListResult> {
    const { source, project, plans, finder, signal, log } = this.parts;
    try {
      const newFrom = finder.listFrom();
      const beginTime =
        isForTracked || newFrom === undefined ? plans.listFrom(newFrom) : newFrom - BEGIN_TIME_MARGIN_MS;
      return await source.listJobs(project, { beginTime }, signal);
    } catch (cause) {
      log.error(`Listing the jobs of project ${project.projectId} threw: ${String(cause)}`);
      return { ok: false, error: { kind: 'malformed', message: 'The list could not be processed.' } };
    }
  }

  private async listFailed(keys: readonly JobKey[], error: PollError, now: Instant): Promise<PollError | undefined> {
    const { plans, lists, discovery, finder } = this.parts;
    // The credential changed between two pages.
    if (error.kind === 'cancelled') return undefined;
    if (isListRefusal(error.kind)) {
      lists.pause(error, now);
      discovery.refused();
      await finder.refused(error);
      return undefined;
    }
    discovery.failed(error, now);
    if (isListError(error)) {
      lists.pause(error, now);
      return undefined;
    }
    for (const key of keys) plans.polled(key, now);
    return error;
  }

  private async applyList(
    requested: readonly JobKey[],
    { jobs, isIncomplete = false }: ListOfJobs,
    now: Instant,
  ): Promise<void> {
    const { project, store, plans, maySave } = this.parts;
    const byId = new Map(jobs.map((job) => [job.jobId, job]));
    const found = new Map<JobKey, ListedJob>();
    for (const id of byId.keys()) {
      for (const key of id === undefined ? [] : store.withId(project, id)) {
        const tracked = found.has(key) ? undefined : store.get(key);
        if (tracked === undefined) continue;
        const listed = idsOf(tracked)
          .map((each) => byId.get(each))
          .find((job) => job !== undefined);
        if (listed !== undefined) found.set(key, listed);
      }
    }
    for (const key of found.keys()) plans.foundInList(key, now);
    await store.applyList(found, now, maySave);
    for (const key of found.keys()) plans.schedule(key);
    for (const key of requested) if (!found.has(key)) plans.missingFromList(key, now, isIncomplete);
  }

  private learn(jobs: readonly ListedJob[]): void {
    const learned = new Set<string>();
    for (const listed of jobs) {
      if (listed.jobId === undefined || learned.has(listed.jobId) || !isEnding(listed.status)) continue;
      learned.add(listed.jobId);
      if (!this.learned.has(listed.jobId)) this.parts.durations.add(listed.read());
    }
    this.learned = learned;
  }

  private plannedJobs(): readonly TrackedJob[] {
    const { store, plans } = this.parts;
    return [...plans.planned()].flatMap((key) => store.get(key) ?? []);
  }

  /** Logs an error unless the job's last poll failed for the same reason: a night offline is one line. */
  private logIfNew(key: JobKey, error: PollError): void {
    const tracked = this.parts.store.get(key);
    if (tracked === undefined || tracked.pollFailure?.error.kind === error.kind) return;
    const facts =
      'httpStatus' in error ? [error.httpStatus, error.code, error.message, error.requestId] : [error.message];
    const details = facts.filter((fact) => fact !== undefined).join(' · ');
    this.parts.log.warn(`Job ${tracked.reference.jobId}: ${error.kind}${details === '' ? '' : ` (${details})`}`);
  }
}
