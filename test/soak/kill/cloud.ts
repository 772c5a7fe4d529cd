/** A simulated cloud of jobs that run, end and restart. Seed and clock alone decide its responses, so all processes agree. */
import { readJob } from '../../../src/cloud/api/job-schema';
import type { Job } from '../../../src/cloud/api/job';
import type { JobReference } from '../../../src/jobs/model/job-reference';
import type { CloudOptions } from './messages';
import { SeededRandom } from '../../support/seeded-random';

const ENDINGS = ['SUCCESS', 'COMPLETE', 'FAIL', 'CANCEL'];
const SUB_JOB_STATUSES = ['INIT', 'RUNNING', 'SUCCESS', 'FAIL'];
const UNDOCUMENTED_FIELD = 'step';
const STATUSES = ['INIT', 'RUNNING', 'RUNNING', 'RUNNING', 'ROLLBACKING', 'RUNNING'];
/** The steps of one run of a job; the last two show its ending. */
const STEPS = STATUSES.length + 2;

export class Cloud {
  readonly references: readonly JobReference[];

  constructor(private readonly options: CloudOptions) {
    this.references = Array.from({ length: options.jobs }, (_, index) => ({
      endpoint: 'https://elb.cn-north-4.myhuaweicloud.com',
      projectId: '7b7705dce1e847b08b3b16dda67fec24',
      jobId: `job-${index}`,
    }));
  }

  answer(reference: JobReference, at: number): Job {
    const index = this.references.indexOf(reference);
    const { next } = this.randomOf(index);
    const stepMs = this.options.stepMs * (0.5 + next());
    const current = Math.floor((at - this.options.since) / stepMs + next() * STEPS);
    const { restAfterRuns } = this.options;
    // Every other job of each kind below, with or without an alias.
    const lastStep = restAfterRuns === undefined || index % 4 < 2 ? Infinity : restAfterRuns * STEPS - 1;
    const step = Math.min(current, lastStep);
    const run = Math.floor(step / STEPS);
    const random = this.randomOf(index, run);
    const status = STATUSES[step % STEPS] ?? random.pick(ENDINGS);
    const subJobs = Array.from({ length: random.between(0, 3) }, (_, subJob) => ({
      job_id: `sub-job-${run}-${subJob}`,
      status: this.randomOf(index, step, subJob).pick(SUB_JOB_STATUSES),
    }));
    // As in the official example, half of the bodies have another id than the path.
    const jobId = index % 2 === 0 ? reference.jobId : `alias-${index}`;
    const fields = { job_id: jobId, job_type: 'UPGRADE', status, resource_id: String(step), sub_jobs: subJobs };
    const job = readJob({ ...fields, [UNDOCUMENTED_FIELD]: step });
    if (job === undefined) throw new Error('The simulated answer is not a valid job.');
    return job;
  }

  private randomOf(...parts: readonly number[]) {
    return new SeededRandom(
      parts.reduce((mixed, part) => Math.imul(mixed ^ (part + 1), 0x9e3779b1), this.options.seed),
    );
  }
}

/** Returns the step that the job shows, or -1 before the first response. Later responses have higher steps. */
export function stepOf(job: Job | undefined): number {
  return Number(job?.resourceId ?? -1);
}

/** Whether the job has the undocumented fields of its response. */
export function isWhole(job: Job): boolean {
  const raw: { readonly [UNDOCUMENTED_FIELD]?: unknown } = job.raw ?? {};
  return raw[UNDOCUMENTED_FIELD] === stepOf(job);
}

/** Returns how many endings a job has reached by the step. */
export function endingsBy(step: number): number {
  return Math.floor((step + 2) / STEPS);
}
