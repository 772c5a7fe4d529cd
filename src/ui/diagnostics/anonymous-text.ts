/** Removes from lines of the log what identifies a person, a computer or a cloud: a bug report is public. */
import { REGIONS } from '../../cloud/places/regions';
import { STORAGE_FOLDERS } from '../../storage/storage-folders';

/** What this window knows that must not be in a bug report. */
export interface PrivateWords {
  /** Ids of jobs and projects. */
  readonly ids: ReadonlySet<string>;
  /** Names of credentials, projects, accounts and resources. */
  readonly names: Iterable<string>;
  /** Of the person on this computer. */
  readonly user: string | undefined;
}

/** A shorter name is a part of too many words. */
const MIN_NAME_LENGTH = 3;
/** Users whose name is a word of many errors, and says nothing about a person. */
const COMMON_USERS: ReadonlySet<string> = new Set(['root', 'user', 'node', 'admin', 'administrator', 'coder']);

/** Compared first: to search the lines for each of thousands of names takes a second. */
const WORDS = /[\p{L}\p{N}_]+/gu;

/** Characters of a line that are searched. */
const MAX_LINE_LENGTH = 1000;

/**
 * @param lines of the log, without secrets
 * @returns the starts of the lines with marks such as `[id]` and `[path]`. The words that remain may still name something:
 * nothing can know them all.
 */
export function anonymousLines(lines: readonly string[], { ids, names, user }: PrivateWords): readonly string[] {
  const starts = lines.map(startOf);
  const all = starts.join('\n').toLowerCase();
  const words = new Set(all.match(WORDS));
  const isPresent = (name: string) => (name.match(WORDS) ?? []).every((word) => words.has(word)) && all.includes(name);
  const present = [...names].filter((name) => name.length >= MIN_NAME_LENGTH && isPresent(name.toLowerCase()));
  // A name may be a part of another one.
  const patterns = present.sort((a, b) => b.length - a.length).map(wordPattern);
  const isUserKnown = user !== undefined && user.length >= MIN_NAME_LENGTH && !COMMON_USERS.has(user.toLowerCase());
  const userPattern = isUserKnown ? wordPattern(user) : undefined;
  return starts.map((line) => {
    const named = patterns.reduce((text, pattern) => text.replace(pattern, '[name]'), line);
    const text = withoutForms(named, ids);
    return userPattern === undefined ? text : text.replace(userPattern, '[user]');
  });
}

/** Drops a word that would be cut: half of an id has no form. */
function startOf(line: string): string {
  return line.length <= MAX_LINE_LENGTH ? line : line.slice(0, MAX_LINE_LENGTH).replace(/\S*$/, '…');
}

function wordPattern(word: string): RegExp {
  const escaped = word.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
  return new RegExp(String.raw`(?<![\p{L}\p{N}_])${escaped}(?![\p{L}\p{N}_])`, 'giu');
}

function withoutForms(line: string, ids: PrivateWords['ids']): string {
  return line
    .replace(URL_OF_ANY_SCHEME, anonymousUrl)
    .replace(EMAIL, '[user]')
    .replace(QUOTED_PATH, (_, quote: string, path: string) => `${quote}${anonymousPath(path)}${quote}`)
    .replace(PATH, anonymousPath)
    .replace(AFTER_LOOKUP, (whole, what: string, host: string) => (isPublicHost(host) ? whole : `${what}[host]`))
    .replace(HOST, (host) => (isPublicHost(host) || isCode(host) ? host : '[host]'))
    .replace(IP_ADDRESS, (address) => (address.startsWith('127.') ? address : '[address]'))
    .replace(KEY_START, '****')
    .replace(NAMED_ID, (whole, what: string, id: string) => (/\d/.test(id) ? `${what}[id]` : whole))
    .replace(TOKEN, (token) => (ids.has(token) || isIdLike(token) ? '[id]' : token));
}

/** @returns whether an endpoint is one of the published ones, which say nothing about who uses them */
export function isPublicHost(host: string): boolean {
  const name = host.toLowerCase().replace(/(?::\d+)?[.,;]?$/, '');
  if (/^(?:localhost|127\.0\.0\.1|\[?::1\]?|iam\.myhuaweicloud\.(?:com|eu))$/.test(name)) return true;
  const [, id] = /^(?:elb|iam)\.([a-z0-9-]{1,63})\.myhuaweicloud\.(?:com|eu)$/.exec(name) ?? [];
  return id !== undefined && REGIONS.some((region) => region.id === id);
}

// Each repetition has a limit, so that the patterns take linear time.

const URL_OF_ANY_SCHEME = /\b([a-z][a-z0-9+.-]{1,30}):\/\/([^\s"'<>`/?#]{0,255})([^\s"'<>`]{0,2000})/gi;
const EMAIL = /[\p{L}\p{N}._%+-]{1,64}@[\p{L}\p{N}.-]{1,255}/gu;
/** The start of an absolute path: of a drive, a server, a home folder or the root. */
const ROOT = String.raw`(?:[a-z]:[\\/]{1,4}|\\{2,4}(?=[\w.])|(?:~?\/|(?<!:)\/\/)(?=[\w.@~-]))`;
const QUOTED_PATH = new RegExp(String.raw`(["'\`])(${ROOT}[^"'\`\n]{0,2000})\1`, 'gi');
const WORD = String.raw`[^\s\\/"'\`<>|]{1,255}`;
/** Folders may have spaces in their names. */
const PATH = new RegExp(
  String.raw`(?<![\w\\/.~\]-])${ROOT}(?:${WORD}(?: ${WORD}){0,3}[\\/]{1,4}){0,60}(?:${WORD})?`,
  'gi',
);
/** What names a host by one word, too. */
const AFTER_LOOKUP =
  /\b((?:ENOTFOUND|EAI_AGAIN|EAI_FAIL|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH)\s{1,4}|(?:host(?:name)?|servername|CN|DNS)[:=]\s{0,4})([^\s,;]{1,255})/gi;
const HOST =
  /(?<![\p{L}\p{N}_.-])(?:[\p{L}\p{N}_](?:[\p{L}\p{N}_-]{0,62})\.){1,10}\p{L}[\p{L}\p{N}-]{1,62}(?![\p{L}\p{N}_-])/gu;
const IP_ADDRESS =
  /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])|(?<![\w:])(?:(?:[0-9a-f]{0,4}:){3,7}|(?:[0-9a-f]{1,4}:){1,6}:)[0-9a-f]{0,4}(?![\w:])/gi;
/** What `redact` leaves of an access key. */
const KEY_START = /[a-z0-9]{1,4}\*{4}/gi;
const NAMED_ID = /\b((?:jobs?|projects?|request(?: id)?)[ :]{1,3})([\w-]{1,64})/gi;
const TOKEN = /[A-Za-z0-9_+/=%-]{4,4096}/g;

function anonymousUrl(_: string, scheme: string, authority: string, rest: string): string {
  if (!/^https?$/i.test(scheme)) return '[path]';
  const host = authority.slice(authority.lastIndexOf('@') + 1);
  return `${scheme}://${isPublicHost(host) ? host : '[host]'}${rest.length > 1 ? '/…' : rest}`;
}

const OWN_FOLDERS: ReadonlySet<string> = new Set(Object.values(STORAGE_FOLDERS));
const OWN_FILES: ReadonlySet<string> = new Set(['profiles.json', 'segments.json', 'paused', 'salt', 'mover']);

/** Keeps the names of the extension's own folders and files, which are the same for all people. */
function anonymousPath(path: string): string {
  const [, end = ''] = /([:.,;)]*)$/.exec(path) ?? [];
  const [folder = '', file = ''] = path
    .slice(0, path.length - end.length)
    .split(/[\\/]+/)
    .slice(-2);
  if (OWN_FOLDERS.has(folder)) return `[path]/${folder}/[file]${end}`;
  return OWN_FILES.has(file) ? `[path]/${file}${end}` : `[path]${end}`;
}

const FILE_NAME = /\.(?:json|tmp|lock|js|cjs|mjs|ts|segment|log)$/;

/** Whether a text with dots is a file name or an expression such as `this.parts.job`, and no host. */
function isCode(text: string): boolean {
  return FILE_NAME.test(text) || text.startsWith('this.') || /\p{Ll}\p{Lu}/u.test(text);
}

/** E.g. `batchCreateV3Loadbalancer`. */
const CAMEL_CASE = /^[a-z]{2,}(?:[A-Z][a-z]{2,}|V\d)+$/;
/** E.g. `ERR_HTTP2_PROTOCOL_ERROR`. */
const ERROR_NAME = /^[A-Z]+\d?(?:_[A-Z]+\d?)+$/;

/** Whether a word is an id, a hash or a key rather than a word, a number or a time. */
function isIdLike(token: string): boolean {
  if (CAMEL_CASE.test(token) || ERROR_NAME.test(token)) return false;
  const hasDigit = /\d/.test(token);
  if (/^\d{4}-\d\d-\d\d/.test(token) || /^\d{1,15}$/.test(token)) return false;
  if (/^[0-9a-f-]{8,}$/i.test(token)) return hasDigit;
  if (token.length >= 16 && hasDigit && /[a-z]/i.test(token)) return true;
  if (/^[A-Z0-9]{16,}$/.test(token)) return true;
  return token.length >= 25 && /[a-z]/.test(token) && /[A-Z]/.test(token);
}
