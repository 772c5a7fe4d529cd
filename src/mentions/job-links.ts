/** Finds the job ids that a text gives by name, as in `"job_id": "…"`, with their positions. */
import { type JobMention, mentionOf } from './job-mention';
import { JobScanner } from './scanner';
import { isUuid } from '../base/id-patterns';

export interface JobLink {
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

/** Returns at most `maxLinks` links, in time proportional to the text. */
export function jobLinksIn(text: string, maxLinks: number): readonly JobLink[] {
  const search = new JobLinkSearch(text, maxLinks);
  search.read();
  return search.links();
}

/** Finds links in parts. Other tools have a `job_id`, too: only a UUID is a link; a sub-job's id is not. */
export class JobLinkSearch {
  private readonly named: readonly NamedId[];
  private readonly scanner: JobScanner | undefined;

  constructor(text: string, maxLinks: number) {
    this.named = namedIdsIn(text, maxLinks);
    this.scanner = this.named.length === 0 ? undefined : new JobScanner(text, maxLinks);
  }

  /** Reads on, to the end or for about `maxLength` characters. @returns whether there is nothing left to read. */
  read(maxLength?: number): boolean {
    return this.scanner?.read(maxLength) ?? true;
  }

  /** Returns the links of what was read. */
  links(): readonly JobLink[] {
    const found = new Map(this.scanner?.result().found.map((job) => [job.jobId, job]));
    return this.named.flatMap(({ id, end }) => {
      const job = found.get(id);
      if (job === undefined) return [];
      return [{ start: end - id.length, end, mention: mentionOf(job) }];
    });
  }
}

interface NamedId {
  readonly id: string;
  /** Offset of the id's end in the text. */
  readonly end: number;
}

function namedIdsIn(text: string, maxIds: number): readonly NamedId[] {
  const named: NamedId[] = [];
  for (const { index, 0: all, 1: id = '' } of text.matchAll(NAMED)) {
    if (isUuid(id)) named.push({ id, end: index + all.length });
    if (named.length === maxIds) break;
  }
  return named;
}

/** Returns a text that mentions this job only, with its endpoint and project if known; the inverse of `jobsIn`. */
export function mentionText({ jobId, endpoint, projectId }: JobMention): string {
  if (endpoint !== undefined) return `${endpoint}/v3/${projectId ?? '-'}/elb/jobs/${jobId}`;
  // A path names an id of any form.
  return projectId === undefined ? jobId : `/v3/${projectId}/elb/jobs/${jobId}`;
}
