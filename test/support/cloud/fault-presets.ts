/** The most frequent faults, with the documented codes and messages. */
import type { FaultEffect } from '../../../src/simulator/faults/faults';

/** The gateway's 429, as observed. ELB's limits are not published, nor whether it sends Retry-After. */
export function throttled(options: { limit?: number; minutes?: number; retryAfterSeconds?: number } = {}): FaultEffect {
  const { limit = 200, minutes = 5, retryAfterSeconds } = options;
  return {
    kind: 'error',
    status: 429,
    code: 'APIGW.0308',
    message: `The throttling threshold has been reached: policy user over ratelimit,limit:${limit},time:${minutes} minute`,
    headers: retryAfterSeconds === undefined ? undefined : { 'Retry-After': String(retryAfterSeconds) },
  };
}

const GATEWAY_ERRORS = {
  500: ['APIGW.0601', 'Internal server error.'],
  502: ['APIGW.0201', 'Backend unavailable.'],
  503: ['APIGW.0613', 'The IAM service is currently unavailable.'],
  504: ['APIGW.0201', 'Backend timeout.'],
} as const;

export function gatewayError(status: keyof typeof GATEWAY_ERRORS): FaultEffect {
  const [code, message] = GATEWAY_ERRORS[status];
  return { kind: 'error', status, code, message };
}

/** The gateway's 401, with the given reason. */
export function notAuthenticatedFor(reason = 'Unauthorized'): FaultEffect {
  const message = `Incorrect IAM authentication information: ${reason}`;
  return { kind: 'error', status: 401, code: 'APIGW.0301', message };
}

/** The reasons in the gateway's 401, as observed. */
export const NOT_AUTHENTICATED_REASONS = [
  'verify aksk signature fail',
  'ak HSTEXAMPLE0001 not exist',
  'Get secretKey failed,ak:HSTEXAMPLE0001,err:ak not exist',
  'decrypt token fail',
  'x-auth-token not found',
  'token expires, expires_at: 2024-03-23T08:20:42.000000Z',
  'get token error',
  'AK access failed to reach the limit,forbidden',
  'Unauthorized',
] as const;

/** ELB's 409. */
export function conflict(): FaultEffect {
  return { kind: 'error', status: 409, code: 'ELB.8907', message: 'Data conflict.' };
}

/** A success with that text, or those bytes, as its body. */
export function successWith(body: string | Uint8Array): FaultEffect {
  const headers = { 'Content-Type': 'application/json' };
  return typeof body === 'string'
    ? { kind: 'response', status: 200, headers, body }
    : { kind: 'response', status: 200, headers, bodyBase64: Buffer.from(body).toString('base64') };
}

/** ELB's 403: the user may use ELB, but not this API. */
export function actionNotGranted(): FaultEffect {
  return {
    kind: 'error',
    status: 403,
    code: 'ELB.9802',
    message: "Policy doesn't allow this action to be performed.",
  };
}

/** The gateway's 403: the user may not use ELB. */
export function userNotAuthorized(): FaultEffect {
  const message = 'The IAM user is not authorized to access the API.';
  return { kind: 'error', status: 403, code: 'APIGW.0302', message };
}

/** ELB's 404. The body for an unknown job is not published; this is the documented error for a missing resource. */
export function jobNotFound(): FaultEffect {
  return { kind: 'error', status: 404, code: 'ELB.8904', message: 'job x could not be found.' };
}

/** The gateway's 404: the region does not have this API. */
export function apiAbsent(): FaultEffect {
  const message = 'The API does not exist or has not been published in the environment';
  return { kind: 'error', status: 404, code: 'APIGW.0101', message };
}

/** A redirect, which a client must not follow with its credentials. */
export function redirectTo(location: string, status = 302): FaultEffect {
  return { kind: 'response', status, headers: { Location: location } };
}

/** An HTML page from a proxy between the client and the cloud. */
export function proxyPage(status: 403 | 404 | 407 | 502 | 511): FaultEffect {
  const body = `<!DOCTYPE html><html><body><h1>${status}</h1><p>The proxy refused.</p></body></html>`;
  return { kind: 'response', status, headers: { 'Content-Type': 'text/html' }, body };
}
