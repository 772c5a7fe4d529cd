/** Signs requests for Huawei Cloud's API gateway with `SDK-HMAC-SHA256`, as the official SDKs do. */
import { createHash, createHmac } from 'node:crypto';
import { compare } from '../../base/compare';

/** A permanent access key, or a temporary one with its security token. */
export interface AccessKey {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly securityToken?: string | undefined;
}

/** Several values of one name are sorted; an empty value is sent as `name=`. */
export type QueryParameters = Readonly<Record<string, string | readonly string[]>>;

interface UnsignedRequest {
  readonly method: 'GET' | 'POST';
  /** Origin of the service, e.g. `https://elb.cn-north-4.myhuaweicloud.com`. */
  readonly origin: string;
  /** Path with a leading slash, its segments not yet percent-encoded. */
  readonly path: string;
  readonly query?: QueryParameters;
  /** Every header given here is signed; `Host` and `X-Sdk-Date` are added. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

interface SignedRequest {
  /** Send it unchanged: the signature covers its query string. */
  readonly url: string;
  /** All headers to send, with `Authorization`, but without `Host`, which the HTTP client derives from the URL. */
  readonly headers: Readonly<Record<string, string>>;
  readonly canonicalRequest: string;
  readonly stringToSign: string;
}

const ALGORITHM = 'SDK-HMAC-SHA256';
const EMPTY_BODY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/**
 * Signs a request as of `instant` (milliseconds since the epoch, years 0 to 9999).
 * Source: "API request signing guide" of Huawei Cloud APIG, and the test vectors of the official SDK cores.
 */
export function signRequest(request: UnsignedRequest, key: AccessKey, instant: number): SignedRequest {
  const { host, path, query, url } = encodeTarget(request.origin, request.path, request.query);
  const date = sdkDate(instant);
  const headers: Record<string, string> = { ...request.headers };
  if (key.securityToken !== undefined) headers['X-Security-Token'] = key.securityToken;
  headers['X-Sdk-Date'] = date;

  const { lines, names } = canonicalHeaders(headers, host);
  const canonicalPath = path.endsWith('/') ? path : `${path}/`;
  const bodyHash = request.body === undefined ? EMPTY_BODY_SHA256 : sha256(request.body);
  const canonicalRequest = `${request.method}\n${canonicalPath}\n${query}\n${lines}\n${names}\n${bodyHash}`;
  const stringToSign = `${ALGORITHM}\n${date}\n${sha256(canonicalRequest)}`;
  const signature = createHmac('sha256', key.secretKey).update(stringToSign).digest('hex');
  headers['Authorization'] = `${ALGORITHM} Access=${key.accessKey}, SignedHeaders=${names}, Signature=${signature}`;
  return { url, headers, canonicalRequest, stringToSign };
}

/** Returns the URL of a request, its query string in the canonical form. */
export function urlOf(origin: string, path: string, query?: QueryParameters): string {
  return encodeTarget(origin, path, query).url;
}

function encodeTarget(endpoint: string, rawPath: string, parameters: QueryParameters = {}) {
  const { host, origin } = new URL(endpoint);
  const path = encodePath(rawPath);
  const query = canonicalQuery(parameters);
  return { host, path, query, url: `${origin}${path}${query === '' ? '' : `?${query}`}` };
}

/** @returns the header lines, each with its line break, and the names for `SignedHeaders`. */
function canonicalHeaders(headers: Readonly<Record<string, string>>, host: string) {
  const signed: [name: string, value: string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    // The signature always covers the URL's host.
    if (name !== 'Host') signed.push([name.toLowerCase(), value.trim()]);
  }
  signed.push(['host', host]);
  signed.sort(byName);
  let lines = '';
  let names = '';
  for (const [name, value] of signed) {
    lines += `${name}:${value}\n`;
    names = names === '' ? name : `${names};${name}`;
  }
  return { lines, names };
}

// Most paths and values need no encoding, and checking that is much faster than encoding them.
const UNRESERVED = /^[A-Za-z0-9._~-]*$/;
const UNRESERVED_PATH = /^[A-Za-z0-9._~/-]*$/;

function encodePath(path: string): string {
  return UNRESERVED_PATH.test(path) ? path : path.split('/').map(percentEncode).join('/');
}

function canonicalQuery(query: QueryParameters): string {
  const pairs: string[] = [];
  for (const [name, value] of Object.entries(query).sort(byName)) {
    const encodedName = percentEncode(name);
    // Without a comparator, sort() compares UTF-16 code units, as the service does.
    const values = typeof value === 'string' ? [value] : [...value].sort();
    for (const each of values) pairs.push(`${encodedName}=${percentEncode(each)}`);
  }
  return pairs.join('&');
}

/** Encodes all but RFC 3986's unreserved characters; `encodeURIComponent` leaves five more. */
export function percentEncode(text: string): string {
  if (UNRESERVED.test(text)) return text;
  return encodeURIComponent(wellFormed(text)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Replaces each half of a surrogate pair, which cannot be encoded, by U+FFFD, as sending the text as UTF-8 does. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** `YYYYMMDDTHHMMSSZ` in UTC. */
function sdkDate(instant: number): string {
  const iso = new Date(instant).toISOString();
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`;
}

/** Orders by UTF-16 code units of the names. */
function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return compare(a, b);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
