/** Turns a response with an error status into a typed error. */
import type { ElbError, ElbErrorKind, RateLimit, RefusalReason } from './error';
import {
  gatewayNumber,
  isIncompleteJson,
  readErrorOfSuccess,
  readServiceError,
  requestIdOf,
  requestIdOfBody,
  type ServiceError,
} from './error-body';
import type { HttpResponse } from './transport';
import { parseHttpDate } from './timestamps';
import { DAY, HOUR, MINUTE, SECOND } from '../../base/time-units';
import { classifyUnauthorized, type Exchange } from './unauthorized';

/** A longer `Retry-After` is cut to this. */
export const MAX_RETRY_AFTER_MS = 15 * MINUTE;

/** The facts about a request that its error depends on: its moments by the clock that signed it, else by the service's as far as known. */
export interface SentRequest extends Exchange {
  /** Whether it was authenticated by a signature rather than a token or a password. */
  readonly isSigned: boolean;
}

/** The error's texts are the service's and may echo secrets of the request: redact them. */
export function errorOfResponse(response: HttpResponse, request: SentRequest): ElbError {
  const service = readServiceError(response.body);
  const classification = classify(response, service, request);
  const { status } = response;
  const isIncomplete = classification.kind === 'malformed';
  return {
    ...classification,
    httpStatus: status,
    code: service?.code,
    message: isIncomplete ? `The response is incomplete (HTTP ${status}).` : service?.message,
    requestId: service?.requestId ?? requestIdIn(response),
    retryAfter: readRetryAfter(response.headers['retry-after'], request.receivedAt),
    ...(status === 429 ? { rateLimit: readRateLimit(service?.message) } : {}),
  };
}

/**
 * @returns the status, the request id and, if the service reports an error in spite of the status, its code and message: for
 * the error of a success that cannot be read
 */
export function factsOfUnreadable(response: HttpResponse): Partial<ElbError> {
  const service = readErrorOfSuccess(response.body);
  return {
    httpStatus: response.status,
    requestId: service?.requestId ?? requestIdIn(response),
    ...(service === undefined ? {} : { code: service.code, message: service.message }),
  };
}

function requestIdIn({ headers, body }: HttpResponse): string | undefined {
  return requestIdOfBody(body) ?? requestIdOf(headers);
}

type Classification = Pick<ElbError, 'kind' | 'reason' | 'clockSkew'>;

function classify(
  { status, headers, body }: HttpResponse,
  service: ServiceError | undefined,
  { isSigned, ...exchange }: SentRequest,
): Classification {
  // ELB refuses a token that it cannot read with 403 instead of 401.
  if (service !== undefined && TOKEN_REFUSED.has(service.code)) return { kind: 'authentication' };
  if (status === 401) return classifyUnauthorized(service, headers, isSigned ? exchange : undefined);
  const kind = kindOf(status, service);
  if (kind === 'proxy' && !isUndocumented(status) && isIncompleteJson(body)) return { kind: 'malformed' };
  return kind === 'gateway-forbidden' ? { kind, reason: FORBIDDEN_FOR.get(gatewayNumber(service) ?? '') } : { kind };
}

const TOKEN_REFUSED: ReadonlySet<string> = new Set(['ELB.1102', 'ELB.1103', 'ELB.1104', 'ELB.1105']);

/** By the number in the gateway's code. Source: "Error Codes" of Huawei Cloud APIG. */
const FORBIDDEN_FOR: ReadonlyMap<string, RefusalReason> = new Map([
  ['0310', 'project-unavailable'],
  ['0402', 'address-not-allowed'],
  ['0802', 'region-not-allowed'],
]);
const NO_SUCH_API = '0101';

/** A proxy or a network requires its own sign-in. */
const PROXY_SIGN_IN: ReadonlySet<number> = new Set([407, 511]);

/** Request timeout, conflict, too early: the same request may succeed a moment later. */
const TRANSIENT: ReadonlySet<number> = new Set([408, 409, 425]);

function kindOf(status: number, service: ServiceError | undefined): ElbErrorKind {
  if (status === 429) return 'throttled';
  if (isUndocumented(status) && service === undefined) return 'proxy';
  if (isUndocumented(status) || status >= 500 || TRANSIENT.has(status)) return 'server';
  if (service === undefined) return 'proxy';
  const number = gatewayNumber(service);
  if (status === 403) return number === undefined ? 'forbidden' : 'gateway-forbidden';
  if (status === 404) return number === NO_SUCH_API ? 'api-absent' : 'not-found';
  return 'bad-request';
}

/** A redirect is a login page's: the service documents none. */
function isUndocumented(status: number): boolean {
  return status < 400 || PROXY_SIGN_IN.has(status);
}

/** @returns milliseconds from `Retry-After`, a number of seconds or an HTTP date. */
function readRetryAfter(header: string | undefined, now: number): number | undefined {
  const text = header?.trim() ?? '';
  const wait = /^\d+(\.\d+)?$/.test(text) ? Number(text) * SECOND : (parseHttpDate(text) ?? NaN) - now;
  return Number.isNaN(wait) ? undefined : Math.min(Math.max(wait, 0), MAX_RETRY_AFTER_MS);
}

const UNITS = { second: SECOND, minute: MINUTE, hour: HOUR, day: DAY } as const;

/** @param message e.g. `policy user over ratelimit,limit:200,time:5 minute` */
function readRateLimit(message = ''): RateLimit | undefined {
  const [, requests, count, unit] =
    /limit:\s*(\d{1,9}),\s*time:\s*(\d{1,9})\s*(second|minute|hour|day)/i.exec(message) ?? [];
  if (requests === undefined || count === undefined || unit === undefined) return undefined;
  // The pattern matches no other unit.
  const periodMs = Number(count) * UNITS[unit.toLowerCase() as keyof typeof UNITS];
  return Number(requests) > 0 && periodMs > 0 ? { requests: Number(requests), periodMs } : undefined;
}
