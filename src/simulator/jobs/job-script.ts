/** A job as a declarative script, and a pure function that returns its state at an instant. */
import { InputError } from '../base/input-error';

/** The documented statuses of main jobs and sub-jobs. */
export const JOB_STATUSES = [
  'INIT',
  'RUNNING',
  'ROLLBACKING',
  'SUCCESS',
  'COMPLETE',
  'FAIL',
  'ROLLBACK_FAIL',
  'CANCEL',
] as const;
type JobStatus = (typeof JOB_STATUSES)[number];

/** The time of such a status is the job's end_time; in any other, also an unknown one, the job has not ended. */
const ENDED: ReadonlySet<string> = new Set<JobStatus>(['SUCCESS', 'COMPLETE', 'FAIL', 'ROLLBACK_FAIL', 'CANCEL']);

export interface JobError {
  readonly code: string;
  readonly message: string;
}

export interface Transition {
  /** Ms after the start of the main job. */
  readonly at: number;
  /** A documented status or any other: a client must handle unknown statuses. */
  readonly status: string;
  /** Shown from this transition on. */
  readonly error?: JobError | undefined;
}

export interface JobEntity {
  readonly resource_id: string;
  readonly resource_type: 'loadbalancer' | 'listener';
}

export interface SubJobScript {
  readonly jobId: string;
  readonly jobType: string;
  readonly resourceId: string;
  readonly entities: readonly JobEntity[];
  /** In time order. The service shows the sub-job from the first on. */
  readonly transitions: readonly Transition[];
}

export interface JobScript {
  readonly jobType: string;
  readonly resourceId: string;
  /** In time order, the first at 0. */
  readonly transitions: readonly Transition[];
  /** In the order of the response, which need not be time order, and is not in the official example. */
  readonly subJobs: readonly SubJobScript[];
}

/** A started job, from which its state at any instant follows. */
export interface StartedJob {
  readonly projectId: string;
  /** The id for the path of ShowJob, as the API that created the job returned it. */
  readonly jobId: string;
  /** The id in the response of ShowJob and ListJobs; it differs in the official example. */
  readonly bodyJobId: string;
  /** Ms since the epoch. */
  readonly startedAt: number;
  readonly script: JobScript;
}

interface BaseJob {
  readonly status: string;
  /** E.g. 2024-03-23T08:20:42Z. */
  readonly begin_time: string;
  /** Same format; empty while the job is running. */
  readonly end_time: string;
  readonly job_id: string;
  readonly resource_id: string;
  readonly job_type: string;
  /** Empty if nothing failed, as is error_msg. */
  readonly error_code: string;
  readonly error_msg: string;
  readonly project_id: string;
}

/** The service's SubJob. Source: ShowJob in the API reference of ELB. */
export interface SubJob extends BaseJob {
  readonly entities: readonly JobEntity[];
}

/** The service's MainJob. Source: ShowJob in the API reference of ELB. */
export interface MainJob extends BaseJob {
  readonly sub_jobs: readonly SubJob[];
}

/** Returns what the service shows of a job at an instant; undefined before it starts. */
export function jobAt(job: StartedJob, now: number): MainJob | undefined {
  const base = baseAt({ ...job.script, jobId: job.bodyJobId }, job, now);
  return base && { ...base, sub_jobs: job.script.subJobs.flatMap((subJob) => subJobAt(subJob, job, now) ?? []) };
}

/** Returns the status of a job at an instant; undefined before it starts. */
export function statusAt({ startedAt, script }: StartedJob, now: number): string | undefined {
  return script.transitions.findLast(({ at }) => startedAt + at <= now)?.status;
}

function subJobAt(subJob: SubJobScript, job: StartedJob, now: number): SubJob | undefined {
  const base = baseAt(subJob, job, now);
  return base && { ...base, entities: subJob.entities };
}

function baseAt(script: Omit<SubJobScript, 'entities'>, job: StartedJob, now: number): BaseJob | undefined {
  const passed = script.transitions.filter(({ at }) => job.startedAt + at <= now);
  const first = passed[0];
  const last = passed.at(-1);
  if (!first || !last) return undefined;
  const error = passed.findLast((transition) => transition.error)?.error;
  return {
    status: last.status,
    begin_time: formatJobTime(job.startedAt + first.at),
    end_time: ENDED.has(last.status) ? formatJobTime(job.startedAt + last.at) : '',
    job_id: script.jobId,
    resource_id: script.resourceId,
    job_type: script.jobType,
    error_code: error?.code ?? '',
    error_msg: error?.message ?? '',
    project_id: job.projectId,
  };
}

/** Formats a time as the service does, in whole seconds: 2024-03-23T08:20:42Z. */
export function formatJobTime(instant: number): string {
  return new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** @throws InputError for an invalid script. */
export function checkScript(script: JobScript): void {
  if (script.transitions[0]?.at !== 0) throw new InputError('The first transition of a job must be at 0.');
  checkTransitions(script.transitions, 'the job');
  for (const subJob of script.subJobs) checkTransitions(subJob.transitions, `sub-job ${subJob.jobId}`);
  const ids = new Set(script.subJobs.map(({ jobId }) => jobId));
  if (ids.size < script.subJobs.length) throw new InputError('Two sub-jobs have the same jobId.');
}

function checkTransitions(transitions: readonly Transition[], owner: string): void {
  if (transitions.length === 0) throw new InputError(`There must be a transition in ${owner}.`);
  let previous = 0;
  for (const { at } of transitions) {
    if (!Number.isFinite(at)) throw new InputError(`A transition of ${owner} must be at a finite number of ms.`);
    if (at < previous) throw new InputError(`The transitions of ${owner} must be in time order, from 0 on.`);
    previous = at;
  }
}
