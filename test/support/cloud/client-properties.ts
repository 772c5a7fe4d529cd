/** Properties of signer, parser, error mapper, redactor and client for any input; run by tests, and longer by a bench. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { errorOfResponse } from '../../../src/cloud/http/response-error';
import type { ElbErrorKind } from '../../../src/cloud/http/error';
import type { HttpResponse } from '../../../src/cloud/http/transport';
import type { Job, JobFields } from '../../../src/cloud/api/job';
import { parseListJobsResponse, parseShowJobResponse } from '../../../src/cloud/api/job-schema';
import { signRequest } from '../../../src/cloud/http/signer';
import { splitTarget } from '../../../src/simulator/http/cloud-request';
import { canonicalRequest, parseAuthorization, signatureOf } from '../../../src/simulator/gateway/signature';
import { anyBody, errorBody, keyText, partial, text, wireFields, wireJob } from './arbitraries';
import { checkClient, clientRun } from './client-property';
import { checkRedactor, redactorCase } from './redactor-property';

export interface NamedProperty {
  readonly name: string;
  readonly property: fc.IProperty<[unknown]> | fc.IAsyncProperty<[unknown]>;
}

// --- Signer

const headerName = fc
  .stringMatching(/^[A-Za-z][A-Za-z0-9-]{0,15}$/)
  .filter((name) => !/^(host|x-sdk-date|authorization)$/i.test(name));
const headerValue = fc.stringMatching(/^[!-~]([ -~]{0,20}[!-~])?$/);
const request = fc.record({
  method: fc.constantFrom('GET' as const, 'POST' as const),
  origin: fc.constantFrom(
    'https://elb.cn-north-4.myhuaweicloud.com',
    'https://elb.example.com:8443',
    'http://127.0.0.1:9000',
  ),
  path: fc.array(text, { maxLength: 5 }).map((segments) => `/${segments.join('/')}`),
  query: fc.dictionary(text, fc.oneof(text, fc.array(text, { maxLength: 3 })), { maxKeys: 4 }),
  headers: fc
    .uniqueArray(fc.tuple(headerName, headerValue), { maxLength: 4, selector: ([name]) => name.toLowerCase() })
    .map((headers) => Object.fromEntries(headers)),
  body: fc.option(text, { nil: undefined }),
  key: fc.record({ accessKey: keyText, secretKey: keyText, securityToken: fc.option(keyText, { nil: undefined }) }),
  instant: fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) }),
});

function checkSigner({ key, instant, body, ...rest }: typeof request extends fc.Arbitrary<infer T> ? T : never): void {
  const signed = signRequest({ ...rest, ...(body === undefined ? {} : { body }) }, key, instant);
  const { path, query } = splitTarget(signed.url.slice(rest.origin.length));
  const headers = Object.fromEntries(
    Object.entries({ ...signed.headers, Host: new URL(rest.origin).host }).map(([name, value]) => [
      name.toLowerCase(),
      value,
    ]),
  );
  const authorization = parseAuthorization(signed.headers['Authorization'] ?? '');
  assert.ok(authorization);
  const seen = canonicalRequest(
    { method: rest.method, path, query, headers, body: Buffer.from(body ?? '') },
    authorization.signedHeaders,
  );
  assert.equal(signed.canonicalRequest, seen);
  assert.equal(authorization.signature, signatureOf(seen, headers['x-sdk-date'] ?? '', key.secretKey));
  assert.equal(query, seen.split('\n')[2], 'the query is sent as it was signed');
  // The access key with what stands beside it: a secret key may be a part of that by chance.
  const access = `SDK-HMAC-SHA256 Access=${key.accessKey}, SignedHeaders=`;
  const given = JSON.stringify([rest, body, access, key.securityToken]);
  const isGivenElsewhere = given.includes(key.secretKey);
  assert.ok(
    // One by one: JSON would add backslashes, which a secret key may have.
    isGivenElsewhere || !textsOf(signed).some((sent) => sent.includes(key.secretKey)),
    'the secret key is not in the signed request',
  );
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'object' && value !== null) return Object.values(value).flatMap(textsOf);
  return typeof value === 'string' ? [value] : [];
}

// --- Parser

type Wire = Readonly<Record<string, unknown>>;

function checkFields(read: JobFields, wire: Wire): void {
  const given = (name: string) => (wire[name] === '' || wire[name] === null ? undefined : wire[name]);
  assert.deepEqual(
    [read.jobId, read.jobType, read.status, read.errorCode, read.errorMessage, read.projectId, read.resourceId],
    ['job_id', 'job_type', 'status', 'error_code', 'error_msg', 'project_id', 'resource_id'].map(given),
  );
  for (const instant of [read.beginTime, read.endTime]) assert.ok(instant === undefined || Number.isFinite(instant));
}

function checkJob(read: Job, wire: Wire): void {
  checkFields(read, wire);
  assert.equal(JSON.stringify(read.raw), JSON.stringify(wire), 'the raw job has everything that was sent');
  const subJobs = (wire['sub_jobs'] ?? []) as readonly Wire[];
  assert.equal(read.subJobs.length, subJobs.length);
  for (const [index, subJob] of read.subJobs.entries()) checkFields(subJob, subJobs[index] ?? {});
}

function checkValidJob(wire: Wire): void {
  const shown = parseShowJobResponse(JSON.stringify({ job: wire }));
  assert.ok(shown.ok);
  const sent = JSON.parse(JSON.stringify(wire)) as Wire;
  checkJob(shown.value.job, sent);
  const listed = parseListJobsResponse(JSON.stringify({ jobs: [wire, wire] }));
  assert.ok(listed.ok);
  for (const job of listed.value.jobs) checkJob(job.read(), sent);
}

const fault = fc.record({
  field: fc.constantFrom(...Object.keys(wireFields)),
  value: fc.oneof(fc.array(text, { maxLength: 1 }), fc.constant({})),
  job: wireJob,
});

const scalar = fc.record({
  field: fc.constantFrom(...Object.keys(wireFields)),
  value: fc.oneof(fc.integer(), fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n }), fc.boolean()),
  job: wireJob,
});

function checkScalarField({ field, value, job }: { field: string; value: unknown; job: Wire }): void {
  const mark = 'the place of the number';
  const body = (response: object) => JSON.stringify(response).replace(`"${mark}"`, String(value));
  const shown = parseShowJobResponse(body({ job: { ...job, [field]: mark } }));
  const listed = parseListJobsResponse(body({ jobs: [{ ...job, [field]: mark }] }));
  assert.ok(shown.ok && listed.ok);
  const asText = { ...job, [field]: field.endsWith('_time') ? null : String(value) };
  const expected = JSON.parse(JSON.stringify(asText)) as Wire;
  for (const read of [shown.value.job, ...listed.value.jobs.map((each) => each.read())]) checkFields(read, expected);
}

function checkFaultyJob({ field, value, job }: { field: string; value: unknown; job: Wire }): void {
  const result = parseShowJobResponse(JSON.stringify({ job: { sub_jobs: null, ...job, [field]: value } }));
  assert.ok(!result.ok);
  assert.equal(result.error.kind, 'malformed');
  assert.match(result.error.message ?? '', new RegExp(`^job\\.${field}: `));
}

function checkAnyBody(body: string): void {
  for (const result of [parseShowJobResponse(body), parseListJobsResponse(body)]) {
    if (!result.ok) assert.equal(result.error.kind, 'malformed');
    else if ('jobs' in result.value) for (const job of result.value.jobs) job.read();
  }
}

// --- Error mapper

const KINDS: ReadonlySet<ElbErrorKind> = new Set([
  'authentication',
  'clock-skew',
  'locked-out',
  'token-expired',
  'gateway-forbidden',
  'forbidden',
  'api-absent',
  'not-found',
  'throttled',
  'bad-request',
  'server',
  'proxy',
  'malformed',
]);

const errorResponse = fc.record({
  status: fc.integer({ min: 100, max: 599 }).filter((status) => status < 200 || status > 299),
  headers: partial({
    date: fc.oneof(
      text,
      fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
    ),
    'retry-after': fc.oneof(text, fc.integer().map(String), fc.constant('9'.repeat(400))),
    'x-request-id': text,
  }),
  body: errorBody,
  isSigned: fc.boolean(),
});

function checkError({
  status,
  headers,
  body,
  isSigned,
}: typeof errorResponse extends fc.Arbitrary<infer T> ? T : never): void {
  const received = { status, headers: headers as HttpResponse['headers'], body };
  const error = errorOfResponse(received, { sentAt: Date.UTC(2026, 0, 1), receivedAt: Date.UTC(2026, 0, 1), isSigned });
  assert.ok(KINDS.has(error.kind), error.kind);
  assert.equal(error.httpStatus, status);
  const { retryAfter, clockSkew, rateLimit } = error;
  assert.ok(retryAfter === undefined || (retryAfter >= 0 && retryAfter <= 15 * 60_000), String(retryAfter));
  assert.ok(clockSkew === undefined || Number.isFinite(clockSkew), String(clockSkew));
  assert.ok(rateLimit === undefined || (rateLimit.requests > 0 && rateLimit.periodMs > 0));
  for (const shown of [error.code, error.message, error.requestId])
    assert.ok(shown === undefined || typeof shown === 'string');
}

const named = <T>(name: string, arbitrary: fc.Arbitrary<T>, check: (value: T) => void): NamedProperty => ({
  name,
  property: fc.property(arbitrary, check),
});
const namedAsync = <T>(
  name: string,
  arbitrary: fc.Arbitrary<T>,
  check: (value: T) => Promise<void>,
): NamedProperty => ({
  name,
  property: fc.asyncProperty(arbitrary, check),
});

export const clientProperties: readonly NamedProperty[] = [
  named('a signature equals that of another implementation for the same request', request, checkSigner),
  named('a valid job is parsed field by field, and its raw form is unchanged', wireJob, checkValidJob),
  named('a field that is a list or an object is malformed, and the error names it', fault, checkFaultyJob),
  named('a number or a boolean is read as text with all its digits, but not as a time', scalar, checkScalarField),
  named('no body makes the parser throw', anyBody, checkAnyBody),
  named('every response that is not a success is a typed error', errorResponse, checkError),
  named('no secret of a request is in its error', redactorCase, checkRedactor),
  namedAsync(
    'the client never throws, and its errors contain no secret, whatever the service sends',
    clientRun,
    checkClient,
  ),
];
