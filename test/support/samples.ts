/** Jobs, references and logs for many tests. */
import { fingerprintOf } from '../../src/cloud/api/fingerprint';
import type { Job, JobFields, SubJob } from '../../src/cloud/api/job';
import type { WireJob } from '../../src/cloud/api/wire-job';
import type { JobReference } from '../../src/jobs/model/job-reference';
import type { JobFiles } from '../../src/jobs/files/job-files';
import type { Log } from '../../src/base/log';

export const reference: JobReference = {
  endpoint: 'https://elb.cn-north-4.myhuaweicloud.com',
  projectId: '7b7705dce1e847b08b3b16dda67fec24',
  jobId: '37d5c1fd-fa57-4c6d-bdcd-d523095c05e8',
};

/** @returns a job as the client reads it, with the JSON that the service would have sent */
export function jobAt(status: string, fields: Partial<Job> = {}): Job {
  const job = { jobId: reference.jobId, jobType: 'cloneLoadbalancer', status, subJobs: [], ...fields };
  const sent = JSON.stringify({ ...wireFields(job), sub_jobs: job.subJobs.map(wireSubJob) });
  const raw = JSON.parse(sent) as WireJob;
  return { ...job, raw, fingerprint: fingerprintOf(raw) };
}

export function subJobAt(fields: Partial<SubJob>): SubJob {
  return { entities: [], ...fields };
}

function wireSubJob(subJob: SubJob): object {
  const entities = subJob.entities.map(({ resourceId, resourceType }) => ({
    resource_id: resourceId,
    resource_type: resourceType,
  }));
  return { ...wireFields(subJob), entities };
}

function wireFields(fields: JobFields): object {
  const time = (instant: number | undefined) => (instant === undefined ? '' : new Date(instant).toISOString());
  return {
    job_id: fields.jobId,
    job_type: fields.jobType,
    status: fields.status,
    begin_time: time(fields.beginTime),
    end_time: time(fields.endTime),
    error_code: fields.errorCode,
    error_msg: fields.errorMessage,
    project_id: fields.projectId,
    resource_id: fields.resourceId,
  };
}

/** Job files that save nothing. */
export const noFiles: JobFiles = {
  scan: () => Promise.resolve({ stamps: new Map(), areAll: true }),
  // eslint-disable-next-line @typescript-eslint/require-await
  async *readRows() {
    yield [];
  },
  read: () => Promise.resolve(undefined),
  create: (_, tracked) => Promise.resolve(tracked),
  change: async (_, known, change) => change(known),
  remove: () => Promise.resolve(new Map()),
};

/** Records its lines, except those for debugging. */
export class MemoryLog implements Log {
  readonly lines: string[] = [];

  debug(): void {
    // No test needs them.
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
