/** Finds the jobs that a text mentions: bare ids, request URLs, API responses, and logs of these. */
import { MAX_MENTIONS, MAX_PASTED_LENGTH } from '../base/limits';
import type { EndpointOrigin } from '../cloud/places/endpoint';
import { regionOfEndpoint } from '../cloud/places/regions';
import { scanForJobs } from './scanner';
import { beginningOf } from './text-beginning';

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
 * - `too-long`: only the beginning of the text was searched, and it mentions no job.
 * - `too-many`: `mentions` has the first `MAX_MENTIONS` only.
 */
export type JobMentionProblem = 'none' | 'only-other-ids' | 'only-sub-jobs' | 'too-long' | 'too-many';

export interface JobMentions {
  /** In order of appearance, each job once. */
  readonly mentions: readonly JobMention[];
  readonly problem?: JobMentionProblem | undefined;
  /** Characters of a text of which only the first `MAX_PASTED_LENGTH` were searched. */
  readonly lengthIfCut?: number | undefined;
}

const UUID = '[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}';
/** Words are in any script. */
const BEFORE_WORD = '(?<![\\p{L}\\p{N}_-])';
const AFTER_WORD = '(?![\\p{L}\\p{N}_-])';
/** A word that is a UUID. Its first character is checked first, since few of a text are hexadecimal digits. */
const UUID_WORD = new RegExp(`(?=[0-9A-Fa-f])${BEFORE_WORD}${UUID}${AFTER_WORD}`, 'u');
/** The beginning of a word that is no UUID; dashes alone are bullets and rules, not words. */
const OTHER_WORD = new RegExp(`(?=[\\p{L}\\p{N}_-])${BEFORE_WORD}(?!(?:${UUID}|-+)${AFTER_WORD})`, 'u');
/** In a text without other words. */
const UUIDS = new RegExp(UUID, 'g');

/** Returns the jobs in the first `MAX_PASTED_LENGTH` characters of any text, in time proportional to their number. */
export function jobsIn(text: string): JobMentions {
  const trimmed = text.trim();
  if (trimmed.length <= MAX_PASTED_LENGTH) return jobsInAll(trimmed);
  const { mentions, problem } = jobsInAll(beginningOf(trimmed, MAX_PASTED_LENGTH));
  return { mentions, problem: mentions.length === 0 ? 'too-long' : problem, lengthIfCut: trimmed.length };
}

function jobsInAll(text: string): JobMentions {
  const word = onlyWordOf(text);
  if (word !== undefined) return { mentions: [{ jobId: copyOf(word) }] };
  const scan = scanForJobs(text, MAX_MENTIONS);
  if (scan.found.length > 0) {
    const mentions = scan.found.map(({ jobId, endpoint, projectId }) => ({
      jobId: copyOf(jobId),
      endpoint: endpoint === undefined ? undefined : copyOf(endpoint),
      region: endpoint === undefined ? undefined : regionOfEndpoint(endpoint),
      projectId: projectId === undefined ? undefined : copyOf(projectId),
    }));
    return scan.hasMore ? { mentions, problem: 'too-many' } : { mentions };
  }
  if (scan.hasSubJobs) return { mentions: [], problem: 'only-sub-jobs' };
  if (!UUID_WORD.test(text)) return { mentions: [], problem: 'none' };
  // Among other words, an id may belong to any resource.
  if (OTHER_WORD.test(text)) return { mentions: [], problem: 'only-other-ids' };
  const ids = [...new Set(text.match(UUIDS))];
  const mentions = ids.slice(0, MAX_MENTIONS).map((jobId) => ({ jobId: copyOf(jobId) }));
  return ids.length > MAX_MENTIONS ? { mentions, problem: 'too-many' } : { mentions };
}

/** @returns the only word of a trimmed text, which is taken for a job id in any form. */
function onlyWordOf(text: string): string | undefined {
  // An id has at most 64 characters; the expression is slow on long texts.
  return text.length > 100 ? undefined : /^["'`\s]*([A-Za-z0-9_-]{1,64})["'`\s,;]*$/.exec(text)?.[1];
}

/** @returns the same text. A part of a string keeps the whole in memory, for as long as the job is tracked. */
function copyOf(ascii: string): string {
  return Buffer.from(ascii, 'latin1').toString('latin1');
}
