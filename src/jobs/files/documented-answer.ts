/** Restores a job's answer from its documented fields, in case that the saved one cannot be read any more. */
import type { Job, JobEntity, JobFields, SubJob } from '../../cloud/api/job';

/** @returns the job with `raw`: its own; or its documented fields in the format of the service, marked as cut */
export function withRaw(job: Job): Job & { readonly raw: object } {
  if (job.raw !== undefined) return { ...job, raw: job.raw };
  return {
    ...job,
    raw: { ...wireFields(job), sub_jobs: job.subJobs.map(wireSubJob) },
    cut: job.cut ?? { missingSubJobs: 0 },
  };
}

function wireSubJob(subJob: SubJob): object {
  return { ...wireFields(subJob), entities: subJob.entities.map(wireEntity) };
}

function wireEntity({ resourceId, resourceType }: JobEntity): object {
  return { resource_id: resourceId, resource_type: resourceType };
}

function wireFields(fields: JobFields): object {
  return {
    job_id: fields.jobId,
    job_type: fields.jobType,
    status: fields.status,
    begin_time: timestampOf(fields.beginTime),
    end_time: timestampOf(fields.endTime),
    error_code: fields.errorCode,
    error_msg: fields.errorMessage,
    project_id: fields.projectId,
    resource_id: fields.resourceId,
  };
}

function timestampOf(instant: number | undefined): string | undefined {
  const time = new Date(instant ?? NaN);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}
