/** Turns an answer that is not a success into a typed error. */
import type { ElbError, ElbErrorKind } from './error';
import type { HttpAnswer } from './http-transport';
import { redact } from './redact';

/** What the gateway and ELB say in the body of an error: `{error_code, error_msg, request_id}`. */
interface ServiceError {
  readonly code: string;
  readonly message?: string | undefined;
  readonly requestId?: string | undefined;
}

/** Milliseconds; a service that asks for longer is asked again after this. */
const LONGEST_RETRY_AFTER = 15 * 60_000;

export function errorOfAnswer(answer: HttpAnswer, now: number): ElbError {
  const service = readServiceError(answer.body);
  return {
    kind: kindOf(answer.status, service),
    httpStatus: answer.status,
    code: service?.code,
    message: service?.message === undefined ? undefined : redact(service.message),
    requestId: service?.requestId ?? answer.headers['x-request-id'],
    retryAfter: readRetryAfter(answer.headers['retry-after'], now),
  };
}

/** Request timeout, conflict, too early: the same request may do a moment later. */
const TRANSIENT: ReadonlySet<number> = new Set([408, 409, 425]);

function kindOf(status: number, service: ServiceError | undefined): ElbErrorKind {
  if (status === 401) return 'authentication';
  if (status === 429) return 'throttled';
  if (status >= 500) return 'server';
  if (status === 407) return 'proxy';
  if (TRANSIENT.has(status)) return 'server';
  if (status === 403 || status === 404) {
    if (service === undefined) return 'proxy';
    const byGateway = service.code.startsWith('APIGW.');
    if (status === 403) return byGateway ? 'gateway-forbidden' : 'forbidden';
    return service.code === 'APIGW.0101' ? 'api-absent' : 'not-found';
  }
  if (status >= 400) return service === undefined ? 'proxy' : 'bad-request';
  // Neither a success nor an error: a redirect, which is never followed.
  return 'malformed';
}

function readServiceError(body: string): ServiceError | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return undefined;
  }
  if (typeof parsed !== 'object' || parsed === null) return undefined;
  const { error_code: code, error_msg: message, request_id: requestId } = parsed as Record<string, unknown>;
  if (typeof code !== 'string') return undefined;
  return {
    code,
    message: typeof message === 'string' ? message : undefined,
    requestId: typeof requestId === 'string' ? requestId : undefined,
  };
}

/** `Retry-After` is a number of seconds or an HTTP date. */
function readRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const milliseconds = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  if (Number.isNaN(milliseconds)) return undefined;
  return Math.min(Math.max(milliseconds, 0), LONGEST_RETRY_AFTER);
}
