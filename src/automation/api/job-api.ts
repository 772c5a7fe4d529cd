/** Version 1 of the exported API, for other extensions: see api/elb-job-tracker.d.ts. Sends no request of its own. */
import type { JobData, JobSummary, WaitedJob, WaitOptions, WaitResult } from '../../../api/elb-job-tracker';
import type { Disposable } from '../../base/disposable';
import { errorMessageOf, isAbortError } from '../../base/error-message';
import { partsOf } from '../../base/parts-of';
import { onAbort } from '../../base/work/abort-listeners';
import { SharedTurns } from '../../base/work/shared-turns';
import type { CredentialManager } from '../../credentials/credential-manager';
import type { JobReference } from '../../jobs/model/job-reference';
import { newlyTracked, type TrackedJob } from '../../jobs/model/tracked-job';
import { findTracked } from '../../jobs/store/find-tracked';
import type { JobStore } from '../../jobs/store/job-store';
import type { JobWaiter } from '../../jobs/waiting/job-waiter';
import type { WindowContext } from '../../storage/window-context';
import { jobData, jobSummary } from '../jobs/job-data';
import type { RequestedJobs } from '../jobs/requested-jobs';
import { readJobs, readOneJob, readTrackOptions, readWaitOptions } from './api-arguments';
import type { ApiCommand } from './api-commands';
import { ApiError, apiErrorOf, commandErrorOf, invalidArgument } from './api-error';
import { JobEvents } from './job-events';

interface JobApiParts extends Pick<WindowContext, 'clock' | 'log'> {
  readonly store: Pick<JobStore, 'all' | 'find' | 'get' | 'onDidChange' | 'withId'>;
  readonly credentials: Pick<CredentialManager, 'profileOf'>;
  readonly waiter: Pick<JobWaiter, 'waitFor'>;
  /** Resolves when the saved jobs and profiles are loaded. */
  readonly ready: Promise<void>;
}

/** Jobs that other extensions wait for at a time, counted once for each wait. */
export const MAX_WAITED_JOBS = 3000;

/** Calls of `waitFor` that begin before other work has its turn. */
const MAX_CALLS_TOGETHER = 100;
/** Jobs whose data are made before other work has its turn, for all callers together. */
const MAX_DATA_TOGETHER = 500;

export class JobApi {
  readonly onDidChange: JobEvents['onDidChange'];
  readonly onDidEnd: JobEvents['onDidEnd'];
  /** Callers may start thousands of waits in one turn. */
  private readonly calls = new SharedTurns(MAX_CALLS_TOGETHER);
  private readonly data = new SharedTurns(MAX_DATA_TOGETHER);
  private waitedJobs = 0;

  constructor(
    private readonly parts: JobApiParts,
    private readonly requested: Pick<RequestedJobs, 'findAll' | 'track'>,
  ) {
    const events = new JobEvents(parts);
    this.onDidChange = events.onDidChange;
    this.onDidEnd = events.onDidEnd;
  }

  track(jobs: unknown, options?: unknown): Promise<readonly JobData[]> {
    return withApiErrors(async () => {
      const { credentials } = readTrackOptions(options);
      const references = await this.requested.findAll(readJobs(jobs), credentials);
      try {
        await this.requested.track(references);
      } catch (cause) {
        throw new ApiError('not-saved', `Tracked until the window closes: ${errorMessageOf(cause)}`);
      }
      return Object.freeze(references.map((reference) => this.dataOf(reference)));
    });
  }

  async jobs(): Promise<readonly JobSummary[]> {
    await this.parts.ready;
    const summaries: JobSummary[] = [];
    for (const some of partsOf([...this.parts.store.all().values()], MAX_DATA_TOGETHER)) {
      await this.data.room(some.length);
      for (const tracked of some) summaries.push(jobSummary(tracked, this.parts.credentials));
    }
    return Object.freeze(summaries);
  }

  get(job: unknown): Promise<JobData | undefined> {
    return withApiErrors(async () => {
      const { jobId, projectId, region, endpoint } = readOneJob(job);
      await this.parts.ready;
      await this.data.room(1);
      const { store } = this.parts;
      const found = store
        .withId(undefined, jobId)
        .flatMap((key) => store.get(key) ?? [])
        .filter(({ reference }) => (projectId ?? reference.projectId) === reference.projectId)
        .filter(({ reference }) => (endpoint ?? reference.endpoint) === reference.endpoint)
        .map((tracked) => jobData(tracked, this.parts.credentials))
        .filter((data) => endpoint !== undefined || region === undefined || data.region === region);
      // Another job may have the id as an alias.
      const own = found.filter((data) => data.jobId === jobId);
      const [first, ...others] = own.length > 0 ? own : found;
      if (others.length > 0) throw invalidArgument(`projectId: several projects have the job ${jobId}`);
      return first;
    });
  }

  /** @param allowsCancellation whether there may be a signal or a token; not in a command */
  waitFor(jobs: unknown, options?: unknown, allowsCancellation = true): Promise<WaitResult> {
    return withApiErrors(async () => {
      const wait = readWaitOptions(options, allowsCancellation);
      const requested = readJobs(jobs);
      // After the arguments, which the caller may change later.
      await this.calls.room(1);
      const cancellation = cancellationOf(wait);
      try {
        cancellation.signal.throwIfAborted();
        const finding = this.requested.findAll(requested, wait.credentials, cancellation.signal);
        const references = await untilAborted(finding, cancellation.signal);
        return await this.counted(references.length, () => this.waitUntilOver(references, wait, cancellation.signal));
      } catch (cause) {
        throw isAbortError(cause) ? new ApiError('cancelled', 'The waiting was cancelled.') : cause;
      } finally {
        cancellation.dispose();
      }
    });
  }

  /** Runs a command; its caller may be in another extension host. `get` without a job returns all. */
  async runCommand(name: ApiCommand, [first, options]: readonly unknown[]): Promise<unknown> {
    try {
      if (name === 'track') return await this.track(first, options);
      if (name === 'waitFor') return await this.waitFor(first, options, false);
      return await (first === undefined || first === null ? this.jobs() : this.get(first));
    } catch (cause) {
      throw commandErrorOf(cause);
    }
  }

  private async waitUntilOver(
    references: readonly JobReference[],
    { timeoutMs, acceptWaitingUpgrade = false, failFast = false }: WaitOptions,
    signal: AbortSignal,
  ): Promise<WaitResult> {
    // Not awaited, so that the time limit begins now.
    this.requested.track(references).catch((cause: unknown) => {
      this.parts.log.warn(`A job that another extension waits for could not be saved: ${errorMessageOf(cause)}`);
    });
    const result = await this.parts.waiter.waitFor(references, { signal, timeoutMs, acceptWaitingUpgrade, failFast });
    const jobs = result.jobs.map(({ reference, outcome, tracked }): WaitedJob => {
      const job = tracked === undefined ? this.dataOf(reference) : jobData(tracked, this.parts.credentials);
      return Object.freeze(outcome === undefined ? { job } : { outcome, job });
    });
    return Object.freeze({ outcome: result.outcome, jobs: Object.freeze(jobs) });
  }

  private async counted<T>(jobs: number, wait: () => Promise<T>): Promise<T> {
    if (this.waitedJobs + jobs > MAX_WAITED_JOBS) {
      throw new ApiError('too-many', `Other extensions may wait for ${MAX_WAITED_JOBS} jobs at a time.`);
    }
    this.waitedJobs += jobs;
    try {
      return await wait();
    } finally {
      this.waitedJobs -= jobs;
    }
  }

  private dataOf(reference: JobReference): JobData {
    return jobData(this.tracked(reference), this.parts.credentials);
  }

  private tracked(reference: JobReference): TrackedJob {
    const { store, clock } = this.parts;
    // A person may have removed it at once.
    return findTracked(store, reference) ?? newlyTracked(reference, clock.now());
  }
}

async function withApiErrors<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    throw apiErrorOf(cause);
  }
}

/** Rejects as soon as the signal aborts: the saved jobs, which are found first, may be slow to load. */
function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const aborted = new Promise<never>((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(signal.reason as Error);
    });
  });
  return Promise.race([work, aborted]);
}

/** Returns a signal that aborts with an AbortError when the caller's signal or token does. */
function cancellationOf({ signal, token }: WaitOptions): Disposable & { readonly signal: AbortSignal } {
  const controller = new AbortController();
  const cancel = () => {
    controller.abort();
  };
  if (signal?.aborted === true || token?.isCancellationRequested === true) cancel();
  const listening = signal === undefined ? undefined : onAbort(signal, cancel);
  const subscription = token?.onCancellationRequested(cancel);
  return {
    signal: controller.signal,
    dispose: () => {
      listening?.dispose();
      subscription?.dispose();
    },
  };
}
