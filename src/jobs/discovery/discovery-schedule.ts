/** When to list the jobs of a followed project, if only new jobs need the list. */
import type { Clock, Instant } from '../../base/clock';
import type { Log } from '../../base/log';
import { OutageLog } from '../../base/outage-log';
import { MINUTE, SECOND } from '../../base/time-units';
import { type PollError, stopsCredential } from '../model/poll-error';
import type { ProjectReference } from '../model/project';
import type { FollowedProject } from './followed-project';
import type { NewJobsParts } from './new-job-finder';

interface DiscoveryScheduleParts extends Pick<NewJobsParts, 'followed' | 'isFocused'> {
  readonly project: ProjectReference;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
}

/** While a window has the focus. */
export const INTERVAL_MS = MINUTE;
/** While no window has the focus, or requests are short. */
export const SLOW_INTERVAL_MS = 5 * MINUTE;
const JITTER = 0.1;
/** Also for a refresh. */
const MIN_INTERVAL_MS = 2 * SECOND;

export class DiscoverySchedule {
  /** When jobs were last listed, for any purpose; undefined: a list is due now. */
  private listedAt: Instant | undefined;
  private jitter = 1;
  private isListWanted = false;
  /** New jobs wait: a list is due then, unless requests are short. */
  private nextAtLatest = Infinity;
  /** The refresh in another window (`listWantedAt`) that the last list served. */
  private servedWantedAt: Instant | undefined;
  /** By `Clock.elapsed`: when this window last reported its focus, or failed to. */
  private focusReportedAt = -Infinity;
  private isShort = false;
  /** No list is made until the credential changes. */
  private isStopped = false;
  /** The credential changed: the next list is made although an earlier one was refused. */
  private ignoresRefusal = false;
  private hasFailed = false;
  private readonly outages: OutageLog;

  constructor(private readonly parts: DiscoveryScheduleParts) {
    this.outages = new OutageLog(parts.log, 'warn');
  }

  /** Returns when a list is due for new jobs; undefined if never. */
  dueAt(): Instant | undefined {
    const { followed } = this;
    if (this.isStopped || followed === undefined) return undefined;
    if (followed.refused !== undefined && !this.ignoresRefusal) return undefined;
    if (this.listedAt === undefined) return 0;
    if (this.isListWanted || followed.listWantedAt !== this.servedWantedAt) return this.listedAt + MIN_INTERVAL_MS;
    const hasFocus = this.parts.isFocused() || this.wasOtherFocusedWithin(2 * INTERVAL_MS);
    const nextAt = this.listedAt + (hasFocus && !this.isShort ? INTERVAL_MS : SLOW_INTERVAL_MS) * this.jitter;
    return this.isShort ? nextAt : Math.min(nextAt, this.nextAtLatest);
  }

  /** @param isShort whether requests are short, so that tracked jobs go first */
  setShort(isShort: boolean): void {
    this.isShort = isShort;
  }

  /** The person refreshes. */
  listSoon(): void {
    this.isListWanted = true;
  }

  /** New jobs of the last list wait: lists again after `waitMs`, at the latest. */
  listWithin(waitMs: number): void {
    this.nextAtLatest = (this.listedAt ?? 0) + Math.max(waitMs, MIN_INTERVAL_MS);
  }

  /** Requests a list from the window that polls. Never rejects. */
  requestList(): Promise<void> {
    return this.save({ listWantedAt: this.parts.clock.now() });
  }

  /** Another window polls from now on: requests there the list that is still due. Never rejects. */
  async handOver(): Promise<void> {
    if (this.isListWanted) await this.requestList();
  }

  /** Reports to the window that polls that this one has the focus, at most once a minute. Never rejects. */
  async reportFocus(): Promise<void> {
    const { clock, isFocused } = this.parts;
    if (!isFocused() || this.wasOtherFocusedWithin(INTERVAL_MS)) return;
    if (clock.elapsed() < this.focusReportedAt + INTERVAL_MS) return;
    this.focusReportedAt = clock.elapsed();
    await this.save({ focusedAt: clock.now() });
  }

  /** Lists soon if the last list failed: the reason may be over, e.g. after a sleep. */
  retryIfFailed(): void {
    if (this.hasFailed) this.listSoon();
  }

  /** The credential changed. */
  resume(): void {
    if (this.isStopped) this.isListWanted = true;
    this.isStopped = false;
    this.ignoresRefusal = true;
  }

  /** A list was requested: it serves every earlier wish for a list. */
  requested(): void {
    this.isListWanted = false;
    this.servedWantedAt = this.followed?.listWantedAt;
  }

  /** A list request succeeded or failed. */
  completed(now: Instant): void {
    this.listedAt = now;
    this.nextAtLatest = Infinity;
    this.jitter = 1 + JITTER * (2 * this.parts.random() - 1);
  }

  succeeded(): void {
    this.hasFailed = false;
    this.outages.succeeded(this.parts.project.projectId);
  }

  /** A list failed, or there was no credential to request one with. */
  failed(error: PollError, now: Instant): void {
    if (this.followed === undefined) return;
    this.requested();
    this.completed(now);
    if (stopsCredential(error)) this.isStopped = true;
    this.hasFailed = true;
    const { projectId } = this.parts.project;
    this.outages.failed(projectId, error.kind, `New jobs of project ${projectId} cannot be listed: ${error.kind}`);
  }

  /** The credential may not list jobs. */
  refused(): void {
    this.ignoresRefusal = false;
  }

  onClockSetBack(): void {
    const now = this.parts.clock.now();
    if (this.listedAt !== undefined) this.listedAt = Math.min(this.listedAt, now);
    if (this.nextAtLatest !== Infinity) this.nextAtLatest = Math.min(this.nextAtLatest, now + INTERVAL_MS);
  }

  private get followed(): FollowedProject | undefined {
    return this.parts.followed.of(this.parts.project);
  }

  /** Whether a window that does not poll had the focus in that time. */
  private wasOtherFocusedWithin(durationMs: number): boolean {
    const focusedAt = this.followed?.focusedAt;
    return focusedAt !== undefined && Math.abs(this.parts.clock.now() - focusedAt) < durationMs;
  }

  private async save(change: Partial<Pick<FollowedProject, 'listWantedAt' | 'focusedAt'>>): Promise<void> {
    if (this.followed === undefined) return;
    try {
      await this.parts.followed.change(this.parts.project, (followed) => ({ ...followed, ...change }));
    } catch (cause) {
      this.parts.log.warn(`Other windows could not be asked to list new jobs: ${String(cause)}`);
    }
  }
}
