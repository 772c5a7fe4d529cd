/**
 * Waits until jobs end, for people and programs. It listens to the store and sends no request: a job is polled once for all.
 * Other extensions may start thousands of waits in one turn, so a wait costs little to start, and a change of a job costs nothing
 * to the waits for others.
 *
 * What is known of a job when the waiting begins counts at once, also an ending or a `not found` of last week. To have a lost job
 * polled again, call PollEngine.retry before.
 */
import type { Disposable } from '../../base/disposable';
import { errorMessageOf } from '../../base/error-message';
import { SECOND } from '../../base/time-units';
import { onAbort } from '../../base/work/abort-listeners';
import { SharedTurns } from '../../base/work/shared-turns';
import type { WindowContext } from '../../storage/window-context';
import { changesBetween, type JobChange } from '../model/job-change';
import { jobKey, type JobKey, type JobReference } from '../model/job-reference';
import { lacksCredentials } from '../model/poll-error';
import { idsOf, type TrackedJob } from '../model/tracked-job';
import { needsDecision } from '../model/waiting-upgrade';
import { findTracked } from '../store/find-tracked';
import type { JobStore } from '../store/job-store';
import { AwakeTimer } from './awake-timer';
import { type Outcome, outcomeAtLimit, outcomeOf, worstOf } from './outcome';
import { WaitsById } from './waits-by-id';

export interface WaitOptions {
  /** Ends the waiting: the promise rejects with the signal's reason. */
  readonly signal: AbortSignal;
  /** Without it, there is no limit. The computer's sleep does not count. */
  readonly timeoutMs?: number | undefined;
  /** Whether an upgrade that waits for a decision counts as succeeded. Either way it is no longer waited for. */
  readonly acceptWaitingUpgrade: boolean;
  /** Whether an upgrade that waits for a decision at first is waited for until it is completed or rolled back. */
  readonly awaitsFirstDecisions?: boolean | undefined;
  /** Whether the first job that does not succeed ends the waiting for all. */
  readonly failFast: boolean;
  /** Called for each job at first, and then when it or its outcome changes, but not when the time is over. What it throws is logged. */
  readonly onProgress?: ((progress: WaitProgress) => void) | undefined;
}

export interface WaitProgress {
  readonly reference: JobReference;
  /** Missing at first. */
  readonly before: TrackedJob | undefined;
  /** Missing if the job is no longer tracked. */
  readonly after: TrackedJob | undefined;
  /** Missing while the job runs. */
  readonly outcome: Outcome | undefined;
}

export interface WaitedJob {
  readonly reference: JobReference;
  /** Missing if the job still runs, because `failFast` ended the waiting. */
  readonly outcome: Outcome | undefined;
  /** As it was known last. */
  readonly tracked: TrackedJob | undefined;
}

export interface WaitResult {
  /** The worst: failed, refused, not-found, cancelled, removed, waiting, unreachable, timed-out, succeeded. */
  readonly outcome: Outcome;
  /** Each reference once, in the order given. */
  readonly jobs: readonly WaitedJob[];
}

interface JobWaiterParts extends Pick<WindowContext, 'clock' | 'log'> {
  readonly store: Pick<JobStore, 'find' | 'get' | 'trackAll' | 'onDidChange'>;
}

/**
 * How long another window may take to begin with the jobs that this one has no credentials for. Longer than two windows need to
 * notice each other: see CREDENTIAL_CHECK_MS and LEASE_CHECK_INTERVAL_MS.
 */
export const OTHER_WINDOW_MS = 20 * SECOND;

/** Jobs that are waited for from one turn of the event loop on. */
const MAX_STARTED_TOGETHER = 100;

export class JobWaiter implements Disposable {
  /** In the order in which they started. */
  private readonly waits = new Set<Wait>();
  private readonly waitsById = new WaitsById<Wait>();
  private readonly turns = new SharedTurns(MAX_STARTED_TOGETHER);
  private subscription: Disposable | undefined;
  private isClosed = false;

  constructor(private readonly parts: JobWaiterParts) {}

  /**
   * Tracks the jobs that are not tracked, and resolves when each has an outcome. Rejects with the signal's reason if the signal
   * aborts, and with an AbortError if the window closes; the jobs stay tracked. The waiting begins at once, or in a later turn if
   * this one has begun with many.
   */
  async waitFor(references: readonly JobReference[], options: WaitOptions): Promise<WaitResult> {
    const { store, clock, log } = this.parts;
    this.throwIfOver(options.signal);
    const laterTurn = this.turns.room(references.length);
    if (laterTurn !== undefined) {
      await laterTurn;
      this.throwIfOver(options.signal);
    }
    // A job that cannot be saved is tracked until the window closes, and the views say so.
    store.trackAll(references, clock.now()).catch((cause: unknown) => {
      log.warn(`A job that is waited for could not be saved: ${errorMessageOf(cause)}`);
    });
    // A listener of the list may have aborted.
    this.throwIfOver(options.signal);
    const wait = new Wait(this.parts, references, options, this.waitsById, (closed) => {
      this.waits.delete(closed);
      if (this.waits.size === 0) this.stopListening();
    });
    this.waits.add(wait);
    this.subscription ??= store.onDidChange((changes) => {
      this.update(changes);
    });
    return wait.result();
  }

  dispose(): void {
    this.isClosed = true;
    for (const wait of this.waits) wait.abort(windowClosed());
  }

  private throwIfOver(signal: AbortSignal): void {
    signal.throwIfAborted();
    if (this.isClosed) throw windowClosed();
  }

  private update(changes: readonly JobChange[]): void {
    const concerned = new Set(changes.flatMap(({ tracked }) => idsOf(tracked).flatMap((id) => this.waitsById.of(id))));
    if (concerned.size === 0) return;
    for (const wait of this.waits) if (concerned.has(wait)) wait.update();
  }

  private stopListening(): void {
    this.subscription?.dispose();
    this.subscription = undefined;
  }
}

/** The time that another window has to poll a job. */
interface Respite {
  isOver: boolean;
  readonly timer: Disposable;
}

/** One waiting for some jobs. */
class Wait {
  private readonly jobs = new Map<JobKey, WaitedJob>();
  /** What the last update found in the store. */
  private readonly found = new Map<JobKey, TrackedJob | undefined>();
  /** Of the jobs that this window has no credentials for. */
  private readonly respites = new Map<JobKey, Respite>();
  /** The upgrades that have waited for a decision from the first on: they are waited for all the same. */
  private readonly undecided = new Set<JobKey>();
  private readonly listenedIds = new Set<string>();
  private readonly disposables: Disposable[] = [];
  /** How many jobs have no outcome. */
  private running: number;
  private promise: { resolve: (result: WaitResult) => void; reject: (cause: unknown) => void } | undefined;

  constructor(
    private readonly parts: JobWaiterParts,
    references: readonly JobReference[],
    private readonly options: WaitOptions,
    private readonly waitsById: WaitsById<Wait>,
    private readonly onClose: (wait: Wait) => void,
  ) {
    for (const reference of references) {
      this.jobs.set(jobKey(reference), { reference, outcome: undefined, tracked: undefined });
      this.listenTo(reference.jobId);
    }
    this.running = this.jobs.size;
  }

  /** Call it once. */
  result(): Promise<WaitResult> {
    const { timeoutMs, signal } = this.options;
    return new Promise((resolve, reject) => {
      this.promise = { resolve, reject };
      const abort = () => {
        this.abort(signal.reason);
      };
      this.disposables.push(onAbort(signal, abort));
      if (timeoutMs !== undefined) {
        const timer = new AwakeTimer(this.parts.clock, timeoutMs, () => {
          this.timeOut();
        });
        this.disposables.push(timer);
      }
      this.update(true);
    });
  }

  abort(cause: unknown): void {
    this.close()?.reject(cause);
  }

  /** Reads all jobs again, also those with an outcome: a refused credential may be replaced, and an ended job may run again. */
  update(isFirst = false): void {
    let isChanged = isFirst;
    for (const [key, { reference }] of this.jobs) {
      const before = this.found.get(key);
      const after = findTracked(this.parts.store, reference);
      this.found.set(key, after);
      // A job with the id as an alias, which it may lose.
      if (after !== undefined && after !== before) this.listenTo(after.reference.jobId);
      if (isFirst && this.options.awaitsFirstDecisions === true) this.undecided.add(key);
      if (!isFirst && !isDifferent(before, after)) continue;
      isChanged = true;
      this.changed(key, before, after);
      // A listener aborted.
      if (this.promise === undefined) return;
    }
    if (isChanged) this.resolveIfOver();
  }

  private changed(key: JobKey, before: TrackedJob | undefined, after: TrackedJob | undefined): void {
    const waited = this.jobs.get(key);
    if (waited === undefined) return;
    const { reference, tracked } = waited;
    if (after === undefined) this.endRespite(key);
    // A job that has an outcome keeps it when it leaves the list, as jobs do that ended long ago.
    const outcome = after === undefined ? (waited.outcome ?? 'removed') : this.outcomeOf(key, after);
    this.jobs.set(key, { reference, outcome, tracked: after ?? tracked });
    this.running += Number(outcome === undefined) - Number(waited.outcome === undefined);
    try {
      this.options.onProgress?.({ reference, before, after, outcome });
    } catch (cause) {
      this.parts.log.error(`Showing the progress of a job failed: ${errorMessageOf(cause)}`);
    }
  }

  private outcomeOf(key: JobKey, tracked: TrackedJob): Outcome | undefined {
    const isRefusedHere = tracked.pollFailure !== undefined && lacksCredentials(tracked.pollFailure.error);
    if (!isRefusedHere) this.endRespite(key);
    if (!needsDecision(tracked)) this.undecided.delete(key);
    else if (this.undecided.has(key)) return undefined;
    const outcome = outcomeOf(tracked, this.options.acceptWaitingUpgrade);
    return outcome === 'refused' && isRefusedHere && !this.respite(key).isOver ? undefined : outcome;
  }

  /** Begins when the job's polls begin to fail. */
  private respite(key: JobKey): Respite {
    const begun = this.respites.get(key);
    if (begun !== undefined) return begun;
    const timer = new AwakeTimer(this.parts.clock, OTHER_WINDOW_MS, () => {
      respite.isOver = true;
      const tracked = this.found.get(key);
      this.changed(key, tracked, tracked);
      this.resolveIfOver();
    });
    const respite: Respite = { isOver: false, timer };
    this.respites.set(key, respite);
    return respite;
  }

  private endRespite(key: JobKey): void {
    this.respites.get(key)?.timer.dispose();
    this.respites.delete(key);
  }

  private timeOut(): void {
    for (const [key, waited] of this.jobs) {
      const { tracked } = waited;
      if (waited.outcome === undefined) this.jobs.set(key, { ...waited, outcome: tracked && outcomeAtLimit(tracked) });
    }
    this.resolve();
  }

  private resolveIfOver(): void {
    const hasFailed = () => worstOf([...this.jobs.values()].map(({ outcome }) => outcome)) !== 'succeeded';
    if (this.running === 0 || (this.options.failFast && hasFailed())) this.resolve();
  }

  private listenTo(jobId: string): void {
    if (this.listenedIds.has(jobId)) return;
    this.listenedIds.add(jobId);
    this.waitsById.add(jobId, this);
  }

  private resolve(): void {
    const jobs = [...this.jobs.values()].map((job) => ({
      ...job,
      tracked: findTracked(this.parts.store, job.reference) ?? job.tracked,
    }));
    this.close()?.resolve({ outcome: worstOf(jobs.map(({ outcome }) => outcome)), jobs });
  }

  /** Leaves no timer and no listener. @returns the promise to settle; undefined if that was done before */
  private close() {
    for (const disposable of this.disposables.splice(0)) disposable.dispose();
    for (const key of [...this.respites.keys()]) this.endRespite(key);
    for (const jobId of this.listenedIds) this.waitsById.delete(jobId, this);
    this.onClose(this);
    const { promise } = this;
    this.promise = undefined;
    return promise;
  }
}

/** Whether a view shows a difference. */
function isDifferent(before: TrackedJob | undefined, after: TrackedJob | undefined): boolean {
  if (before === undefined || after === undefined) return before !== after;
  return before !== after && changesBetween(before, after).length > 0;
}

/** The error of a window that closes. */
function windowClosed(): DOMException {
  return new DOMException('The window closes.', 'AbortError');
}
