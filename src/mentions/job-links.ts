/** Finds where a text gives the id of a job by name, as in `"job_id": "…"`, and what it says of that job. */
import type { JobMention } from './job-mentions';
import { scanForJobs } from './scanner';
import { regionOfEndpoint } from '../cloud/places/regions';
import { isUuid } from '../base/id-patterns';

export interface JobLink {
  /** Of the id in the text. */
  readonly start: number;
  readonly end: number;
  readonly mention: JobMention;
}

/**
 * As JSON, Terraform, YAML and the tables of a command line print it. Each part of it is short, so that it takes time in
 * proportion to the text, whatever the text.
 */
const NAMED = /job[_-]?id[\\"'`*]{0,8}\s{0,40}(?:=>|[:=|])\s{0,40}[\\"'`]{0,8}([0-9a-f-]{36})(?![\w-])/gi;

/** Other things have a `job_id`, too: only one of the usual form is a link. Those of sub-jobs are none. */
export function jobLinksIn(text: string, most: number): readonly JobLink[] {
  const named = [...text.matchAll(NAMED)].filter(([, id = '']) => isUuid(id));
  if (named.length === 0) return [];
  const found = new Map(scanForJobs(text, most).found.map((job) => [job.jobId, job]));
  return named.slice(0, most).flatMap(({ index, 0: all, 1: id = '' }) => {
    const job = found.get(id);
    if (job === undefined) return [];
    const { jobId, endpoint, projectId } = job;
    const region = endpoint === undefined ? undefined : regionOfEndpoint(endpoint);
    const end = index + all.length;
    return [{ start: end - id.length, end, mention: { jobId, endpoint, region, projectId } }];
  });
}

/** A text in which that job is mentioned, with all that is known of it, and no other. */
export function mentionText({ jobId, endpoint, projectId }: JobMention): string {
  if (endpoint !== undefined) return `${endpoint}/v3/${projectId ?? '-'}/elb/jobs/${jobId}`;
  return projectId === undefined ? jobId : `{"project_id":"${projectId}","job_id":"${jobId}"}`;
}
