/** The faults of the cloud, each with the error that the client must return. */
import { MINUTE } from '../../../src/base/time-units';
import type { ElbError, ElbErrorKind } from '../../../src/cloud/http/error';
import {
  actionNotGranted,
  successWith,
  apiAbsent,
  conflict,
  gatewayError,
  jobNotFound,
  notAuthenticatedFor,
  NOT_AUTHENTICATED_REASONS,
  proxyPage,
  redirectTo,
  throttled,
  userNotAuthorized,
} from './fault-presets';
import type { RawResponse, FaultEffect } from '../../../src/simulator/faults/faults';
import { OFFICIAL_EXAMPLE } from '../../../src/simulator/jobs/official-example';

const MEBIBYTE = 1024 * 1024;

export const temporaryKey = {
  accessKey: 'HSTSAMPLEKEY00001',
  secretKey: 'SampleSecretKey/0123456789+abcdefghijk',
  securityToken: 'sample+security/token=0123456789',
};
export const iamToken = { token: 'sample-iam-token-0123456789' };
export const password = 'sample pass\\word/!+%';
const sampleSecrets = [...Object.values(temporaryKey), iamToken.token, password];

export interface Expected extends Partial<ElbError> {
  readonly kind: ElbErrorKind;
  /** The path of the fault in ShowJob's response; other APIs have other fields. */
  readonly fault?: string;
  /** Whether ListJobs succeeds, without jobs: the response has none. */
  readonly isEmptyList?: true;
}

const refusals: Record<(typeof NOT_AUTHENTICATED_REASONS)[number], Expected> = {
  'verify aksk signature fail': { kind: 'authentication', reason: 'wrong-signature' },
  'ak HSTEXAMPLE0001 not exist': { kind: 'authentication', reason: 'unknown-key' },
  'Get secretKey failed,ak:HSTEXAMPLE0001,err:ak not exist': { kind: 'authentication', reason: 'unknown-key' },
  'decrypt token fail': { kind: 'authentication' },
  'x-auth-token not found': { kind: 'authentication' },
  'token expires, expires_at: 2024-03-23T08:20:42.000000Z': { kind: 'token-expired' },
  'get token error': { kind: 'authentication' },
  'AK access failed to reach the limit,forbidden': { kind: 'locked-out' },
  Unauthorized: { kind: 'authentication' },
};

const accountNotVerified: FaultEffect = { kind: 'error', status: 401, code: 'ELB.1109', message: 'Not verified.' };
const invalidUtf8 = Buffer.concat([Buffer.from('{"job":{"status":"'), Buffer.of(0xc3, 0x28), Buffer.from('"}}')]);
/** The page of a proxy that echoes the request. */
const echo = `<html>${sampleSecrets.join(' ')} x-auth-token: ${iamToken.token}</html>`;

const successResponse: RawResponse = { status: 200, body: OFFICIAL_EXAMPLE.text };
const refusedResponse: RawResponse = {
  status: 401,
  body: '{"error_code":"APIGW.0301","error_msg":"verify aksk signature fail"}',
};

/** With the code of axios, which stops in the middle of the body. */
const tooLong: Expected = { kind: 'malformed', httpStatus: 200, code: 'ERR_BAD_RESPONSE' };

export const faultRows: readonly (readonly [name: string, effect: FaultEffect, expected: Expected])[] = [
  ...NOT_AUTHENTICATED_REASONS.map(
    (reason) => [`401 ${reason}`, notAuthenticatedFor(reason), { ...refusals[reason], httpStatus: 401 }] as const,
  ),
  [
    '401 that echoes all secrets',
    notAuthenticatedFor(`canonicalRequest:${sampleSecrets.join('|')}`),
    { kind: 'authentication' },
  ],
  ['401 that echoes them in a free text', notAuthenticatedFor(sampleSecrets.join(' and ')), { kind: 'authentication' }],
  ['401 without a body', { kind: 'response', status: 401 }, { kind: 'authentication', httpStatus: 401 }],
  [
    '401 that is cut off half-way',
    { kind: 'cut', response: refusedResponse },
    { kind: 'authentication', httpStatus: 401 },
  ],
  ['401 whose body stalls', { kind: 'stall', response: refusedResponse }, { kind: 'authentication', httpStatus: 401 }],
  [
    '401 of 64 MiB',
    { kind: 'oversize', bytes: 64 * MEBIBYTE, response: refusedResponse },
    { kind: 'authentication', httpStatus: 401 },
  ],
  [
    '401 that is not compressed as declared',
    { kind: 'response', ...refusedResponse, headers: { 'Content-Encoding': 'gzip' } },
    { kind: 'authentication', httpStatus: 401 },
  ],
  [
    '401 with a very long message',
    notAuthenticatedFor('ak '.repeat(20_000)),
    { kind: 'authentication', code: 'APIGW.0301' },
  ],
  [
    '401 for an account without real-name verification',
    accountNotVerified,
    { kind: 'authentication', reason: 'account-not-verified' },
  ],
  ['403 of the gateway', userNotAuthorized(), { kind: 'gateway-forbidden', code: 'APIGW.0302' }],
  ['403 of ELB', actionNotGranted(), { kind: 'forbidden', code: 'ELB.9802' }],
  ['403 of a proxy', proxyPage(403), { kind: 'proxy' }],
  ['404 of ELB', jobNotFound(), { kind: 'not-found', code: 'ELB.8904' }],
  ['404 of the gateway', apiAbsent(), { kind: 'api-absent', code: 'APIGW.0101' }],
  ['404 of a proxy', proxyPage(404), { kind: 'proxy' }],
  [
    '404 of a proxy that writes JSON',
    { kind: 'response', status: 404, body: '{"message":"no route"}' },
    { kind: 'proxy' },
  ],
  [
    '404 of another service, whose code is a number',
    {
      kind: 'response',
      status: 404,
      headers: { 'X-Request-Id': 'r' },
      body: '{"error":{"code":404,"message":"none"}}',
    },
    { kind: 'not-found', code: '404', message: 'none', requestId: 'r' },
  ],
  ['407 of a proxy', proxyPage(407), { kind: 'proxy' }],
  ['511 of a network', proxyPage(511), { kind: 'proxy', httpStatus: 511 }],
  ...[301, 302, 303, 307, 308].map(
    (status) =>
      [
        `${status} to a login page`,
        redirectTo('http://127.0.0.1:1/', status),
        { kind: 'proxy', httpStatus: status },
      ] as const,
  ),
  ['409', conflict(), { kind: 'server', code: 'ELB.8907' }],
  ['429', throttled(), { kind: 'throttled', rateLimit: { requests: 200, periodMs: 5 * MINUTE } }],
  ['429 with Retry-After', throttled({ retryAfterSeconds: 7 }), { kind: 'throttled', retryAfter: 7000 }],
  [
    '429 that is cut off half-way',
    { kind: 'cut', response: { status: 429, headers: { 'Retry-After': '7' }, body: 'throttled' } },
    { kind: 'throttled', retryAfter: 7000 },
  ],
  ['500', gatewayError(500), { kind: 'server', httpStatus: 500 }],
  ['502 with the HTML of a proxy', proxyPage(502), { kind: 'server', httpStatus: 502 }],
  ['503', gatewayError(503), { kind: 'server', code: 'APIGW.0613' }],
  ['504', gatewayError(504), { kind: 'server', httpStatus: 504 }],
  [
    'an error in another encoding',
    { kind: 'response', status: 502, bodyBase64: invalidUtf8.toString('base64') },
    { kind: 'server' },
  ],
  ['an error that echoes all secrets', { kind: 'response', status: 500, body: echo }, { kind: 'server' }],
  ['a reset before a response', { kind: 'reset' }, { kind: 'network', httpStatus: undefined }],
  [
    'a reset in the middle of the body',
    { kind: 'resetHalfway', response: successResponse },
    { kind: 'network', httpStatus: 200 },
  ],
  ['a body that is cut off half-way', { kind: 'cut', response: successResponse }, { kind: 'network', httpStatus: 200 }],
  ['no response', { kind: 'hang' }, { kind: 'timeout', httpStatus: undefined }],
  ['headers and then nothing', { kind: 'stall', response: successResponse }, { kind: 'timeout', httpStatus: 200 }],
  ['one byte at a time', { kind: 'drip', ms: 100, response: successResponse }, { kind: 'timeout', httpStatus: 200 }],
  ['a gzip bomb', { kind: 'gzipBomb', bytes: 64 * MEBIBYTE, response: successResponse }, tooLong],
  ['a body of 64 MiB', { kind: 'oversize', bytes: 64 * MEBIBYTE, response: successResponse }, tooLong],
  [
    'a body that is not compressed as declared',
    { kind: 'response', ...successResponse, headers: { 'Content-Encoding': 'gzip' } },
    { kind: 'malformed', httpStatus: 200 },
  ],
  ['an empty body', successWith(''), { kind: 'malformed' }],
  ['HTML in a success', successWith('<html></html>'), { kind: 'malformed' }],
  ['truncated JSON', successWith('{"job":{"status":"RUNN'), { kind: 'malformed' }],
  [
    'JSON of wrong types',
    successWith('{"job":{"status":{}}}'),
    { kind: 'malformed', fault: 'job.status: not string or null or boolean or number', isEmptyList: true },
  ],
  ['JSON that is a list', successWith('[]'), { kind: 'malformed' }],
  ['JSON without a job', successWith('{}'), { kind: 'malformed', fault: 'job: missing', isEmptyList: true }],
  ['deeply nested JSON', successWith(nested(1000)), { kind: 'malformed', fault: 'job.x: nested too deeply' }],
  ...[temporaryKey.secretKey, temporaryKey.securityToken, iamToken.token, password].map(
    (secret, index) =>
      [`a secret for a name in JSON (${index})`, successWith(nested(1000, secret)), { kind: 'malformed' }] as const,
  ),
  [
    'JSON of nothing but brackets',
    successWith('['.repeat(3 * MEBIBYTE)),
    { kind: 'malformed', message: 'The response has too many parts.' },
  ],
  [
    'duplicate keys, of which the last counts',
    successWith('{"job":{},"job":7}'),
    { kind: 'malformed', isEmptyList: true },
  ],
  ['invalid UTF-8', successWith(invalidUtf8), { kind: 'malformed', message: 'The response is not UTF-8.' }],
];

function nested(levels: number, name = 'x'): string {
  return `{"job":{${JSON.stringify(name)}:${'['.repeat(levels)}${']'.repeat(levels)}}}`;
}
