/** Classifies a 401 by the gateway's message and the `Date` header. */
import type { ElbError } from './error';
import { gatewayNumber, type ServiceError } from './error-body';
import { parseHttpDate, parseSdkDate } from './timestamps';
import { DAY, MINUTE } from '../../base/time-units';

/** Source: "API request signing guide" of APIG. */
const MAX_DATE_OFFSET_MS = 15 * MINUTE;
/** Ten years: a larger difference is an error in the message, not a wrong clock. */
const MAX_SKEW_MS = 10 * 365 * DAY;

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
    const clockSkew = skewInMessage(message) ?? skewOfDateHeader(date, signedAt);
    if (clockSkew !== undefined || SIGNATURE_EXPIRED.test(message)) return { kind: 'clock-skew', clockSkew };
  }
  if (OF_KEY.test(message) && NOT_EXIST.test(message)) return { kind: 'authentication', reason: 'unknown-key' };
  if (WRONG_SIGNATURE.test(message)) return { kind: 'authentication', reason: 'wrong-signature' };
  return { kind: 'authentication' };
}

/** @returns the skew in milliseconds; undefined if no clock can be off by that much. */
export function plausibleSkew(skew: number): number | undefined {
  return Math.abs(skew) <= MAX_SKEW_MS ? skew : undefined;
}

function skewInMessage(message: string): number | undefined {
  const [, signed = '', server = ''] = SIGNATURE_TIMES.exec(message) ?? [];
  return plausibleSkew((parseSdkDate(server) ?? NaN) - (parseSdkDate(signed) ?? NaN));
}

/** @returns the skew, whatever the message says, if it is too large for any signature to be accepted. */
function skewOfDateHeader(date: string | undefined, signedAt: number): number | undefined {
  const skew = plausibleSkew((parseHttpDate(date) ?? NaN) - signedAt);
  return skew !== undefined && Math.abs(skew) > MAX_DATE_OFFSET_MS ? skew : undefined;
}
