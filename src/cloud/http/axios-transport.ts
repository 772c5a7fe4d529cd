/** HTTP by axios, hardened for requests that carry credentials. */
import type { AxiosResponse, AxiosStatic } from 'axios';
import { errorMessageOf } from '../../base/error-message';
import { failure, type Result } from './error';
import { DeadlineSignal } from './deadline-signal';
import { requestIdOf } from './error-body';
import { type HttpResponse, type HttpTransport, TOO_LONG_MESSAGE } from './transport';

export interface TransportLimits {
  /** For a pause: while connecting, before the response, or in the middle of it. */
  readonly silenceMs: number;
  /** For the whole request, from connecting to the last byte of the response. */
  readonly deadlineMs: number;
}

const LIMITS: TransportLimits = { silenceMs: 15_000, deadlineMs: 60_000 };

export function axiosTransport(userAgent: string, limits = LIMITS): HttpTransport {
  return async (request) => {
    const loaded = await loadAxios();
    if (!loaded.ok) return loaded;
    const axios = loaded.value;
    const deadline = new DeadlineSignal(request.signal, limits.deadlineMs);
    try {
      const response = await axios.request<Uint8Array>({
        method: request.method,
        url: request.url,
        headers: { ...request.headers, Accept: 'application/json', 'User-Agent': userAgent },
        data: request.body,
        adapter: 'http',
        // The editor patches Node's http to apply its proxy and certificate settings; axios must not bypass that.
        proxy: false,
        // A redirect would send the security token to another host.
        maxRedirects: 0,
        timeout: limits.silenceMs,
        maxContentLength: request.maxResponseBytes,
        responseType: 'arraybuffer',
        validateStatus: () => true,
        signal: deadline.signal,
      });
      return toResult(response);
    } catch (cause) {
      const head = headOf(cause);
      if (request.signal.aborted) return failure('cancelled', factsOf(head));
      // An error's status counts even if its body does not arrive: a refused key must not be tried again.
      if (head !== undefined && isErrorStatus(head.status)) return { ok: true, value: { ...head, body: '' } };
      return transportFailure(cause, deadline.hasExpired, head);
    } finally {
      deadline.dispose();
    }
  };
}

async function loadAxios(): Promise<Result<AxiosStatic>> {
  try {
    const { axios } = await import('./axios');
    // A file that an update has not written yet may be empty.
    if ((axios as typeof axios | undefined) === undefined) throw new Error('axios.js is empty.');
    return { ok: true, value: axios };
  } catch (cause) {
    return failure('unreadable-code', { message: errorMessageOf(cause) });
  }
}

type Head = Pick<HttpResponse, 'status' | 'headers'>;

/** @returns the status and the request id that arrived before the response broke off. */
function factsOf(head: Head | undefined) {
  return { httpStatus: head?.status, requestId: head && requestIdOf(head.headers) };
}

function isErrorStatus(status: number): boolean {
  return status >= 300;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
const lenientUtf8 = new TextDecoder('utf-8');

function toResult({ status, headers: received, data }: AxiosResponse<Uint8Array>): Result<HttpResponse> {
  const headers = textHeaders(received);
  try {
    return { ok: true, value: { status, headers, body: strictUtf8.decode(data) } };
  } catch {
    // The body of an error may be a proxy's page in any encoding; its status still counts.
    if (isErrorStatus(status)) return { ok: true, value: { status, headers, body: lenientUtf8.decode(data) } };
    return failure('malformed', { ...factsOf({ status, headers }), message: 'The response is not UTF-8.' });
  }
}

function textHeaders(received: object): HttpResponse['headers'] {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(received)) {
    if (typeof value === 'string') headers[name.toLowerCase()] = value;
  }
  return headers;
}

/** The fields of an axios error that are used here; other errors have none of them. */
interface Cause {
  readonly code?: unknown;
  readonly message?: string;
  readonly response?: { readonly status: number; readonly headers: object };
  /** Node's request, which has the status and headers of a response before axios has. */
  readonly request?: { readonly res?: { readonly statusCode?: number; readonly headers: object } };
}

const causeOf = (thrown: unknown): Cause => (thrown instanceof Error ? thrown : {});

/** @returns the status and headers that arrived before the request failed. */
function headOf(thrown: unknown): Head | undefined {
  const { response, request } = causeOf(thrown);
  const status = response?.status ?? request?.res?.statusCode;
  return status === undefined
    ? undefined
    : { status, headers: textHeaders(response?.headers ?? request?.res?.headers ?? {}) };
}

/** Node's error codes for certificates. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ERR_TLS/;
/** Node's error codes for responses that are not HTTP, or not compressed as declared (zlib, Brotli, Zstandard). */
const UNREADABLE = /^(HPE_|Z_|ERR__ERROR_|ZSTD_)/;

function transportFailure(thrown: unknown, hasExpired: boolean, head: Head | undefined): Result<HttpResponse> {
  if (hasExpired) return failure('timeout', factsOf(head));
  // Only the code and the message are used: axios attaches the whole request, signature included.
  const { code: given, message } = causeOf(thrown);
  const code = typeof given === 'string' ? given : undefined;
  const details = { code, message, ...factsOf(head) };
  // axios has the same code for a response that is too long and for one that broke off.
  if (message?.startsWith(TOO_LONG_MESSAGE)) return failure('malformed', details);
  if (code === 'ETIMEDOUT' || code === 'ECONNABORTED') return failure('timeout', details);
  if (code !== undefined && UNREADABLE.test(code)) return failure('malformed', details);
  if (code !== undefined && CERTIFICATE.test(code)) return failure('certificate', details);
  return failure('network', details);
}
