/** A cloud that every process computes alike: its jobs run, end and begin anew, for ever, by the clock alone. */
import { readJob } from '../../../src/cloud/api/job-schema';
import type { Job } from '../../../src/cloud/api/job';
import type { JobReference } from '../../../src/jobs/model/job-reference';
import type { CloudOptions } from './messages';
import { seededRandom } from './seeded-random';

const ENDINGS = ['SUCCESS', 'COMPLETE', 'FAIL', 'CANCEL'];
const SUB_JOB_STATUSES = ['INIT', 'RUNNING', 'SUCCESS', 'FAIL'];
const STATUSES = ['INIT', 'RUNNING', 'RUNNING', 'RUNNING', 'ROLLBACKING', 'RUNNING'];
/** Of a run, the last two of which show its end. */
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
    const pace = this.options.step * (0.5 + next());
    const step = Math.floor((at - this.options.since) / pace + next() * STEPS);
    const run = Math.floor(step / STEPS);
    const { between, oneOf } = this.randomOf(index, run);
    const status = STATUSES[step % STEPS] ?? oneOf(ENDINGS);
    const subJobs = Array.from({ length: Math.floor(between(0, 4)) }, (_, subJob) => ({
      job_id: `sub-job-${run}-${subJob}`,
      status: this.randomOf(index, step, subJob).oneOf(SUB_JOB_STATUSES),
    }));
    // Half of them go by another id, as in the official example.
    const jobId = index % 2 === 0 ? reference.jobId : `alias-${index}`;
    const job = readJob({ job_id: jobId, job_type: 'UPGRADE', status, sub_jobs: subJobs, step });
    if (job === undefined) throw new Error('The cloud answers what is no job.');
    return job;
  }

  private randomOf(...of: readonly number[]) {
    return seededRandom(of.reduce((mixed, each) => Math.imul(mixed ^ (each + 1), 0x9e3779b1), this.options.seed));
  }
}

/** The higher, the later; -1 where nothing was answered. */
export function stepOf(job: Job | undefined): number {
  const raw: { readonly step?: unknown } = job?.raw ?? {};
  return typeof raw.step === 'number' ? raw.step : -1;
}

/** How many ends a job has come to by that step. */
export function endingsBy(step: number): number {
  return Math.floor((step + 2) / STEPS);
}
