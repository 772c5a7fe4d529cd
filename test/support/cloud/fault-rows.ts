/** The faults of the cloud, each with what the client is to make of it. */
import { MINUTE } from '../../../src/base/time-units';
import type { ElbError, ElbErrorKind } from '../../../src/cloud/http/error';
import {
  actionNotGranted,
  answering,
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
} from '../../../src/simulator/faults/fault-presets';
import type { AnyAnswer, FaultEffect } from '../../../src/simulator/faults/faults';
import { OFFICIAL_EXAMPLE } from '../../../src/simulator/jobs/official-example';

const MEBIBYTE = 1024 * 1024;

export const temporaryKey = {
  accessKey: 'HSTPLANTEDKEY0001',
  secretKey: 'PlantedSecretKey/0123456789+abcdefghij',
  securityToken: 'planted+security/token=0123456789',
};
export const iamToken = { token: 'planted-iam-token-0123456789' };
export const password = 'planted pass\\word/!+%';
const planted = [...Object.values(temporaryKey), iamToken.token, password];

export interface Expected extends Partial<ElbError> {
  readonly kind: ElbErrorKind;
  /** Where in the answer of ShowJob the fault is; the other APIs have other fields. */
  readonly fault?: string;
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
/** As a proxy that echoes what it was sent. */
const echo = `<html>${planted.join(' ')} x-auth-token: ${iamToken.token}</html>`;

const right: AnyAnswer = { status: 200, body: OFFICIAL_EXAMPLE.text };
const refused: AnyAnswer = {
  status: 401,
  body: '{"error_code":"APIGW.0301","error_msg":"verify aksk signature fail"}',
};

/** By the code of axios, which stops in the middle of it. */
const tooLong: Expected = { kind: 'malformed', httpStatus: 200, code: 'ERR_BAD_RESPONSE' };

export const faultRows: readonly (readonly [name: string, effect: FaultEffect, expected: Expected])[] = [
  ...NOT_AUTHENTICATED_REASONS.map(
    (reason) => [`401 ${reason}`, notAuthenticatedFor(reason), { ...refusals[reason], httpStatus: 401 }] as const,
  ),
  [
    '401 that echoes all secrets',
    notAuthenticatedFor(`canonicalRequest:${planted.join('|')}`),
    { kind: 'authentication' },
  ],
  ['401 that echoes them in words of its own', notAuthenticatedFor(planted.join(' and ')), { kind: 'authentication' }],
  ['401 without a body', { kind: 'answer', status: 401 }, { kind: 'authentication', httpStatus: 401 }],
  ['401 that ends half-way', { kind: 'cut', answer: refused }, { kind: 'authentication', httpStatus: 401 }],
  ['401 and then silence', { kind: 'stall', answer: refused }, { kind: 'authentication', httpStatus: 401 }],
  [
    '401 of 64 MiB',
    { kind: 'oversize', bytes: 64 * MEBIBYTE, answer: refused },
    { kind: 'authentication', httpStatus: 401 },
  ],
  [
    '401 that is not compressed as it says',
    { kind: 'answer', ...refused, headers: { 'Content-Encoding': 'gzip' } },
    { kind: 'authentication', httpStatus: 401 },
  ],
  [
    '401 of more words than anybody reads',
    notAuthenticatedFor('ak '.repeat(20_000)),
    { kind: 'authentication', code: 'APIGW.0301' },
  ],
  [
    '401 of an account without a real name',
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
    { kind: 'answer', status: 404, body: '{"error":{"code":404,"message":"no route"}}' },
    { kind: 'proxy' },
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
  ['429', throttled(), { kind: 'throttled', rateLimit: { requests: 200, period: 5 * MINUTE } }],
  ['429 with Retry-After', throttled({ retryAfterSeconds: 7 }), { kind: 'throttled', retryAfter: 7000 }],
  [
    '429 that ends half-way',
    { kind: 'cut', answer: { status: 429, headers: { 'Retry-After': '7' }, body: 'throttled' } },
    { kind: 'throttled', retryAfter: 7000 },
  ],
  ['500', gatewayError(500), { kind: 'server', httpStatus: 500 }],
  ['502 with the HTML of a proxy', proxyPage(502), { kind: 'server', httpStatus: 502 }],
  ['503', gatewayError(503), { kind: 'server', code: 'APIGW.0613' }],
  ['504', gatewayError(504), { kind: 'server', httpStatus: 504 }],
  [
    'an error in an encoding of its own',
    { kind: 'answer', status: 502, bodyBase64: invalidUtf8.toString('base64') },
    { kind: 'server' },
  ],
  ['an error that echoes all secrets', { kind: 'answer', status: 500, body: echo }, { kind: 'server' }],
  ['a reset before an answer', { kind: 'reset' }, { kind: 'network', httpStatus: undefined }],
  ['a reset in the middle of the body', { kind: 'resetHalfway', answer: right }, { kind: 'network', httpStatus: 200 }],
  ['a body that ends half-way', { kind: 'cut', answer: right }, { kind: 'network', httpStatus: 200 }],
  ['no answer', { kind: 'hang' }, { kind: 'timeout', httpStatus: undefined }],
  ['headers and then silence', { kind: 'stall', answer: right }, { kind: 'timeout', httpStatus: 200 }],
  ['one byte at a time', { kind: 'drip', ms: 100, answer: right }, { kind: 'timeout', httpStatus: 200 }],
  ['a gzip bomb', { kind: 'gzipBomb', bytes: 64 * MEBIBYTE, answer: right }, tooLong],
  ['a body of 64 MiB', { kind: 'oversize', bytes: 64 * MEBIBYTE, answer: right }, tooLong],
  [
    'a body that is not compressed as it says',
    { kind: 'answer', ...right, headers: { 'Content-Encoding': 'gzip' } },
    { kind: 'malformed', httpStatus: 200 },
  ],
  ['an empty body', answering(''), { kind: 'malformed' }],
  ['HTML for an answer', answering('<html></html>'), { kind: 'malformed' }],
  ['truncated JSON', answering('{"job":{"status":"RUNN'), { kind: 'malformed' }],
  [
    'JSON of wrong types',
    answering('{"job":{"status":7}}'),
    { kind: 'malformed', fault: 'job.status: not string or null' },
  ],
  ['JSON that is a list', answering('[]'), { kind: 'malformed' }],
  ['JSON without a job', answering('{}'), { kind: 'malformed', fault: 'job: missing' }],
  ['deeply nested JSON', answering(nested(1000)), { kind: 'malformed', fault: 'job.x: nested too deeply' }],
  ...[temporaryKey.secretKey, temporaryKey.securityToken, iamToken.token, password].map(
    (secret, index) =>
      [`a secret for a name in JSON (${index})`, answering(nested(1000, secret)), { kind: 'malformed' }] as const,
  ),
  [
    'JSON of nothing but brackets',
    answering('['.repeat(3 * MEBIBYTE)),
    { kind: 'malformed', message: 'The answer has too many parts.' },
  ],
  ['duplicate keys, of which the last counts', answering('{"job":{},"job":7}'), { kind: 'malformed' }],
  ['invalid UTF-8', answering(invalidUtf8), { kind: 'malformed', message: 'The answer is not UTF-8.' }],
];

function nested(levels: number, name = 'x'): string {
  return `{"job":{${JSON.stringify(name)}:${'['.repeat(levels)}${']'.repeat(levels)}}}`;
}
