/** Signs requests for Huawei Cloud's API gateway with `SDK-HMAC-SHA256`, as the official SDKs do. */
import { createHash, createHmac } from 'node:crypto';

/** A permanent access key, or a temporary one with its security token. */
export interface AccessKey {
  readonly accessKey: string;
  readonly secretKey: string;
  readonly securityToken?: string | undefined;
}

/** Several values of one name are sorted; an empty one is sent as `name=`. */
export type QueryParameters = Readonly<Record<string, string | readonly string[]>>;

export interface UnsignedRequest {
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

export interface SignedRequest {
  /** The URL to send unchanged: its query string is the very one that was signed. */
  readonly url: string;
  /** All headers to send, `Authorization` among them, but for `Host`, which the HTTP client derives from the URL. */
  readonly headers: Readonly<Record<string, string>>;
  readonly canonicalRequest: string;
  readonly stringToSign: string;
}

const ALGORITHM = 'SDK-HMAC-SHA256';
const EMPTY_BODY_SHA256 = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/**
 * Signs a request as of `instant` (milliseconds since the epoch).
 * Source: "API request signing guide" of Huawei Cloud APIG, and the vectors of the official SDK cores.
 */
export function signRequest(request: UnsignedRequest, key: AccessKey, instant: number): SignedRequest {
  const { host, path, query, url } = encodeTarget(request.origin, request.path, request.query);
  const date = sdkDate(instant);
  const headers: Record<string, string> = {
    ...request.headers,
    ...(key.securityToken === undefined ? {} : { 'X-Security-Token': key.securityToken }),
    'X-Sdk-Date': date,
  };

  const toSign = Object.entries({ ...headers, Host: host })
    .map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
    .sort(([a], [b]) => compareCodeUnits(a, b));
  const signedHeaders = toSign.map(([name]) => name).join(';');
  const canonicalRequest = [
    request.method,
    path.endsWith('/') ? path : `${path}/`,
    query,
    ...toSign.map(([name, value]) => `${name}:${value}`),
    '',
    signedHeaders,
    request.body === undefined ? EMPTY_BODY_SHA256 : sha256(request.body),
  ].join('\n');
  const stringToSign = [ALGORITHM, date, sha256(canonicalRequest)].join('\n');
  const signature = createHmac('sha256', key.secretKey).update(stringToSign).digest('hex');

  return {
    url,
    headers: {
      ...headers,
      Authorization: `${ALGORITHM} Access=${key.accessKey}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
    },
    canonicalRequest,
    stringToSign,
  };
}

/** The URL of a request, its query string in the canonical form. */
export function urlOf(origin: string, path: string, query?: QueryParameters): string {
  return encodeTarget(origin, path, query).url;
}

function encodeTarget(endpoint: string, rawPath: string, parameters: QueryParameters = {}) {
  const { host, origin } = new URL(endpoint);
  const path = encodePath(rawPath);
  const query = canonicalQuery(parameters);
  return { host, path, query, url: `${origin}${path}${query === '' ? '' : `?${query}`}` };
}

function encodePath(path: string): string {
  return path.split('/').map(percentEncode).join('/');
}

function canonicalQuery(query: QueryParameters): string {
  return Object.entries(query)
    .sort(([a], [b]) => compareCodeUnits(a, b))
    .flatMap(([name, value]) => {
      const values = typeof value === 'string' ? [value] : [...value].sort(compareCodeUnits);
      return values.map((each) => `${percentEncode(name)}=${percentEncode(each)}`);
    })
    .join('&');
}

/** RFC 3986: `encodeURIComponent` leaves five reserved characters as they are. */
export function percentEncode(text: string): string {
  return encodeURIComponent(wellFormed(text)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** The nearest text that can be encoded, as it is sent: half a surrogate pair stands for no character. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}

/** `YYYYMMDDTHHMMSSZ` in UTC. */
function sdkDate(instant: number): string {
  return new Date(instant).toISOString().replace(/[-:]|\.\d{3}/g, '');
}

function compareCodeUnits(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
