/** The interface to HTTP: one request, and its whole response within limits of size and time. */
import type { Result } from './error';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A longer response is an error. */
  readonly maxResponseBytes: number;
  readonly signal: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The start of the message of a response that is longer than `maxResponseBytes`, which is `malformed`. It is axios's. */
export const TOO_LONG_MESSAGE = 'maxContentLength';

/**
 * Resolves with the response, whatever its status; an error status also counts if its body does not arrive whole.
 * Fails as `network`, `certificate`, `timeout`, `cancelled` or `malformed`.
 */
export type HttpTransport = (request: HttpRequest) => Promise<Result<HttpResponse>>;
