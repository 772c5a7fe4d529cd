/** The tracked jobs as this window knows them: what is new is told to the views, kept on disk, and learned from others. */
import type { ListedJob, ShowJobResponse } from '../../cloud/api/job-schema';
import type { Instant } from '../../base/clock';
import type { Disposable } from '../../base/disposable';
import { Emitter, type Event } from '../../base/emitter';
import { changesBetween, type JobChange } from '../model/job-change';
import type { KeptChange } from './job-directory';
import { jobKey, type JobKey, type JobReference } from '../model/job-reference';
import type { Log } from '../../base/log';
import type { PollError } from '../model/poll-error';
import { isSameProject } from '../model/project';
import { jsonEqual } from '../../base/json-equal';
import { isEnding } from '../model/job-status';
import {
  isLost,
  withoutSessionState,
  newlyTracked,
  type TrackedJob,
  withResponse,
  withError,
  withDuplicate,
} from '../model/tracked-job';
import { KeyedQueue } from '../../storage/keyed-queue';

/** Where jobs are kept between sessions, and shared with other windows. See JobDirectory. */
export interface JobFiles {
  keys(): Promise<readonly JobKey[]>;
  read(key: JobKey): Promise<TrackedJob | undefined>;
  create(key: JobKey, tracked: TrackedJob): Promise<TrackedJob>;
  change(key: JobKey, known: TrackedJob, change: KeptChange): Promise<TrackedJob | undefined>;
  remove(key: JobKey): Promise<void>;
}

export interface Retention {
  /** Milliseconds after its end for which a finished job is kept. */
  readonly maxAgeMs: number;
  /** Finished jobs, of which the latest are kept. */
  readonly maxJobs: number;
}

/** A job that a list told of, and that is to be tracked. */
export interface NewlyListedJob {
  readonly reference: JobReference;
  readonly listed: ListedJob;
  /** Whether the person knows how it ended, where it has. */
  readonly isSeen: boolean;
}

type Change = (tracked: TrackedJob) => TrackedJob;

/** Whether this window polls, asked right before an answer is kept: one that was outbid meanwhile has an old answer. */
export type StillPolls = () => Promise<boolean>;

/** Of a job that changes here while it is read. */
const MOST_READS = 5;

export class JobStore implements Disposable {
  private readonly jobs = new Map<JobKey, TrackedJob>();
  private readonly writes = new KeyedQueue<JobKey>();
  /** What could not be written of a job: it is tried again with the next change, or when the files are read again. */
  private readonly unsaved = new Map<JobKey, KeptChange>();
  /** Jobs that could not be kept: they are tracked until the window closes. */
  private readonly unkept = new Set<JobKey>();
  private readonly changes = new Emitter<readonly JobChange[]>((cause) => {
    this.log.error(`Showing a change failed: ${String(cause)}`);
  });
  readonly onDidChange: Event<readonly JobChange[]> = this.changes.event;
  private reading: Promise<void> = Promise.resolve();

  constructor(
    private readonly files: JobFiles,
    private readonly log: Log,
    /** What is to be kept of jobs of one project before they leave the list; where that fails, they stay. */
    private readonly beforeRemoval: (jobs: readonly TrackedJob[]) => Promise<void> = () => Promise.resolve(),
  ) {}

  /** Reads what earlier sessions and other windows kept. Rejects where the folder cannot be read. */
  async open(): Promise<void> {
    await this.readAgain();
  }

  /** Learns what other windows changed, of these jobs or of all. */
  readAgain(keys?: ReadonlySet<JobKey>): Promise<void> {
    const reading = this.reading.then(() => this.readFiles(keys));
    this.reading = reading.catch(() => undefined);
    return reading;
  }

  all(): ReadonlyMap<JobKey, TrackedJob> {
    return this.jobs;
  }

  /** Whether other windows can know of the job: one that could not be kept is this window's alone. */
  isShared(key: JobKey): boolean {
    return !this.unkept.has(key);
  }

  get(key: JobKey): TrackedJob | undefined {
    return this.jobs.get(key);
  }

  /** The row of a job, by the id it is tracked by or by one that the service calls it. */
  find(reference: JobReference): JobKey | undefined {
    const key = jobKey(reference);
    if (this.jobs.has(key)) return key;
    for (const [other, { reference: known, aliases }] of this.jobs) {
      if (isSameProject(known, reference) && aliases.includes(reference.jobId)) return other;
    }
    return undefined;
  }

  /** Rejects where the job could not be kept; it is then tracked until the window closes. */
  async track(reference: JobReference, now: Instant): Promise<JobKey> {
    await this.trackAll([reference], now);
    return this.find(reference) ?? jobKey(reference);
  }

  /**
   * Tracks jobs together, but for those that are tracked already; the first counts as the newest.
   * Rejects where one could not be kept; it is then tracked until the window closes.
   */
  async trackAll(references: readonly JobReference[], now: Instant): Promise<void> {
    await this.addTogether(references.map((reference, index) => newlyTracked(reference, now - index)));
  }

  /** As `trackAll`, together with what a list says of the jobs. */
  async trackListed(jobs: readonly NewlyListedJob[], now: Instant): Promise<void> {
    await this.addTogether(
      jobs.map(({ reference, listed, isSeen }, index) => {
        const answer = { job: listed.read(), requestId: listed.requestId };
        const tracked = withResponse(newlyTracked(reference, now - index), answer, now);
        return isSeen ? { ...tracked, seenEnding: tracked.endingNumber } : tracked;
      }),
    );
  }

  /** Tracks again what was tracked before, with all that was known of it. Rejects as `trackAll` does. */
  async restore(jobs: readonly TrackedJob[]): Promise<void> {
    // Whoever took it out of the list had looked at how it ended.
    await this.addTogether(
      jobs.map((tracked) => ({ ...withoutSessionState(tracked), seenEnding: tracked.endingNumber })),
    );
  }

  applyResponse(key: JobKey, answer: ShowJobResponse, now: Instant, stillPolls?: StillPolls): void {
    this.apply([[key, (tracked) => withResponse(tracked, answer, now)]], stillPolls);
  }

  /** What one list says of many jobs is one change. */
  applyList(found: ReadonlyMap<JobKey, ListedJob>, now: Instant, stillPolls?: StillPolls): void {
    const changes: (readonly [JobKey, Change])[] = [];
    for (const [key, listed] of found) {
      const tracked = this.jobs.get(key);
      if (tracked?.job === undefined || !listed.saysTheSameAs(tracked.job)) {
        const job = listed.read();
        const { requestId } = listed;
        changes.push([key, (before) => withResponse(before, { job, requestId }, now)]);
      } else if (!isSettled(tracked)) {
        const { job } = tracked;
        changes.push([key, (before) => withResponse(before, { job }, now)]);
      }
      // Most say what is known, and cost nothing.
    }
    this.apply(changes, stillPolls);
  }

  applyError(key: JobKey, error: PollError, now: Instant): void {
    this.apply([[key, (tracked) => withError(tracked, error, now)]]);
  }

  /** What kept this window from asking is no matter where another asks. */
  clearPollFailures(keys: Iterable<JobKey>): void {
    this.apply([...keys].map((key) => [key, (tracked) => ({ ...tracked, pollFailure: undefined })]));
  }

  /** Asks the window that polls for a look. */
  requestPolls(keys: Iterable<JobKey>, now: Instant): void {
    this.apply([...keys].map((key) => [key, (tracked) => ({ ...tracked, pollWantedAt: now })]));
  }

  /** `undefined` gives a job its own name again. */
  rename(key: JobKey, label: string | undefined): void {
    this.apply([[key, (tracked) => (tracked.label === label ? tracked : { ...tracked, label })]]);
  }

  mute(key: JobKey, muted: boolean): void {
    this.apply([[key, (tracked) => (tracked.muted === muted ? tracked : { ...tracked, muted })]]);
  }

  /** The person has looked at these endings, told by their numbers. */
  markSeen(endings: ReadonlyMap<JobKey, number>): void {
    this.apply(
      [...endings].map(([key, seenEnding]) => [
        key,
        (tracked) => (tracked.seenEnding >= seenEnding ? tracked : { ...tracked, seenEnding }),
      ]),
    );
  }

  /** Rejects where jobs could not be taken off the disk; these are then still tracked, the others are not. */
  async untrack(keys: readonly JobKey[]): Promise<void> {
    const failures: unknown[] = [];
    for (const ofProject of this.byProject(keys)) {
      try {
        await this.beforeRemoval(ofProject.flatMap((key) => this.jobs.get(key) ?? []));
        await this.remove(ofProject);
      } catch (cause) {
        failures.push(cause);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  /**
   * Leaves one row of two that are the same job; answers whether that was done. What is on no disk takes nothing off it.
   * Rejects where the twin could not be removed.
   */
  async mergeInto(key: JobKey, twinKey: JobKey): Promise<boolean> {
    const twin = this.jobs.get(twinKey);
    if (twin === undefined) return false;
    this.apply([[key, (tracked) => withDuplicate(tracked, twin)]]);
    const isKept = (await this.saved(key)) && this.isShared(key) && (await this.files.read(key)) !== undefined;
    if (!isKept || !this.jobs.has(key)) return false;
    await this.remove([twinKey]);
    return true;
  }

  /** Forgets finished jobs that are too old or too many. */
  async prune({ maxAgeMs, maxJobs }: Retention, now: Instant): Promise<void> {
    const finished = [...this.jobs].flatMap(([key, { job, ending }]) =>
      ending !== undefined && isEnding(job?.status) ? [{ key, at: ending.noticedAt }] : [],
    );
    const latestFirst = finished.sort((a, b) => b.at - a.at);
    const isTooMuch = ({ at }: { readonly at: Instant }, index: number) => index >= maxJobs || at < now - maxAgeMs;
    await this.untrack(latestFirst.filter(isTooMuch).map(({ key }) => key));
  }

  /** Resolves when what was to be kept of the job is kept, or could not be. */
  async settled(key: JobKey): Promise<void> {
    await this.writes.settled(key);
  }

  /** Whether all that was to be kept of the job is kept; what could not be is tried again first. */
  async saved(key: JobKey): Promise<boolean> {
    await this.settled(key);
    if (this.unsaved.has(key)) this.keep(key, (tracked) => tracked);
    await this.settled(key);
    return !this.unsaved.has(key);
  }

  /** Resolves when all that was to be kept is kept. */
  async flush(): Promise<void> {
    await this.writes.flush();
  }

  dispose(): void {
    this.changes.dispose();
  }

  /** Adds those that are not tracked yet. */
  private async addTogether(jobs: readonly TrackedJob[]): Promise<void> {
    const added = new Map<JobKey, TrackedJob>();
    for (const tracked of jobs) {
      const key = jobKey(tracked.reference);
      if (!added.has(key) && this.find(tracked.reference) === undefined) added.set(key, tracked);
    }
    if (added.size === 0) return;
    for (const [key, tracked] of added) this.jobs.set(key, tracked);
    this.changes.fire([...added].map(([key, tracked]) => ({ key, tracked, kinds: ['added'] })));
    // All are being kept from now on, so that nobody takes them for removed.
    const toKeep = [...added].map(([key, tracked]) => ({ key, tracked }));
    const writes = this.writes.addSequentially(toKeep, ({ key, tracked }) => this.files.create(key, tracked));
    const kept = toKeep.map(async ({ key }, index) => {
      try {
        const onDisk = await writes[index];
        if (onDisk !== undefined) this.adopt([[key, onDisk]]);
      } catch (cause) {
        this.unkept.add(key);
        throw cause;
      }
    });
    const failed = (await Promise.allSettled(kept)).find(({ status }) => status === 'rejected');
    if (failed?.status === 'rejected') throw failed.reason;
  }

  private byProject(keys: readonly JobKey[]): Iterable<readonly JobKey[]> {
    const projects = new Map<string, JobKey[]>();
    for (const key of keys) {
      const reference = this.jobs.get(key)?.reference;
      if (reference === undefined) continue;
      const project = `${reference.endpoint} ${reference.projectId}`;
      const known = projects.get(project);
      if (known === undefined) projects.set(project, [key]);
      else known.push(key);
    }
    return projects.values();
  }

  /** They leave the list at once, all together, and the disk one after the other. */
  private async remove(keys: readonly JobKey[]): Promise<void> {
    const known = keys.flatMap((key) => {
      const tracked = this.jobs.get(key);
      return tracked === undefined
        ? []
        : [{ key, tracked, unsaved: this.unsaved.get(key), isUnkept: this.unkept.has(key) }];
    });
    const removals = this.writes.addSequentially(known, ({ key }) => this.files.remove(key));
    this.forget(keys);
    const left: JobChange[] = [];
    const failures: unknown[] = [];
    const results = await Promise.allSettled(removals);
    for (const [index, { key, tracked, unsaved, isUnkept }] of known.entries()) {
      const result = results[index];
      if (result?.status === 'rejected') failures.push(result.reason);
      // It may be tracked again by now.
      if (this.jobs.has(key)) continue;
      this.unsaved.delete(key);
      if (result?.status !== 'rejected') continue;
      this.jobs.set(key, tracked);
      if (unsaved !== undefined) this.unsaved.set(key, unsaved);
      if (isUnkept) this.unkept.add(key);
      left.push({ key, tracked, kinds: ['added'] });
    }
    if (left.length > 0) this.changes.fire(left);
    if (failures.length > 0) throw failures[0];
  }

  private apply(changes: readonly (readonly [JobKey, Change])[], stillPolls?: StillPolls): void {
    const told: JobChange[] = [];
    for (const [key, change] of changes) {
      const before = this.jobs.get(key);
      if (before === undefined) continue;
      const after = change(before);
      this.jobs.set(key, after);
      const kinds = changesBetween(before, after);
      if (kinds.length > 0) told.push({ key, tracked: after, kinds });
      if (isWorthKeeping(before, after)) this.keep(key, stillPolls === undefined ? change : where(stillPolls, change));
    }
    if (told.length > 0) this.changes.fire(told);
  }

  private keep(key: JobKey, change: KeptChange): void {
    const known = this.jobs.get(key);
    if (known === undefined) return;
    const unsaved = this.unsaved.get(key);
    const all = unsaved === undefined ? change : inTurn(unsaved, change);
    this.unsaved.delete(key);
    this.writes
      .add(key, () =>
        this.files.change(key, withoutSessionState(known), async (kept) => withoutSessionState(await all(kept))),
      )
      .then((kept) => {
        if (kept !== undefined) this.adopt([[key, kept]]);
        // Another window stopped tracking it.
        else if (!this.writes.has(key) && !this.unkept.has(key)) this.forget([key]);
      })
      .catch((cause: unknown) => {
        this.log.error(`Job ${known.reference.jobId} could not be saved: ${String(cause)}`);
        const later = this.unsaved.get(key);
        this.unsaved.set(key, later === undefined ? all : inTurn(all, later));
      });
  }

  /** A disk that was full may have room by now. */
  private keepAgain(key: JobKey): void {
    const tracked = this.jobs.get(key);
    if (tracked === undefined || this.writes.has(key)) return;
    this.writes
      .add(key, () => this.files.create(key, withoutSessionState(tracked)))
      .then(
        (kept) => {
          this.unkept.delete(key);
          this.adopt([[key, kept]]);
          // What an answer brought meanwhile was kept nowhere.
          if (this.jobs.get(key) !== tracked) this.keep(key, () => withoutSessionState(this.jobs.get(key) ?? tracked));
          this.changes.fire([{ key, tracked: this.jobs.get(key) ?? kept, kinds: ['updated'] }]);
        },
        (cause: unknown) => {
          this.log.debug(`Job ${tracked.reference.jobId} still cannot be kept: ${String(cause)}`);
        },
      );
  }

  private async readFiles(keys?: ReadonlySet<JobKey>): Promise<void> {
    for (const key of [...this.unsaved.keys()]) this.keep(key, (tracked) => tracked);
    for (const key of this.unkept) this.keepAgain(key);
    // A job that is being kept meanwhile need not be in the folder yet.
    const kept = [...this.jobs.keys()].filter((key) => !this.writes.has(key) && !this.unkept.has(key));
    const present = new Set(await this.files.keys());
    const isBeingRemoved = (key: JobKey) => this.writes.has(key) && !this.jobs.has(key);
    let wanted = [...(keys ?? present)].filter((key) => present.has(key) && !isBeingRemoved(key));
    for (let attempt = 0; attempt < MOST_READS && wanted.length > 0; attempt += 1) {
      const before = new Map(wanted.map((key) => [key, this.jobs.get(key)]));
      const read = await this.readEach(wanted);
      // What changed here meanwhile may be newer than what was read.
      const isNewer = ([key]: readonly [JobKey, TrackedJob]) => this.jobs.get(key) !== before.get(key);
      this.adopt(read.filter((each) => !isNewer(each)));
      wanted = read.filter(isNewer).map(([key]) => key);
    }
    this.forget(kept.filter((key) => !present.has(key) && !this.writes.has(key)));
  }

  private async readEach(keys: readonly JobKey[]): Promise<(readonly [JobKey, TrackedJob])[]> {
    const read: (readonly [JobKey, TrackedJob])[] = [];
    for (const key of keys) {
      try {
        const kept = await this.files.read(key);
        if (kept !== undefined) read.push([key, kept]);
      } catch (cause) {
        this.log.error(`Job file ${key} could not be read: ${String(cause)}`);
      }
    }
    return read;
  }

  /** Takes over what the disk holds; what is still to be written is newer than that. */
  private adopt(kept: readonly (readonly [JobKey, TrackedJob])[]): void {
    const told: JobChange[] = [];
    for (const [key, onDisk] of kept) {
      if (this.writes.has(key) || this.unsaved.has(key)) continue;
      const before = this.jobs.get(key);
      const after = before === undefined ? onDisk : withSessionState(onDisk, before);
      this.jobs.set(key, after);
      const kinds = before === undefined ? (['added'] as const) : changesBetween(before, after);
      if (kinds.length > 0) told.push({ key, tracked: after, kinds });
    }
    if (told.length > 0) this.changes.fire(told);
  }

  private forget(keys: readonly JobKey[]): void {
    const told: JobChange[] = [];
    for (const key of keys) {
      const tracked = this.jobs.get(key);
      if (tracked === undefined) continue;
      this.jobs.delete(key);
      this.unkept.delete(key);
      this.unsaved.delete(key);
      told.push({ key, tracked, kinds: ['removed'] });
    }
    if (told.length > 0) this.changes.fire(told);
  }
}

/** Whether an answer that repeats the last one changes nothing: no difficulty is over, and no extra look has been had. */
function isSettled({ pollFailure, changedAt, answeredAt }: TrackedJob): boolean {
  return pollFailure === undefined && (changedAt === undefined || changedAt !== answeredAt);
}

/** Whether more is new than when it was last answered. */
function isWorthKeeping(before: TrackedJob, after: TrackedJob): boolean {
  return (
    before.job !== after.job ||
    before.ending !== after.ending ||
    before.aliases !== after.aliases ||
    before.trackedAt !== after.trackedAt ||
    before.history !== after.history ||
    before.label !== after.label ||
    before.muted !== after.muted ||
    before.seenEnding !== after.seenEnding ||
    before.pollWantedAt !== after.pollWantedAt ||
    isLost(before) !== isLost(after)
  );
}

/** What the disk holds, and what only this session knows beside it. */
function withSessionState(onDisk: TrackedJob, before: TrackedJob): TrackedJob {
  const isOlder = (onDisk.answeredAt ?? 0) < (before.answeredAt ?? 0);
  const isSameJob = before.job !== undefined && onDisk.job !== undefined && jsonEqual(before.job.raw, onDisk.job.raw);
  return {
    ...onDisk,
    job: isSameJob ? before.job : onDisk.job,
    answeredAt: isOlder ? before.answeredAt : onDisk.answeredAt,
    pollFailure:
      onDisk.pollFailure ?? (isLost(before) || !isOlderOrSame(onDisk, before) ? undefined : before.pollFailure),
  };
}

function isOlderOrSame(onDisk: TrackedJob, before: TrackedJob): boolean {
  return (onDisk.answeredAt ?? 0) <= (before.answeredAt ?? 0);
}

function where(isSo: () => Promise<boolean>, change: Change): KeptChange {
  return async (kept) => ((await isSo()) ? change(kept) : kept);
}

function inTurn(first: KeptChange, second: KeptChange): KeptChange {
  return async (kept) => second(await first(kept));
}
