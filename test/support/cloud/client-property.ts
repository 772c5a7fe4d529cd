/** Whatever the service answers, the client tells it, throws nothing and keeps its secrets. */
import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CloudApi } from '../../../src/cloud/http/cloud-api';
import { ElbClient } from '../../../src/cloud/api/elb-client';
import type { Result } from '../../../src/cloud/http/error';
import type { HttpResponse } from '../../../src/cloud/http/transport';
import { IamClient } from '../../../src/cloud/api/iam-client';
import { anyBody, anyWords, code, errorBody, jsonOf, partial, wireJob, wireText } from './arbitraries';

const planted = {
  key: { accessKey: 'AKPLANTED0000000001', secretKey: 'planted/secret+key', securityToken: 'planted/security+token=' },
  token: { token: 'planted-iam-token' },
  password: 'planted "password"!',
};
const secrets = [planted.key.secretKey, planted.key.securityToken, planted.token.token, planted.password];

/** What no well-meaning service sends. */
const hostile = fc.constantFrom('\ud800', 'a\udfffb', '', '..', 'a/b', '\u0000', '%', '__proto__', ...secrets);
const hostileText = fc.oneof(wireText, hostile);
const strangeJob = fc
  .tuple(hostile, hostileText)
  .map(([name, value]) => ({ [name]: value, sub_jobs: [{ [name]: 7 }] }));
const tooDeep = hostile.map((name) => `{"job":{${JSON.stringify(name)}:${'['.repeat(101)}${']'.repeat(101)}}}`);

const anyAnswer = fc.record({
  status: fc.oneof(fc.constantFrom(200, 201, 401, 429), fc.integer({ min: 100, max: 599 })),
  headers: partial({
    date: fc.oneof(
      hostileText,
      fc.constantFrom(
        'Sat, 13 Sep 275760 00:00:00 GMT',
        'Fri, 31 Dec 0000 00:00:00 GMT',
        'Thu, 01 Jan 2026 01:00:00 GMT',
      ),
    ),
    'retry-after': fc.oneof(hostileText, fc.integer().map(String)),
    'x-subject-token': hostileText,
    'x-request-id': hostileText,
  }),
  body: fc.oneof(
    fc
      .record({ jobs: fc.array(wireJob, { maxLength: 2 }), page_info: fc.record({ next_marker: hostileText }) })
      .map(jsonOf),
    fc.record({ job: fc.oneof(wireJob, strangeJob) }).map(jsonOf),
    fc.record({ projects: fc.array(fc.record({ id: hostileText, name: hostileText })) }).map(jsonOf),
    fc.record({ token: fc.record({ expires_at: hostileText }) }).map(jsonOf),
    fc.record({ error_code: code, error_msg: fc.oneof(anyWords, hostile) }).map(jsonOf),
    tooDeep,
    errorBody,
    anyBody,
  ),
});

export const visit = fc.record({
  answers: fc.array(anyAnswer, { minLength: 1, maxLength: 2 }),
  isToken: fc.boolean(),
  limit: fc.integer({ min: 1, max: 3 }),
  beginTime: fc.option(fc.oneof(fc.double(), fc.integer()), { nil: undefined }),
});

export async function checkClient({
  answers,
  isToken,
  limit,
  beginTime,
}: typeof visit extends fc.Arbitrary<infer T> ? T : never): Promise<void> {
  let asked = 0;
  let now = Date.UTC(2026, 0, 1);
  const api = new CloudApi(
    () => {
      const answer = answers[asked % answers.length];
      asked += 1;
      return Promise.resolve({ ok: true, value: answer as HttpResponse });
    },
    () => (now += 1),
  );
  const endpoint = 'https://elb.example.com';
  const credential = isToken ? planted.token : planted.key;
  const { signal } = new AbortController();
  const ofCredential = isToken ? [planted.token.token] : [planted.key.securityToken, planted.key.secretKey];
  const elb = new ElbClient(api);
  const iam = new IamClient(api);

  const job = { endpoint, projectId: 'p', jobId: 'j' };
  checkTold(await elb.showJob(job, credential, signal), ofCredential);
  checkTold(await iam.listProjects({ iamEndpoint: endpoint }, credential, signal), ofCredential);
  const { password } = planted;
  const signIn = { iamEndpoint: endpoint, domain: 'd', user: 'u', password, project: { id: 'p' } };
  checkTold(await iam.createToken(signIn, signal), [password]);
  const list = { endpoint, projectId: 'p', limit, maxPages: 3, filter: beginTime === undefined ? {} : { beginTime } };
  for await (const page of elb.listJobs(list, credential, signal)) {
    checkTold(page, ofCredential);
    if (page.ok) for (const listed of page.value.jobs) listed.read();
  }
}

function checkTold(result: Result<unknown>, sent: readonly string[]): void {
  if (result.ok) return;
  const { code: errorCode, message, requestId } = result.error;
  for (const said of [errorCode, message, requestId]) {
    assert.ok((said ?? '').length <= 2048);
    for (const secret of sent) assert.ok(said?.includes(secret) !== true, said);
  }
}
