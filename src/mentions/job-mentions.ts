/** Finds the jobs that a text mentions: ids alone, request URLs, answers of the APIs, and what logs make of these. */
import type { EndpointOrigin } from '../cloud/places/endpoint';
import { scanForJobs } from './scanner';
import { regionOfEndpoint } from '../cloud/places/regions';
import { isUuid } from '../base/id-patterns';

/** What is said here of the place may come from anywhere: a person confirms it before anything is sent there. */
export interface JobMention {
  /** As the text has it; fit for a path. */
  readonly jobId: string;
  readonly endpoint?: EndpointOrigin | undefined;
  /** Missing where the endpoint is not known to be of a region. */
  readonly region?: string | undefined;
  readonly projectId?: string | undefined;
}

/**
 * - `none`: nothing looks like a job id.
 * - `only-other-ids`: there are ids, but none is said to be that of a job.
 * - `only-sub-jobs`: the ids are those of sub-jobs, which cannot be asked for.
 * - `too-many`: those given are the first ones.
 */
export type JobMentionProblem = 'none' | 'only-other-ids' | 'only-sub-jobs' | 'too-many';

export interface JobMentions {
  /** In order of appearance, each job once. */
  readonly mentions: readonly JobMention[];
  readonly problem?: JobMentionProblem | undefined;
}

export const MAX_MENTIONS = 300;

/** Takes time in proportion to the text, whatever the text. */
export function jobsIn(text: string): JobMentions {
  const word = onlyWordOf(text);
  if (word !== undefined) return { mentions: [{ jobId: word }] };
  const scan = scanForJobs(text, MAX_MENTIONS);
  if (scan.found.length > 0) {
    const mentions = scan.found.map(({ jobId, endpoint, projectId }) => ({
      jobId,
      endpoint,
      region: endpoint === undefined ? undefined : regionOfEndpoint(endpoint),
      projectId,
    }));
    return scan.hasMore ? { mentions, problem: 'too-many' } : { mentions };
  }
  if (scan.hasSubJobs) return { mentions: [], problem: 'only-sub-jobs' };
  const words = wordsOf(text);
  if (!words.some(isUuid)) return { mentions: [], problem: 'none' };
  // Beside other words, an id may be that of anything.
  if (!words.every(isUuid)) return { mentions: [], problem: 'only-other-ids' };
  const ids = [...new Set(words)];
  const mentions = ids.slice(0, MAX_MENTIONS).map((jobId) => ({ jobId }));
  return ids.length > MAX_MENTIONS ? { mentions, problem: 'too-many' } : { mentions };
}

/** A text that is one word is meant as an id, whatever its form. */
function onlyWordOf(text: string): string | undefined {
  const trimmed = text.trim();
  // An id has at most 64 characters; the expression is not for long texts.
  return trimmed.length > 100 ? undefined : /^["'`\s]*([A-Za-z0-9_-]{1,64})["'`\s,;]*$/.exec(trimmed)?.[1];
}

/** A word may be in any script; dashes alone are bullets and rules. */
function wordsOf(text: string): readonly string[] {
  return text.split(/[^\p{L}\p{N}_-]+/u).filter((word) => /[^-]/.test(word));
}
