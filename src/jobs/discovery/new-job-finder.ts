/** Finds in the lists of a project the jobs that began since the person followed it, and tracks them. */
import type { ListedJob } from '../../cloud/api/job-schema';
import type { Clock, Instant } from '../../base/clock';
import { type FollowedProjects, type Following, newSince } from './followed-projects';
import { parseJobId } from '../model/job-reference';
import type { ProjectReference } from '../model/project';
import type { JobStore, NewlyListedJob } from '../store/job-store';
import type { Log } from '../../base/log';
import { isListRefusal, type PollError, stopsCredential } from '../model/poll-error';
import { MINUTE } from '../../base/time-units';

/** What a person is told once. */
export type NewJobsNews = { readonly project: ProjectReference } & (
  | { readonly kind: 'refused'; readonly error: PollError }
  /** More jobs began than are tracked at once. */
  | { readonly kind: 'too-many'; readonly tracked: number; readonly left: number }
);

export interface NewJobsParts {
  readonly followed: FollowedProjects;
  /** Whether the person is at this window. */
  readonly isFocused: () => boolean;
  readonly notify: (news: NewJobsNews) => void;
}

export interface NewJobFinderParts extends NewJobsParts {
  readonly project: ProjectReference;
  readonly store: JobStore;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly log: Log;
}

/** Between two lists that are made for new jobs alone, while the person is at a window. */
const PACE = MINUTE;
/** The same while the person is not, or requests are short. */
const SLOW_PACE = 5 * MINUTE;
const JITTER = 0.1;
/** Milliseconds: the least time between two lists, whoever asks for them. */
const SHORTEST_PAUSE = 2000;
/** How seldom it is kept that the jobs were listed. */
const KEPT_EVERY = 30 * MINUTE;
/** More would flood the list that the person looks at. */
const MOST_AT_ONCE = 200;

interface Candidate {
  readonly id: string;
  readonly listed: ListedJob;
  readonly begin: Instant;
}

export class NewJobFinder {
  /** The last list, whoever asked for it; undefined: the next one is due now. */
  private listedAt: Instant | undefined;
  private jitter = 1;
  private isHurried = false;
  /** Which wish of a person in another window the last list has met. */
  private metWish: Instant | undefined;
  /** By `Clock.elapsed`: when this window last told, or failed to, that the person is here. */
  private toldAt = -Infinity;
  private isShort = false;
  /** No list is made until the credential changes. */
  private isStopped = false;
  /** One is made although another was refused: the credential changed, or a person asks. */
  private isTriedAgain = false;
  /** Why the last list failed. */
  private failure: PollError['kind'] | undefined;
  /** When jobs began that began too early, by their ids: what is looked at once need not be read again. */
  private old: ReadonlyMap<string, Instant> = new Map();

  constructor(private readonly parts: NewJobFinderParts) {}

  /** When a list is due that nobody else asked for; undefined where none is. */
  dueAt(): Instant | undefined {
    if (this.isStopped || this.following === undefined) return undefined;
    if (this.following.refused !== undefined && !this.isTriedAgain) return undefined;
    if (this.listedAt === undefined) return 0;
    if (this.isHurried || this.following.pollWantedAt !== this.metWish) return this.listedAt + SHORTEST_PAUSE;
    const isAttended = this.parts.isFocused() || this.isAttended(2 * PACE);
    return this.listedAt + (isAttended && !this.isShort ? PACE : SLOW_PACE) * this.jitter;
  }

  /** From when on jobs are to be listed; undefined where the project is not followed. */
  listFrom(): Instant | undefined {
    return this.following === undefined ? undefined : newSince(this.following, this.serviceNow());
  }

  /** Whether requests are short, and the jobs that are tracked need them more. */
  spare(isShort: boolean): void {
    this.isShort = isShort;
  }

  /** This window polls no more: what a person wanted here, the other one is to know. */
  async handOver(): Promise<void> {
    if (this.isHurried) await this.requestList();
  }

  /** A person asks. */
  listSoon(): void {
    this.isHurried = true;
  }

  /** Asks the window that polls for a list. */
  requestList(): Promise<void> {
    return this.notifyOtherWindows({ pollWantedAt: this.parts.clock.now() });
  }

  /** Tells the window that polls that the person is at this one. */
  async attend(): Promise<void> {
    const { clock, isFocused } = this.parts;
    if (!isFocused() || this.isAttended(PACE) || clock.elapsed() < this.toldAt + PACE) return;
    this.toldAt = clock.elapsed();
    await this.notifyOtherWindows({ attendedAt: clock.now() });
  }

  /** What kept a list from coming may be over. */
  retryIfFailed(): void {
    if (this.failure !== undefined) this.listSoon();
  }

  /** The credential changed. */
  resume(): void {
    if (this.isStopped) this.isHurried = true;
    this.isStopped = false;
    this.isTriedAgain = true;
  }

  /** A list is being asked for, which meets what was wanted until now. */
  asks(): void {
    this.isHurried = false;
    this.metWish = this.following?.pollWantedAt;
  }

  /** A list was asked for, whatever came of it. */
  polled(now: Instant): void {
    this.listedAt = now;
    this.jitter = 1 + JITTER * (2 * this.parts.random() - 1);
  }

  /** There was no list, or nothing that one could be asked for with; being offline for a night is one line. */
  failed(error: PollError, now: Instant): void {
    if (this.following === undefined) return;
    this.asks();
    this.polled(now);
    if (stopsCredential(error)) this.isStopped = true;
    if (this.failure !== error.kind) {
      this.parts.log.warn(`New jobs of project ${this.parts.project.projectId} cannot be looked for: ${error.kind}`);
    }
    this.failure = error.kind;
  }

  /** The credential may not list jobs, as all windows and later sessions are to know. */
  async refused(error: PollError): Promise<void> {
    const { followed, project, notify, log } = this.parts;
    const { kind } = error;
    this.isTriedAgain = false;
    if (this.following === undefined || !isListRefusal(kind)) return;
    try {
      const known = await followed.fresh(project);
      if (known === undefined || known.refused === kind) return;
      await followed.change(project, (following) => ({ ...following, refused: kind }));
      if (known.refused === undefined) notify({ kind: 'refused', project, error });
    } catch (cause) {
      log.error(`That new jobs cannot be found could not be kept: ${String(cause)}`);
    }
  }

  onClockSetBack(): void {
    if (this.listedAt !== undefined) this.listedAt = Math.min(this.listedAt, this.parts.clock.now());
  }

  /** @param isWhole false where a tracked job may be in the list by an id that nobody knows yet. */
  async listed(jobs: readonly ListedJob[], now: Instant, isWhole: boolean): Promise<void> {
    this.failure = undefined;
    const { following } = this;
    if (following === undefined || !isWhole) return;
    try {
      const candidates = this.candidates(jobs, following);
      const taken = candidates.length === 0 ? [] : await this.adopt(candidates, now);
      const left = candidates.length - taken.length;
      const isTooMany = taken.length === MOST_AT_ONCE && left > 0;
      // Not before they are kept: a window that dies in between leaves them to be found again.
      await this.keepListed(isTooMany ? taken.at(-1)?.begin : undefined);
      const { project, notify } = this.parts;
      if (isTooMany) notify({ kind: 'too-many', project, tracked: taken.length, left });
    } catch (cause) {
      this.parts.log.error(`New jobs of project ${following.projectId} could not be kept: ${String(cause)}`);
    }
  }

  private serviceNow(): Instant {
    return this.parts.followed.serviceTime(this.parts.project, this.parts.clock.now());
  }

  /** Whether the person was at a window that does not poll, in the last so many milliseconds. */
  private isAttended(duration: number): boolean {
    const attendedAt = this.following?.attendedAt;
    return attendedAt !== undefined && Math.abs(this.parts.clock.now() - attendedAt) < duration;
  }

  private async notifyOtherWindows(news: Pick<Following, 'pollWantedAt' | 'attendedAt'>): Promise<void> {
    if (this.following === undefined) return;
    try {
      await this.parts.followed.change(this.parts.project, (following) => ({ ...following, ...news }));
    } catch (cause) {
      this.parts.log.warn(`Other windows could not be told to look for new jobs: ${String(cause)}`);
    }
  }

  private get following(): Following | undefined {
    return this.parts.followed.of(this.parts.project);
  }

  /** Those that are new and unknown, the newest first. */
  private candidates(jobs: readonly ListedJob[], following: Following): readonly Candidate[] {
    // Which may be earlier than for the last list, since a clock was set right.
    const from = newSince(following, this.serviceNow());
    const known = this.known(following);
    const old = new Map<string, Instant>();
    const candidates: Candidate[] = [];
    for (const listed of jobs) {
      const { jobId: id } = listed;
      // What is no id cannot be asked for.
      if (id === undefined || known.has(id) || parseJobId(id) !== id) continue;
      const begin = this.old.get(id) ?? listed.read().beginTime;
      if (begin === undefined) continue;
      if (begin < from) old.set(id, begin);
      else candidates.push({ id, listed, begin });
    }
    this.old = old;
    return candidates.sort((a, b) => b.begin - a.begin);
  }

  private known({ dismissedJobs }: Following): ReadonlySet<string> {
    const { store, project } = this.parts;
    const known = new Set(dismissedJobs.map(({ id }) => id));
    for (const { reference, aliases } of store.all().values()) {
      if (reference.projectId !== project.projectId || reference.endpoint !== project.endpoint) continue;
      for (const id of [reference.jobId, ...aliases]) known.add(id);
    }
    return known;
  }

  /** Answers those that are tracked now, the newest first. */
  private async adopt(candidates: readonly Candidate[], now: Instant): Promise<readonly Candidate[]> {
    const { followed, store, project, log } = this.parts;
    const { endpoint, projectId } = project;
    // What another window took out of the list was kept as passed over before this window forgot it.
    const following = await followed.fresh(project);
    if (following === undefined) return [];
    const known = this.known(following);
    const taken = candidates.filter(({ id }) => !known.has(id)).slice(0, MOST_AT_ONCE);
    if (taken.length === 0) return [];
    log.info(`Project ${projectId}: ${taken.length} new jobs`);
    const jobs = taken.map(({ id, listed }): NewlyListedJob => {
      const { endTime } = listed.read();
      const isSeen = endTime !== undefined && endTime < following.since;
      return { reference: { endpoint, projectId, jobId: id }, listed, isSeen };
    });
    await store.trackListed(jobs, now);
    return taken;
  }

  private async keepListed(notBefore: Instant | undefined): Promise<void> {
    const { followed, project } = this.parts;
    const now = this.serviceNow();
    const isDue = (following: Following) =>
      notBefore !== undefined ||
      following.refused !== undefined ||
      now - following.listedAt >= KEPT_EVERY ||
      // A clock was set back, or turned out to be ahead.
      Math.max(following.since, following.listedAt) > now;
    if (this.following === undefined || !isDue(this.following)) return;
    await followed.change(project, (following) => {
      const since = Math.min(following.since, now);
      const listed = { ...following, since, listedAt: now, refused: undefined };
      const kept = notBefore === undefined ? listed : { ...listed, notBefore: notBefore + 1 };
      const from = newSince(kept, now);
      return { ...kept, dismissedJobs: kept.dismissedJobs.filter(({ begin }) => begin >= from) };
    });
  }
}
