/** The errors of a request to the cloud, and the result type that carries them. */

export type ElbErrorKind =
  /** 401: the key, its signature or the token was refused. */
  | 'authentication'
  /** 401: the signature's time differs too much from the service's; see `clockSkew`. */
  | 'clock-skew'
  /** 401: too many failures locked the key for five minutes, or the user of a password: see `user-locked`. */
  | 'locked-out'
  /** 401: the IAM token has expired. */
  | 'token-expired'
  /** 403 from the API gateway: the caller may not use this API or project. */
  | 'gateway-forbidden'
  /** 403 from ELB: the caller may not see this job. */
  | 'forbidden'
  /** 404 APIGW.0101: the region does not offer this API. */
  | 'api-absent'
  | 'not-found'
  | 'throttled'
  /** 400, or an invalid id, path or endpoint, for which no request is sent. */
  | 'bad-request'
  /** A part of the key or token cannot be sent, see `part`; no request is sent, so that it does not count as a failure. */
  | 'invalid-credential'
  | 'server'
  /** A response that is not the service's: a proxy, a login page or a captive portal sent it. */
  | 'proxy'
  | 'network'
  /** This computer does not trust the server's certificate, e.g. behind a proxy that inspects traffic. */
  | 'certificate'
  | 'timeout'
  | 'cancelled'
  /** A response that the API does not document. */
  | 'malformed'
  /** The code that sends requests cannot be read, e.g. since an update has replaced the extension. No request is sent. */
  | 'unreadable-code';

/** A part of a credential that requests carry or are signed with. */
export type CredentialPart = 'access-key' | 'secret-key' | 'security-token' | 'token';

/** Why a credential was refused, as far as the service's message says: each reason needs another fix. */
export type RefusalReason =
  /** There is no such key, or it is a temporary key and its security token is missing. */
  | 'unknown-key'
  /** The key exists, but the secret key is wrong. */
  | 'wrong-signature'
  /** A token was refused before it expired: its owner's password or rights changed, or it is for another region. */
  | 'token-refused'
  /** The account has no such user, or the password is wrong, or IAM needs a passcode: some of its versions say the same for all three. */
  | 'wrong-password'
  /** IAM needs a second factor beside the password: virtual MFA, or another login protection. */
  | 'second-factor-needed'
  /** The passcode of virtual MFA is wrong or too old. */
  | 'wrong-passcode'
  | 'password-expired'
  | 'user-disabled'
  /** IAM locked the user for 15 minutes, after too many sign-ins with a wrong password. */
  | 'user-locked'
  /** IAM refused a password, and what it says is none of these. */
  | 'sign-in-refused'
  /** The account lacks the real-name verification that the region's law requires. */
  | 'account-not-verified'
  /** The project is frozen, e.g. for unpaid bills, or is being deleted. */
  | 'project-unavailable'
  /** The account's access control does not allow this IP address. */
  | 'address-not-allowed'
  /** The account may not use this region. */
  | 'region-not-allowed';

/** The gateway's request limit, as a 429 states it. */
export interface RateLimit {
  readonly requests: number;
  readonly periodMs: number;
}

export interface ElbError {
  readonly kind: ElbErrorKind;
  /** Missing if no response arrived. */
  readonly httpStatus?: number | undefined;
  /** The service's own error code, e.g. `APIGW.0301`, or the network's, e.g. `ECONNREFUSED`. */
  readonly code?: string | undefined;
  /** In English: the service's message or ours about its response, redacted and of limited length. */
  readonly message?: string | undefined;
  readonly requestId?: string | undefined;
  /** Milliseconds to wait, from the `Retry-After` header. */
  readonly retryAfter?: number | undefined;
  /** The limit that a `throttled` response states. */
  readonly rateLimit?: RateLimit | undefined;
  /** Milliseconds by which the service's clock is ahead of this computer's; negative if it is behind. */
  readonly clockSkew?: number | undefined;
  readonly reason?: RefusalReason | undefined;
  /** The part of an `invalid-credential` that cannot be sent. */
  readonly part?: CredentialPart | undefined;
}

export type Result<T, E = ElbError> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export function failure(kind: ElbErrorKind, details: Omit<ElbError, 'kind'> = {}): { ok: false; error: ElbError } {
  return { ok: false, error: { kind, ...details } };
}
