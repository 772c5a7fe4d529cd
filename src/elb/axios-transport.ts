/** HTTP by axios, hardened for requests that carry a signature. */
// axios is the client that the product's owner asks for. It costs 50 ms and more to evaluate, so only the
// first request imports it.
import type { AxiosResponse } from 'axios';
import { failure, type Result } from './error';
import type { HttpAnswer, HttpRequest, HttpTransport } from './http-transport';

export interface TransportLimits {
  /** Milliseconds in which nothing comes: while connecting, before the answer, or in the middle of it. */
  readonly silence: number;
  /** Milliseconds for a whole exchange, from connecting to the last byte. */
  readonly deadline: number;
}

const LIMITS: TransportLimits = { silence: 15_000, deadline: 60_000 };

export function axiosTransport(userAgent: string, limits = LIMITS): HttpTransport {
  return async (request) => {
    const { default: axios } = await import('axios');
    const deadline = AbortSignal.timeout(limits.deadline);
    try {
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
        maxContentLength: request.maxAnswerBytes,
        responseType: 'arraybuffer',
        validateStatus: () => true,
        signal: AbortSignal.any([request.signal, deadline]),
      });
      return answerOf(response);
    } catch (cause) {
      return transportFailure(cause, request, deadline);
    }
  };
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true });
const lenientUtf8 = new TextDecoder('utf-8');

function answerOf({ status, headers: received, data }: AxiosResponse<Uint8Array>): Result<HttpAnswer> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(received)) {
    if (typeof value === 'string') headers[name.toLowerCase()] = value;
  }
  try {
    return { ok: true, value: { status, headers, body: strictUtf8.decode(data) } };
  } catch {
    // What an error says may be the page of a proxy in any encoding; its status counts all the same.
    if (status >= 300) return { ok: true, value: { status, headers, body: lenientUtf8.decode(data) } };
    return failure('malformed', { httpStatus: status, message: 'The answer is not UTF-8.' });
  }
}

/** How Node names what it finds wrong with a server's certificate. */
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)|ERR_TLS/;

function transportFailure(cause: unknown, request: HttpRequest, deadline: AbortSignal): Result<HttpAnswer> {
  if (request.signal.aborted) return failure('cancelled');
  if (deadline.aborted) return failure('timeout');
  // Only the code and the words of the cause are kept: axios attaches the whole request, signature included.
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  const message = cause instanceof Error ? cause.message : undefined;
  const details = { code, message };
  // axios has one code for an answer that is too long and for one that broke off.
  if (message?.startsWith('maxContentLength')) return failure('malformed', details);
  if (code === 'ETIMEDOUT' || code === 'ECONNABORTED') return failure('timeout', details);
  if (code !== undefined && CERTIFICATE.test(code)) return failure('certificate', details);
  return failure('network', details);
}
