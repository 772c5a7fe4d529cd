/** Turns an answer that is not a success into a typed error. */
import type { ElbError, ElbErrorKind } from './error';
import { readServiceError, type ServiceError } from './error-body';
import type { HttpAnswer } from './http-transport';
import { redact } from './redact';
import { refusalOf } from './refusal';

/** Milliseconds; a service that asks for longer is asked again after this. */
const LONGEST_RETRY_AFTER = 15 * 60_000;

/** @param now this computer's time, against which a date in the answer is read. */
export function errorOfAnswer(answer: HttpAnswer, now: number): ElbError {
  const service = readServiceError(answer.body);
  return {
    ...(answer.status === 401
      ? refusalOf(service, answer.headers['date'], now)
      : { kind: kindOf(answer.status, service) }),
    httpStatus: answer.status,
    code: service?.code,
    message: service?.message === undefined ? undefined : redact(service.message),
    requestId: service?.requestId ?? answer.headers['x-request-id'] ?? answer.headers['x-iam-trace-id'],
    retryAfter: readRetryAfter(answer.headers['retry-after'], now),
  };
}

/** Request timeout, conflict, too early: the same request may do a moment later. */
const TRANSIENT: ReadonlySet<number> = new Set([408, 409, 425]);

function kindOf(status: number, service: ServiceError | undefined): ElbErrorKind {
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

/** `Retry-After` is a number of seconds or an HTTP date. */
function readRetryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  const milliseconds = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now;
  if (Number.isNaN(milliseconds)) return undefined;
  return Math.min(Math.max(milliseconds, 0), LONGEST_RETRY_AFTER);
}
