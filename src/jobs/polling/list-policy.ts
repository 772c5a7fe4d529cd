/** Whether a project's jobs can be listed, and for how many of them a list costs less than asking for each. */
import type { Instant } from '../../base/clock';
import type { Log } from '../../base/log';
import { isListRefusal, type PollError } from '../model/poll-error';
import type { ProjectReference } from '../model/project';

export interface ListPolicyParts {
  readonly project: ProjectReference;
  readonly log: Log;
}

const FEWEST_JOBS = 4;
/** The same while requests are short. */
const FEWEST_JOBS_WHEN_SHORT = 2;
/** So many jobs in a list weigh as much as a request. */
const LISTED_PER_REQUEST = 100;
/** Milliseconds for which no list is asked for after one that could not be read. */
const PAUSE = 10 * 60_000;

export class ListPolicy {
  private until: Instant = 0;
  /** Why the last list could not be used. */
  private obstacle: PollError['kind'] | undefined;
  /** How many jobs the last list had. */
  private listedCount = 0;

  constructor(private readonly parts: ListPolicyParts) {}

  /** Until then no list is asked for. */
  get pausedUntil(): Instant {
    return this.until;
  }

  minJobs(isShort: boolean): number {
    return isShort ? FEWEST_JOBS_WHEN_SHORT : Math.max(FEWEST_JOBS, 1 + this.listedCount / LISTED_PER_REQUEST);
  }

  listed(count: number): void {
    this.obstacle = undefined;
    this.listedCount = count;
  }

  /** There is no use in lists, while each job can still be asked for. */
  pause({ kind }: PollError, now: Instant): void {
    const { project, log } = this.parts;
    if (this.obstacle !== kind) {
      log.warn(`The jobs of project ${project.projectId} cannot be listed (${kind}); each is asked for alone.`);
    }
    this.obstacle = kind;
    this.until = isListRefusal(kind) ? Infinity : now + PAUSE;
  }

  /** The credential changed. */
  resume(): void {
    this.until = 0;
  }

  onClockSetBack(now: Instant): void {
    if (this.until !== Infinity) this.until = Math.min(this.until, now);
  }
}

/** Whether it is lists that fail for that reason, and perhaps nothing else. */
export function isListError({ kind }: PollError): boolean {
  return isListRefusal(kind) || kind === 'malformed' || kind === 'bad-request' || kind === 'not-found';
}
