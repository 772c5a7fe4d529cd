/** Finds the job ids that a text gives by name, as in `"job_id": "…"`, with their positions. */
import { type JobMention, mentionOf } from './job-mention';
import { scanForJobs, sourceOf } from './scanner';
import { searchTurns } from './search-turns';
import { isUuid } from '../base/id-patterns';
import { inOneGo, type SlicedWork, Slices } from '../base/work/slices';

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

/** Longer than any match, with the character after it. */
const MAX_NAMED_LENGTH = 200;

/** Returns at most `maxLinks` links, in time proportional to the text. */
export function jobLinksIn(text: string, maxLinks: number): readonly JobLink[] {
  return inOneGo(searchIn(text, maxLinks, new Slices()));
}

/**
 * Resolves to the same as `jobLinksIn`, and gives other work its turns.
 * @returns undefined if the links are no longer wanted
 */
export function jobLinksInTurns(
  text: string,
  maxLinks: number,
  isWanted: () => boolean,
  turns = searchTurns,
): Promise<readonly JobLink[] | undefined> {
  return turns.search(text, (slices) => searchIn(text, maxLinks, slices), isWanted);
}

/** Other tools have a `job_id`, too: only a UUID is a link; a sub-job's id is not. */
function* searchIn(text: string, maxLinks: number, slices: Slices): SlicedWork<readonly JobLink[]> {
  const named = yield* namedIdsIn(text, maxLinks, slices);
  if (named.length === 0) return [];
  const source = yield* sourceOf(text, slices);
  const scan = yield* scanForJobs(source, maxLinks, slices);
  const found = new Map(scan.found.map((job) => [job.jobId, job]));
  return named.flatMap(({ id, end }) => {
    const job = found.get(id);
    if (job === undefined) return [];
    return [{ start: end - id.length, end, mention: mentionOf(job) }];
  });
}

interface NamedId {
  readonly id: string;
  /** Offset of the id's end in the text. */
  readonly end: number;
}

function* namedIdsIn(text: string, maxIds: number, slices: Slices): SlicedWork<readonly NamedId[]> {
  const named: NamedId[] = [];
  for (let start = 0; start < text.length;) {
    if (slices.isOver(Math.min(slices.size, text.length))) yield;
    const end = start + slices.size;
    let next = end;
    for (const { index, 0: all, 1: id = '' } of text.slice(start, end + MAX_NAMED_LENGTH).matchAll(NAMED)) {
      if (start + index >= end) break;
      next = Math.max(end, start + index + all.length);
      if (isUuid(id)) named.push({ id, end: start + index + all.length });
      if (named.length === maxIds) return named;
    }
    start = next;
  }
  return named;
}

/** Returns a text that mentions this job only, with its endpoint and project if known; the inverse of `jobsIn`. */
export function mentionText({ jobId, endpoint, projectId }: JobMention): string {
  if (endpoint !== undefined) return `${endpoint}/v3/${projectId ?? '-'}/elb/jobs/${jobId}`;
  // A path names an id of any form.
  return projectId === undefined ? jobId : `/v3/${projectId}/elb/jobs/${jobId}`;
}
