/** Repairs answers that are not quite what the API documents: one item for a list, a list of one for a job, items that cannot be read. */
import type * as v from '@badrap/valita';
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
  const list = listIn(json, 'jobs');
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

/** @returns the answer with those items of the list that can be read; as `repairedList`, without what is for jobs only */
export function repairedItems(json: unknown, name: string, item: v.Type): unknown {
  const list = isObject(json) ? listIn(json, name) : undefined;
  if (!isObject(json) || list === undefined) return json;
  return { ...json, [name]: list.filter((each) => validate(item, each).ok) };
}

/** @returns undefined if it is no list */
function listIn(json: Fields, name: string): readonly unknown[] | undefined {
  const list = json[name];
  if (Array.isArray(list)) return list as readonly unknown[];
  // Some services write an empty list as an empty object.
  if (isObject(list)) return Object.keys(list).length === 0 ? [] : [list];
  const isMissing = list === undefined || list === null || list === '';
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
