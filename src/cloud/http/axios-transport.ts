/** HTTP by axios, hardened for requests that carry a signature. */
import type { AxiosResponse } from 'axios';
import { failure, type Result } from './error';
import { ExchangeSignal } from './exchange-signal';
import type { HttpResponse, HttpTransport } from './transport';

export interface TransportLimits {
  /** Milliseconds in which nothing comes: while connecting, before the answer, or in the middle of it. */
  readonly silence: number;
  /** Milliseconds for a whole exchange, from connecting to the last byte. */
  readonly deadline: number;
}

const LIMITS: TransportLimits = { silence: 15_000, deadline: 60_000 };

export function axiosTransport(userAgent: string, limits = LIMITS): HttpTransport {
  return async (request) => {
    const ending = new ExchangeSignal(request.signal, limits.deadline);
    try {
      const { axios } = await import('./axios');
      const response = await axios.request<Uint8Array>({
        method: request.method,
        url: request.url,
        headers: { ...request.headers, Accept: 'application/json', 'User-Agent': userAgent },
        data: request.body,
        adapter: 'http',
        // The editor patches Node's http for its own proxy and certificate settings; axios must not get in its way.
        proxy: false,
        // Following one would carry the security token to another host.
        maxRedirects: 0,
        timeout: limits.silence,
        maxContentLength: request.maxResponseBytes,
        responseType: 'arraybuffer',
        validateStatus: () => true,
        signal: ending.signal,
      });
      return answerOf(response);
    } catch (cause) {
      const head = headOf(cause);
      if (request.signal.aborted) return failure('cancelled', { httpStatus: head?.status });
      // An error's status counts also where its body does not come: a refused key must not be tried again.
      if (head !== undefined && isError(head.status)) return { ok: true, value: { ...head, body: '' } };
      return transportFailure(cause, ending.isLate, head?.status);
    } finally {
      ending.dispose();
    }
  };
}

type Head = Pick<HttpResponse, 'status' | 'headers'>;

/** What is not a success. */
function isError(status: number): boolean {
  return status >= 300;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
const lenientUtf8 = new TextDecoder('utf-8');

function answerOf({ status, headers: received, data }: AxiosResponse<Uint8Array>): Result<HttpResponse> {
  const headers = textHeaders(received);
  try {
    return { ok: true, value: { status, headers, body: strictUtf8.decode(data) } };
  } catch {
    // What an error says may be the page of a proxy in any encoding; its status counts all the same.
    if (isError(status)) return { ok: true, value: { status, headers, body: lenientUtf8.decode(data) } };
    return failure('malformed', { httpStatus: status, message: 'The answer is not UTF-8.' });
  }
}

function textHeaders(received: object): HttpResponse['headers'] {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(received)) {
    if (typeof value === 'string') headers[name.toLowerCase()] = value;
  }
  return headers;
}

/** Of an error of axios, what is read here; of any other, nothing is there. */
interface Cause {
  readonly code?: unknown;
  readonly message?: string;
  readonly response?: { readonly status: number; readonly headers: object };
  /** Node's own, which has the head of an answer before axios hands on a response. */
  readonly request?: { readonly res?: { readonly statusCode?: number; readonly headers: object } };
}

const causeOf = (thrown: unknown): Cause => (thrown instanceof Error ? thrown : {});

/** What had come of an answer before its exchange failed. */
function headOf(thrown: unknown): Head | undefined {
  const { response, request } = causeOf(thrown);
  const status = response?.status ?? request?.res?.statusCode;
  return status === undefined
    ? undefined
    : { status, headers: textHeaders(response?.headers ?? request?.res?.headers ?? {}) };
}

/** How Node names what it finds wrong with a server's certificate. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ERR_TLS/;
/** How it names what is no HTTP, and what was not compressed as it says: by zlib, Brotli or Zstandard. */
const NOT_READABLE = /^(HPE_|Z_|ERR__ERROR_|ZSTD_)/;

function transportFailure(thrown: unknown, isLate: boolean, httpStatus: number | undefined): Result<HttpResponse> {
  if (isLate) return failure('timeout', { httpStatus });
  // Only the code and the words of the cause are kept: axios attaches the whole request, signature included.
  const { code: given, message } = causeOf(thrown);
  const code = typeof given === 'string' ? given : undefined;
  const details = { code, message, httpStatus };
  // axios has one code for an answer that is too long and for one that broke off.
  if (message?.startsWith('maxContentLength')) return failure('malformed', details);
  if (code === 'ETIMEDOUT' || code === 'ECONNABORTED') return failure('timeout', details);
  if (code !== undefined && NOT_READABLE.test(code)) return failure('malformed', details);
  if (code !== undefined && CERTIFICATE.test(code)) return failure('certificate', details);
  return failure('network', details);
}
