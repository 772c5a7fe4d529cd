/** A job as a declarative script, and the pure function that says what the service shows of it at an instant. */
import { InputError } from '../base/input-error';

/** The statuses that the service documents, for main jobs and sub-jobs. */
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
export type JobStatus = (typeof JOB_STATUSES)[number];

/** A job in one of these shows when it got there as its end; in any other, an unknown one too, it has not ended. */
const ENDED: ReadonlySet<string> = new Set<JobStatus>(['SUCCESS', 'COMPLETE', 'FAIL', 'ROLLBACK_FAIL', 'CANCEL']);

export interface JobError {
  readonly code: string;
  readonly message: string;
}

export interface Transition {
  /** Ms after the start of the main job. */
  readonly at: number;
  /** A documented status, or any other: a client must survive a status that it does not know. */
  readonly status: string;
  /** Shown from here on. */
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
  /** In time order. The service shows the sub-job from the first one on. */
  readonly transitions: readonly Transition[];
}

export interface JobScript {
  readonly jobType: string;
  readonly resourceId: string;
  /** In time order, the first one at 0. */
  readonly transitions: readonly Transition[];
  /** In the order of the answer, which need not be time order: it is not in the official example. */
  readonly subJobs: readonly SubJobScript[];
}

/** A job that was started: all there is to know to tell its state at any instant. */
export interface StartedJob {
  readonly projectId: string;
  /** What the call that created it answered: the id for the path of ShowJob. */
  readonly jobId: string;
  /** What its body says, and ListJobs with it; another one in the official example. */
  readonly bodyJobId: string;
  /** Ms since 1970 UTC. */
  readonly startedAt: number;
  readonly script: JobScript;
}

interface BaseJob {
  readonly status: string;
  /** 2024-03-23T08:20:42Z */
  readonly begin_time: string;
  /** As begin_time; empty while the job goes on. */
  readonly end_time: string;
  readonly job_id: string;
  readonly resource_id: string;
  readonly job_type: string;
  /** Empty where nothing failed, as error_msg. */
  readonly error_code: string;
  readonly error_msg: string;
  readonly project_id: string;
}

/** The service's SubJob. Source: ShowJob in the API reference of ELB. */
export interface SubJob extends BaseJob {
  readonly entities: readonly JobEntity[];
}

/** The service's MainJob. Source: as SubJob. */
export interface MainJob extends BaseJob {
  readonly sub_jobs: readonly SubJob[];
}

/** What the service shows of a job at an instant; nothing before it starts. */
export function jobAt(job: StartedJob, now: number): MainJob | undefined {
  const base = baseAt({ ...job.script, jobId: job.bodyJobId }, job, now);
  return base && { ...base, sub_jobs: job.script.subJobs.flatMap((subJob) => subJobAt(subJob, job, now) ?? []) };
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

/** The service's form of time, in whole seconds: 2024-03-23T08:20:42Z. */
export function formatJobTime(instant: number): string {
  return new Date(instant).toISOString().replace(/\.\d+Z$/, 'Z');
}

/** @throws InputError for a script that no job could follow. */
export function checkScript(script: JobScript): void {
  if (script.transitions[0]?.at !== 0) throw new InputError('The first transition of a job must be at 0.');
  checkTransitions(script.transitions, 'the job');
  for (const subJob of script.subJobs) checkTransitions(subJob.transitions, `sub-job ${subJob.jobId}`);
  const ids = new Set(script.subJobs.map(({ jobId }) => jobId));
  if (ids.size < script.subJobs.length) throw new InputError('Two sub-jobs have the same jobId.');
}

function checkTransitions(transitions: readonly Transition[], whose: string): void {
  if (transitions.length === 0) throw new InputError(`There must be a transition in ${whose}.`);
  let previous = 0;
  for (const { at } of transitions) {
    if (!Number.isFinite(at)) throw new InputError(`A transition of ${whose} is at no finite number of ms.`);
    if (at < previous) throw new InputError(`The transitions of ${whose} must be in time order, from 0 on.`);
    previous = at;
  }
}
