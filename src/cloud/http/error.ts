/** What can go wrong between asking the cloud and having an answer. */

export type ElbErrorKind =
  /** 401: the key, its signature or its token was refused. */
  | 'authentication'
  /** 401: the signature was made at another time than the service has; see `clockSkew`. */
  | 'clock-skew'
  /** 401: too many failures locked the key, for five minutes. */
  | 'locked-out'
  /** 401: the IAM token has come to its end. */
  | 'token-expired'
  /** 403 from the API gateway: the caller may not use this API or project at all. */
  | 'gateway-forbidden'
  /** 403 from ELB: the caller may not see this job. */
  | 'forbidden'
  /** 404 APIGW.0101: the region does not offer this API. */
  | 'api-absent'
  | 'not-found'
  | 'throttled'
  /** 400, or a request that is not sent at all: an id, a path or an endpoint is not what it must be. */
  | 'bad-request'
  | 'server'
  /** An answer that did not come from the service: a proxy, a login page or a captive portal in between. */
  | 'proxy'
  | 'network'
  /** The server's certificate is not trusted here, as behind a proxy that reads along. */
  | 'certificate'
  | 'timeout'
  | 'cancelled'
  /** An answer that is not what the API documents. */
  | 'malformed';

/** What the service's words tell of a refused key; the same kind of error, another thing to check. */
export type RefusalReason =
  /** There is no such key, or it is a temporary one that came without its security token. */
  | 'unknown-key'
  /** The key exists and did not make this signature: the secret key is another one. */
  | 'wrong-signature'
  /** A token was refused before its end: its owner's password or rights changed, or it is none of this region's. */
  | 'token-refused'
  /** IAM knows no such user of that account, or the password is another one. */
  | 'wrong-password'
  /** The account has not been verified by real name, which the region's law asks for. */
  | 'account-not-verified'
  /** The project is frozen, in arrears perhaps, or being deleted. */
  | 'project-unavailable'
  /** The account lets its users call APIs from other addresses only. */
  | 'address-not-allowed'
  /** The account may not use this region. */
  | 'region-not-allowed';

/** How many requests the gateway lets through in a period, as it says where it refuses one. */
export interface RateLimit {
  readonly requests: number;
  /** Milliseconds. */
  readonly period: number;
}

export interface ElbError {
  readonly kind: ElbErrorKind;
  /** Missing where not even the head of an answer came. */
  readonly httpStatus?: number | undefined;
  /** The service's own error code, e.g. `APIGW.0301`, or the network's, e.g. `ECONNREFUSED`. */
  readonly code?: string | undefined;
  /** The service's own words, or our own on its answer, redacted and cut short; in English. */
  readonly message?: string | undefined;
  readonly requestId?: string | undefined;
  /** Milliseconds that the service asks to wait. */
  readonly retryAfter?: number | undefined;
  /** What a `throttled` answer says of the limit that was reached. */
  readonly rateLimit?: RateLimit | undefined;
  /** Milliseconds by which the service's clock is ahead of this computer's; negative where it is behind. */
  readonly clockSkew?: number | undefined;
  readonly reason?: RefusalReason | undefined;
}

export type Result<T, E = ElbError> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export function failure(kind: ElbErrorKind, details: Omit<ElbError, 'kind'> = {}): { ok: false; error: ElbError } {
  return { ok: false, error: { kind, ...details } };
}
