/**
 * Classifies a 401 by the gateway's message and the `Date` header, and measures the clock's skew by the moments between which the
 * service answered.
 */
import { DAY, MINUTE, SECOND } from '../../base/time-units';
import type { ElbError } from './error';
import { gatewayNumber, type ServiceError } from './error-body';
import { parseHttpDate, parseSdkDate } from './timestamps';
import type { HttpResponse } from './transport';

/** Source: "API request signing guide" of APIG. */
const MAX_DATE_OFFSET_MS = 15 * MINUTE;
/** No gateway refuses a signature for less; another request with almost the same time would fail as well. */
const MIN_MESSAGE_OFFSET_MS = 10 * SECOND;
/** If a refused signature was on its way for longer, a new one is accepted, perhaps. */
const MIN_DELAY_MS = MINUTE;

/** By more, a response is believed only if this computer's clock shows a time that cannot be right. */
const MAX_SKEW_MS = DAY;
/** Earlier, this version did not exist. A computer whose battery is empty starts many years before. */
const MIN_TIME = Date.UTC(2026, 0, 1);
/** This version is no longer in use then. */
const MAX_TIME = Date.UTC(2036, 0, 1);

const SIGNATURE_TIMES = /signature time:\s*(\d{8}T\d{6}Z),\s*server time:\s*(\d{8}T\d{6}Z)/i;
const SIGNATURE_EXPIRED = /signature expired/i;
const LOCKED = /failed to reach the limit/i;
const TOKEN_EXPIRED = /token expires|token (has )?expired/i;
const OF_KEY = /\bak\b/i;
const NOT_EXIST = /\bnot exist/i;
const WRONG_SIGNATURE = /verify aksk signature fail/i;
const ACCOUNT_NOT_VERIFIED = 'ELB.1109';
const TOKEN_TO_RENEW = '0307';

type Unauthorized = Pick<ElbError, 'kind' | 'clockSkew' | 'reason'>;

/** Two moments by one clock, in milliseconds since the epoch. Hours may lie between them: a computer sleeps, a proxy holds a request. */
export interface Exchange {
  /** When the request was signed and sent. */
  readonly sentAt: number;
  /** When the response had arrived. Earlier than `sentAt` if the clock was set back meanwhile. */
  readonly receivedAt: number;
}

/**
 * @param signed the moments of the request, by the clock that signed it; `clockSkew` is relative to that clock, and 0 if the
 * signature only was too old when it arrived. Undefined if the request was not signed: only the service's clock counts for
 * a token or a password.
 */
export function classifyUnauthorized(
  service: ServiceError | undefined,
  headers: HttpResponse['headers'],
  signed: Exchange | undefined,
): Unauthorized {
  const message = service?.message ?? '';
  if (LOCKED.test(message)) return { kind: 'locked-out' };
  if (gatewayNumber(service) === TOKEN_TO_RENEW || TOKEN_EXPIRED.test(message)) return { kind: 'token-expired' };
  // Sent by ELB, after the gateway has authenticated the request.
  if (service?.code === ACCOUNT_NOT_VERIFIED) return { kind: 'authentication', reason: 'account-not-verified' };
  if (signed !== undefined) {
    const isExpired = SIGNATURE_EXPIRED.test(message);
    const clockSkew =
      skewInMessage(message, signed) ??
      skewOfDateHeader(headers, signed) ??
      (isExpired && signed.receivedAt - signed.sentAt > MIN_DELAY_MS ? 0 : undefined);
    if (clockSkew !== undefined || isExpired) return { kind: 'clock-skew', clockSkew };
  }
  if (OF_KEY.test(message) && NOT_EXIST.test(message)) return { kind: 'authentication', reason: 'unknown-key' };
  if (WRONG_SIGNATURE.test(message)) return { kind: 'authentication', reason: 'wrong-signature' };
  return { kind: 'authentication' };
}

/** @returns when the service answered, by its own clock: a cache adds to `Age` the time that it kept the response. */
export function answeredAt(headers: HttpResponse['headers']): number | undefined {
  const date = parseHttpDate(headers['date']);
  const age = headers['age'] ?? '';
  return date === undefined || !/^\d{1,9}$/.test(age) ? date : date + Number(age) * SECOND;
}

/** @returns 0 if the service may have answered between the two moments; else how far its time is from the nearer one. */
export function skewAt(serviceTime: number, { sentAt, receivedAt }: Exchange): number {
  // The clock was set back: only what it shows now counts.
  if (receivedAt < sentAt || serviceTime > receivedAt) return serviceTime - receivedAt;
  return Math.min(0, serviceTime - sentAt);
}

/**
 * @param clock the time of the clock that is off, which the skew is added to
 * @returns the skew in milliseconds; undefined if the other time is less plausible than the clock's: anybody between here
 * and the service may have written it.
 */
export function plausibleSkew(skew: number, clock: number): number | undefined {
  if (Math.abs(skew) <= MAX_SKEW_MS) return skew;
  return !isPlausible(clock) && isPlausible(clock + skew) ? skew : undefined;
}

function isPlausible(time: number): boolean {
  return time >= MIN_TIME && time < MAX_TIME;
}

function skewInMessage(message: string, exchange: Exchange): number | undefined {
  const [, signed = '', server = ''] = SIGNATURE_TIMES.exec(message) ?? [];
  const delay = (parseSdkDate(server) ?? NaN) - (parseSdkDate(signed) ?? NaN);
  return refusedSkew(exchange.sentAt + delay, exchange, MIN_MESSAGE_OFFSET_MS);
}

/** Whatever the message says, no signature is accepted that is off by so much. */
function skewOfDateHeader(headers: HttpResponse['headers'], exchange: Exchange): number | undefined {
  return refusedSkew(answeredAt(headers) ?? NaN, exchange, MAX_DATE_OFFSET_MS);
}

/** @returns undefined if the signature's time was right, or the service's time cannot be. */
function refusedSkew(serviceTime: number, exchange: Exchange, toleratedMs: number): number | undefined {
  const isRefused = Math.abs(serviceTime - exchange.sentAt) > toleratedMs;
  return isRefused ? plausibleSkew(skewAt(serviceTime, exchange), exchange.receivedAt) : undefined;
}
