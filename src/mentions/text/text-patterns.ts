/** Patterns of ids, values and names in a text that need not be well-formed, each read at a given position. */
import { isProjectId, isUuid } from '../../base/id-patterns';

// At every position, these either match, perhaps an empty text, or fail soon: none reads a text again and again.

/** What may be between a name and the sign that assigns its value: the end of quotes and brackets. */
const NAME_END = '["\'`*_\\])}]{0,8}';
/** In prose, more words of the name: "job with ID", "job no.", "任务编号". */
const NAME_WORDS =
  '(?:[^\\S\\n]?(?:with\\s)?(?:id|uuid|no\\.|number)(?![\\w-])|[^\\S\\n]?的?[^\\S\\n]?(?:编号|編號|标识|標識|号|號|ID))?';
const SIGN =
  '(?:=>|:=|->|={2,3}|>{2,3}|[→⇒–—]|:\\s?\\||:\\s?(?:string|str|text|any)\\s?=|[:=|>]|№|(?:eq|in)\\s(?=["\'(])|eq\\b|,(?=\\s?["\'])|-(?=\\s)|is\\b|was\\b|为|為|是)';
/** The name of a value's type, as PHP, Go, Rust, Python, C# and YAML print it. */
const TYPE =
  '(?:[ub](?=["\'])|(?:urn:)?uuid:|!!?str\\s|string\\(\\d{1,3}\\)\\s?|\\(\\*string\\)|\\(string\\)\\s?(?:\\(len=\\d{1,3}\\)\\s?)?|(?:Some|Just|Optional)[ ([]|(?:new\\s)?[\\w.]{0,20}(?:uuid|guid|objectid|str)\\(|&)?';
const VALUE_START = `["'\`*_([{<#]{0,8}[^\\S\\n]?(?:(?:(?:uu)?id|(?:UU)?ID|Id)[^\\S\\n]?(?:[:=]|[^\\S\\n])[^\\S\\n]?)?["'\`*_([{<#]{0,8}`;
/** A name's value, if it has the form of an id. Without a sign, it is on the same line. */
const VALUE = new RegExp(
  `${NAME_END}${NAME_WORDS}(?:[^\\S\\n]?\\((?:elb|string|uuid|required)\\))?${NAME_END}[^\\S\\n]{0,200}(${SIGN}\\s{0,200})?${TYPE}${VALUE_START}([A-Za-z0-9_-]{1,64}(?![\\w-]))?`,
  'iy',
);
/** After a name that ends a line of prose. */
const VALUE_OF_NEXT_LINE = new RegExp(
  `[^\\S\\n]{0,9}\\n[^\\S\\n]{0,99}${VALUE_START}([0-9A-Fa-f-]{36})(?![\\w-])`,
  'y',
);
const LISTED_ID =
  /(?:[\s,;:"'`*[(=|<>{-]{0,200}(?:(?:and|or|和|及|与|與|&)\s{0,9})?["'`*[(<]{0,4})([0-9A-Fa-f-]{36})(?![\w-])/y;
/** What is between a name and its ids, rather than the next heading of a table. */
export const BEFORE_IDS = new RegExp(
  `["'\`*_)\\]}]{0,8}${NAME_WORDS}["'\`*_)\\]}]{0,8}[^\\S\\n]{0,200}(?:(?:=>|[:=([{<#为為是]|(?:is|are|was)\\s)[\\s"'\`*_([{<#-]{0,60}|["'\`*]{0,4})(?=[0-9a-f]{8}-)`,
  'iy',
);
/** The beginning of a list of values. */
export const LIST_START = /["'`]{0,4}\s?(?:=>|[:=])\s?(?:to(?:list|set)\()?\[/y;
/** What shows that an id was cut here. */
const CUT = /\[?(?:…|⋯|\.\.)/y;

/** A path of the API. */
export const PATH =
  /\/{1,3}v3(?:\.0)?\/{1,3}[^\s/]{1,64}\/{1,3}elb(?:\/{1,3}jobs\/{1,3}[A-Za-z0-9_-]{1,64})?(?![\w-])/iy;
/** The path of a job in another API: its version, project and id. */
export const OTHER_JOB_PATH =
  /\/(v\d[\d.]{0,4})\/(?:projects\/)?[^\s/]{1,64}\/(?:(?!elb\/)[a-z][\w-]{0,30}\/)?jobs?(?:\/|\?(?:id|job_id)=)([A-Za-z0-9_-]{8,64})(?![\w-])/y;
/** A path of the classic API. */
export const CLASSIC_PATH = /\/v1(?:\.0)?\/[^\s/]{1,64}\/elbaas(?![\w-])/y;
/** The Chinese words for a job and a sub-job. */
export const JOB_WORD = /子?(?:任务|作业|任務|作業)/y;
/** What may follow the word for sub-jobs: a list, details. */
export const OF_SUB_JOBS = /(?:列表|信息|详情|明细|清单|資訊|詳情)?/y;
export const PROJECT_WORD = /项目|項目/y;
/** The bracket after a name, the end of the match: Java, Go, Terraform and others print a type or a function before it. */
export const OPENING =
  /["'`\]]{0,4}(?:\[\d{1,6}\]|\.\d{1,6})?\s{0,200}(?:class \w{1,40}\s{0,9})?(?:(?:=>|:=|[:=])\s{0,80}(?:(?:class|new)\s)?[\w.&*<>!@]{0,60}(?:\[\][*&]?[\w.]{0,60}(?:\s?\{\})?|\(\d{1,6}\)|\(\[\][\w.*& ]{0,60}(?:\{\})?\)\s?(?:\(len=[^)]{0,40}\))?)?\s?\(?)?[{[]/y;
/** The same for a function's arguments and PHP's lists: `SubJob(`, `sub_jobs => Array (`. */
export const OPENING_PAREN = /["'`\]]{0,4}(?:\s?(?:=>|[:=])\s{0,9}[A-Za-z][\w.]{0,60}\s{0,200})?\s?\(/y;
/** The quote after a name, the end of the match. */
export const QUOTE = /["'`]*\s*(?:(?:=>|[:=])\s*)?(["'])/y;
/** What makes "job" the name of a list, as in "job IDs". */
export const PLURAL_IDS = /\s(?:ids|IDs|Ids)(?!\w)/y;
/** The colon after the name of a YAML block. */
export const YAML_BLOCK = /["'`]*:(?:[^\S\n]+[&!#][^\n]{0,200})?[^\S\n]*(?=\n|$)/y;

/** @returns the text that a sticky pattern matches at a position. */
export function matchAt(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}

/** For each ASCII character, whether words begin with it, and whether they continue with it. */
const WORD_STARTS = charactersOf(/\w/);
const WORD_PARTS = charactersOf(/[\w.-]/);
/** A new line, a bracket, the beginning of a path, or of a Chinese word for a job. */
const SIGNS = charactersOf(/[\n{}[\]()/]/);
const CHINESE_SIGNS = new Set(Array.from('子任作项項', (character) => character.charCodeAt(0)));

export function charactersOf(pattern: RegExp): readonly boolean[] {
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

/** The value after a name. */
export interface NameValue {
  readonly value: string;
  readonly start: number;
  /** Whether a sign or a word such as "is" assigns it. */
  readonly isAssigned: boolean;
  /** Whether the text shows that it is a part of an id. */
  readonly isCut: boolean;
}

/** @returns the value after a name that ends at `end`. */
export function valueAfter(text: string, end: number): NameValue | undefined {
  VALUE.lastIndex = end;
  const [all = '', assigned, value] = VALUE.exec(text) ?? [];
  if (value === undefined) return undefined;
  const start = end + all.length - value.length;
  return { value, start, isAssigned: assigned !== undefined, isCut: isCutId(text, start, value) };
}

/** @returns the UUID that begins the line after a name, unless the line has another: a row of a table. */
export function valueOfNextLine(text: string, end: number): NameValue | undefined {
  VALUE_OF_NEXT_LINE.lastIndex = end;
  const [all = '', value = ''] = VALUE_OF_NEXT_LINE.exec(text) ?? [];
  if (!isUuid(value)) return undefined;
  const isRow = /^[^\n]{0,200}[0-9a-f]{8}-[0-9a-f]{4}-/i.test(text.slice(end + all.length, end + all.length + 220));
  return isRow ? undefined : { value, start: end + all.length - value.length, isAssigned: false, isCut: false };
}

/** @returns whether the text has only a part of an id here. */
export function isCutId(text: string, start: number, id: string): boolean {
  // After a whole id, the dots are those of a sentence: "Waiting for job 37d5…-05e8...".
  if (isUuid(id) || /^[0-9a-f]{32}$/i.test(id)) return false;
  return isPartOfUuid(id) || text.charAt(start - 1) === '…' || matchAt(CUT, text, start + id.length) !== undefined;
}

/** Whether a text is a UUID without its beginning or end. */
export function isPartOfUuid(id: string): boolean {
  return (
    (id.length >= 8 && isUuidBeginning(id)) ||
    (id.length > 12 && id.length < 36 && /^[0-9a-f]{0,8}(?:-[0-9a-f]{4}){0,3}-[0-9a-f]{12}$/i.test(id))
  );
}

const ANY_UUID = '00000000-0000-0000-0000-000000000000';

/** Whether a UUID can begin with these 1 to 35 characters. */
export function isUuidBeginning(id: string): boolean {
  return id.length > 0 && id.length < ANY_UUID.length && isUuid(id + ANY_UUID.slice(id.length));
}

/** Whether a text begins like a UUID, and then has a mistake or more characters. */
export function isDistortedUuid(id: string): boolean {
  return /^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(id) && !isUuid(id) && !isPartOfUuid(id);
}

/** @returns the UUIDs that follow each other from `start`, with separators between them only. */
export function* listedIds(text: string, start: number): Generator<{ readonly id: string; readonly start: number }> {
  let at = start;
  for (;;) {
    LISTED_ID.lastIndex = at;
    const [all, id = ''] = LISTED_ID.exec(text) ?? [];
    if (all === undefined || !isUuid(id)) return;
    at += all.length;
    yield { id, start: at - id.length };
  }
}

/** @returns the project that a value names, also with upper-case letters or with the dashes of a UUID. */
export function projectIdIn(value = ''): string | undefined {
  if (isProjectId(value)) return value;
  const plain = (isUuid(value) ? value.replaceAll('-', '') : value).toLowerCase();
  return /^[0-9a-f]{32}$/.test(plain) ? plain : undefined;
}

/** Whether a `job_id` value may be a job's: not a word, and not a number, such as the job of a CI build. */
export function isLikeJobId(value: string): boolean {
  return isUuid(value) || (value.length >= 16 && /\d/.test(value) && /[A-Za-z]/.test(value));
}
