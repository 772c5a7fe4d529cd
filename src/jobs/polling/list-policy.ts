/** Decides whether a project's jobs can be listed, and from how many jobs on a list costs less than polling each. */
import type { Instant } from '../../base/clock';
import type { Log } from '../../base/log';
import { OutageLog } from '../../base/outage-log';
import { MINUTE } from '../../base/time-units';
import { isListRefusal, type PollError } from '../model/poll-error';
import type { ProjectReference } from '../model/project';

interface ListPolicyParts {
  readonly project: ProjectReference;
  readonly log: Log;
}

export const MIN_JOBS = 4;
export const MIN_JOBS_WHEN_SHORT = 2;
/** This many jobs in a list cost as much as one more request. */
const LISTED_PER_REQUEST = 100;
export const PAUSE_AFTER_ERROR_MS = 10 * MINUTE;

export class ListPolicy {
  private pauseEnd: Instant = 0;
  private lastListedCount = 0;
  private readonly outages: OutageLog;

  constructor(private readonly parts: ListPolicyParts) {
    this.outages = new OutageLog(parts.log, 'warn');
  }

  /** No list is requested before this time; `Infinity` until the credential changes. */
  get pausedUntil(): Instant {
    return this.pauseEnd;
  }

  /** @param isShort whether requests are short */
  minJobs(isShort: boolean): number {
    return isShort ? MIN_JOBS_WHEN_SHORT : Math.max(MIN_JOBS, 1 + this.lastListedCount / LISTED_PER_REQUEST);
  }

  succeeded(listedCount: number): void {
    this.outages.succeeded(this.parts.project.projectId);
    this.lastListedCount = listedCount;
  }

  /** Lists fail, but each job can still be polled. */
  pause({ kind }: PollError, now: Instant): void {
    const { projectId } = this.parts.project;
    this.outages.failed(
      projectId,
      kind,
      `The jobs of project ${projectId} cannot be listed (${kind}); each is polled by its own request.`,
    );
    this.pauseEnd = isListRefusal(kind) ? Infinity : now + PAUSE_AFTER_ERROR_MS;
  }

  /** The credential changed. */
  resume(): void {
    this.pauseEnd = 0;
  }

  onClockSetBack(now: Instant): void {
    if (this.pauseEnd !== Infinity) this.pauseEnd = Math.min(this.pauseEnd, now);
  }
}

/** Whether the error may concern lists alone, so that polling single jobs can still succeed. */
export function isListError({ kind }: PollError): boolean {
  return isListRefusal(kind) || kind === 'malformed' || kind === 'bad-request' || kind === 'not-found';
}
