/** What the client needs of HTTP: one request, one whole answer, within bounds. */
import type { Result } from './error';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Bytes; a longer answer is refused. */
  readonly maxResponseBytes: number;
  readonly signal: AbortSignal;
}

export interface HttpResponse {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Resolves with every answer of whatever status, that of an error even where its body did not come whole; fails as
 * `network`, `certificate`, `timeout`, `cancelled` or `malformed`.
 */
export type HttpTransport = (request: HttpRequest) => Promise<Result<HttpResponse>>;
