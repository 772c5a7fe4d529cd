/** A property of the client: whatever the service sends, it throws nothing and its errors contain no secret. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CloudApi } from '../../../src/cloud/http/cloud-api';
import { ElbClient } from '../../../src/cloud/api/elb-client';
import type { Result } from '../../../src/cloud/http/error';
import type { HttpResponse } from '../../../src/cloud/http/transport';
import { IamClient } from '../../../src/cloud/api/iam-client';
import { anyBody, anyMessage, code, errorBody, jsonOf, partial, wireJob, wireText } from './arbitraries';

const sampleSecrets = {
  key: { accessKey: 'AKSAMPLE00000000001', secretKey: 'sample/secret+key', securityToken: 'sample/security+token=' },
  token: { token: 'sample-iam-token' },
  password: 'sample "password"!',
};
const secrets = [
  sampleSecrets.key.secretKey,
  sampleSecrets.key.securityToken,
  sampleSecrets.token.token,
  sampleSecrets.password,
];

/** Texts that only a hostile service sends. */
const hostile = fc.constantFrom('\ud800', 'a\udfffb', '', '..', 'a/b', '\u0000', '%', '__proto__', ...secrets);
const hostileText = fc.oneof(wireText, hostile);
const strangeJob = fc
  .tuple(hostile, hostileText)
  .map(([name, value]) => ({ [name]: value, sub_jobs: [{ [name]: 7 }] }));
const tooDeep = hostile.map((name) => `{"job":{${JSON.stringify(name)}:${'['.repeat(101)}${']'.repeat(101)}}}`);

/** The transport passes on headers with a value only. */
const headerText = hostileText.map((value) => value ?? '');

const anyResponse = fc.record({
  status: fc.oneof(fc.constantFrom(200, 201, 401, 429), fc.integer({ min: 100, max: 599 })),
  headers: partial({
    date: fc.oneof(
      headerText,
      fc.constantFrom(
        'Sat, 13 Sep 275760 00:00:00 GMT',
        'Fri, 31 Dec 0000 00:00:00 GMT',
        'Thu, 01 Jan 2026 01:00:00 GMT',
      ),
    ),
    'retry-after': fc.oneof(headerText, fc.integer().map(String)),
    'x-subject-token': headerText,
    'x-request-id': headerText,
  }),
  body: fc.oneof(
    fc
      .record({ jobs: fc.array(wireJob, { maxLength: 2 }), page_info: fc.record({ next_marker: hostileText }) })
      .map(jsonOf),
    fc.record({ job: fc.oneof(wireJob, strangeJob) }).map(jsonOf),
    fc.record({ projects: fc.array(fc.record({ id: hostileText, name: hostileText })) }).map(jsonOf),
    fc.record({ token: fc.record({ expires_at: hostileText }) }).map(jsonOf),
    fc.record({ error_code: code, error_msg: fc.oneof(anyMessage, hostile) }).map(jsonOf),
    tooDeep,
    errorBody,
    anyBody,
  ),
});

export const clientRun = fc.record({
  responses: fc.array(anyResponse, { minLength: 1, maxLength: 2 }),
  isToken: fc.boolean(),
  limit: fc.integer({ min: 1, max: 3 }),
  beginTime: fc.option(fc.oneof(fc.double(), fc.integer()), { nil: undefined }),
});

export async function checkClient({
  responses,
  isToken,
  limit,
  beginTime,
}: typeof clientRun extends fc.Arbitrary<infer T> ? T : never): Promise<void> {
  let sent = 0;
  let now = Date.UTC(2026, 0, 1);
  const api = new CloudApi(
    () => {
      const response = responses[sent % responses.length];
      sent += 1;
      return Promise.resolve({ ok: true, value: response as HttpResponse });
    },
    () => (now += 1),
  );
  const endpoint = 'https://elb.example.com';
  const credential = isToken ? sampleSecrets.token : sampleSecrets.key;
  const { signal } = new AbortController();
  const ofCredential = isToken
    ? [sampleSecrets.token.token]
    : [sampleSecrets.key.securityToken, sampleSecrets.key.secretKey];
  const elb = new ElbClient(api);
  const iam = new IamClient(api);

  const job = { endpoint, projectId: 'p', jobId: 'j' };
  checkResult(await elb.showJob(job, credential, signal), ofCredential);
  checkResult(await iam.listProjects({ iamEndpoint: endpoint }, credential, signal), ofCredential);
  const { password } = sampleSecrets;
  const signIn = { iamEndpoint: endpoint, domain: 'd', user: 'u', password, project: { id: 'p' } };
  checkResult(await iam.createToken(signIn, signal), [password]);
  const list = { endpoint, projectId: 'p', limit, maxPages: 3, filter: beginTime === undefined ? {} : { beginTime } };
  for await (const page of elb.listJobs(list, credential, signal)) {
    checkResult(page, ofCredential);
    if (page.ok) for (const listed of page.value.jobs) listed.read();
  }
}

function checkResult(result: Result<unknown>, sent: readonly string[]): void {
  if (result.ok) return;
  const { code: errorCode, message, requestId } = result.error;
  for (const shown of [errorCode, message, requestId]) {
    assert.ok((shown ?? '').length <= 2048);
    for (const secret of sent) assert.ok(shown?.includes(secret) !== true, shown);
  }
}
