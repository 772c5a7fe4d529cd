/** The faults that are met most, in the words of the documentation. */
import type { FaultEffect } from './faults';

/** 429 as seen from the real gateway; ELB's own limits are not published, nor whether it sends Retry-After. */
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

/** 401 of the gateway, for the reason given in its own words. */
export function notAuthenticatedFor(reason = 'Unauthorized'): FaultEffect {
  const message = `Incorrect IAM authentication information: ${reason}`;
  return { kind: 'error', status: 401, code: 'APIGW.0301', message };
}

/** How the gateway has been seen to say why it let nobody in. */
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

/** 409 of ELB. */
export function conflict(): FaultEffect {
  return { kind: 'error', status: 409, code: 'ELB.8907', message: 'Data conflict.' };
}

/** A success whose body is that text, or those bytes. */
export function answering(body: string | Uint8Array): FaultEffect {
  const headers = { 'Content-Type': 'application/json' };
  return typeof body === 'string'
    ? { kind: 'answer', status: 200, headers, body }
    : { kind: 'answer', status: 200, headers, bodyBase64: Buffer.from(body).toString('base64') };
}

/** 403 of ELB: the user may call the gateway, but not do this. */
export function actionNotGranted(): FaultEffect {
  return {
    kind: 'error',
    status: 403,
    code: 'ELB.9802',
    message: "Policy doesn't allow this action to be performed.",
  };
}

/** 403 of the gateway: the user may call nothing of this service. */
export function userNotAuthorized(): FaultEffect {
  const message = 'The IAM user is not authorized to access the API.';
  return { kind: 'error', status: 403, code: 'APIGW.0302', message };
}

/** 404 of ELB. The body for an unknown job is not published; this is the documented one for what cannot be found. */
export function jobNotFound(): FaultEffect {
  return { kind: 'error', status: 404, code: 'ELB.8904', message: 'job x could not be found.' };
}

/** 404 of the gateway: the region does not have this API. */
export function apiAbsent(): FaultEffect {
  const message = 'The API does not exist or has not been published in the environment';
  return { kind: 'error', status: 404, code: 'APIGW.0101', message };
}

/** A redirect, which a client that signs must not follow. */
export function redirectTo(location: string, status = 302): FaultEffect {
  return { kind: 'answer', status, headers: { Location: location } };
}

/** A page of HTML, as a proxy between the client and the cloud answers. */
export function proxyPage(status: 403 | 404 | 407 | 502 | 511): FaultEffect {
  const body = `<!DOCTYPE html><html><body><h1>${status}</h1><p>The proxy refused.</p></body></html>`;
  return { kind: 'answer', status, headers: { 'Content-Type': 'text/html' }, body };
}
