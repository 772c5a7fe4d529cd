/** Chooses the next request of a project: the poll of one job, a list for many jobs or for new ones, or a look-up of names. */
import type { Clock, Instant } from '../../base/clock';
import type { DiscoverySchedule } from '../discovery/discovery-schedule';
import type { JobKey } from '../model/job-reference';
import type { PollError } from '../model/poll-error';
import type { ResourceLookUps } from '../resources/resource-lookups';
import type { JobStore } from '../store/job-store';
import type { ListPolicy } from './list-policy';
import type { PollPlans } from './poll-plans';
import type { ProjectRequests } from './project-requests';

interface RequestChooserParts {
  readonly plans: PollPlans;
  readonly lists: ListPolicy;
  readonly discovery: DiscoverySchedule;
  readonly lookUps: ResourceLookUps;
  readonly requests: ProjectRequests;
  readonly store: JobStore;
  readonly clock: Clock;
}

export interface PlannedRequest {
  /** The jobs that are polled with it; none for a list that only new jobs need, and for a look-up of names. */
  readonly keys: readonly JobKey[];
  /** @returns the error, or undefined on success or if the response no longer matters */
  readonly send: () => Promise<PollError | undefined>;
  /** Whether polls do not wait for its answer. */
  readonly isAside?: boolean;
}

export class RequestChooser {
  constructor(private readonly parts: RequestChooserParts) {}

  /** Returns when the first request is due; undefined if none is planned. */
  dueAt(): Instant | undefined {
    const { plans, lookUps } = this.parts;
    const dueAt = Math.min(plans.dueAt() ?? Infinity, this.discoveryDueAt(), lookUps.dueAt() ?? Infinity);
    return dueAt === Infinity ? undefined : dueAt;
  }

  /** Whether a list is due for new jobs. */
  isDiscoveryDue(): boolean {
    return this.parts.clock.now() >= this.discoveryDueAt();
  }

  /** @param isShort whether requests are short: then tracked jobs go before new ones, and fewer jobs make a list */
  next(isShort: boolean): PlannedRequest | undefined {
    const { plans, lists, store, clock } = this.parts;
    const now = clock.now();
    const key = plans.mostUrgent(now);
    const tracked = key === undefined ? undefined : store.get(key);
    const isDiscoveryDue = this.isDiscoveryDue();
    if (key === undefined || tracked === undefined) return isDiscoveryDue ? this.list([]) : this.lookUp(isShort);
    const listable = now < lists.pausedUntil ? [] : plans.listable(now);
    if (listable.includes(key) && listable.length >= lists.minJobs(isShort)) return this.list(listable);
    if (isDiscoveryDue && !isShort) return this.list([]);
    return { keys: [key], send: () => this.parts.requests.show(key, tracked) };
  }

  private discoveryDueAt(): Instant {
    const { discovery, lists } = this.parts;
    return Math.max(discovery.dueAt() ?? Infinity, lists.pausedUntil);
  }

  private lookUp(isShort: boolean): PlannedRequest | undefined {
    const { lookUps } = this.parts;
    if (isShort) lookUps.postpone();
    const send = lookUps.next();
    return send && { keys: [], send, isAside: true };
  }

  private list(keys: readonly JobKey[]): PlannedRequest {
    return { keys, send: () => this.parts.requests.list(keys) };
  }
}
