import assert from 'node:assert/strict';
import { CloudApi, type CloudRequest } from '../../../../src/cloud/http/cloud-api';
import type { Credential } from '../../../../src/cloud/http/credential';
import { failure } from '../../../../src/cloud/http/error';
import type { HttpTransport } from '../../../../src/cloud/http/transport';
import { parseSdkDate } from '../../../../src/cloud/http/timestamps';
import { answersInTurn, serviceError } from '../../../support/cloud/fake-transport';
import { HOUR, MINUTE } from '../../../../src/base/time-units';

const YEAR = 365 * 24 * HOUR;
const key = { accessKey: 'AKEXAMPLE0000000001', secretKey: 'SkExample' };
const endpoint = 'https://elb.example.com';
const other = 'https://iam.example.com';
const START = Date.UTC(2024, 2, 23, 8, 20, 42);

const { signal } = new AbortController();

function request(changes: Partial<CloudRequest<string>> = {}): CloudRequest<string> {
  return {
    endpoint,
    path: '/v3/x',
    maxResponseBytes: 1000,
    read: ({ body }) => ({ ok: true, value: body }),
    ...changes,
  };
}

async function errorOf(api: CloudApi, credential: Credential = key, changes: Partial<CloudRequest<string>> = {}) {
  const result = await api.get(request(changes), credential, signal);
  assert.ok(!result.ok);
  return result.error;
}

describe('a clock that is off', () => {
  let now: number;
  /** By how much the clock of each endpoint is ahead of the true time. */
  let ahead: Map<string, number>;
  let told: number[];
  let statuses: number[];
  let api: CloudApi;
  /** Milliseconds that a signature's date may be off. */
  let tolerance: number;

  beforeEach(() => {
    now = START;
    ahead = new Map();
    told = [];
    statuses = [];
    tolerance = 15 * MINUTE;
    const trueTime = START;
    const gateway: HttpTransport = ({ url, headers }) => {
      const serverTime = trueTime + (ahead.get(new URL(url).origin) ?? 0);
      const signedAt = parseSdkDate(headers['X-Sdk-Date'] ?? '') ?? NaN;
      const isRefused = Math.abs(serverTime - signedAt) > tolerance;
      statuses.push(isRefused ? 401 : 200);
      const dateOf = (instant: number) => new Date(instant).toISOString().replace(/[-:]|\.\d{3}/g, '');
      const words = `signature expired, signature time:${dateOf(signedAt)},server time:${dateOf(serverTime)}`;
      const body = isRefused ? serviceError('APIGW.0301', words) : '';
      return Promise.resolve({ ok: true, value: { status: isRefused ? 401 : 200, headers: {}, body } });
    };
    api = new CloudApi(
      gateway,
      () => now,
      (skew) => told.push(skew / MINUTE),
    );
  });

  const ask = async (...endpoints: readonly string[]) => {
    for (const each of endpoints) assert.ok((await api.get(request({ endpoint: each }), key, signal)).ok);
  };

  it('is told once where another endpoint’s clock is right, and does not flap', async () => {
    ahead.set(endpoint, 20 * MINUTE);
    await ask(endpoint, other, endpoint, other, endpoint);
    assert.deepEqual(told, [20]);
    assert.deepEqual(statuses, [401, 200, 200, 200, 200, 200]);
  });

  it('is told by the largest skew of all endpoints', async () => {
    ahead.set(endpoint, 20 * MINUTE).set(other, -30 * MINUTE);
    await ask(endpoint, other, endpoint);
    assert.deepEqual(told, [20, -30]);
  });

  it('is right again for all endpoints once it was set and one of them has shown it', async () => {
    ahead.set(endpoint, 20 * MINUTE).set(other, 20 * MINUTE);
    await ask(endpoint, other);
    now += 20 * MINUTE;
    await ask(endpoint);
    assert.deepEqual(told, [20, 0]);
    statuses = [];
    await ask(other, endpoint);
    assert.deepEqual(statuses, [200, 200], 'nothing is signed with what was true before');
  });

  it('may go on to drift: what is found later adds to what was known', async () => {
    ahead.set(endpoint, 20 * MINUTE);
    await ask(endpoint);
    ahead.set(endpoint, 50 * MINUTE);
    await ask(endpoint, endpoint);
    assert.deepEqual(told, [20, 50]);
    assert.deepEqual(statuses, [401, 200, 401, 200, 200]);
  });

  it('is worth telling from a minute on', async () => {
    tolerance = 10_000;
    for (const [seconds, expected] of [
      [40, []],
      [70, [70 / 60]],
      [100, [70 / 60]],
      [140, [70 / 60, 140 / 60]],
      [30, [70 / 60, 140 / 60, 0]],
    ] as const) {
      ahead.set(endpoint, seconds * 1000);
      await ask(endpoint);
      assert.deepEqual(told, expected, `${seconds} s`);
    }
  });

  it('does not change how long the service asks to wait', async () => {
    const skewed = { date: new Date(START + 20 * MINUTE).toUTCString() };
    const retryAt = new Date(START + 20 * MINUTE + 9000).toUTCString();
    const { transport } = answersInTurn(
      { status: 401, headers: skewed },
      { status: 200 },
      { status: 429, headers: { 'retry-after': retryAt } },
    );
    const throttled = new CloudApi(transport, () => START);
    assert.ok((await throttled.get(request(), key, signal)).ok);
    assert.equal((await errorOf(throttled)).retryAfter, 9000);
  });

  it('is not believed to be off by more than ten years, said at once or bit by bit', async () => {
    const byDate = answersInTurn({ status: 401, headers: { date: 'Sat, 13 Sep 275760 00:00:00 GMT' } });
    const error = await errorOf(new CloudApi(byDate.transport, () => START));
    assert.deepEqual([error.kind, error.clockSkew], ['authentication', undefined]);

    const in9Years = { status: 401, headers: { date: new Date(START + 9 * YEAR).toUTCString() } };
    const in18Years = { status: 401, headers: { date: new Date(START + 18 * YEAR).toUTCString() } };
    const bitByBit = answersInTurn(in9Years, { status: 200 }, in18Years);
    const patient = new CloudApi(bitByBit.transport, () => START);
    assert.ok((await patient.get(request(), key, signal)).ok);
    assert.equal((await errorOf(patient)).clockSkew, undefined);
    assert.equal(bitByBit.requests.length, 3);
  });
});

describe('a request that goes nowhere', () => {
  for (const [what, changes] of [
    ['no scheme', { endpoint: 'elb.example.com' }],
    ['no TLS', { endpoint: 'http://elb.example.com' }],
    ['a path in the endpoint', { endpoint: 'https://elb.example.com/v3' }],
    ['a slash behind the endpoint', { endpoint: 'https://elb.example.com/' }],
    ['user info', { endpoint: 'https://me@elb.example.com' }],
    ['an empty segment', { path: '/v3//elb' }],
    ['an empty last segment', { path: '/v3/elb/jobs/' }],
    ['a segment that stands for this', { path: '/v3/./elb' }],
    ['a segment that stands for what is above', { path: '/v3/../elb' }],
    ['a path that would become part of the host', { path: '.evil.example/v3' }],
  ] as const) {
    it(`is refused before it is signed, with what is expected: ${what}`, async () => {
      const { transport, requests } = answersInTurn({});
      const api = new CloudApi(transport, () => START);
      const post = { ...request(changes), body: 'password', secrets: { hidden: ['password'] } };
      for (const result of [await api.get(request(changes), key, signal), await api.post(post, signal)]) {
        assert.ok(!result.ok);
        assert.equal(result.error.kind, 'bad-request');
        assert.match(result.error.message ?? '', 'path' in changes ? /^A path begins / : /^An endpoint is https:/);
      }
      assert.equal(requests.length, 0);
    });
  }
});

describe('a token', () => {
  const token = { token: 'planted-token', expiresAt: START + HOUR };
  const off = { date: new Date(START + HOUR).toUTCString() };
  const refused = (code: string, { status = 401, headers = {}, now = START } = {}) => ({
    with: (credential: Credential) =>
      errorOf(
        new CloudApi(answersInTurn({ status, headers, body: serviceError(code) }).transport, () => now),
        credential,
      ),
  });

  it('is told to be refused where ELB cannot read it; a key has no such reason', async () => {
    for (const [code, status] of [
      ['ELB.1102', 403],
      ['ELB.1103', 401],
      ['ELB.1104', 401],
      ['ELB.1105', 401],
    ] as const) {
      const ofToken = await refused(code, { status }).with(token);
      assert.deepEqual([ofToken.kind, ofToken.reason], ['authentication', 'token-refused'], code);
      const ofKey = await refused(code, { status }).with(key);
      assert.deepEqual([ofKey.kind, ofKey.reason], ['authentication', undefined], code);
    }
  });

  it('is told to have expired after its end, and to be refused before', async () => {
    assert.equal((await refused('APIGW.0301', { now: START + HOUR }).with(token)).kind, 'token-expired');
    assert.equal((await refused('APIGW.0301', { now: START + HOUR - 1 }).with(token)).reason, 'token-refused');
    assert.equal((await refused('APIGW.0301').with({ token: 'endless' })).reason, 'token-refused');
  });

  it('is refused for what it is, whatever the clocks say: no clock takes part', async () => {
    const { kind, reason, clockSkew } = await refused('APIGW.0301', { headers: off }).with(token);
    assert.deepEqual([kind, reason, clockSkew], ['authentication', 'token-refused', undefined]);
  });

  it('or a key is not to blame where the account is not verified by real name', async () => {
    for (const credential of [token, key]) {
      for (const headers of [{}, off]) {
        const { kind, reason } = await refused('ELB.1109', { headers }).with(credential);
        assert.deepEqual([kind, reason], ['authentication', 'account-not-verified']);
      }
    }
  });

  it('is sent as it is, and unsigned', async () => {
    const { transport, requests } = answersInTurn({});
    assert.ok((await new CloudApi(transport, () => START).get(request(), token, signal)).ok);
    assert.deepEqual(requests[0]?.headers, { 'X-Auth-Token': 'planted-token' });
  });
});

describe('the clock of an endpoint', () => {
  const dated = (offset: number, status = 200) => ({
    status,
    headers: { date: new Date(START + offset).toUTCString() },
  });

  it('is known by any answer, also to a token, and no other than a success', async () => {
    const { transport } = answersInTurn({}, dated(-3 * HOUR), dated(HOUR, 502), dated(0));
    const api = new CloudApi(transport, () => START);
    const skews: number[] = [];
    for (let count = 0; count < 4; count += 1) {
      await api.get(request(), { token: 'planted-token' }, signal);
      skews.push(Math.round(api.clockSkewOf(endpoint) / HOUR));
    }
    assert.deepEqual(skews, [0, -3, -3, 0]);
    assert.equal(api.clockSkewOf(other), 0);
  });

  it('is the one that signatures are made with where answers bear no date', async () => {
    const words = 'signature expired, signature time:20240223T082042Z, server time:20240223T052042Z';
    const { transport } = answersInTurn({ status: 401, body: serviceError('APIGW.0301', words) }, {});
    const api = new CloudApi(transport, () => START);
    await api.get(request(), key, signal);
    assert.equal(api.clockSkewOf(endpoint), -3 * HOUR);
  });
});

describe('what is told of an answer', () => {
  it('is redacted also where it is we who say it', async () => {
    const { transport } = answersInTurn({});
    const read = () => failure('malformed', { message: `job.${key.secretKey}: nested too deeply` });
    const error = await errorOf(new CloudApi(transport, () => START), key, { read });
    assert.equal(error.message, 'job.[redacted]: nested too deeply');
  });
});
