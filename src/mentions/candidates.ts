/** Lists the ids of a text that are not jobs with certainty, with the words around them, for a person to decide. */
import { MAX_MENTIONS } from '../base/limits';
import type { SlicedWork, Slices } from '../base/work/slices';
import type { DecodedText } from './text/decoded-text';
import { idsWithoutDashesIn, idWordsIn, labelOf } from './id-labels';
import type { DoubtfulId, JobDraft } from './job-drafts';
import { type Appearance, type Candidate, mentionOf } from './job-mention';
import { wordsAround } from './surroundings';

interface Scan {
  readonly found: readonly JobDraft[];
  readonly doubtful: readonly DoubtfulId[];
}

/** What is known about an id before a person sees it. */
interface Doubt {
  readonly draft: JobDraft;
  appearsAs: Appearance;
  readonly service?: string | undefined;
  /** Whether the text names it as a job's. */
  readonly isNamed: boolean;
}

/** Of the words around an id, in characters of other work. */
const CANDIDATE_COST = 500;
/** Of the name before an id, likewise. */
const LABEL_COST = 50;
/** Statuses of jobs, which tables show beside their ids. */
const STATUS = /(?<![\w-])(?:INIT|RUNNING|ROLLBACKING|SUCCESS|COMPLETE|FAIL|ROLLBACK_FAIL)(?![\w-])/;

/**
 * @param firstLine the number of the line that the source begins with
 * @returns at most `MAX_MENTIONS`, in order of appearance; a job of `found` if the text also names it otherwise.
 */
export function* candidatesIn(
  source: DecodedText,
  { found, doubtful }: Scan,
  firstLine: number,
  slices: Slices,
): SlicedWork<readonly Candidate[]> {
  const { text } = source;
  const doubts = (yield* doubtsIn(text, found, doubtful, slices)).sort(
    (one, other) => one.draft.start - other.draft.start,
  );
  const isAnyNamed = found.length > 0 || doubts.some(({ isNamed }) => isNamed);
  const unknown = doubts.filter(({ appearsAs }) => appearsAs === 'unknown');
  const lines = new LineNumbers(source.lineStarts, firstLine);
  const candidates: Candidate[] = [];
  for (const { draft, appearsAs, service, isNamed } of doubts.slice(0, MAX_MENTIONS)) {
    if (slices.isOver(CANDIDATE_COST)) yield;
    const { start, jobId } = draft;
    const end = start + jobId.length;
    const around = wordsAround(text, start, end);
    const isAlone = unknown.length === 1 || STATUS.test(`${around.before} ${around.after}`);
    const isLikelyUnnamed = isAnyNamed ? isLineOf(text, start, end) : isAlone;
    candidates.push({
      ...mentionOf(draft),
      appearsAs,
      ...(service === undefined ? {} : { service }),
      isLikely: isNamed || (appearsAs === 'unknown' && isLikelyUnnamed),
      line: lines.at(start),
      ...around,
    });
  }
  return candidates;
}

function* doubtsIn(
  text: string,
  found: readonly JobDraft[],
  doubtful: readonly DoubtfulId[],
  slices: Slices,
): SlicedWork<Doubt[]> {
  const certain = new Map(found.map((draft) => [draft.jobId, draft]));
  const doubts = new Map<string, Doubt>();
  for (const { draft, appearsAs, service } of doubtful) {
    const isNamed = appearsAs === 'job' || appearsAs === 'incomplete';
    doubts.set(draft.jobId, { draft, appearsAs, service, isNamed });
  }
  // Beside a job that the text names, an id without dashes is more likely a project or a checksum, as is one with a name.
  const withDashes = yield* idWordsIn(text, slices);
  const words =
    found.length > 0
      ? withDashes
      : [...withDashes, ...(yield* idsWithoutDashesIn(text, slices))].sort((one, other) => one.start - other.start);
  const whole = new Set(words.filter(({ isPart }) => !isPart).map(({ id }) => id));
  let previous: { readonly end: number; readonly label: Appearance | undefined } | undefined;
  for (const { id, start, isPart } of words) {
    if (slices.isOver(LABEL_COST)) yield;
    const label = labelOf(text, start, previous);
    previous = { end: start + id.length, label };
    if (label !== undefined && !id.includes('-')) continue;
    const draft = certain.get(id);
    const known = doubts.get(id);
    if (draft !== undefined) {
      if (label !== undefined && known === undefined) doubts.set(id, { draft, appearsAs: 'job', isNamed: true });
    } else if (known === undefined) {
      doubts.set(id, {
        draft: draftOf(id, start),
        appearsAs: isPart ? 'incomplete' : (label ?? 'unknown'),
        isNamed: false,
      });
    } else if (known.appearsAs === 'unknown' && label !== undefined) {
      known.appearsAs = label;
    }
  }
  // A short form of an id that the text has whole is none of its own.
  const first = [...whole].slice(0, MAX_MENTIONS);
  const others: Doubt[] = [];
  for (const doubt of doubts.values()) {
    const { jobId } = doubt.draft;
    const isPart = doubt.appearsAs === 'incomplete';
    if (isPart && slices.isOver(first.length)) yield;
    if (!isPart || !first.some((id) => id.startsWith(jobId) || id.endsWith(jobId))) others.push(doubt);
  }
  return others;
}

/** Whether the id is all that its line has: a person added it to a response, which has ids in quotes or beside names. */
function isLineOf(text: string, start: number, end: number): boolean {
  const isBlank = (char: string) => char === ' ' || char === '\t' || char === '\r';
  let [first, next] = [start, end];
  while (isBlank(text.charAt(first - 1))) first -= 1;
  while (isBlank(text.charAt(next))) next += 1;
  return [text.charAt(first - 1), text.charAt(next)].every((char) => char === '' || char === '\n');
}

function draftOf(jobId: string, start: number): JobDraft {
  return { jobId, start, naming: undefined, endpoint: undefined, request: undefined, paths: [] };
}

/** Numbers of lines for ascending positions. */
class LineNumbers {
  private index = 0;

  constructor(
    private readonly lineStarts: readonly number[],
    private readonly firstLine: number,
  ) {}

  at(position: number): number {
    while ((this.lineStarts[this.index] ?? Infinity) <= position) this.index += 1;
    return this.firstLine + this.index;
  }
}
