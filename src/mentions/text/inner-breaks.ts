/** Finds the line breaks that a terminal or a mail program put in the middle of an id, a name or a request's URL. */
import { mayHaveRole, type NameRole, roleOfName } from '../names/name-roles';
import { isSubJobPathAcross, MAX_PATH_LENGTH } from '../names/sub-job-paths';
import { charactersOf, isUuidBeginning } from './text-patterns';
import { isUuid } from '../../base/id-patterns';

/** Blanks and the mark of a quotation, comment or box before the rest of a line. */
const MARGIN = /[^\S\n]{0,120}(?:([│┃║|>#╎┆*])[│┃║|>#╎┆* \t]{0,20}|(\/\/)[ \t]{1,20})?/y;
const BLANKS = /[^\S\n]{0,120}/y;
/** What stands for a sign or a line break before an id. */
const ESCAPE = /(?:\\u00[2-7][0-9a-f]|\\x[2-7][0-9a-f]|%[2-7][0-9a-f]|%0a|\\[nrt])$/i;
const ID_PART = /[0-9A-Fa-f-]{1,36}/y;
const URL_PART = /[^\s"'<>`]{1,300}/y;
const JOB_PATH =
  /\/v\d[\d.]{0,4}\/(?:projects\/)?[^\s/]{1,64}\/(?:[a-z][\w-]{0,30}\/)?jobs\/(?:[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[0-9a-f]{32})(?![\w-])/;
/** Words of hexadecimal digits, after which a sentence may continue. */
const HEX_WORD = /^(?:a|ad|be|add|bad|bed|bee|ace|dad|fad|fed|fee|cab|deaf|dead|deed|face|fade|feed|cafe|bead|beef)$/i;
const URL_ENDS = charactersOf(/["'<>`]/);
const NAME_PART = /[\w.-]{1,60}/y;
const NAME_PARTS = charactersOf(/[\w.-]/);
const MAX_NAME_LENGTH = 60;
/** Shorter lines are not broken by a terminal. */
const MIN_WRAPPED_LENGTH = 16;
/** The roles of names that decide which ids are no jobs of ELB. */
const CUT_ROLES: ReadonlySet<NameRole> = new Set<NameRole>([
  ...(['sub-jobs', 'sub-job', 'sub-job-id', 'member-check', 'request-id', 'project-id', 'job-id'] as const),
  ...(['service-type', 'elb-host', 'service-host'] as const),
]);
const MAX_BACK = 300;
const MAX_LINE_LENGTH = 500;
const CLOSERS: ReadonlyMap<string, string> = new Map(
  Array.from(['""', "''", '``', '()', '[]', '{}', '<>'], (pair) => [pair.charAt(0), pair.charAt(1)]),
);
/** No terminal is narrower. */
const MIN_LINE_LENGTH = 8;
const MAX_JOINED_LINES = 5;
/** Shorter than `/v3/`, the beginning of a URL is not recognised. */
const MIN_URL_LENGTH = 4;
const MAX_URL_LINES = 6;

/** A line break to be removed, with the margin after it. */
export interface Break {
  readonly start: number;
  readonly end: number;
}

/** The line before a line break. */
interface Line {
  readonly start: number;
  /** Where its content ends. */
  readonly end: number;
  readonly newline: number;
}

/** Whether the line break is in the middle of an id, or of the URL or name that says what an id is. */
export function isInsideOfName(text: string, newline: number): boolean {
  return innerBreaksAt(text, newline) !== undefined;
}

/** @returns the breaks of what continues after a line break, from there to its end; undefined if nothing does. */
export function innerBreaksAt(text: string, newline: number): readonly Break[] | undefined {
  const lineStart = startOfLine(text, newline);
  const line = { start: lineStart, end: endOfContent(text, lineStart, newline), newline };
  return breaksInId(text, line) ?? breaksInUrl(text, line) ?? breakInSubJobPath(text, line) ?? breakInName(text, line);
}

/** @returns the breaks of an id that begins before a line break and is complete after it, or after more of them. */
function breaksInId(text: string, { end: ownEnd, newline }: Line): readonly Break[] | undefined {
  let lineEnd = ownEnd;
  const start = startOfId(text, lineEnd);
  if (start >= lineEnd || lineEnd - start > 35 || !mayContinue(text, newline, 36 - (lineEnd - start))) return undefined;
  let id = text.slice(start, lineEnd);
  if (!isUuidBeginning(id) || continuesWord(text, start) || isInColumns(text, start, newline)) return undefined;
  const breaks: Break[] = [];
  for (let at = newline; breaks.length < MAX_JOINED_LINES;) {
    const restStart = endOfMargin(text, newline, at);
    const rest = restStart === undefined ? undefined : matchAt(ID_PART, text, restStart);
    if (restStart === undefined || rest === undefined) return undefined;
    breaks.push({ start: lineEnd, end: restStart });
    id += rest;
    const end = restStart + rest.length;
    if (isUuid(id)) return isEndOfId(text, start, end, rest) ? breaks : undefined;
    at = text.indexOf('\n', end);
    if (at === -1 || rest.length < MIN_LINE_LENGTH || !isUuidBeginning(id)) return undefined;
    lineEnd = endOfContent(text, startOfLine(text, at), at);
    if (lineEnd !== end) return undefined;
  }
  return undefined;
}

/** @returns where the characters of an id before a line break begin, after the digits of an escape such as `\u0022`. */
function startOfId(text: string, lineEnd: number): number {
  const start = startOfRun(text, lineEnd, isIdPart, 40);
  const before = text.slice(Math.max(0, start - 2), start);
  if (before === '\\u') return start + 4;
  return before === '\\x' || before.endsWith('%') ? start + 2 : start;
}

/** A quick check, which most line breaks fail: whether the next line begins with as many characters of an id as it must. */
function mayContinue(text: string, newline: number, missing: number): boolean {
  if (!isIdPart(text, newline + 1)) return !isBlank(text, newline + 1) || text.charAt(newline + 1) !== '\n';
  const end = newline + 1 + Math.min(missing, MIN_LINE_LENGTH);
  for (let at = newline + 2; at < end; at += 1) if (!isIdPart(text, at)) return false;
  return true;
}

/** Whether an id ends here, rather than that a word or another column follows. */
function isEndOfId(text: string, start: number, end: number, rest: string): boolean {
  const next = text.slice(end, end + 40);
  if (/^[\p{L}\p{N}_-]/u.test(next) || /^(?:\t|[^\S\n]{2,})[^\s|│┃║]/.test(next)) return false;
  if (rest.length > 4 || CLOSERS.get(text.charAt(start - 1)) === next.charAt(0)) return true;
  // A number or a word may begin the next sentence or item of a list.
  if (/^\d+$/.test(rest)) return !/^(?:[.:)\]]?[^\S\n]|[/])/.test(next);
  return !(HEX_WORD.test(rest) && /^[^\S\n]/.test(next));
}

/** Whether the line has another id without its end: then the next line has the ends of two columns. */
function isInColumns(text: string, start: number, newline: number): boolean {
  const lineStart = Math.max(startOfLine(text, newline), start - MAX_LINE_LENGTH);
  for (const [, id = ''] of text
    .slice(lineStart, start)
    .matchAll(/(?<![\w-])([0-9a-f]{8}-[0-9a-f-]{0,27})(?![\w-])/gi)) {
    if (isUuidBeginning(id)) return true;
  }
  return false;
}

/** @returns the breaks of the URL of a job that begins before a line break and is complete after it. */
function breaksInUrl(text: string, { end: lineEnd, newline }: Line): readonly Break[] | undefined {
  const start = startOfRun(text, lineEnd, isUrlPart, MAX_BACK);
  if (lineEnd - start < MIN_URL_LENGTH) return undefined;
  let url = text.slice(start, lineEnd);
  if (!(url.includes('://') || url.includes('/v3/')) || JOB_PATH.test(url)) return undefined;
  const breaks: Break[] = [];
  for (let [at, end] = [newline, lineEnd]; breaks.length < MAX_URL_LINES;) {
    const restStart = endOfMargin(text, newline, at);
    const rest = restStart === undefined ? undefined : matchAt(URL_PART, text, restStart);
    if (restStart === undefined || rest === undefined || rest.startsWith('http')) return undefined;
    if (rest.startsWith('/v3/') && url.includes('/v3/')) return undefined;
    breaks.push({ start: end, end: restStart });
    url += rest;
    if (JOB_PATH.test(url)) return breaks;
    end = restStart + rest.length;
    at = text.indexOf('\n', end);
    if (at === -1 || rest.length < MIN_LINE_LENGTH || endOfContent(text, startOfLine(text, at), at) !== end)
      return undefined;
  }
  return undefined;
}

/** @returns the break of a name or host that says more in one piece, e.g. `sub_j` and `obs`. */
function breakInName(text: string, { start: lineStart, end: lineEnd, newline }: Line): readonly Break[] | undefined {
  if (newline - lineStart < MIN_WRAPPED_LENGTH - 1) return undefined;
  const runStart = startOfRun(text, lineEnd, isNamePart, MAX_NAME_LENGTH);
  // The letter of an escape is none of the name's.
  const start = text.charAt(runStart - 1) === '\\' ? runStart + 1 : runStart;
  if (start >= lineEnd) return undefined;
  const restStart = endOfMargin(text, newline, newline);
  const rest = restStart === undefined ? undefined : matchAt(NAME_PART, text, restStart);
  if (restStart === undefined || rest === undefined) return undefined;
  const name = text.slice(start, lineEnd);
  const role = mayBeCut(name + rest) ? roleOfName(name + rest) : undefined;
  if (role === undefined || !CUT_ROLES.has(role)) return undefined;
  // The end of a path is no name.
  if (text.charAt(start - 1) === '/' && !role.endsWith('host')) return undefined;
  const first = mayHaveRole(name, 0, name.length) ? roleOfName(name) : undefined;
  const isJoint = /^[_.-]/.test(rest);
  const isCut = first === undefined || first === 'sub-job' || first === 'sub-jobs' || isJoint;
  // Few names begin with one or two letters, such as the rest of "sub".
  const isName = roleOfName(rest) !== undefined && !isJoint && !/[_.-]$/.test(name) && !/^[a-z]{1,2}[_-]/i.test(rest);
  return isCut && !isName && first !== role ? [{ start: lineEnd, end: restStart }] : undefined;
}

/** A quick check, which most names fail. */
function mayBeCut(name: string): boolean {
  return name.includes('.') || name.length > MAX_NAME_LENGTH || mayHaveRole(name, 0, name.length);
}

/** @returns the break of a path into sub-jobs e.g. `sub_jobs[0]` and `.job_id`. */
function breakInSubJobPath(
  text: string,
  { start: lineStart, end: lineEnd, newline }: Line,
): readonly Break[] | undefined {
  if (newline - lineStart < MIN_WRAPPED_LENGTH - 1) return undefined;
  const before = text.slice(Math.max(lineStart, lineEnd - MAX_PATH_LENGTH), lineEnd);
  // A quick check, which most lines fail.
  if (!/sub|su?$/i.test(before)) return undefined;
  const blanksEnd = newline + 1 + (matchAt(BLANKS, text, newline + 1)?.length ?? 0);
  const marginEnd = endOfMargin(text, newline, newline) ?? blanksEnd;
  // The last sign of a margin may also be the end of an arrow.
  for (const end of [marginEnd, Math.max(marginEnd - 1, blanksEnd)]) {
    if (isSubJobPathAcross(before, text.slice(end, end + MAX_PATH_LENGTH))) return [{ start: lineEnd, end }];
  }
  return undefined;
}

/** @returns where the content of a line ends: before the right border of a box that has one cell. */
function endOfContent(text: string, lineStart: number, newline: number): number {
  const border = text.charAt(newline - 1);
  if (border === '' || !'│┃║|'.includes(border)) return newline;
  const first = text.indexOf(border, lineStart);
  if (first === newline - 1 || text.indexOf(border, first + 1) !== newline - 1) return newline;
  if (text.slice(lineStart, first).trim() !== '') return newline;
  return lineStart + text.slice(lineStart, newline - 1).trimEnd().length;
}

function startOfLine(text: string, newline: number): number {
  return text.lastIndexOf('\n', newline - 1) + 1;
}

/** @returns where the content of the line after a line break begins, if its margin is none or the one of the first line. */
function endOfMargin(text: string, firstNewline: number, newline: number): number | undefined {
  MARGIN.lastIndex = newline + 1;
  const [margin = '', sign, slashes] = MARGIN.exec(text) ?? [];
  const mark = sign ?? slashes;
  if (mark !== undefined) {
    const lineStart = Math.max(startOfLine(text, firstNewline), firstNewline - MAX_LINE_LENGTH);
    if (!text.slice(lineStart, firstNewline).includes(mark)) return undefined;
  }
  return newline + 1 + margin.length;
}

function startOfRun(text: string, end: number, isPart: (text: string, at: number) => boolean, max: number): number {
  let start = end;
  while (start > 0 && end - start <= max && isPart(text, start - 1)) start -= 1;
  return start;
}

function isIdPart(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return (code >= 0x30 && code <= 0x39) || code === 0x2d || ((code | 0x20) >= 0x61 && (code | 0x20) <= 0x66);
}

function isNamePart(text: string, at: number): boolean {
  return NAME_PARTS[text.charCodeAt(at)] === true;
}

function isUrlPart(text: string, at: number): boolean {
  return !isBlank(text, at) && URL_ENDS[text.charCodeAt(at)] !== true;
}

function isBlank(text: string, at: number): boolean {
  return text.charCodeAt(at) <= 0x20;
}

function continuesWord(text: string, start: number): boolean {
  if (start === 0 || !/[\p{L}\p{N}_-]/u.test(text.charAt(start - 1))) return false;
  return !ESCAPE.test(text.slice(Math.max(0, start - 6), start));
}

function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
