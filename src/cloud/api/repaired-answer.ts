/** Repairs answers that are not quite what the API documents: one job for a list, a list of one for a job, jobs that cannot be read. */
import { errorOfSuccessIn } from '../http/error-body';
import { textOfScalar, validate } from './json-schema';
import { jobSchema } from './wire-job';

/** A job of a list that is not what the API documents. */
export interface UnreadableJob {
  /** With the path, e.g. `jobs.7.status: not text`. */
  readonly fault: string;
  /** Missing if it cannot be read either. */
  readonly jobId?: string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** @returns the answer with the job itself if it has a list of one job; any other answer as it is */
export function repairedJobResponse(json: unknown): unknown {
  if (!isObject(json)) return json;
  const { job } = json;
  return Array.isArray(job) && job.length === 1 ? { ...json, job: job[0] as unknown } : json;
}

/**
 * @returns the answer with a list of the jobs that can be read, and without a `page_info` that has no fields. If it has no jobs,
 * the list is empty, unless the service reports an error in it
 */
export function repairedList(json: unknown): {
  readonly json: unknown;
  readonly unreadable?: readonly UnreadableJob[];
} {
  if (!isObject(json)) return { json };
  const list = jobsOf(json);
  if (list === undefined) return { json };
  const unreadable: UnreadableJob[] = [];
  const jobs = list.filter((job, index) => {
    const read = validate(jobSchema, job, ['jobs', index]);
    if (!read.ok) unreadable.push({ fault: read.error.message ?? '', jobId: jobIdOf(job) });
    return read.ok;
  });
  return {
    json: { ...json, jobs, page_info: pageInfoOf(json['page_info']) },
    ...(unreadable.length === 0 ? {} : { unreadable }),
  };
}

/** @returns undefined if it is no list */
function jobsOf(json: Fields): readonly unknown[] | undefined {
  const { jobs } = json;
  if (Array.isArray(jobs)) return jobs as readonly unknown[];
  // Some services write an empty list as an empty object.
  if (isObject(jobs)) return Object.keys(jobs).length === 0 ? [] : [jobs];
  const isMissing = jobs === undefined || jobs === null || jobs === '';
  return isMissing && errorOfSuccessIn(json) === undefined ? [] : undefined;
}

function pageInfoOf(pageInfo: unknown): unknown {
  if (Array.isArray(pageInfo) && pageInfo.length <= 1) return pageInfo[0] ?? null;
  return typeof pageInfo === 'object' ? pageInfo : null;
}

function jobIdOf(job: unknown): string | undefined {
  const id = isObject(job) ? job['job_id'] : undefined;
  return typeof id === 'string' || typeof id === 'number' ? textOfScalar(id) : undefined;
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
