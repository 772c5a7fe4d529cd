/** Patterns of ids, values and hosts in a text that need not be well-formed, each read at a given position. */
import { isProjectId, isUuid } from '../base/id-patterns';

// At every position, these either match, perhaps an empty text, or fail soon: none reads a text again and again.

/**
 * A colon, an equals sign or a table's bar with the quotes around it, or only blanks, between a name and its value; and
 * the value, if it has the form of an id.
 */
const VALUE = /(?:\s?(?:id|ID|Id))?["'`*]*\s*((?:=>|[:=|>：]|is\b|为|是)\s*)?["'`*<]*([A-Za-z0-9_-]{1,64}(?![\w-]))?/y;
const LISTED_ID = /[\s,;:：、="'`*[(-]*([0-9A-Fa-f-]{36})(?![\w-])/y;

/** A path of the API. */
export const PATH = /\/v3\/[^\s/]{1,64}\/elb(?:\/jobs\/[A-Za-z0-9_-]{1,64})?(?![\w-])/y;
/** The Chinese words for a job and a sub-job. */
export const JOB_WORD = /子?(?:任务|作业)/y;
/** The bracket after a name, the end of the match. Java prints a class name before it. */
export const OPENING = /["'`]*\s*(?:(?:=>|[:=])\s*)?(?:class \w{1,40}\s*)?[{[]/y;
/** The quote after a name, the end of the match. */
export const QUOTE = /["'`]*\s*(?:(?:=>|[:=])\s*)?(["'])/y;
/** What makes "job" the name of a list, as in "job IDs". */
export const PLURAL_IDS = /\s(?:ids|IDs|Ids)(?!\w)/y;
/** The colon after the name of a YAML block. */
export const YAML_BLOCK = /["'`]*:[^\S\n]*(?=\n|$)/y;

/** @returns the text that a sticky pattern matches at a position. */
export function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** For each ASCII character, whether words begin with it, whether they continue with it, and whether hosts have it. */
const WORD_STARTS = charactersOf(/\w/);
const WORD_PARTS = charactersOf(/[\w.-]/);
const HOST_PARTS = charactersOf(/[\w.:@[\]-]/);
/** A new line, a bracket, the beginning of a path, or of a Chinese word for a job. */
const SIGNS = charactersOf(/[\n{}[\]/]/);
const CHINESE_SIGNS = new Set(Array.from('子任作', (character) => character.charCodeAt(0)));

function charactersOf(pattern: RegExp): readonly boolean[] {
  return Array.from({ length: 128 }, (_, code) => pattern.test(String.fromCharCode(code)));
}

export function isWordStart(text: string, at: number): boolean {
  return WORD_STARTS[text.charCodeAt(at)] === true;
}

/** Whether a character other than a word's has a meaning of its own. */
export function isSign(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code < 128 ? SIGNS[code] === true : CHINESE_SIGNS.has(code);
}

/** @returns the first position from `at` that is not part of a word. */
export function endOfWord(text: string, at: number): number {
  let end = at;
  while (WORD_PARTS[text.charCodeAt(end)] === true) end += 1;
  return end;
}

/** @returns the position after the indentation of a line, and after the dashes of YAML's lists. */
export function endOfIndent(text: string, start: number): number {
  let end = start;
  for (;;) {
    while (isBlank(text, end)) end += 1;
    if (text.charAt(end) !== '-' || !isBlank(text, end + 1)) return end;
    end += 2;
  }
}

function isBlank(text: string, at: number): boolean {
  const character = text.charAt(at);
  return character === ' ' || character === '\t';
}

/** @returns the value after a name that ends at `end`, and whether a sign or a word such as "is" assigns it. */
export function valueAfter(text: string, end: number) {
  VALUE.lastIndex = end;
  const [, assigned, value] = VALUE.exec(text) ?? [];
  return { value, isAssigned: assigned !== undefined };
}

/** @returns the UUIDs that follow each other from `start`, with separators between them only. */
export function* listedIds(text: string, start: number): Generator<string> {
  let at = start;
  for (;;) {
    LISTED_ID.lastIndex = at;
    const [all, id = ''] = LISTED_ID.exec(text) ?? [];
    if (all === undefined || !isUuid(id)) return;
    yield id;
    at += all.length;
  }
}

/** @returns the scheme and host that end at a position, as far as the text has them; not checked to be an endpoint. */
export function originBefore(text: string, at: number): string {
  let start = at;
  while (start > 0 && at - start < 300 && HOST_PARTS[text.charCodeAt(start - 1)] === true) start -= 1;
  const host = text.slice(start, at);
  const before = text.slice(Math.max(0, start - 8), start);
  const scheme = /(?:https?:)?\/\/$/i.exec(before)?.[0];
  // After any other character, this would be the end of a longer host.
  return scheme !== undefined ? `${scheme}${host}` : /(?:^|[\s"'`(<=])$/.test(before) ? host : '';
}

/** @returns the origin in lower case, without user and password: they must not be shown. */
export function withoutUserInfo(origin: string): string {
  return origin.toLowerCase().replace(/^(.*\/\/)?.*@/, '$1');
}

/** Whether the text is a host rather than the folder of a path, or nothing. */
export function isHost(origin: string): boolean {
  return origin.includes('//') || origin.includes('.');
}

export function projectIdIn(value = ''): string | undefined {
  return isProjectId(value) ? value : undefined;
}

/** Whether a `job_id` value may be a job's: not a word, and not a number, such as the job of a CI build. */
export function isLikeJobId(value: string): boolean {
  return isUuid(value) || (value.length >= 16 && /\d/.test(value) && /[A-Za-z]/.test(value));
}

/** Turns JSON strings within JSON into plain JSON, and removes terminal colours. */
export function withoutEscapes(text: string): string {
  return withoutBackslashes(text.replace(/\p{Cc}\[[\d;]*m/gu, ''));
}

const BACKSLASH = 0x5c;
/** What a character means after backslashes: a new line, a blank, or itself. */
const ESCAPED: ReadonlyMap<string, number> = new Map(
  [...['n\n', 'r ', 't '], ...['""', "''", '//']].map((pair) => [pair.charAt(0), pair.charCodeAt(1)]),
);

/** A loop over characters, because a replacement per escape takes ten times as long. */
function withoutBackslashes(text: string): string {
  if (!text.includes('\\')) return text;
  const codes = new Uint16Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; at += 1) {
    const start = at;
    while (text.charCodeAt(at) === BACKSLASH) at += 1;
    const escaped = at === start ? undefined : ESCAPED.get(text.charAt(at));
    if (escaped === undefined) for (let kept = start; kept < at; kept += 1) codes[length++] = BACKSLASH;
    if (at < text.length) codes[length++] = escaped ?? text.charCodeAt(at);
  }
  return Buffer.from(codes.buffer, 0, 2 * length).toString('utf16le');
}
