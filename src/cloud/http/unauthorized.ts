/** Tells why a request was not authenticated, from the words of the gateway. */
import type { ElbError } from './error';
import { gatewayNumber, type ServiceError } from './error-body';
import { parseHttpDate, parseSdkDate } from './timestamps';

/** How far a signature's date may be off, in milliseconds. Source: "API request signing guide" of APIG. */
const DATE_WINDOW = 15 * 60_000;
/** Milliseconds. Who says that a clock is off by more than ten years talks nonsense. */
const LARGEST_SKEW = 10 * 365 * 24 * 3_600_000;

const SIGNATURE_TIMES = /signature time:\s*(\d{8}T\d{6}Z),\s*server time:\s*(\d{8}T\d{6}Z)/i;
const SIGNATURE_EXPIRED = /signature expired/i;
const LOCKED = /failed to reach the limit/i;
const TOKEN_EXPIRED = /token expires|token (has )?expired/i;
const OF_KEY = /\bak\b/i;
const NOT_EXIST = /\bnot exist/i;
const WRONG_SIGNATURE = /verify aksk signature fail/i;
const ACCOUNT_NOT_VERIFIED = 'ELB.1109';
const TOKEN_TO_RENEW = '0307';

type Refusal = Pick<ElbError, 'kind' | 'clockSkew' | 'reason'>;

/**
 * @param date the answer's `Date` header
 * @param signedAt when the request was made, by the clock that signed it; `clockSkew` is against that clock. Undefined
 * where nothing was signed: no clock takes part in the check of a token or a password but the service's.
 */
export function refusalReasonOf(
  service: ServiceError | undefined,
  date: string | undefined,
  signedAt: number | undefined,
): Refusal {
  const words = service?.message ?? '';
  if (LOCKED.test(words)) return { kind: 'locked-out' };
  if (gatewayNumber(service) === TOKEN_TO_RENEW || TOKEN_EXPIRED.test(words)) return { kind: 'token-expired' };
  // ELB says so, to whom the gateway has let in already.
  if (service?.code === ACCOUNT_NOT_VERIFIED) return { kind: 'authentication', reason: 'account-not-verified' };
  if (signedAt !== undefined) {
    const clockSkew = skewInWords(words) ?? skewOfDate(date, signedAt);
    if (clockSkew !== undefined || SIGNATURE_EXPIRED.test(words)) return { kind: 'clock-skew', clockSkew };
  }
  if (OF_KEY.test(words) && NOT_EXIST.test(words)) return { kind: 'authentication', reason: 'unknown-key' };
  if (WRONG_SIGNATURE.test(words)) return { kind: 'authentication', reason: 'wrong-signature' };
  return { kind: 'authentication' };
}

/** Undefined where no clock can be off by so much. */
export function plausibleSkew(skew: number): number | undefined {
  return Math.abs(skew) <= LARGEST_SKEW ? skew : undefined;
}

function skewInWords(words: string): number | undefined {
  const [, signed = '', server = ''] = SIGNATURE_TIMES.exec(words) ?? [];
  return plausibleSkew((parseSdkDate(server) ?? NaN) - (parseSdkDate(signed) ?? NaN));
}

/** Whatever the gateway says: outside its window no signature is accepted. */
function skewOfDate(date: string | undefined, signedAt: number): number | undefined {
  const skew = plausibleSkew((parseHttpDate(date) ?? NaN) - signedAt);
  return skew !== undefined && Math.abs(skew) > DATE_WINDOW ? skew : undefined;
}
