/** The jobs of the engine benchmark as the service lists them, with 10 sub-jobs each. */
import { type ListedJob, parseListJobsResponse } from '../../../src/cloud/api/job-schema';
import { MINUTE } from '../../../src/base/time-units';
import { jobKey, type JobKey, type JobReference } from '../../../src/jobs/model/job-reference';
import { reference } from '../../support/samples';

export const SUB_JOBS = 10;
/** When all jobs began. */
export const BEGIN = Date.UTC(2026, 0, 1);

const idOf = (index: number) => `37d5c1fd-fa57-4c6d-bdcd-${String(index).padStart(12, '0')}`;
const time = (at: number) => new Date(BEGIN + at).toISOString().replace(/\.\d+/, '');

export const referenceOf = (index: number): JobReference => ({ ...reference, jobId: idOf(index) });

/** @param now milliseconds since BEGIN */
export function wireJob(index: number, status: string, now = 0): object {
  const common = { resource_id: idOf(index), error_code: '', error_msg: '', project_id: reference.projectId };
  return {
    ...common,
    job_id: idOf(index),
    job_type: 'batchCreateV3Loadbalancer',
    status,
    begin_time: time(0),
    end_time: status === 'COMPLETE' ? time(now) : '',
    sub_jobs: Array.from({ length: SUB_JOBS }, (_, sub) => ({
      ...common,
      job_id: `${idOf(index).slice(0, -2)}${sub}-${index}`,
      job_type: 'UPGRADE_INIT',
      status: sub < 5 || status === 'COMPLETE' ? 'SUCCESS' : 'RUNNING',
      begin_time: time(sub * MINUTE),
      end_time: sub < 5 ? time((sub + 1) * MINUTE) : '',
      entities: [{ resource_id: idOf(index), resource_type: 'loadbalancer' }],
    })),
  };
}

/** @returns the body of a list of so many jobs */
export function listBody(count: number, statusOf: (index: number) => string, now = 0): string {
  const jobs = Array.from({ length: count }, (_, index) => wireJob(index, statusOf(index), now));
  return JSON.stringify({ jobs, page_info: { current_count: count }, request_id: 'r' });
}

export function readList(body: string): ReadonlyMap<JobKey, ListedJob> {
  const page = parseListJobsResponse(body);
  if (!page.ok) throw new Error('The list is not valid.');
  return new Map(page.value.jobs.map((job) => [jobKey({ ...reference, jobId: job.jobId ?? '' }), job]));
}
