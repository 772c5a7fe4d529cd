/** Patterns of ids, values and hosts in a text that need not be well-formed, each read at a given position. */
import { isProjectId, isUuid } from '../base/id-patterns';

// At every position, these either match, perhaps an empty text, or fail soon: none reads a text again and again.

/** A colon, an equals sign or a table's bar with the quotes around it, or only blanks, between a name and its value. */
const BETWEEN = /(?:\s?(?:id|ID|Id))?["'`*]*\s*((?:=>|[:=|>：]|is\b|为|是)\s*)?["'`*<]*/y;
const VALUE = /[A-Za-z0-9_-]{1,64}(?![\w-])/y;
const LISTED_ID = /[\s,;:：、="'`*[(-]*([0-9A-Fa-f-]{36})(?![\w-])/y;

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

/** @returns the value after a name that ends at `end`, and whether a sign or a word such as "is" assigns it. */
export function valueAfter(text: string, end: number) {
  BETWEEN.lastIndex = end;
  const [between = '', assigned] = BETWEEN.exec(text) ?? [];
  return { value: matchAt(VALUE, text, end + between.length), isAssigned: assigned !== undefined };
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
  while (start > 0 && at - start < 300 && /[\w.:@[\]-]/.test(text.charAt(start - 1))) start -= 1;
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
  return text
    .replace(/\p{Cc}\[[\d;]*m/gu, '')
    .replace(/\\+([nrt"'/]?)/g, (all: string, escaped: string) =>
      escaped === '' ? all : escaped === 'n' ? '\n' : /[rt]/.test(escaped) ? ' ' : escaped,
    );
}
