/** Finds in the lists of a followed project the jobs that began since it is followed, and tracks them. */
import type { Clock, Instant } from '../../base/clock';
import { MAX_TRACKED_JOBS } from '../../base/limits';
import type { Log } from '../../base/log';
import { MINUTE } from '../../base/time-units';
import type { ListedJob } from '../../cloud/api/job-schema';
import { parseJobId } from '../model/job-reference';
import { isListRefusal, type PollError } from '../model/poll-error';
import type { ProjectReference } from '../model/project';
import type { JobStore, NewlyListedJob } from '../store/job-store';
import { MAX_NEW_JOBS_WAIT_MS } from './alias-wait';
import { type FollowedProject, hasEndedBefore, newSince, withListed } from './followed-project';
import type { FollowedProjects } from './followed-projects';

/** Shown to the person once. */
export type NewJobsNotice = { readonly project: ProjectReference } & (
  | { readonly kind: 'refused'; readonly error: PollError }
  /** More jobs began than are tracked at once. */
  | { readonly kind: 'too-many'; readonly tracked: number; readonly left: number }
);

export interface NewJobsParts {
  readonly followed: Pick<FollowedProjects, 'of' | 'read' | 'change' | 'serviceTime' | 'onDidChange'>;
  readonly isFocused: () => boolean;
  readonly notify: (notice: NewJobsNotice) => void;
}

interface NewJobFinderParts extends Pick<NewJobsParts, 'followed' | 'notify'> {
  readonly project: ProjectReference;
  readonly store: JobStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** `listedAt` is saved at most this often. */
const SAVE_INTERVAL_MS = 30 * MINUTE;
/** More would flood the person's list. */
const MAX_TRACKED_AT_ONCE = 200;

interface Candidate {
  readonly id: string;
  readonly listed: ListedJob;
  readonly begin: Instant;
}

export class NewJobFinder {
  /** By id: when jobs that are too old began, so that they need not be parsed again. */
  private oldJobs: ReadonlyMap<string, Instant> = new Map();
  /** By `Clock.elapsed`: when new jobs began to wait; undefined if none waits. */
  private waitingSince: number | undefined;

  constructor(private readonly parts: NewJobFinderParts) {}

  /** Returns the instant from which a list must reach to hold all new jobs; undefined if the project is not followed. */
  listFrom(): Instant | undefined {
    const { followed } = this;
    return followed === undefined ? undefined : newSince(followed, this.serviceNow());
  }

  /**
   * Tracks the new jobs of a list. Never rejects.
   * @param requestedAt when the list was requested, by this computer's clock
   * @param aliasWaitMs see `aliasWaitMs()`; unless 0, nothing is tracked
   * @returns the milliseconds for which new jobs of the list wait for that reason; 0 if none waits
   */
  async listed(
    jobs: readonly ListedJob[],
    { requestedAt, now }: { readonly requestedAt: Instant; readonly now: Instant },
    aliasWaitMs: number,
  ): Promise<number> {
    const { followed } = this;
    if (followed === undefined) return 0;
    try {
      const candidates = this.candidates(jobs, followed);
      const waitMs = candidates.length === 0 ? 0 : Math.min(aliasWaitMs, this.longestWaitMs());
      if (waitMs > 0) {
        await this.saveSince(followed);
        return waitMs;
      }
      this.waitingSince = undefined;
      const tracked = candidates.length === 0 ? [] : await this.track(candidates, now);
      const left = candidates.length - tracked.length;
      const isListFull = this.parts.store.all().size >= MAX_TRACKED_JOBS;
      // If none was tracked, this was reported before.
      const isTooMany = left > 0 && tracked.length > 0 && (tracked.length === MAX_TRACKED_AT_ONCE || isListFull);
      // After the jobs were saved: if this process dies before, the next list finds them again.
      await this.saveListed(requestedAt, isTooMany ? tracked.at(-1)?.begin : undefined);
      const { project, notify } = this.parts;
      if (isTooMany) notify({ kind: 'too-many', project, tracked: tracked.length, left });
    } catch (cause) {
      this.parts.log.error(`New jobs of project ${followed.projectId} could not be saved: ${String(cause)}`);
    }
    return 0;
  }

  /** Saves for all windows and later sessions that the credentials may not list jobs. Never rejects. */
  async refused(error: PollError): Promise<void> {
    const { project, notify, log } = this.parts;
    const { kind } = error;
    if (this.followed === undefined || !isListRefusal(kind)) return;
    try {
      const saved = await this.parts.followed.read(project);
      if (saved === undefined || saved.refused === kind) return;
      await this.parts.followed.change(project, (followed) => ({ ...followed, refused: kind }));
      if (saved.refused === undefined) notify({ kind: 'refused', project, error });
    } catch (cause) {
      log.error(`The refusal to list jobs of project ${project.projectId} could not be saved: ${String(cause)}`);
    }
  }

  private get followed(): FollowedProject | undefined {
    return this.parts.followed.of(this.parts.project);
  }

  private serviceNow(): Instant {
    return this.parts.followed.serviceTime(this.parts.project, this.parts.clock.now());
  }

  /** Returns the jobs that are new and not tracked, the newest first. */
  private candidates(jobs: readonly ListedJob[], followed: FollowedProject): readonly Candidate[] {
    // Can be earlier than for the last list, after a clock was corrected.
    const serviceNow = this.serviceNow();
    const from = newSince(followed, serviceNow);
    const isKnown = this.knownBy(followed);
    const oldJobs = new Map<string, Instant>();
    const candidates: Candidate[] = [];
    for (const listed of jobs) {
      const { jobId: id } = listed;
      // A job with an invalid id cannot be requested.
      if (id === undefined || isKnown(id) || parseJobId(id) !== id) continue;
      const begin = this.oldJobs.get(id) ?? listed.read().beginTime;
      if (begin === undefined) continue;
      if (begin < from) oldJobs.set(id, begin);
      else if (!hasEndedBefore(followed, listed.read(), serviceNow)) candidates.push({ id, listed, begin });
    }
    this.oldJobs = oldJobs;
    return candidates.sort((a, b) => b.begin - a.begin);
  }

  /** Returns a function that says whether a job is dismissed or, by any of its ids, tracked. */
  private knownBy({ dismissedJobs }: FollowedProject): (id: string) => boolean {
    const { store, project } = this.parts;
    const dismissed = new Set(dismissedJobs.map(({ id }) => id));
    return (id) => dismissed.has(id) || store.withId(project, id).length > 0;
  }

  /** Returns the candidates that it tracked, the newest first. */
  private async track(candidates: readonly Candidate[], now: Instant): Promise<readonly Candidate[]> {
    const { store, project, log } = this.parts;
    const { endpoint, projectId } = project;
    // Another window saves a job as dismissed before this one learns that it was removed.
    const followed = await this.parts.followed.read(project);
    if (followed === undefined) return [];
    const isKnown = this.knownBy(followed);
    const maxCount = Math.min(MAX_TRACKED_AT_ONCE, Math.max(MAX_TRACKED_JOBS - store.all().size, 0));
    const tracked = candidates.filter(({ id }) => !isKnown(id)).slice(0, maxCount);
    if (tracked.length === 0) return [];
    log.info(`Project ${projectId}: ${tracked.length} new jobs`);
    const jobs = tracked.map(({ id, listed }): NewlyListedJob => ({
      reference: { endpoint, projectId, jobId: id },
      listed,
      isSeen: false,
    }));
    await store.trackListed(jobs, now);
    return tracked;
  }

  /** Without a limit, a person who tracks one mistyped id after the other would put off new jobs for ever. */
  private longestWaitMs(): number {
    const elapsed = this.parts.clock.elapsed();
    this.waitingSince ??= elapsed;
    return this.waitingSince + MAX_NEW_JOBS_WAIT_MS - elapsed;
  }

  /** Corrects when following started, if this computer's clock turned out to be ahead. The list does not count as made. */
  private async saveSince({ since }: FollowedProject): Promise<void> {
    const serviceNow = this.serviceNow();
    if (since <= serviceNow) return;
    await this.parts.followed.change(this.parts.project, (saved) => ({
      ...saved,
      since: Math.min(saved.since, serviceNow),
    }));
  }

  /** @param tooManyUntil see `withListed` */
  private async saveListed(requestedAt: Instant, tooManyUntil: Instant | undefined): Promise<void> {
    const { followed } = this;
    const serviceNow = this.serviceNow();
    const listedAt = this.parts.followed.serviceTime(this.parts.project, requestedAt);
    const isDue =
      followed !== undefined &&
      (tooManyUntil !== undefined ||
        followed.refused !== undefined ||
        listedAt - followed.listedAt >= SAVE_INTERVAL_MS ||
        // A clock was set back, or turned out to be ahead.
        Math.max(followed.since, followed.listedAt) > serviceNow);
    if (!isDue) return;
    await this.parts.followed.change(this.parts.project, (saved) =>
      withListed(saved, serviceNow, listedAt, tooManyUntil),
    );
  }
}
