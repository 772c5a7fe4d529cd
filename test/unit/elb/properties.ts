/** What holds of signer, parser, error mapper and redactor whatever comes; run by tests, and at length by a bench. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { errorOfAnswer } from '../../../src/elb/answer-error';
import type { ElbErrorKind } from '../../../src/elb/error';
import type { Job, JobFields } from '../../../src/elb/job';
import { parseListJobsAnswer, parseShowJobAnswer } from '../../../src/elb/job-schema';
import { redactError } from '../../../src/elb/redact';
import { signRequest } from '../../../src/elb/signer';
import { splitTarget } from '../../../src/simulator/cloud-request';
import { canonicalRequest, parseAuthorization, signatureOf } from '../../../src/simulator/signature';

export interface NamedProperty {
  readonly name: string;
  readonly property: fc.IProperty<[unknown]>;
}

const text = fc.string({ unit: 'grapheme', maxLength: 20 });
const keyText = fc.stringMatching(/^[A-Za-z0-9+/=]{12,24}$/);

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
  const given = JSON.stringify([rest, body, key.accessKey, key.securityToken]);
  const isGivenElsewhere = given.includes(key.secretKey);
  assert.ok(isGivenElsewhere || !JSON.stringify(signed).includes(key.secretKey), 'the secret key stays here');
}

// --- Parser

const wireText = fc.oneof(text, fc.constantFrom('RUNNING', 'COMPLETE', '', '2024-03-23T08:20:42Z'), fc.constant(null));
const wireFields = {
  job_id: wireText,
  job_type: wireText,
  status: wireText,
  begin_time: wireText,
  end_time: wireText,
  error_code: wireText,
  error_msg: wireText,
  project_id: wireText,
  resource_id: wireText,
};
const partial = (fields: Readonly<Record<string, fc.Arbitrary<unknown>>>) => fc.record(fields, { requiredKeys: [] });
const wireEntity = partial({
  resource_id: wireText,
  resource_type: wireText,
  undocumented: fc.jsonValue({ maxDepth: 2 }),
});
const wireSubJob = partial({ ...wireFields, entities: fc.option(fc.array(wireEntity, { maxLength: 2 })) });
const wireJob = partial({
  ...wireFields,
  sub_jobs: fc.option(fc.array(wireSubJob, { maxLength: 3 })),
  undocumented: fc.jsonValue({ maxDepth: 2 }),
});

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
  assert.equal(JSON.stringify(read.raw), JSON.stringify(wire), 'nothing that was sent is lost');
  const subJobs = (wire['sub_jobs'] ?? []) as readonly Wire[];
  assert.equal(read.subJobs.length, subJobs.length);
  for (const [index, subJob] of read.subJobs.entries()) checkFields(subJob, subJobs[index] ?? {});
}

function checkValidJob(wire: Wire): void {
  const shown = parseShowJobAnswer(JSON.stringify({ job: wire }));
  assert.ok(shown.ok);
  const sent = JSON.parse(JSON.stringify(wire)) as Wire;
  checkJob(shown.value.job, sent);
  const listed = parseListJobsAnswer(JSON.stringify({ jobs: [wire, wire] }));
  assert.ok(listed.ok);
  for (const job of listed.value.jobs) checkJob(job.read(), sent);
}

const fault = fc.record({
  field: fc.constantFrom(...Object.keys(wireFields)),
  value: fc.oneof(fc.integer(), fc.boolean(), fc.array(text, { maxLength: 1 }), fc.constant({})),
  job: wireJob,
});

function checkFaultyJob({ field, value, job }: { field: string; value: unknown; job: Wire }): void {
  const result = parseShowJobAnswer(JSON.stringify({ job: { sub_jobs: null, ...job, [field]: value } }));
  assert.ok(!result.ok);
  assert.equal(result.error.kind, 'malformed');
  assert.match(result.error.message ?? '', new RegExp(`^job\\.${field}: `));
}

const anyBody = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.json({ maxDepth: 4 }),
  fc.anything({ withDate: false, maxDepth: 4 }).map((job) => jsonOf({ job, jobs: [job] })),
);

function jsonOf(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part));
}

function checkAnyBody(body: string): void {
  for (const result of [parseShowJobAnswer(body), parseListJobsAnswer(body)]) {
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

const words = fc.constantFrom(
  'ak X not exist',
  'verify aksk signature fail, canonicalRequest:GET|/|',
  'signature expired, signature time:20211217T064303Z,server time:20211217T065804Z',
  'signature expired, signature time:99999999T999999Z,server time:20211217T065804Z',
  'token expires, expires_at: x',
  'AK access failed to reach the limit,forbidden',
  'policy user over ratelimit,limit:200,time:5 minute',
  'policy user over ratelimit,limit:0,time:999999999 day',
);
const anyWords = fc.oneof(words, text, fc.jsonValue({ maxDepth: 1 }));
const code = fc.oneof(
  fc.constantFrom('APIGW.0101', 'APIGW.0301', 'APIGW.0307', 'APIGW.0308', 'ELB.8904', 'ELB.1102', 'ELB.1109'),
  anyWords,
);
const errorBody = fc.oneof(
  fc.record({ error_code: code, error_msg: anyWords, request_id: anyWords }).map(jsonOf),
  fc.record({ error: fc.record({ code, message: anyWords }) }).map(jsonOf),
  fc.record({ NeutronError: fc.record({ type: code, message: anyWords }) }).map(jsonOf),
  fc.record({ x: fc.record({ errorCode: code, errorMsg: anyWords }) }).map(jsonOf),
  anyBody,
);
const answer = fc.record({
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
});

function checkError({ status, headers, body }: { status: number; headers: object; body: string }): void {
  const error = errorOfAnswer({ status, headers: headers as Record<string, string>, body }, Date.UTC(2026, 0, 1));
  assert.ok(KINDS.has(error.kind), error.kind);
  assert.equal(error.httpStatus, status);
  const { retryAfter, clockSkew, rateLimit } = error;
  assert.ok(retryAfter === undefined || (retryAfter >= 0 && retryAfter <= 15 * 60_000), String(retryAfter));
  assert.ok(clockSkew === undefined || Number.isFinite(clockSkew), String(clockSkew));
  assert.ok(rateLimit === undefined || (rateLimit.requests > 0 && rateLimit.period > 0));
  for (const said of [error.code, error.message, error.requestId])
    assert.ok(said === undefined || typeof said === 'string');
}

// --- Redactor

const told = fc.record({
  accessKey: keyText,
  secretKey: keyText,
  token: keyText,
  parts: fc.array(
    fc.oneof(
      text,
      words,
      fc.constantFrom('AK', 'SK', 'TOKEN', 'ENCODED', 'ESCAPED'),
      fc.constantFrom('"', ',', '|', ' ', ':', '=', 'x-security-token:', 'Signature=', 'Access='),
    ),
    { maxLength: 12 },
  ),
});

function checkRedactor({
  accessKey,
  secretKey,
  token,
  parts,
}: typeof told extends fc.Arbitrary<infer T> ? T : never): void {
  const spoken: Readonly<Record<string, string>> = {
    AK: accessKey,
    SK: secretKey,
    TOKEN: token,
    ENCODED: encodeURIComponent(token),
    ESCAPED: JSON.stringify(secretKey),
  };
  const message = parts.map((part) => spoken[part] ?? part).join('');
  const clean = redactError(
    { kind: 'server', code: message, message, requestId: message },
    { accessKey, hidden: [secretKey, token] },
  );
  for (const said of [clean.code, clean.message, clean.requestId]) {
    for (const secret of [accessKey, secretKey, token, encodeURIComponent(token)]) {
      assert.ok(said?.includes(secret) === false, said);
    }
  }
}

const named = <T>(name: string, arbitrary: fc.Arbitrary<T>, check: (value: T) => void): NamedProperty => ({
  name,
  property: fc.property(arbitrary, check),
});

export const clientProperties: readonly NamedProperty[] = [
  named('a signature is the one that another implementation makes of what is sent', request, checkSigner),
  named('a valid job is read field by field, and kept as it came', wireJob, checkValidJob),
  named('a field of another type is malformed, and named', fault, checkFaultyJob),
  named('no body makes the parser throw', anyBody, checkAnyBody),
  named('every answer that is not a success is one typed error', answer, checkError),
  named('no secret of a request is in its error', told, checkRedactor),
];
