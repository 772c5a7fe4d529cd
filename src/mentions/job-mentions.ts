/** Finds the jobs that a text mentions: bare ids, request URLs, API responses, and logs of these. */
import { MAX_MENTIONS, MAX_PASTED_LENGTH } from '../base/limits';
import { inOneGo, type SlicedWork, Slices } from '../base/work/slices';
import { candidatesIn } from './candidates';
import { type Candidate, copyOf, type JobMention, mentionOf } from './job-mention';
import { scanForJobs, sourceOf } from './scanner';
import { searchTurns } from './search-turns';
import { beginningOf } from './text/text-beginning';
import { isDistortedUuid, isPartOfUuid } from './text/text-patterns';

/**
 * - `none`: no text that could be a job id.
 * - `only-other-ids`: there are ids, but the text names none of them as a job's.
 * - `only-sub-jobs`: only ids of sub-jobs, which the service does not show on their own.
 * - `too-long`: only the beginning of the text was searched, and it mentions no job.
 * - `too-many`: `mentions` has the first `MAX_MENTIONS` only.
 */
export type JobMentionProblem = 'none' | 'only-other-ids' | 'only-sub-jobs' | 'too-long' | 'too-many';

export interface JobMentions {
  /** Jobs that the text names with certainty, in order of appearance, each once. */
  readonly mentions: readonly JobMention[];
  /** Other ids in the text, in order of appearance, each once: a person decides. At most `MAX_MENTIONS`. */
  readonly candidates: readonly Candidate[];
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

/** A word, perhaps with the dots that stand for the rest of it. */
const WORD_ALONE = /^["'`\s]*(…|\.{2,3})?([A-Za-z0-9_-]{1,64})((?:…|⋯|\.{2,3})[A-Za-z0-9_-]{0,64})?["'`\s,;]*$/;

const NAMED_UUID = new RegExp(`^[A-Za-z][A-Za-z_-]{0,40}[_-]${UUID}$`);

/**
 * Returns the jobs in the first `MAX_PASTED_LENGTH` characters of any text, in time proportional to their number.
 * A text of more than a few KiB blocks other work meanwhile: see `jobsInTurns`.
 */
export function jobsIn(text: string): JobMentions {
  return inOneGo(searchIn(text, new Slices()));
}

/** Resolves to the same as `jobsIn`, and gives other work its turns. Rejects with the signal's reason if it aborts. */
export async function jobsInTurns(text: string, signal?: AbortSignal, turns = searchTurns): Promise<JobMentions> {
  const isWanted = () => signal?.aborted !== true;
  const found = await turns.search(text, (slices) => searchIn(text, slices), isWanted);
  signal?.throwIfAborted();
  return found ?? jobsIn('');
}

function* searchIn(text: string, slices: Slices): SlicedWork<JobMentions> {
  const trimmed = text.trim();
  const firstLine = 1 + countLines(text.slice(0, text.length - text.trimStart().length));
  if (trimmed.length <= MAX_PASTED_LENGTH) return yield* searchAll(trimmed, firstLine, slices);
  const { mentions, candidates, problem } = yield* searchAll(
    beginningOf(trimmed, MAX_PASTED_LENGTH),
    firstLine,
    slices,
  );
  return { mentions, candidates, problem: mentions.length === 0 ? 'too-long' : problem, lengthIfCut: trimmed.length };
}

function* searchAll(text: string, firstLine: number, slices: Slices): SlicedWork<JobMentions> {
  const alone = jobInWord(text, firstLine);
  if (alone !== undefined) return alone;
  const source = yield* sourceOf(text, slices);
  const scan = yield* scanForJobs(source, MAX_MENTIONS, slices);
  const isNothingNamed = scan.found.length === 0 && scan.doubtful.length === 0;
  const joined = isNothingNamed ? onlyIdsOf(source.text) : undefined;
  if (joined !== undefined) return listOf(joined);
  const mentions = scan.found.map(mentionOf);
  const candidates = yield* candidatesIn(source, scan, firstLine, slices);
  const [certain, others] = withoutConflicts(mentions, candidates);
  if (certain.length > 0) {
    return { mentions: certain, candidates: others, problem: scan.hasMore ? 'too-many' : undefined };
  }
  if (scan.hasSubJobs) return { mentions: [], candidates: others, problem: 'only-sub-jobs' };
  return { mentions: [], candidates: others, problem: others.length === 0 ? 'none' : 'only-other-ids' };
}

/** An id that the text also names otherwise is not a job's with certainty. */
function withoutConflicts(
  mentions: readonly JobMention[],
  candidates: readonly Candidate[],
): readonly [readonly JobMention[], readonly Candidate[]] {
  const doubtful = new Set(candidates.map(({ jobId }) => jobId));
  return [mentions.filter(({ jobId }) => !doubtful.has(jobId)), candidates];
}

/** @returns the ids of a text that has nothing else. Among other words, an id may belong to any resource. */
function onlyIdsOf(text: string): readonly string[] | undefined {
  return !OTHER_WORD.test(text) && UUID_WORD.test(text) ? [...new Set(text.match(UUIDS))] : undefined;
}

function listOf(ids: readonly string[]): JobMentions {
  const mentions = ids.slice(0, MAX_MENTIONS).map((jobId) => ({ jobId: copyOf(jobId) }));
  return { mentions, candidates: [], problem: ids.length > MAX_MENTIONS ? 'too-many' : undefined };
}

/** @returns what the only word of a trimmed text is: a job id in any form, unless it is a UUID that lacks characters. */
function jobInWord(text: string, line: number): JobMentions | undefined {
  // An id has at most 64 characters; the expression is slow on long texts.
  const [, before, word, after] = text.length > 100 ? [] : (WORD_ALONE.exec(text) ?? []);
  if (word === undefined) return undefined;
  // An id with a name before it, e.g. the name of a file.
  if (NAMED_UUID.test(word)) return undefined;
  const jobId = copyOf(word);
  const isCut = before !== undefined || after !== undefined || isPartOfUuid(word);
  if (!isCut && !isDistortedUuid(word)) return { mentions: [{ jobId }], candidates: [] };
  const appearsAs = isCut ? 'incomplete' : 'unknown';
  return {
    mentions: [],
    candidates: [{ jobId, appearsAs, isLikely: true, line, before: before ?? '', after: after ?? '' }],
    problem: 'only-other-ids',
  };
}

function countLines(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) count += 1;
  return count;
}
