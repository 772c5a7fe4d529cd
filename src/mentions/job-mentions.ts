/** Finds the jobs that a text mentions: bare ids, request URLs, API responses, and logs of these. */
import type { EndpointOrigin } from '../cloud/places/endpoint';
import { scanForJobs } from './scanner';
import { regionOfEndpoint } from '../cloud/places/regions';
import { isUuid } from '../base/id-patterns';

/** The endpoint and the project may come from an untrusted text: a person confirms them before a request is sent. */
export interface JobMention {
  /** As the text has it; safe in a URL path. */
  readonly jobId: string;
  readonly endpoint?: EndpointOrigin | undefined;
  /** Missing if the endpoint is not known to belong to a region. */
  readonly region?: string | undefined;
  readonly projectId?: string | undefined;
}

/**
 * - `none`: no text that could be a job id.
 * - `only-other-ids`: there are ids, but the text names none of them as a job's.
 * - `only-sub-jobs`: only ids of sub-jobs, which the service does not show on their own.
 * - `too-many`: `mentions` has the first `MAX_MENTIONS` only.
 */
export type JobMentionProblem = 'none' | 'only-other-ids' | 'only-sub-jobs' | 'too-many';

interface JobMentions {
  /** In order of appearance, each job once. */
  readonly mentions: readonly JobMention[];
  readonly problem?: JobMentionProblem | undefined;
}

export const MAX_MENTIONS = 300;

/** Returns the jobs in any text, in time proportional to its length. */
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
  // Among other words, an id may belong to any resource.
  if (!words.every(isUuid)) return { mentions: [], problem: 'only-other-ids' };
  const ids = [...new Set(words)];
  const mentions = ids.slice(0, MAX_MENTIONS).map((jobId) => ({ jobId }));
  return ids.length > MAX_MENTIONS ? { mentions, problem: 'too-many' } : { mentions };
}

/** @returns the only word of a text, which is taken for a job id in any form. */
function onlyWordOf(text: string): string | undefined {
  const trimmed = text.trim();
  // An id has at most 64 characters; the expression is slow on long texts.
  return trimmed.length > 100 ? undefined : /^["'`\s]*([A-Za-z0-9_-]{1,64})["'`\s,;]*$/.exec(trimmed)?.[1];
}

/** @returns the words in any script; dashes alone are bullets and rules, not words. */
function wordsOf(text: string): readonly string[] {
  return text.split(/[^\p{L}\p{N}_-]+/u).filter((word) => /[^-]/.test(word));
}
