import assert from 'node:assert/strict';
import { CloudApi } from '../../../../src/cloud/http/cloud-api';
import type { HttpResponse } from '../../../../src/cloud/http/transport';
import { IamClient, type PasswordSignIn } from '../../../../src/cloud/api/iam-client';
import { respondInTurn, serviceError } from '../../../support/cloud/fake-transport';
import { HOUR } from '../../../../src/base/time-units';

const NOW = Date.UTC(2024, 2, 23, 8, 20, 42);
const iamEndpoint = 'https://iam.example.com';
const password = 'sample "pass\\word"/!+%';
const signIn: PasswordSignIn = { iamEndpoint, domain: 'account', user: 'user', password, project: { id: 'p' } };
const key = { accessKey: 'AKEXAMPLE0000000001', secretKey: 'SkExample' };
const { signal } = new AbortController();

function createToken(response: Partial<HttpResponse>, changes: Partial<PasswordSignIn> = {}) {
  const { transport, requests } = respondInTurn(response);
  const result = new IamClient(new CloudApi(transport, () => NOW)).createToken({ ...signIn, ...changes }, signal);
  return { result, requests };
}

async function errorOf(response: Partial<HttpResponse>) {
  const result = await createToken(response).result;
  assert.ok(!result.ok);
  return result.error;
}

const iamError = (message: string) => JSON.stringify({ error: { message, code: 401, title: 'Unauthorized' } });
const token = (fields: object) => JSON.stringify({ token: { expires_at: '2024-03-24T08:20:42.000000Z', ...fields } });
const subjectToken = { 'x-subject-token': 'sample-token' };

describe('createToken', () => {
  it('sends the documented request, and returns the token with its expiry, project and user', async () => {
    const body = token({
      project: { id: 'p', name: 'cn-north-4' },
      user: { name: 'user', domain: { name: 'account' } },
    });
    const { result, requests } = createToken({ status: 201, headers: subjectToken, body });
    assert.deepEqual(await result, {
      ok: true,
      value: {
        token: 'sample-token',
        expiresAt: NOW + 24 * HOUR,
        projectId: 'p',
        projectName: 'cn-north-4',
        userName: 'user',
        domainName: 'account',
      },
    });
    assert.equal(requests[0]?.url, 'https://iam.example.com/v3/auth/tokens');
    assert.deepEqual(requests[0].headers, { 'Content-Type': 'application/json;charset=utf8' });
    assert.deepEqual(JSON.parse(requests[0].body ?? ''), {
      auth: {
        identity: {
          methods: ['password'],
          password: { user: { name: 'user', password, domain: { name: 'account' } } },
        },
        scope: { project: { id: 'p' } },
      },
    });
  });

  it('sends the passcode of virtual MFA with the user’s id, and repeats it in no error', async () => {
    const mfa = { userId: '7116d09f88fa41908676fdd4b039e95b', passcode: '987654' };
    const body = iamError('no passcode 987654');
    const { result, requests } = createToken({ status: 401, body }, { mfa });
    const { auth } = JSON.parse(requests[0]?.body ?? '') as { auth: { identity: object } };
    assert.deepEqual(auth.identity, {
      methods: ['password', 'totp'],
      password: { user: { name: 'user', password, domain: { name: 'account' } } },
      totp: { user: { id: mfa.userId, passcode: '987654' } },
    });
    const refused = await result;
    assert.ok(!refused.ok);
    assert.deepEqual([refused.error.reason, refused.error.message], ['wrong-passcode', 'no passcode [redacted]']);
  });

  it('knows that a user is locked although the password is a word of what IAM says', async () => {
    const body = iamError('The account is locked.');
    for (const word of ['locked', 'account', 'The account is locked.']) {
      const refused = await createToken({ status: 401, body }, { password: word }).result;
      assert.ok(!refused.ok);
      assert.equal(refused.error.reason, 'user-locked');
      assert.ok(!(refused.error.message ?? '').includes(word));
    }
  });

  it('reports a wrong account, user or password, and redacts a password that IAM echoes', async () => {
    const error = await errorOf({
      status: 401,
      body: iamError(`no user with ${password} or ${JSON.stringify(password)}`),
    });
    assert.deepEqual([error.kind, error.reason], ['authentication', 'wrong-password']);
    assert.equal(error.message, 'no user with [redacted] or "[redacted]"');
  });

  it('reports no clock skew for a refused password', async () => {
    const headers = { date: new Date(NOW + HOUR).toUTCString() };
    const error = await errorOf({ status: 401, headers, body: iamError('no') });
    assert.deepEqual([error.kind, error.reason, error.clockSkew], ['authentication', 'sign-in-refused', undefined]);
  });

  it('preserves the reason that the service gives', async () => {
    assert.equal((await errorOf({ status: 401, body: serviceError('ELB.1109') })).reason, 'account-not-verified');
  });

  it('reports IAM’s trace id as the request id', async () => {
    const headers = { 'x-iam-trace-id': 'trace-1' };
    assert.equal((await errorOf({ status: 401, headers, body: iamError('no') })).requestId, 'trace-1');
  });

  for (const [what, response, message] of [
    ['an empty token', { headers: { 'x-subject-token': '' }, body: token({}) }, 'X-Subject-Token is missing.'],
    ['no token', { body: token({}) }, 'X-Subject-Token is missing.'],
    [
      'an end that is no time',
      { headers: subjectToken, body: token({ expires_at: 'soon' }) },
      'token.expires_at: not a time',
    ],
    ['no end', { headers: subjectToken, body: token({ expires_at: undefined }) }, 'token.expires_at: missing'],
  ] as const) {
    it(`rejects a response with ${what}`, async () => {
      const error = await errorOf({ status: 201, ...response });
      assert.deepEqual([error.kind, error.message], ['malformed', message]);
    });
  }

  it('reads an expiry without a zone as UTC', async () => {
    const body = token({ expires_at: '2024-03-24T08:20:42.000000' });
    const result = await createToken({ status: 201, headers: subjectToken, body }).result;
    assert.equal(result.ok && result.value.expiresAt, NOW + 24 * HOUR);
  });

  it('never sends the password to an endpoint where others could read it', async () => {
    const { result, requests } = createToken({}, { iamEndpoint: 'http://iam.example.com' });
    const refused = await result;
    assert.equal(!refused.ok && refused.error.kind, 'bad-request');
    assert.equal(requests.length, 0);
  });
});

describe('showToken', () => {
  const secret = 'sample+token/=';

  function showToken(...answers: readonly Partial<HttpResponse>[]) {
    const { transport, requests } = respondInTurn(...answers);
    const iam = new IamClient(new CloudApi(transport, () => NOW));
    return { result: iam.showToken({ iamEndpoint, token: secret }, signal), requests };
  }

  async function errorOf(response: Partial<HttpResponse>) {
    const result = await showToken(response).result;
    assert.ok(!result.ok);
    assert.ok(!JSON.stringify(result).includes(secret));
    return result.error;
  }

  it('sends the token in headers, never in the URL', async () => {
    const { result, requests } = showToken({ body: token({}) });
    await result;
    assert.equal(requests.length, 1);
    const { method, url, headers, body } = requests[0] ?? {};
    assert.deepEqual([method, url, body], ['GET', 'https://iam.example.com/v3/auth/tokens?nocatalog=true', undefined]);
    assert.deepEqual(headers, {
      'Content-Type': 'application/json;charset=utf8',
      'X-Subject-Token': secret,
      'X-Auth-Token': secret,
    });
  });

  it('returns the token’s expiry, project, user and account', async () => {
    const body = token({
      project: { id: 'p', name: 'cn-north-4', domain: { name: 'account' } },
      user: { id: 'u', name: 'user', domain: { id: 'd', name: 'account' } },
    });
    assert.deepEqual(await showToken({ body }).result, {
      ok: true,
      value: {
        expiresAt: NOW + 24 * HOUR,
        projectId: 'p',
        projectName: 'cn-north-4',
        userName: 'user',
        domainName: 'account',
      },
    });
  });

  it('returns no project for a token whose scope is an account', async () => {
    const result = await showToken({ body: token({ domain: { name: 'account' }, user: { name: 'user' } }) }).result;
    assert.ok(result.ok);
    const { projectId, userName, domainName } = result.value;
    assert.deepEqual([projectId, userName, domainName], [undefined, 'user', 'account']);
  });

  it('leaves out fields that are empty, null or missing', async () => {
    for (const fields of [
      {},
      { project: null, user: null, domain: null },
      { project: {}, user: {}, domain: {} },
      { project: { id: null, name: '' }, user: { name: '', domain: null }, domain: { name: null } },
    ]) {
      const result = await showToken({ body: token(fields) }).result;
      assert.ok(result.ok);
      const { expiresAt, ...others } = result.value;
      assert.equal(expiresAt, NOW + 24 * HOUR);
      assert.ok(Object.values(others).every((value) => value === undefined));
    }
  });

  for (const [what, response] of [
    ['that it is not known', { status: 401, body: iamError('The request you have made requires authentication.') }],
    ['that it is not found', { status: 404, body: iamError(`Could not find token: ${secret}`) }],
    ['the same by a code of its own', { status: 404, body: serviceError('IAM.0004', `no ${secret}`) }],
    ['that it is not valid', { status: 403, body: iamError('X-Auth-Token is invalid in the request') }],
  ] as const) {
    it(`reports the token as refused if IAM says ${what}`, async () => {
      const error = await errorOf(response);
      assert.deepEqual([error.kind, error.reason], ['authentication', 'token-refused']);
      assert.equal(error.httpStatus, response.status);
    });
  }

  it('reports an expired token', async () => {
    const body = serviceError('APIGW.0301', 'token expires, expires_at: 2024-03-22T08:20:42.000000Z');
    assert.equal((await errorOf({ status: 401, body })).kind, 'token-expired');
  });

  for (const [what, response, kind] of [
    ['another 403', { status: 403, body: iamError('The address is not allowed.') }, 'forbidden'],
    ['a 404 of something in between', { status: 404, body: '<html>' }, 'proxy'],
    ['a 404 of a gateway without IAM', { status: 404, body: serviceError('APIGW.0101') }, 'api-absent'],
    ['a fault of IAM', { status: 500, body: iamError('X-Subject-Token') }, 'server'],
  ] as const) {
    it(`does not report the token as refused after ${what}`, async () => {
      assert.equal((await errorOf(response)).kind, kind);
    });
  }

  for (const [what, body, message] of [
    ['no JSON', secret, 'The response is not JSON.'],
    ['no token', '{}', 'token: missing'],
    ['no end', token({ expires_at: undefined }), 'token.expires_at: missing'],
    ['an end that is no time', token({ expires_at: secret }), 'token.expires_at: not a time'],
    ['a project that is none', token({ project: [] }), 'token.project: not object or null'],
    ['a name that is none', token({ user: { name: { [secret]: secret } } }), 'token.user.name: not string or null'],
  ] as const) {
    it(`rejects a response with ${what}`, async () => {
      const error = await errorOf({ body });
      assert.deepEqual([error.kind, error.message], ['malformed', message]);
    });
  }

  it('never sends the token to an endpoint where others could read it', async () => {
    const { transport, requests } = respondInTurn({});
    const iam = new IamClient(new CloudApi(transport, () => NOW));
    const refused = await iam.showToken({ iamEndpoint: 'http://iam.example.com', token: secret }, signal);
    assert.equal(!refused.ok && refused.error.kind, 'bad-request');
    assert.equal(requests.length, 0);
  });
});

describe('listProjects', () => {
  it('leaves out disabled projects', async () => {
    const projects = [
      { id: '1', name: 'a', enabled: true },
      { id: '2', name: 'b', enabled: false },
      { id: '3', name: 'c', enabled: null },
      { id: '4', name: 'd' },
    ];
    const { transport, requests } = respondInTurn({ body: JSON.stringify({ projects }) });
    const iam = new IamClient(new CloudApi(transport, () => NOW));
    const result = await iam.listProjects({ iamEndpoint, name: 'cn-north-4' }, key, signal);
    assert.ok(result.ok);
    assert.deepEqual(result.value, [
      { id: '1', name: 'a' },
      { id: '3', name: 'c' },
      { id: '4', name: 'd' },
    ]);
    assert.equal(requests[0]?.url, 'https://iam.example.com/v3/projects?name=cn-north-4');
  });
});
