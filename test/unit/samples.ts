/** Jobs, references and logs that many tests need. */
import type { Job, SubJob } from '../../src/elb/job';
import type { JobReference } from '../../src/jobs/job-reference';
import type { JobFiles } from '../../src/jobs/job-store';
import type { Log } from '../../src/jobs/log';

export const reference: JobReference = {
  endpoint: 'https://elb.cn-north-4.myhuaweicloud.com',
  projectId: '7b7705dce1e847b08b3b16dda67fec24',
  jobId: '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8',
};

export function jobAt(status: string, fields: Partial<Job> = {}): Job {
  return { jobId: reference.jobId, jobType: 'cloneLoadbalancer', status, subJobs: [], ...fields };
}

export function subJobAt(fields: Partial<SubJob>): SubJob {
  return { entities: [], ...fields };
}

/** Keeps nothing. */
export const noFiles: JobFiles = {
  load: () => Promise.resolve(new Map()),
  create: () => Promise.resolve(),
  update: () => Promise.resolve(),
  remove: () => Promise.resolve(),
};

/** Remembers its lines, but for those that only a debugger wants. */
export class MemoryLog implements Log {
  readonly lines: string[] = [];

  debug(): void {
    // Nobody looks at them.
  }

  info(line: string): void {
    this.lines.push(line);
  }

  warn(line: string): void {
    this.lines.push(line);
  }

  error(line: string): void {
    this.lines.push(line);
  }
}
