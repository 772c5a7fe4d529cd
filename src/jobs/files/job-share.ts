/** Each tracked job's share of MAX_ANSWERS_BYTES: the more jobs are tracked, the harder large ones are cut. */
import { MAX_ANSWERS_BYTES, MAX_RAW_JOB_BYTES, MIN_RAW_JOB_BYTES } from '../../base/limits';
import type { Log } from '../../base/log';
import type { Job } from '../../cloud/api/job';
import type { ShowJobResponse } from '../../cloud/api/job-schema';
import type { TrackedJob } from '../model/tracked-job';

/** @returns the job; cut if its JSON is larger than `maxBytes` */
export type LimitJob = (job: Job, maxBytes: number) => Job;

export class JobShare {
  private isLogged = false;

  constructor(
    private readonly limitJob: LimitJob,
    private readonly log: Log,
    private readonly isAlmostFull: () => boolean = () => false,
  ) {}

  /**
   * The share is the least one while the disk is almost full of jobs.
   * @param tracked the job before the response
   * @param count how many jobs are tracked
   * @returns the response within the job's share, which never grows, so that a job is not saved whenever others come and go
   */
  limit(response: ShowJobResponse, tracked: TrackedJob, count: number): ShowJobResponse {
    const fair = this.isAlmostFull() ? MIN_RAW_JOB_BYTES : shareOf(count);
    const share = Math.min(fair, tracked.job?.cut?.maxBytes ?? MAX_RAW_JOB_BYTES);
    if (share >= MAX_RAW_JOB_BYTES) return response;
    const job = this.limitJob(response.job, share);
    if (job === response.job) return response;
    if (!this.isLogged) {
      this.log.warn(`${count} jobs are tracked: of each large response, only ${share / 1024} KiB are kept.`);
    }
    this.isLogged = true;
    return { ...response, job };
  }
}

/** @returns bytes; changes only when the number of jobs doubles */
export function shareOf(count: number): number {
  const share = MAX_ANSWERS_BYTES / 2 ** Math.ceil(Math.log2(Math.max(count, 1)));
  return Math.min(Math.max(share, MIN_RAW_JOB_BYTES), MAX_RAW_JOB_BYTES);
}
