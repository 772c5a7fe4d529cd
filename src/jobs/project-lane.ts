/** Follows the jobs of one project: one request at a time, by the one window that holds the project's lease. */
import type { Job } from '../elb/job';
import type { ListedJob } from '../elb/job-schema';
import type { Clock, Instant } from './clock';
import type { Disposable } from './disposable';
import type { JobKey } from './job-reference';
import type { JobSource, ListResult, LookResult } from './job-source';
import type { ProjectReference } from './project-reference';
import type { JobStore } from './job-store';
import type { Log } from './log';
import { LookPlans, ZONE_MARGIN } from './look-plans';
import { type LookError, stopsCredential } from './look-error';
import { NewJobWatch, type NewJobsParts } from './new-job-watch';
import type { PollingPause } from './polling-pause';
import type { DurationHistory } from './prediction';
import type { RequestBudget } from './request-budget';
import { backoff } from './schedule';
import { goesOn, isEnding, isWaitingUpgrade } from './status';
import { TimeWatch } from './time-watch';
import type { TrackedJob } from './tracked-job';

/** Which one window polls. See Lease. */
export interface PollingLease extends Disposable {
  tryHold(): Promise<boolean>;
  isHeld(): Promise<boolean>;
  isHeldByOther(): Promise<boolean>;
  release(): Promise<void>;
}

export interface ProjectLaneParts {
  readonly project: ProjectReference;
  readonly store: JobStore;
  readonly source: JobSource;
  readonly lease: PollingLease;
  readonly pause: Pick<PollingPause, 'isPaused'>;
  readonly durations: DurationHistory;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** Another text where the computer joined or left a network. */
  readonly networkAddresses: () => string;
  readonly newJobs?: NewJobsParts;
  readonly log: Log;
}

/** What was asked for, and by what. */
interface Question {
  readonly keys: readonly JobKey[];
  readonly budget: RequestBudget;
  /** The credential, by how often it had changed. */
  readonly resumed: number;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;

/** How often a window that does not poll sees whether the one that does still lives. */
const LEASE_CHECK = 3 * SECOND;
/** How often a window that lacks the keys sees whether another has them. */
const ANOTHER_CHECK = 15 * SECOND;
/** For so long at most nobody looks whether the computer slept, or its clock was set. */
const LONGEST_NAP = 15 * SECOND;
/** The same for whether it is back in a network, where the service cannot be reached. */
const LONGEST_NAP_OUT_OF_REACH = 3 * SECOND;
/** For which a window that does not poll asks no other to look again for a regained focus. */
const FOCUS_PAUSE = 10 * SECOND;
/** From so many jobs on, one list costs less than asking for each. */
const FEWEST_FOR_LIST = 4;
/** The same while requests are short. */
const FEWEST_FOR_LIST_WHEN_SHORT = 2;
/** So many jobs in a list weigh as much as a request. */
const LISTED_PER_REQUEST = 100;
/** For which no list is asked for after one that could not be read. */
const LIST_PAUSE = 10 * MINUTE;

export class ProjectLane implements Disposable {
  private readonly plans: LookPlans;
  private readonly newJobs: NewJobWatch | undefined;
  private readonly abort = new AbortController();
  private isRunning = false;
  /** Counts what is new: what is planned is looked through again before anybody sleeps. */
  private wakes = 0;
  private sleep: { readonly end: () => void; readonly timer: Disposable } | undefined;
  private readonly time: TimeWatch;
  /** While the service is out of reach: the network it was not reached from. */
  private network: string | undefined;
  private isHolding = false;
  /** `resumed` as it was when this window was last seen to have the credential. */
  private mayAskAt: number | undefined;
  /** By `Clock.elapsed`: when this window last asked another to look for a regained focus. */
  private focusedAt = -Infinity;
  /** Why nothing is asked until `resume`. */
  private stop: LookError | undefined;
  /** Counts `resume`, so that what an old credential still brings does not stop a new one. */
  private resumed = 0;
  /** The service asked for patience until then. */
  private patientUntil: Instant = 0;
  /** The service cannot be reached: the next attempt is made then. */
  private backoffUntil: Instant = 0;
  private failures = 0;
  /** By `Clock.elapsed`: until then there is nothing to do, after a fault of ours or for want of budget. */
  private restUntil = -Infinity;
  private noListsUntil: Instant = 0;
  /** Why the last list could not be used. */
  private noListsFor: LookError['kind'] | undefined;
  /** How many jobs the last list had. */
  private listedCount = 0;
  /** Ended jobs of lists whose durations are known. */
  private readonly learned = new Set<string>();

  constructor(private readonly parts: ProjectLaneParts) {
    this.plans = new LookPlans({ ...parts, get: (key) => parts.store.get(key) });
    this.newJobs = parts.newJobs && new NewJobWatch({ ...parts, ...parts.newJobs });
    this.time = new TimeWatch(parts.clock);
  }

  /** Whether this window is the one that asks for the jobs of the project. */
  get isPolling(): boolean {
    return this.isHolding;
  }

  add(key: JobKey): void {
    this.plans.add(key);
    this.wake();
  }

  remove(key: JobKey): void {
    this.plans.remove(key);
    this.wake();
  }

  /** Another window, a person or an answer changed what is known of a job. */
  changed(key: JobKey, { isLookWanted }: { readonly isLookWanted: boolean }): void {
    if (isLookWanted) this.plans.hurry(key);
    else this.plans.renew(key);
    this.wake();
  }

  /** What is to be asked for is another: the project is followed from now on, or polling is paused. */
  reconsider(): void {
    this.wake();
  }

  /** A person asks: looks at the given jobs, or at all that go on, as soon as budget and service allow. */
  lookNow(keys?: readonly JobKey[]): void {
    const isWanted = (key: JobKey) =>
      keys?.includes(key) ?? (this.plans.isPlanned(key) || goesOn(this.parts.store.get(key)?.job));
    const wanted = [...this.plans.keys()].filter(isWanted);
    for (const key of wanted) this.plans.hurry(key);
    if (keys === undefined) this.newJobs?.lookNow();
    this.backoffUntil = 0;
    // The window that polls is to know.
    if (!this.isHolding) {
      this.parts.store.wantLooks(wanted, this.parts.clock.now());
      if (keys === undefined) void this.newJobs?.wantLook();
    }
    this.wake();
  }

  /** The person is back at this window: looks at once at what would be looked at later. */
  catchUp(): void {
    const { clock, store } = this.parts;
    const urgent = this.hurryUrgent();
    // The window that polls may be another one; only what it looks at rarely is worth a word.
    if (!this.isHolding && clock.elapsed() >= this.focusedAt + FOCUS_PAUSE) {
      this.focusedAt = clock.elapsed();
      const isRare = (job: Job | undefined) => job !== undefined && isWaitingUpgrade(job);
      store.wantLooks(
        urgent.filter((key) => isRare(store.get(key)?.job)),
        clock.now(),
      );
    }
    this.wake();
  }

  private hurryUrgent(): readonly JobKey[] {
    this.backoffUntil = 0;
    const urgent = [...this.plans.keys()].filter((key) => {
      const tracked = this.parts.store.get(key);
      // A job that is not found yet is asked for at its own pace: it is the cloud that has to get on.
      const isUrgent = goesOn(tracked?.job) && tracked?.difficulty?.error.kind !== 'not-found-yet';
      return this.plans.isPlanned(key) && isUrgent;
    });
    for (const key of urgent) this.plans.hurry(key);
    this.newJobs?.lookIfFailed();
    return urgent;
  }

  /** The credentials changed: asks again where they were what kept us from asking. */
  resume(): void {
    this.resumed += 1;
    this.restUntil = -Infinity;
    this.stop = undefined;
    this.noListsUntil = 0;
    this.newJobs?.resume();
    for (const key of this.plans.keys()) {
      const error = this.parts.store.get(key)?.difficulty?.error;
      const isOfCredential = error !== undefined && (stopsCredential(error) || error.kind === 'forbidden');
      if (isOfCredential) this.plans.lookAgain(key);
    }
    this.wake();
  }

  dispose(): void {
    this.abort.abort();
    this.sleep?.timer.dispose();
    this.parts.lease.dispose();
  }

  private get isClosed(): boolean {
    return this.abort.signal.aborted;
  }

  private wake(): void {
    this.wakes += 1;
    this.sleep?.end();
    if (!this.isRunning && !this.isClosed) void this.run();
  }

  private async run(): Promise<void> {
    this.isRunning = true;
    while (!this.isClosed) {
      const { wakes } = this;
      const pause = await this.stepSafely();
      if (wakes !== this.wakes || pause === 0) continue;
      if (pause === undefined) break;
      await this.sleepFor(pause);
    }
    this.isRunning = false;
  }

  private async stepSafely(): Promise<number | undefined> {
    const rest = this.restUntil - this.parts.clock.elapsed();
    // Who is paused leaves the project to other windows first.
    if (rest > 0 && !this.parts.pause.isPaused) return rest;
    try {
      return await this.step();
    } catch (cause) {
      // A fault of ours must not end the following of this project's jobs.
      this.parts.log.error(`Following project ${this.parts.project.projectId} failed: ${String(cause)}`);
      return this.rest(MINUTE);
    }
  }

  private rest(duration: number): number {
    this.restUntil = this.parts.clock.elapsed() + duration;
    return duration;
  }

  private async sleepFor(pause: number): Promise<void> {
    const nap = Math.min(pause, this.network === undefined ? LONGEST_NAP : LONGEST_NAP_OUT_OF_REACH);
    this.noticeJump();
    // While the step was on its way.
    if (this.isClosed) return;
    await new Promise<void>((resolve) => {
      this.sleep = { end: resolve, timer: this.parts.clock.schedule(nap, resolve) };
    });
    this.sleep?.timer.dispose();
    this.sleep = undefined;
    this.noticeJump(nap);
  }

  private noticeJump(planned?: number): void {
    switch (this.time.jump(planned)) {
      case 'set-back':
        this.onClockSetBack();
        break;
      case 'slept':
        this.hurryUrgent();
        break;
      case undefined:
        break;
    }
  }

  /** Does what is due. Milliseconds until there is more to do; undefined where there is nothing. */
  private async step(): Promise<number | undefined> {
    const { clock, source, project, lease, pause } = this.parts;
    this.noticeJump();
    if (pause.isPaused) {
      await this.letGo();
      return undefined;
    }
    if (this.network !== undefined && this.network !== this.parts.networkAddresses()) this.hurryUrgent();
    const dueAt = this.dueAt();
    if (dueAt === undefined) {
      await this.letGo();
      return this.waitForAnother();
    }
    const startIn = Math.max(dueAt, this.patientUntil, this.backoffUntil) - clock.now();
    if (startIn > 0 && this.isHolding && this.stop === undefined && this.mayAskAt === this.resumed) return startIn;
    if (!this.isHolding && (await lease.isHeldByOther())) {
      await this.newJobs?.attend();
      return LEASE_CHECK;
    }
    const { resumed } = this;
    const obstacle = this.stop ?? (await source.canAsk(project));
    if (obstacle !== undefined) return this.withoutCredential(obstacle);
    this.mayAskAt = resumed;
    const wasHolding = this.isHolding;
    this.isHolding = await lease.tryHold();
    // What a person wanted since this window was outbid, the other one is to know.
    if (wasHolding && !this.isHolding) {
      this.parts.store.wantLooks(this.plans.due(clock.now()), clock.now());
      await this.newJobs?.handOver();
    }
    if (!this.isHolding) return LEASE_CHECK;
    if (startIn > 0) return startIn;
    return this.ask(await source.budgetOf(project));
  }

  /** When something is due: a look at a job, or a list for the sake of new ones. */
  private dueAt(): Instant | undefined {
    const listAt = Math.max(this.newJobs?.dueAt() ?? Infinity, this.noListsUntil);
    const dueAt = Math.min(this.plans.dueAt() ?? Infinity, listAt);
    return dueAt === Infinity ? undefined : dueAt;
  }

  private isListDue(now: Instant): boolean {
    return now >= Math.max(this.newJobs?.dueAt() ?? Infinity, this.noListsUntil);
  }

  private async ask(budget: RequestBudget): Promise<number> {
    const now = this.parts.clock.now();
    const isShort = budget.isShort();
    const key = this.plans.mostUrgent(now);
    const tracked = key === undefined ? undefined : this.parts.store.get(key);
    this.newJobs?.spare(isShort);
    const isForNewJobs = this.isListDue(now) && !(isShort && tracked !== undefined);
    if (tracked === undefined && !isForNewJobs) return SECOND;
    const listable = now < this.noListsUntil ? [] : this.plans.listable(now);
    const isUrgent = key !== undefined && listable.includes(key);
    const isList = isUrgent && listable.length >= this.fewestForList(isShort);
    const delay = await budget.take();
    if (delay > 0) return this.rest(delay);
    if (this.isClosed || this.parts.pause.isPaused) return 0;
    const question = { budget, resumed: this.resumed };
    if (isList) await this.list({ ...question, keys: listable });
    else if (isForNewJobs) await this.list({ ...question, keys: [] });
    else if (key !== undefined && tracked !== undefined) await this.show(tracked, { ...question, keys: [key] });
    return 0;
  }

  private fewestForList(isShort: boolean): number {
    if (isShort) return FEWEST_FOR_LIST_WHEN_SHORT;
    return Math.max(FEWEST_FOR_LIST, 1 + this.listedCount / LISTED_PER_REQUEST);
  }

  /** This window lacks the credential: perhaps another has it. */
  private async withoutCredential(obstacle: LookError): Promise<number | undefined> {
    await this.letGo();
    const now = this.parts.clock.now();
    for (const key of this.plans.due(now)) {
      this.plans.looked(key, now);
      this.fail(key, obstacle, now);
    }
    if (stopsCredential(obstacle) || this.isListDue(now)) this.newJobs?.failed(obstacle, now);
    const dueAt = this.dueAt();
    return dueAt === undefined ? undefined : Math.max(dueAt - now, SECOND);
  }

  /** Jobs that go on and cannot be asked for here: once another window can, nothing is missing any more. */
  private async waitForAnother(): Promise<number | undefined> {
    const { store, lease } = this.parts;
    const waiting = [...this.plans.keys()].filter((key) => {
      const kind = store.get(key)?.difficulty?.error.kind;
      return kind === 'signed-out' || kind === 'keys-lost';
    });
    if (waiting.length === 0) return undefined;
    if (await lease.isHeldByOther()) {
      store.forgetDifficulties(waiting);
      for (const key of waiting) this.plans.lookAgain(key);
    }
    return ANOTHER_CHECK;
  }

  private async letGo(): Promise<void> {
    if (this.isHolding) {
      // An answer is kept by the window that polls alone.
      for (const key of this.plans.keys()) await this.parts.store.settled(key);
      await this.parts.lease.release();
    }
    this.isHolding = false;
  }

  private async show(tracked: TrackedJob, question: Question): Promise<void> {
    const result = await this.showSafely(tracked);
    if (!(await this.mayApply())) return;
    const now = this.parts.clock.now();
    for (const key of question.keys) this.plans.shown(key, now);
    if (!result.ok) {
      this.onError(result.error, question);
      return;
    }
    this.reached();
    this.parts.log.debug(`Job ${tracked.reference.jobId}: ${result.value.job.status ?? 'no status'}`);
    for (const key of question.keys) {
      this.parts.store.applyAnswer(key, result.value, now, () => this.parts.lease.isHeld());
      this.plans.renew(key);
    }
  }

  private async showSafely({ reference }: TrackedJob): Promise<LookResult> {
    try {
      return await this.parts.source.showJob(reference, this.abort.signal);
    } catch (cause) {
      this.parts.log.error(`Looking at job ${reference.jobId} threw: ${String(cause)}`);
      return { ok: false, error: { kind: 'malformed', message: 'The answer could not be processed.' } };
    }
  }

  private async list(question: Question): Promise<void> {
    const { project, clock, log } = this.parts;
    this.newJobs?.asks();
    const result = await this.listSafely(question.keys.length > 0);
    if (!(await this.mayApply())) return;
    const now = clock.now();
    this.newJobs?.looked(now);
    // The key changed between two pages.
    if (!result.ok && result.error.kind === 'cancelled') return;
    if (!result.ok && meansNoLists(result.error)) {
      const { kind } = result.error;
      if (this.noListsFor !== kind) {
        log.warn(`The jobs of project ${project.projectId} cannot be listed (${kind}); each is asked for alone.`);
      }
      this.noListsFor = kind;
      this.noListsUntil = isOfRights(result.error) ? Infinity : now + LIST_PAUSE;
      if (isOfRights(result.error)) await this.newJobs?.refused(result.error);
      else this.newJobs?.failed(result.error, now);
      return;
    }
    if (!result.ok) {
      for (const key of question.keys) this.plans.looked(key, now);
      this.newJobs?.failed(result.error, now);
      this.onError(result.error, question);
      return;
    }
    this.reached();
    this.noListsFor = undefined;
    const { jobs } = result.value;
    this.listedCount = jobs.length;
    log.debug(`Project ${project.projectId}: ${jobs.length} jobs listed`);
    this.learn(jobs);
    this.applyList(question.keys, jobs, now);
    await this.newJobs?.listed(jobs, now, !this.isIdMissing());
  }

  /** Whether a tracked job, not answered yet, may be called otherwise in a list. One that fails is not waited for. */
  private isIdMissing(): boolean {
    return [...this.plans.keys()].some((key) => {
      const tracked = this.parts.store.get(key);
      if (tracked?.job !== undefined || !this.plans.isPlanned(key)) return false;
      const error = tracked?.difficulty?.error;
      // Looks at a job that is not found yet are few; with other credentials it is looked at at once.
      return error === undefined || error.kind === 'not-found-yet' || stopsCredential(error);
    });
  }

  /** @param isForJobs false where a list is made for new jobs alone, and need not reach back to the others. */
  private async listSafely(isForJobs: boolean): Promise<ListResult> {
    const { source, project, log } = this.parts;
    try {
      const newFrom = this.newJobs?.listFrom();
      const beginTime = isForJobs || newFrom === undefined ? this.plans.listFrom(newFrom) : newFrom - ZONE_MARGIN;
      return await source.listJobs(project, { beginTime }, this.abort.signal);
    } catch (cause) {
      log.error(`Listing the jobs of project ${project.projectId} threw: ${String(cause)}`);
      return { ok: false, error: { kind: 'malformed', message: 'The list could not be processed.' } };
    }
  }

  private applyList(wanted: readonly JobKey[], jobs: readonly ListedJob[], now: Instant): void {
    const byId = new Map(jobs.map((job) => [job.jobId, job]));
    const found = new Map<JobKey, ListedJob>();
    for (const key of this.plans.keys()) {
      const tracked = this.parts.store.get(key);
      if (tracked === undefined) continue;
      const ids = [tracked.reference.jobId, ...tracked.aliases];
      const listed = ids.map((id) => byId.get(id)).find((job) => job !== undefined);
      if (listed !== undefined) found.set(key, listed);
    }
    for (const key of found.keys()) this.plans.listed(key, now);
    this.parts.store.applyList(found, now, () => this.parts.lease.isHeld());
    for (const key of found.keys()) this.plans.renew(key);
    for (const key of wanted) if (!found.has(key)) this.plans.absent(key, now);
  }

  private learn(jobs: readonly ListedJob[]): void {
    for (const listed of jobs) {
      if (listed.jobId === undefined || this.learned.has(listed.jobId) || !isEnding(listed.status)) continue;
      this.learned.add(listed.jobId);
      this.parts.durations.add(listed.read());
    }
  }

  /** Whether what was asked for may be applied: the window is open, and no other one polls by now. */
  private async mayApply(): Promise<boolean> {
    if (this.isClosed) return false;
    this.isHolding = await this.parts.lease.isHeld();
    return this.isHolding && !this.abort.signal.aborted;
  }

  private onError(error: LookError, { keys, budget, resumed }: Question): void {
    const now = this.parts.clock.now();
    if (stopsCredential(error) && resumed !== this.resumed) {
      for (const key of keys) this.plans.lookAgain(key);
      this.newJobs?.resume();
      return;
    }
    if (stopsCredential(error)) this.stop = error;
    for (const key of keys) this.fail(key, error, now);
    if ('rateLimit' in error && error.rateLimit !== undefined) budget.lower(error.rateLimit);
    const asksForPatience = error.kind === 'throttled' || ('retryAfter' in error && error.retryAfter !== undefined);
    if (asksForPatience) this.patientUntil = this.plans.dueAt(keys) ?? now + this.patienceFor(error);
    if (!isOutOfReach(error)) {
      this.reached();
      return;
    }
    this.failures += 1;
    this.backoffUntil = now + backoff(this.failures, this.parts.random());
    this.network = this.parts.networkAddresses();
  }

  /** Where no job's next look tells it: the list was made for new jobs. */
  private patienceFor(error: LookError): number {
    return Math.max('retryAfter' in error ? (error.retryAfter ?? 0) : 0, backoff(1, this.parts.random()));
  }

  private reached(): void {
    this.failures = 0;
    this.backoffUntil = 0;
    this.network = undefined;
  }

  private fail(key: JobKey, error: LookError, now: Instant): void {
    this.logOnce(key, error);
    this.parts.store.applyError(key, error, now);
    this.plans.renew(key);
  }

  /** Being offline for a night is one line, not one for each attempt. */
  private logOnce(key: JobKey, error: LookError): void {
    const tracked = this.parts.store.get(key);
    if (tracked === undefined || tracked.difficulty?.error.kind === error.kind) return;
    const facts =
      'httpStatus' in error ? [error.httpStatus, error.code, error.message, error.requestId] : [error.message];
    const words = facts.filter((fact) => fact !== undefined).join(' · ');
    this.parts.log.warn(`Job ${tracked.reference.jobId}: ${error.kind}${words === '' ? '' : ` (${words})`}`);
  }

  private onClockSetBack(): void {
    const now = this.parts.clock.now();
    this.patientUntil = Math.min(this.patientUntil, now);
    this.backoffUntil = Math.min(this.backoffUntil, now);
    if (this.noListsUntil !== Infinity) this.noListsUntil = Math.min(this.noListsUntil, now);
    this.plans.onClockSetBack();
    this.newJobs?.onClockSetBack();
  }
}

/** A proxy, the network or the service as a whole is in the way, of the other jobs as well. */
function isOutOfReach({ kind }: LookError): boolean {
  return kind === 'network' || kind === 'timeout' || kind === 'certificate' || kind === 'proxy' || kind === 'server';
}

function isOfRights({ kind }: LookError): boolean {
  return kind === 'forbidden' || kind === 'gateway-forbidden' || kind === 'api-absent';
}

function meansNoLists(error: LookError): boolean {
  return isOfRights(error) || error.kind === 'malformed' || error.kind === 'bad-request' || error.kind === 'not-found';
}
