/** Finds the job ids that a text gives by name, as in `"job_id": "…"`, with their positions. */
import type { JobMention } from './job-mentions';
import { scanForJobs } from './scanner';
import { regionOfEndpoint } from '../cloud/places/regions';
import { isUuid } from '../base/id-patterns';

interface JobLink {
  /** Offset of the id in the text. */
  readonly start: number;
  readonly end: number;
  readonly mention: JobMention;
}

/**
 * A named job id as JSON, Terraform, YAML and command-line tables print it. Each part has a maximum length, so that
 * a search takes time proportional to the text.
 */
const NAMED = /job[_-]?id[\\"'`*]{0,8}\s{0,40}(?:=>|[:=|])\s{0,40}[\\"'`]{0,8}([0-9a-f-]{36})(?![\w-])/gi;

/** Returns at most `maxLinks` links. Other tools have a `job_id`, too: only a UUID is a link; a sub-job's id is not. */
export function jobLinksIn(text: string, maxLinks: number): readonly JobLink[] {
  const named = [...text.matchAll(NAMED)].filter(([, id = '']) => isUuid(id));
  if (named.length === 0) return [];
  const found = new Map(scanForJobs(text, maxLinks).found.map((job) => [job.jobId, job]));
  return named.slice(0, maxLinks).flatMap(({ index, 0: all, 1: id = '' }) => {
    const job = found.get(id);
    if (job === undefined) return [];
    const { jobId, endpoint, projectId } = job;
    const region = endpoint === undefined ? undefined : regionOfEndpoint(endpoint);
    const end = index + all.length;
    return [{ start: end - id.length, end, mention: { jobId, endpoint, region, projectId } }];
  });
}

/** Returns a text that mentions this job only, with its endpoint and project if known; the inverse of `jobsIn`. */
export function mentionText({ jobId, endpoint, projectId }: JobMention): string {
  if (endpoint !== undefined) return `${endpoint}/v3/${projectId ?? '-'}/elb/jobs/${jobId}`;
  return projectId === undefined ? jobId : `{"project_id":"${projectId}","job_id":"${jobId}"}`;
}
