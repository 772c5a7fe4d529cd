/** Turns an answer that is not a success into a typed error. */
import type { ElbError, ElbErrorKind, RateLimit, RefusalReason } from './error';
import { readServiceError, type ServiceError } from './error-body';
import type { HttpAnswer } from './http-transport';
import { refusalOf } from './refusal';

/** Milliseconds; a service that asks for longer is asked again after this. */
const LONGEST_RETRY_AFTER = 15 * 60_000;

/**
 * Its texts are the service's own, and may echo what the request was authenticated with.
 * @param askedAt when the request was made, by the clock that signed it.
 */
export function errorOfAnswer(answer: HttpAnswer, askedAt: number): ElbError {
  const service = readServiceError(answer.body);
  return {
    ...meaningOf(answer, service, askedAt),
    httpStatus: answer.status,
    code: service?.code,
    message: service?.message,
    requestId: service?.requestId ?? answer.headers['x-request-id'] ?? answer.headers['x-iam-trace-id'],
    retryAfter: readRetryAfter(answer.headers['retry-after'], askedAt),
    ...(answer.status === 429 ? { rateLimit: readRateLimit(service?.message) } : {}),
  };
}

type Meaning = Pick<ElbError, 'kind' | 'reason' | 'clockSkew'>;

function meaningOf({ status, headers }: HttpAnswer, service: ServiceError | undefined, askedAt: number): Meaning {
  // ELB answers a token that it cannot read with 403 where others say 401.
  const isTokenRefused = service !== undefined && TOKEN_REFUSED.has(service.code);
  if (isTokenRefused) return { kind: 'authentication', reason: 'token-refused' };
  if (status === 401) return refusalOf(service, headers['date'], askedAt);
  const kind = kindOf(status, service);
  return kind === 'gateway-forbidden' ? { kind, reason: FORBIDDEN_FOR.get(service?.code ?? '') } : { kind };
}

const TOKEN_REFUSED: ReadonlySet<string> = new Set(['ELB.1102', 'ELB.1103', 'ELB.1104', 'ELB.1105']);

/** Source: "Error Codes" of Huawei Cloud APIG. */
const FORBIDDEN_FOR: ReadonlyMap<string, RefusalReason> = new Map([
  ['APIGW.0310', 'project-unavailable'],
  ['APIGW.0402', 'address-not-allowed'],
  ['APIGW.0802', 'region-not-allowed'],
]);

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

const UNITS = { second: 1000, minute: 60_000, hour: 3_600_000, day: 86_400_000 } as const;

/** E.g. `policy user over ratelimit,limit:200,time:5 minute`. */
function readRateLimit(message = ''): RateLimit | undefined {
  const [, requests, count, unit] =
    /limit:\s*(\d{1,9}),\s*time:\s*(\d{1,9})\s*(second|minute|hour|day)/i.exec(message) ?? [];
  if (requests === undefined || count === undefined || unit === undefined) return undefined;
  // The pattern holds no other unit.
  const period = Number(count) * UNITS[unit.toLowerCase() as keyof typeof UNITS];
  return Number(requests) > 0 && period > 0 ? { requests: Number(requests), period } : undefined;
}
