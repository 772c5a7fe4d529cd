/** The tracked jobs as this window knows them: how a response, an error or a person changes them. */
import { setImmediate } from 'node:timers/promises';
import type { Instant } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import type { Event } from '../../base/emitter';
import { MAX_APPLIED_TOGETHER } from '../../base/limits';
import type { Log } from '../../base/log';
import type { Job } from '../../cloud/api/job';
import type { ListedJob, ShowJobResponse } from '../../cloud/api/job-schema';
import type { JobChange } from '../model/job-change';
import { jobKey, type JobKey, type JobReference } from '../model/job-reference';
import type { PollError } from '../model/poll-error';
import type { ProjectReference } from '../model/project';
import {
  newlyTracked,
  type TrackedJob,
  withDuplicate,
  withError,
  withoutPollFailure,
  withoutSessionState,
  withResponse,
} from '../model/tracked-job';
import { changeIf, type JobFiles } from '../files/job-files';
import { JobList } from './job-list';
import { JobShare, type LimitJob } from '../files/job-share';
import { JobSync } from './job-sync';
import { keysByProject } from './keys-by-project';
import { isSettled, isWorthSaving, withoutAnswer } from './repeated-answers';

export interface Retention {
  /** How long after its end a finished job stays in the list. */
  readonly maxAgeMs: number;
  /** How many finished jobs stay in the list; the latest do. */
  readonly maxJobs: number;
}

/** A job found in a list of the service, to be tracked. */
export interface NewlyListedJob {
  readonly reference: JobReference;
  readonly listed: ListedJob;
  /** Whether the person has seen its ending, if it has one. */
  readonly isSeen: boolean;
}

type Change = (tracked: TrackedJob) => TrackedJob;

/** Whether this window still polls; called right before a response is saved, since another window may have a later one. */
export type StillPolls = () => Promise<boolean>;

export class JobStore implements Disposable {
  private readonly list: JobList;
  private readonly sync: JobSync;
  private readonly share: JobShare;
  /** Jobs whose saved answer cannot be read any more: the next response replaces it, even if it is the same. */
  private readonly unreadable = new Set<JobKey>();
  readonly onDidChange: Event<readonly JobChange[]>;
  readonly setResources: JobList['setResources'];

  /**
   * @param beforeRemoval called with jobs of one project before they leave the list; if it rejects, they stay
   * @param isAlmostFull whether the stored jobs almost have MAX_STORE_BYTES
   */
  constructor(
    files: JobFiles,
    log: Log,
    private readonly beforeRemoval: (jobs: readonly TrackedJob[]) => Promise<void> = () => Promise.resolve(),
    limitJob: LimitJob = (job) => job,
    isAlmostFull: () => boolean = () => false,
  ) {
    this.list = new JobList(log);
    this.share = new JobShare(limitJob, log, isAlmostFull);
    this.sync = new JobSync(files, this.list, log);
    this.onDidChange = this.list.onDidChange;
    this.setResources = this.list.setResources.bind(this.list);
  }

  /** Reads the jobs that earlier sessions and other windows saved. Rejects if the folder cannot be read. */
  open(): Promise<void> {
    return this.readAgain();
  }

  /** Reads what other windows changed of these jobs, or of all. Rejects if the folder cannot be read. */
  readAgain(keys?: ReadonlySet<JobKey>): Promise<void> {
    return this.sync.readAgain(keys);
  }

  all(): ReadonlyMap<JobKey, TrackedJob> {
    return this.list.all();
  }

  /** Whether other windows can know the job; false if its file could not be created. */
  isShared(key: JobKey): boolean {
    return this.sync.isShared(key);
  }

  get(key: JobKey): TrackedJob | undefined {
    return this.list.get(key);
  }

  /** Finds a job by the id it is tracked by, or by an alias. */
  find(reference: JobReference): JobKey | undefined {
    return this.withId(reference, reference.jobId)[0];
  }

  /** See JobIds.withId. */
  withId(project: ProjectReference | undefined, id: string): readonly JobKey[] {
    return this.list.ids.withId(project, id);
  }

  hasJobsIn(project: ProjectReference): boolean {
    return this.list.ids.hasJobsIn(project);
  }

  /** Rejects if the job could not be saved; it is then tracked until the window closes. */
  async track(reference: JobReference, now: Instant): Promise<JobKey> {
    await this.trackAll([reference], now);
    return this.find(reference) ?? jobKey(reference);
  }

  /**
   * Tracks jobs together, except those that are tracked already; the first counts as the newest.
   * Rejects if one could not be saved; it is then tracked until the window closes.
   */
  async trackAll(references: readonly JobReference[], now: Instant): Promise<void> {
    await this.addTogether(references.map((reference, index) => newlyTracked(reference, now - index)));
  }

  /** Like `trackAll`, together with what a list says about the jobs. */
  async trackListed(jobs: readonly NewlyListedJob[], now: Instant): Promise<void> {
    await this.addTogether(
      jobs.map(({ reference, listed, isSeen }, index) => {
        const response = { job: listed.read(), requestId: listed.requestId };
        const tracked = this.withResponse(newlyTracked(reference, now - index), response, now);
        return isSeen ? { ...tracked, seenEnding: tracked.endingNumber } : tracked;
      }),
    );
  }

  /** Tracks removed jobs again, with all that was known about them. Rejects like `trackAll`. */
  async restore(jobs: readonly TrackedJob[]): Promise<void> {
    // The person who removed a job has seen its ending.
    await this.addTogether(
      jobs.map((tracked) => ({ ...withoutSessionState(tracked), seenEnding: tracked.endingNumber })),
    );
  }

  applyResponse(key: JobKey, response: ShowJobResponse, now: Instant, stillPolls?: StillPolls): void {
    this.apply([[key, this.responseChange(key, response, now)]], stillPolls);
  }

  /**
   * Applies what one list of a project says about its jobs: as one change, unless many changed. Those are applied in parts, with
   * a turn of the event loop after each. Responses are saved only if this window still polls then.
   */
  async applyList(found: ReadonlyMap<JobKey, ListedJob>, now: Instant, stillPolls?: StillPolls): Promise<void> {
    const part: (readonly [JobKey, Change])[] = [];
    let size = 0;
    for (const [key, { change, job }] of this.list.changesIn(found, this.listedChange(now))) {
      part.push([key, change]);
      size += 1 + job.subJobs.length;
      if (size < MAX_APPLIED_TOGETHER) continue;
      this.apply(part.splice(0), stillPolls);
      size = 0;
      await setImmediate();
    }
    this.apply(part, stillPolls);
  }

  applyError(key: JobKey, error: PollError, now: Instant): void {
    // The file does not have this session's failures, which count as well.
    const known = this.list.get(key)?.pollFailure;
    this.apply([[key, (tracked) => withError({ ...tracked, pollFailure: tracked.pollFailure ?? known }, error, now)]]);
  }

  /** For jobs that another window polls now: this window's failures no longer matter. */
  clearPollFailures(keys: Iterable<JobKey>): void {
    this.apply([...keys].map((key) => [key, withoutPollFailure]));
  }

  /** Requests polls from the window that polls these jobs. */
  requestPolls(keys: Iterable<JobKey>, now: Instant): void {
    this.apply([...keys].map((key) => [key, (tracked) => ({ ...tracked, pollWantedAt: now })]));
  }

  /** @param label undefined shows the job by its own name again */
  rename(key: JobKey, label: string | undefined): void {
    this.apply([[key, (tracked) => (tracked.label === label ? tracked : { ...tracked, label })]]);
  }

  mute(key: JobKey, muted: boolean): void {
    this.apply([[key, (tracked) => (tracked.muted === muted ? tracked : { ...tracked, muted })]]);
  }

  /** Marks endings, given by their numbers, as seen by the person. */
  markSeen(endings: ReadonlyMap<JobKey, number>): void {
    this.apply(
      [...endings].map(([key, seenEnding]) => [
        key,
        (tracked) => (tracked.seenEnding >= seenEnding ? tracked : { ...tracked, seenEnding }),
      ]),
    );
  }

  /**
   * Reads the job's last answer from the disk if it is not in memory. Rejects if that fails.
   * @returns the job with `job.raw`, if it has an answer; undefined if it is not tracked, or its answer cannot be read any more
   */
  async readWhole(key: JobKey): Promise<TrackedJob | undefined> {
    const tracked = this.list.get(key);
    if (tracked === undefined) return undefined;
    const whole = await this.sync.readWhole(key, tracked);
    if (whole !== undefined) return whole;
    this.unreadable.add(key);
    this.list.repeated.changed(key);
    return undefined;
  }

  /**
   * Rejects if jobs could not be removed from the disk; these are still tracked, the others are not.
   * @param onRemoval called with each removed job as restore() needs it, its whole answer included
   */
  async untrack(keys: readonly JobKey[], onRemoval?: (key: JobKey, whole: TrackedJob) => void): Promise<void> {
    const failures: unknown[] = [];
    for (const ofProject of keysByProject(keys, this.list)) {
      try {
        await this.beforeRemoval(ofProject.flatMap((key) => this.list.get(key) ?? []));
        await this.sync.remove(ofProject, onRemoval);
      } catch (cause) {
        failures.push(cause);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  /**
   * Merges a duplicate into the job `key` and removes the duplicate, unless the job is not on disk.
   * Rejects if the duplicate could not be removed.
   * @returns whether they were merged
   */
  async mergeInto(key: JobKey, duplicateKey: JobKey): Promise<boolean> {
    const duplicate = this.list.get(duplicateKey);
    if (duplicate === undefined) return false;
    this.apply([[key, (tracked) => withDuplicate(tracked, duplicate)]]);
    if (!(await this.sync.isStored(key)) || !this.list.has(key)) return false;
    await this.sync.remove([duplicateKey]);
    return true;
  }

  /** Removes finished jobs that are too old or too many. */
  async prune({ maxAgeMs, maxJobs }: Retention, now: Instant): Promise<void> {
    await this.untrack(this.list.finishedBeyond(maxJobs, now - maxAgeMs));
  }

  /** Resolves when the job's changes are saved, or could not be. */
  settled(key: JobKey): Promise<void> {
    return this.sync.settled(key);
  }

  /** Retries the job's unsaved changes. @returns whether all of its changes are saved */
  saved(key: JobKey): Promise<boolean> {
    return this.sync.saved(key);
  }

  /** Resolves when all changes are saved, or could not be. */
  flush(): Promise<void> {
    return this.sync.flush();
  }

  dispose(): void {
    this.list.dispose();
  }

  /** Adds the jobs that are not tracked yet. */
  private async addTogether(jobs: readonly TrackedJob[]): Promise<void> {
    const added = new Map<JobKey, TrackedJob>();
    for (const tracked of jobs) {
      const key = jobKey(tracked.reference);
      if (!added.has(key) && this.find(tracked.reference) === undefined) added.set(key, tracked);
    }
    this.list.fire([...added].flatMap(([key, tracked]) => this.list.put(key, tracked)));
    await this.sync.create(added);
  }

  private responseChange(key: JobKey, response: ShowJobResponse, now: Instant): Change {
    const isNeeded = this.unreadable.delete(key);
    return (tracked) => this.withResponse(isNeeded ? withoutAnswer(tracked) : tracked, response, now);
  }

  private listedChange(now: Instant) {
    return (key: JobKey, listed: ListedJob): { readonly change: Change; readonly job: Job } | undefined => {
      const tracked = this.list.get(key);
      if (tracked?.job === undefined || this.unreadable.has(key) || !listed.hasSameFieldsAs(tracked.job)) {
        const job = listed.read();
        return { change: this.responseChange(key, { job, requestId: listed.requestId }, now), job };
      }
      const { job } = tracked;
      return isSettled(tracked) ? undefined : { change: (before) => withResponse(before, { job }, now), job };
    };
  }

  private withResponse(tracked: TrackedJob, response: ShowJobResponse, now: Instant): TrackedJob {
    return withResponse(tracked, this.share.limit(response, tracked, this.list.all().size), now);
  }

  private apply(changes: readonly (readonly [JobKey, Change])[], stillPolls?: StillPolls): void {
    const shown: JobChange[] = [];
    for (const [key, change] of changes) {
      const before = this.list.get(key);
      if (before === undefined) continue;
      const after = change(before);
      shown.push(...this.list.put(key, after));
      if (isWorthSaving(before, after)) {
        this.sync.save(key, stillPolls === undefined ? change : changeIf(stillPolls, change));
      }
    }
    this.list.fire(shown);
  }
}
