/** Classifies a 401 by the gateway's message and the `Date` header. */
import type { ElbError } from './error';
import { gatewayNumber, type ServiceError } from './error-body';
import { parseHttpDate, parseSdkDate } from './timestamps';
import { DAY, MINUTE, SECOND } from '../../base/time-units';

/** Source: "API request signing guide" of APIG. */
const MAX_DATE_OFFSET_MS = 15 * MINUTE;
/** No gateway refuses a signature for less; another request with almost the same time would fail as well. */
const MIN_MESSAGE_OFFSET_MS = 10 * SECOND;
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

/**
 * @param date the response's `Date` header
 * @param signedAt the time of the signature, by the clock that signed; `clockSkew` is relative to that clock. Undefined
 * if the request was not signed: only the service's clock counts for a token or a password.
 */
export function classifyUnauthorized(
  service: ServiceError | undefined,
  date: string | undefined,
  signedAt: number | undefined,
): Unauthorized {
  const message = service?.message ?? '';
  if (LOCKED.test(message)) return { kind: 'locked-out' };
  if (gatewayNumber(service) === TOKEN_TO_RENEW || TOKEN_EXPIRED.test(message)) return { kind: 'token-expired' };
  // Sent by ELB, after the gateway has authenticated the request.
  if (service?.code === ACCOUNT_NOT_VERIFIED) return { kind: 'authentication', reason: 'account-not-verified' };
  if (signedAt !== undefined) {
    const clockSkew = skewInMessage(message, signedAt) ?? skewOfDateHeader(date, signedAt);
    if (clockSkew !== undefined || SIGNATURE_EXPIRED.test(message)) return { kind: 'clock-skew', clockSkew };
  }
  if (OF_KEY.test(message) && NOT_EXIST.test(message)) return { kind: 'authentication', reason: 'unknown-key' };
  if (WRONG_SIGNATURE.test(message)) return { kind: 'authentication', reason: 'wrong-signature' };
  return { kind: 'authentication' };
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

function skewInMessage(message: string, clock: number): number | undefined {
  const [, signed = '', server = ''] = SIGNATURE_TIMES.exec(message) ?? [];
  return refusedSkew((parseSdkDate(server) ?? NaN) - (parseSdkDate(signed) ?? NaN), clock, MIN_MESSAGE_OFFSET_MS);
}

/** Whatever the message says, no signature is accepted that is off by so much. */
function skewOfDateHeader(date: string | undefined, clock: number): number | undefined {
  return refusedSkew((parseHttpDate(date) ?? NaN) - clock, clock, MAX_DATE_OFFSET_MS);
}

function refusedSkew(skew: number, clock: number, toleratedMs: number): number | undefined {
  return Math.abs(skew) > toleratedMs ? plausibleSkew(skew, clock) : undefined;
}
