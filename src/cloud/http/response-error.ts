/** Turns an answer that is not a success into a typed error. */
import type { ElbError, ElbErrorKind, RateLimit, RefusalReason } from './error';
import { gatewayNumber, readServiceError, type ServiceError } from './error-body';
import type { HttpResponse } from './transport';
import { parseHttpDate } from './timestamps';
import { refusalReasonOf } from './refusal-reason';

/** Milliseconds; a service that asks for longer is asked again after this. */
const LONGEST_RETRY_AFTER = 15 * 60_000;

/** What a request was, for its answer to be understood. */
export interface Asked {
  /** When it was made, by the clock that signed it; else by the service's clock as far as it is known. */
  readonly askedAt: number;
  /** Whether a signature was to prove who asks, rather than a token or a password. */
  readonly isSigned: boolean;
}

/** Its texts are the service's own, and may echo what the request was authenticated with. */
export function errorOfResponse(answer: HttpResponse, asked: Asked): ElbError {
  const service = readServiceError(answer.body);
  return {
    ...meaningOf(answer, service, asked),
    httpStatus: answer.status,
    code: service?.code,
    message: service?.message,
    requestId: service?.requestId ?? answer.headers['x-request-id'] ?? answer.headers['x-iam-trace-id'],
    retryAfter: readRetryAfter(answer.headers['retry-after'], asked.askedAt),
    ...(answer.status === 429 ? { rateLimit: readRateLimit(service?.message) } : {}),
  };
}

type Meaning = Pick<ElbError, 'kind' | 'reason' | 'clockSkew'>;

function meaningOf(
  { status, headers }: HttpResponse,
  service: ServiceError | undefined,
  { askedAt, isSigned }: Asked,
): Meaning {
  // ELB answers a token that it cannot read with 403 where others say 401.
  if (service !== undefined && TOKEN_REFUSED.has(service.code)) return { kind: 'authentication' };
  if (status === 401) return refusalReasonOf(service, headers['date'], isSigned ? askedAt : undefined);
  const kind = kindOf(status, service);
  return kind === 'gateway-forbidden' ? { kind, reason: FORBIDDEN_FOR.get(gatewayNumber(service) ?? '') } : { kind };
}

const TOKEN_REFUSED: ReadonlySet<string> = new Set(['ELB.1102', 'ELB.1103', 'ELB.1104', 'ELB.1105']);

/** By the numbers of the gateway's codes. Source: "Error Codes" of Huawei Cloud APIG. */
const FORBIDDEN_FOR: ReadonlyMap<string, RefusalReason> = new Map([
  ['0310', 'project-unavailable'],
  ['0402', 'address-not-allowed'],
  ['0802', 'region-not-allowed'],
]);
const NO_SUCH_API = '0101';

/** A proxy or a network asks to sign in to itself. */
const PROXY_SIGN_IN: ReadonlySet<number> = new Set([407, 511]);

/** Request timeout, conflict, too early: the same request may do a moment later. */
const TRANSIENT: ReadonlySet<number> = new Set([408, 409, 425]);

function kindOf(status: number, service: ServiceError | undefined): ElbErrorKind {
  if (status === 429) return 'throttled';
  if (PROXY_SIGN_IN.has(status)) return 'proxy';
  if (status >= 500 || TRANSIENT.has(status)) return 'server';
  // A redirect leads to a login page: the service has none, and none is followed.
  if (status < 400 || service === undefined) return 'proxy';
  const number = gatewayNumber(service);
  if (status === 403) return number === undefined ? 'forbidden' : 'gateway-forbidden';
  if (status === 404) return number === NO_SUCH_API ? 'api-absent' : 'not-found';
  return 'bad-request';
}

/** `Retry-After` is a number of seconds or an HTTP date. */
function readRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  const wait = /^\d+(\.\d+)?$/.test(text) ? Number(text) * 1000 : (parseHttpDate(text) ?? NaN) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), LONGEST_RETRY_AFTER);
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
