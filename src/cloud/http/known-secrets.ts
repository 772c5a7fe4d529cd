/** Removes the secrets that authenticate a request from its response and its error. */
import { type Credential, isIamToken } from './credential';
import type { ElbError } from './error';
import { accessKeyPrefix, redact } from './redact';
import { type FoundSecret, SecretFinder } from './secret-finder';
import { type KnownSecret, NeedleCase } from './secret-needles';
import type { HttpRequest, HttpResponse } from './transport';

/** The secrets that authenticate a request: no text about it may contain them. */
export interface Secrets {
  readonly accessKey?: string | undefined;
  /** Secret key, token, password; missing and empty ones are ignored. */
  readonly hidden: readonly (string | undefined)[];
  /** Of one request. */
  readonly signature?: string | undefined;
}

export function secretsOf(credential: Credential): Secrets {
  return isIamToken(credential)
    ? { hidden: [credential.token] }
    : { accessKey: credential.accessKey, hidden: [credential.securityToken, credential.secretKey] };
}

/** Headers of a request whose values are secret. */
const SECRET_HEADERS = ['X-Auth-Token', 'X-Subject-Token', 'X-Security-Token'];

/** Returns the secrets together with those in the headers of a request, such as its signature. */
export function secretsOfRequest({ headers }: HttpRequest, { accessKey, hidden }: Secrets): Secrets {
  const [, signature] = /Signature=(\w+)/.exec(headers['Authorization'] ?? '') ?? [];
  return { accessKey, signature, hidden: [...hidden, ...SECRET_HEADERS.map((name) => headers[name])] };
}

/** Characters. */
const MAX_TEXT_LENGTH = 2048;
/** Characters of an error's text that are searched: those after them would not be shown. */
const MAX_SEARCHED_LENGTH = 32 * 1024;
/** Longer than what `redact` needs to see after a secret, to know that it is one. */
const MAX_REDACTED_LENGTH = 2 * MAX_TEXT_LENGTH;

/** Returns the error without these secrets and anything that looks like one, its texts cut to `MAX_TEXT_LENGTH`. */
export function redactError(error: ElbError, secrets: Secrets, needleCase = new NeedleCase()): ElbError {
  const finder = new SecretFinder(knownSecrets(secrets), needleCase);
  // Removing what looks like a secret first could split a known one; cutting to the last length first could leave half of one.
  const clean = (text: string | undefined) =>
    text && redact(errorWithoutSecrets(text, finder).slice(0, MAX_REDACTED_LENGTH)).slice(0, MAX_TEXT_LENGTH);
  return { ...error, code: clean(error.code), message: clean(error.message), requestId: clean(error.requestId) };
}

/** Characters. A shorter password may be a word of any response; only the texts of errors are searched for it. */
const MIN_IN_RESPONSE = 6;
/** The same for a password of digits, which may be a date. */
const MIN_DIGITS_IN_RESPONSE = 12;

/** Returns the response as if the service had not repeated these secrets. A body of JSON stays JSON. */
export async function redactResponse(
  response: HttpResponse,
  secrets: Secrets,
  needleCase = new NeedleCase(),
): Promise<HttpResponse> {
  const known = knownSecrets(secrets).filter(({ text }) => text.length >= minLengthInResponse(text));
  const finder = new SecretFinder(known, needleCase);
  const headers = Object.entries(response.headers).map(([name, value]) => [name, without(finder.find(value), value)]);
  return {
    status: response.status,
    headers: Object.fromEntries(headers) as HttpResponse['headers'],
    body: without(await finder.findInParts(response.body), response.body),
  };
}

function minLengthInResponse(secret: string): number {
  return /^\d+$/.test(secret) ? MIN_DIGITS_IN_RESPONSE : MIN_IN_RESPONSE;
}

function knownSecrets({ accessKey, hidden, signature }: Secrets): readonly KnownSecret[] {
  const known = new Map<string, KnownSecret>();
  if (isPresent(accessKey)) known.set(accessKey, { text: accessKey, mark: '****', prefix: accessKeyPrefix(accessKey) });
  if (isPresent(signature)) known.set(signature, { text: signature, mark: '[redacted]', isOfOneRequest: true });
  for (const text of hidden) if (isPresent(text)) known.set(text, { text, mark: '[redacted]' });
  return [...known.values()];
}

function isPresent(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

function errorWithoutSecrets(text: string, finder: SecretFinder): string {
  const searched = text.slice(0, MAX_SEARCHED_LENGTH);
  return without(finder.find(searched), searched);
}

function without(found: readonly FoundSecret[], text: string): string {
  let clean = '';
  let copied = 0;
  for (const { start, end, mark } of found) {
    if (end <= copied) continue;
    clean += text.slice(copied, Math.max(copied, escapeOrStart(text, start)));
    const numberEnd = endOfNumbers(text, start, end);
    clean += numberEnd === undefined ? mark : '0';
    copied = numberEnd ?? endOfEscape(text, end);
  }
  return copied === 0 ? text : clean + text.slice(copied);
}

/** Characters of a number before a piece that begins in it. */
const MAX_NUMBER_LENGTH = 32;

/** @returns the end of the last number if the secret is written as numbers of JSON, which another number replaces. */
function endOfNumbers(text: string, start: number, end: number): number | undefined {
  const isNumber = /[[:,]\s*-?[\d.]*$/.test(text.slice(Math.max(0, start - MAX_NUMBER_LENGTH), start));
  if (!isNumber || !/^[\d,\s]+$/.test(text.slice(start, end))) return undefined;
  let last = end;
  while (/\d/.test(text.charAt(last))) last += 1;
  return last;
}

/** @returns the end, or the index after the character that a backslash before it escapes. */
function endOfEscape(text: string, end: number): number {
  let first = end;
  while (text.charAt(first - 1) === '\\') first -= 1;
  return (end - first) % 2 === 1 ? end + 1 : end;
}

/** Characters of `\u003d` before its last one. */
const MAX_BEFORE_START = 5;

/** @returns the start, or that of the JSON escape that includes it: half of an escape is not JSON. */
function escapeOrStart(text: string, start: number): number {
  const before = text.slice(Math.max(0, start - MAX_BEFORE_START), start);
  const backslash = start - before.length + before.lastIndexOf('\\');
  const isInEscape = before.endsWith('\\') || /\\u[0-9a-f]{0,3}$/i.test(before);
  if (!isInEscape) return start;
  let first = backslash;
  while (text.charAt(first - 1) === '\\') first -= 1;
  // The second of two backslashes escapes nothing.
  return (backslash - first) % 2 === 1 ? start : backslash;
}
