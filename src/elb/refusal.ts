/** Tells why a request was not authenticated, from the words of the gateway. */
import type { ElbError } from './error';
import type { ServiceError } from './error-body';

/** How far a signature's date may be off, in milliseconds. Source: "API request signing guide" of APIG. */
const DATE_WINDOW = 15 * 60_000;

const SIGNATURE_TIMES = /signature time:\s*(\d{8}T\d{6}Z),\s*server time:\s*(\d{8}T\d{6}Z)/i;
const SIGNATURE_EXPIRED = /signature expired/i;
const LOCKED = /failed to reach the limit/i;
const TOKEN_EXPIRED = /token expires|token (has )?expired/i;
const UNKNOWN_KEY = /\bak\b.*\bnot exist/i;
const ACCOUNT_NOT_VERIFIED = 'ELB.1109';
const WRONG_SIGNATURE = /verify aksk signature fail/i;

type Refusal = Pick<ElbError, 'kind' | 'clockSkew' | 'reason'>;

/**
 * @param date the answer's `Date` header
 * @param askedAt when the request was made, by the clock that signed it; `clockSkew` is against that clock
 */
export function refusalOf(service: ServiceError | undefined, date: string | undefined, askedAt: number): Refusal {
  const words = service?.message ?? '';
  if (LOCKED.test(words)) return { kind: 'locked-out' };
  if (service?.code.endsWith('.0307') === true || TOKEN_EXPIRED.test(words)) return { kind: 'token-expired' };
  const clockSkew = skewInWords(words) ?? skewOfDate(date, askedAt);
  if (clockSkew !== undefined || SIGNATURE_EXPIRED.test(words)) return { kind: 'clock-skew', clockSkew };
  if (service?.code === ACCOUNT_NOT_VERIFIED) return { kind: 'authentication', reason: 'account-not-verified' };
  if (UNKNOWN_KEY.test(words)) return { kind: 'authentication', reason: 'unknown-key' };
  if (WRONG_SIGNATURE.test(words)) return { kind: 'authentication', reason: 'wrong-signature' };
  return { kind: 'authentication' };
}

function skewInWords(words: string): number | undefined {
  const [, signed, server] = SIGNATURE_TIMES.exec(words) ?? [];
  if (signed === undefined || server === undefined) return undefined;
  const skew = instantOf(server) - instantOf(signed);
  return Number.isNaN(skew) ? undefined : skew;
}

/** Whatever the gateway says: outside its window no signature is accepted. */
function skewOfDate(date: string | undefined, askedAt: number): number | undefined {
  const skew = Date.parse(date ?? '') - askedAt;
  return Math.abs(skew) > DATE_WINDOW ? skew : undefined;
}

/** Reads `YYYYMMDDTHHMMSSZ`. */
function instantOf(sdkDate: string): number {
  return Date.parse(sdkDate.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}
