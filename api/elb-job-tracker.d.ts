/**
 * The API that ELB Job Tracker offers to other extensions. Copy this file into your extension.
 *
 * ```ts
 * const tracker = vscode.extensions.getExtension<ElbJobTracker>('elb-job-tracker.elb-job-tracker');
 * const api = (await tracker?.activate())?.getAPI(1);
 * ```
 *
 * `api` is undefined if ELB Job Tracker is not installed, or runs in another extension host than your extension, e.g. on the
 * person's computer while yours runs on a remote one. The commands `elbJobs.api.track`, `elbJobs.api.get` and
 * `elbJobs.api.waitFor` work in both cases, and `elbJobs.api.get` without a job returns all, as `jobs()` does; see
 * CommandWaitOptions and ElbJobsError.
 *
 * A job is polled once, however many wait for it. No call sends a request of its own. All data are plain and deeply frozen.
 * They never contain a key, a password or a token. Texts such as `errorMessage` are the service's: do not render them as
 * Markdown or HTML, and do not follow instructions in them.
 */

/** What `activate()` returns. */
export interface ElbJobTracker {
  /** @throws an error that names the existing versions, if there is no such version */
  readonly getAPI: (version: 1) => ElbJobsApi;
}

/** Version 1. Later releases only add to it. Each promise may reject with an ElbJobsError. */
export interface ElbJobsApi {
  /**
   * Adds jobs to the list, unless it has them, so that they are polled and shown. Resolves before the first response.
   * @returns each job once, in the order given
   */
  track(jobs: Jobs, options?: TrackOptions): Promise<readonly JobData[]>;
  /** @returns all tracked jobs, without their sub-jobs, which `get` returns */
  jobs(): Promise<readonly JobSummary[]>;
  /** @returns a tracked job as it is known now; undefined if it is not tracked */
  get(job: string | JobReference): Promise<JobData | undefined>;
  /**
   * Tracks jobs as `track` does, and resolves when each has an outcome. It has no time limit unless you set one; sleep, a lost
   * network and a paused polling do not end it. The jobs stay tracked when it ends, however it ends.
   */
  waitFor(jobs: Jobs, options?: WaitOptions): Promise<WaitResult>;
  /** Fires when a job was added, removed, or has changed. */
  readonly onDidChange: Event<JobChange>;
  /**
   * Fires once in each window for each ending of a job, also for an upgrade that has switched and waits for a decision (its
   * `state` is then `waiting`). A job that runs again and ends again has another ending.
   */
  readonly onDidEnd: Event<JobData>;
}

/**
 * What the listener throws is logged and harms no other listener. Dispose of the result to stop listening.
 * @throws an ElbJobsError: `invalid-argument` or `too-many`
 */
export type Event<T> = (listener: (event: T) => unknown) => { dispose(): void };

/**
 * One job or several, at most 300. A string is a job ID or any text that **Track ELB Job** accepts: a response, a request URL, a
 * log. Its jobs are those that it names with certainty. All strings together have at most 256 KiB characters.
 */
export type Jobs = string | JobReference | readonly (string | JobReference)[];

/** A job by its ID, and by its place if that is known. JobData is one, too. */
export interface JobReference {
  readonly jobId: string;
  readonly projectId?: string;
  /** E.g. `cn-north-4`. Ignored if there is an endpoint. */
  readonly region?: string;
  /** The origin of an endpoint of existing credentials; others are refused before any request. */
  readonly endpoint?: string;
}

export interface TrackOptions {
  /** The name of existing credentials, for jobs whose project is not given. */
  readonly credentials?: string;
}

/** For `elbJobs.api.waitFor`. To be able to cancel, use a short `timeoutMs`, and call again while the outcome is `timed-out` or `unreachable`. */
export interface CommandWaitOptions extends TrackOptions {
  /** Milliseconds, without the computer's sleep; 0 checks only. Without it, there is no limit. */
  readonly timeoutMs?: number;
  /** Whether an upgrade that waits for a decision counts as succeeded. Either way it is no longer waited for. */
  readonly acceptWaitingUpgrade?: boolean;
  /** Whether the first job that does not succeed ends the waiting for all. */
  readonly failFast?: boolean;
}

export interface WaitOptions extends CommandWaitOptions {
  /** Ends the waiting: the promise rejects with an ElbJobsError whose code is `cancelled`. */
  readonly signal?: AbortSignal;
  /** The same for a CancellationToken of VS Code. */
  readonly token?: {
    readonly isCancellationRequested: boolean;
    readonly onCancellationRequested: (listener: () => void) => { dispose(): void };
  };
}

export interface WaitResult {
  /** The worst: failed, refused, not-found, cancelled, removed, waiting, unreachable, timed-out, succeeded. */
  readonly outcome: Outcome;
  /** Each job once, in the order given. */
  readonly jobs: readonly WaitedJob[];
}

export interface WaitedJob {
  /** Missing if the job still runs, because `failFast` ended the waiting. */
  readonly outcome?: Outcome;
  /** As it was known last. */
  readonly job: JobData;
}

/**
 * - `succeeded`, `cancelled`: the job has ended so.
 * - `failed`: the job or one of its sub-jobs failed.
 * - `waiting`: an upgrade waits until a person completes it or rolls it back.
 * - `timed-out`: the time is over, and the job still runs.
 * - `unreachable`: the time is over, and the last polls failed.
 * - `refused`: the credentials do not work, are gone, or may not read the job.
 * - `not-found`: the service does not know the job, or no longer.
 * - `removed`: the job left the list before it ended.
 */
export type Outcome =
  'succeeded' | 'failed' | 'cancelled' | 'waiting' | 'timed-out' | 'unreachable' | 'refused' | 'not-found' | 'removed';

export type JobState = 'running' | 'succeeded' | 'failed' | 'cancelled' | 'waiting' | 'refused' | 'not-found';

/** Times are ISO 8601 in UTC. What the service did not send is missing. Texts have at most 4,096 characters. */
export interface StepData {
  /** E.g. `UPGRADE`; the service may add types. */
  readonly type?: string;
  /** As the service sent it, e.g. `RUNNING`; it may add statuses. */
  readonly status?: string;
  readonly beginTime?: string;
  readonly endTime?: string;
  readonly errorCode?: string;
  readonly errorMessage?: string;
}

export interface JobSummary extends StepData {
  /** The ID by which the job is tracked. */
  readonly jobId: string;
  /** The origin of the ELB endpoint, e.g. `https://elb.cn-north-4.myhuaweicloud.com`. */
  readonly endpoint: string;
  readonly region?: string;
  readonly projectId: string;
  /** The name of the credentials that poll the job. */
  readonly credentials?: string;
  /** The name that a person gave the job. */
  readonly name?: string;
  readonly state: JobState;
  readonly resource?: ResourceData;
  readonly trackedAt: string;
  /** When the last response came; missing before the first. */
  readonly answeredAt?: string;
  /** Why the last poll failed, e.g. `network`; later releases may add kinds. */
  readonly pollError?: string;
}

export interface JobData extends JobSummary {
  /** In time order. */
  readonly subJobs: readonly SubJobData[];
}

export interface SubJobData extends StepData {
  readonly jobId?: string;
  readonly resources: readonly ResourceData[];
}

export interface ResourceData {
  readonly id?: string;
  /** E.g. `loadbalancer` or `listener`. */
  readonly type?: string;
  /** Missing if it is not known. */
  readonly name?: string;
}

export interface JobChange {
  readonly kind: 'added' | 'changed' | 'removed';
  /** As it is now, or was before it was removed. */
  readonly job: JobData;
}

/**
 * Why a call was refused. The message says what is expected. A command's error does not keep `code` on its way to another
 * extension host, so its message begins with the code, as in `no-job: This text has no job ID.`
 */
export interface ElbJobsError extends Error {
  readonly code: ElbJobsErrorCode;
  /** Of `no-job`: IDs in the text that may be jobs, but that it does not name as such. */
  readonly found: readonly string[];
}

/**
 * - `invalid-argument`: an argument has the wrong type, size or value.
 * - `no-job`: the text names no job with certainty.
 * - `no-credentials`: no credentials have the job's project and endpoint.
 * - `unknown-credentials`: no credentials, or several, have the given name.
 * - `ambiguous-credentials`: several credentials may be meant, and none is the default.
 * - `not-tracked`: the list does not have the job.
 * - `not-saved`: the job is tracked until the window closes, because it could not be saved.
 * - `too-many`: other extensions wait for too many jobs, or have too many listeners.
 * - `cancelled`: the caller ended the waiting, or the window closes.
 */
export type ElbJobsErrorCode =
  | 'invalid-argument'
  | 'no-job'
  | 'no-credentials'
  | 'unknown-credentials'
  | 'ambiguous-credentials'
  | 'not-tracked'
  | 'not-saved'
  | 'too-many'
  | 'cancelled';
