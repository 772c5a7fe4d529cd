/** What can go wrong between asking the cloud and having an answer. */

export type ElbErrorKind =
  /** 401: the key, its signature or its token was refused. */
  | 'authentication'
  /** 403 from the API gateway: the caller may not use this API or project at all. */
  | 'gateway-forbidden'
  /** 403 from ELB: the caller may not see this job. */
  | 'forbidden'
  /** 404 APIGW.0101: the region does not offer this API. */
  | 'api-absent'
  | 'not-found'
  | 'throttled'
  | 'bad-request'
  | 'server'
  /** A refusal that did not come from the service: a proxy or a captive portal in between. */
  | 'proxy'
  | 'network'
  | 'timeout'
  | 'cancelled'
  /** An answer that is not what the API documents. */
  | 'malformed';

export interface ElbError {
  readonly kind: ElbErrorKind;
  readonly httpStatus?: number | undefined;
  /** The service's own error code, e.g. `APIGW.0301`, or the network's, e.g. `ECONNREFUSED`. */
  readonly code?: string | undefined;
  /** The service's own words, redacted; in English. */
  readonly message?: string | undefined;
  readonly requestId?: string | undefined;
  /** Milliseconds that the service asks to wait. */
  readonly retryAfter?: number | undefined;
}

export type Result<T, E = ElbError> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: E };

export function failure(kind: ElbErrorKind, details: Omit<ElbError, 'kind'> = {}): { ok: false; error: ElbError } {
  return { ok: false, error: { kind, ...details } };
}
