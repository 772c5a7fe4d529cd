/** Computes the SDK-HMAC-SHA256 signature that a received request should have. */
import { createHash, createHmac } from 'node:crypto';
import { type CloudRequest, decodePercent, queryPairs } from '../http/cloud-request';

type Signed = Pick<CloudRequest, 'method' | 'path' | 'query' | 'headers' | 'body'>;

export interface Authorization {
  readonly accessKey: string;
  /** In lower case, in the order given. */
  readonly signedHeaders: readonly string[];
  readonly signature: string;
}

/** Parses `SDK-HMAC-SHA256 Access=…, SignedHeaders=a;b, Signature=…`; undefined for any other value. */
export function parseAuthorization(value: string): Authorization | undefined {
  const pattern = /^SDK-HMAC-SHA256 Access=([^,\s]+), ?SignedHeaders=([a-z0-9;_-]+), ?Signature=([0-9a-f]{64})$/;
  const [, accessKey, signedHeaders, signature] = pattern.exec(value) ?? [];
  if (accessKey === undefined || signedHeaders === undefined || signature === undefined) return undefined;
  return { accessKey, signedHeaders: signedHeaders.split(';'), signature };
}

/** Returns the canonical request, its lines joined with "\n". */
export function canonicalRequest(request: Signed, signedHeaders: readonly string[]): string {
  const names = [...signedHeaders].sort(byCodeUnit);
  return [
    request.method,
    canonicalPath(request.path),
    canonicalQuery(request.query),
    ...names.map((name) => `${name}:${(request.headers[name] ?? '').trim()}`),
    '', // The header part ends with an extra line break.
    names.join(';'),
    request.headers['x-sdk-content-sha256'] ?? sha256(request.body),
  ].join('\n');
}

/** Returns the signature of a canonical request by a secret key: 64 lower-case hex digits. */
export function signatureOf(canonical: string, sdkDate: string, secretKey: string): string {
  const stringToSign = ['SDK-HMAC-SHA256', sdkDate, sha256(canonical)].join('\n');
  return createHmac('sha256', secretKey).update(stringToSign, 'utf8').digest('hex');
}

/** Encodes each segment once, and ends with a slash, which the sent path need not have. */
function canonicalPath(path: string): string {
  const encoded = path
    .split('/')
    .map((segment) => encode(decodePercent(segment)))
    .join('/');
  return encoded.endsWith('/') ? encoded : `${encoded}/`;
}

function canonicalQuery(query: string): string {
  return queryPairs(query)
    .sort(([nameA, valueA], [nameB, valueB]) => byCodeUnit(nameA, nameB) || byCodeUnit(valueA, valueB))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
}

/** Encodes all but RFC 3986's unreserved characters, A-Z a-z 0-9 - . _ ~; `encodeURIComponent` leaves five more. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function byCodeUnit(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function sha256(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}
