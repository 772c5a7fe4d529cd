import assert from 'node:assert/strict';
import { CloudApi, type CloudRequest } from '../../../../src/cloud/http/cloud-api';
import type { Credential } from '../../../../src/cloud/http/credential';
import { failure } from '../../../../src/cloud/http/error';
import type { HttpTransport } from '../../../../src/cloud/http/transport';
import { parseSdkDate } from '../../../../src/cloud/http/timestamps';
import { respondInTurn, serviceError } from '../../../support/cloud/fake-transport';
import { UNBELIEVABLE_DATES } from '../../../support/hostile/lock-out';
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

describe('a wrong clock', () => {
  let now: number;
  /** How far each endpoint's clock is ahead of the true time. */
  let ahead: Map<string, number>;
  let reported: number[];
  let statuses: number[];
  let api: CloudApi;
  /** The largest accepted error of a signature's date, in milliseconds. */
  let tolerance: number;

  beforeEach(() => {
    now = START;
    ahead = new Map();
    reported = [];
    statuses = [];
    tolerance = 15 * MINUTE;
    const trueTime = START;
    const gateway: HttpTransport = ({ url, headers }) => {
      const serverTime = trueTime + (ahead.get(new URL(url).origin) ?? 0);
      const signedAt = parseSdkDate(headers['X-Sdk-Date'] ?? '') ?? NaN;
      const isRefused = Math.abs(serverTime - signedAt) > tolerance;
      statuses.push(isRefused ? 401 : 200);
      const dateOf = (instant: number) => new Date(instant).toISOString().replace(/[-:]|\.\d{3}/g, '');
      const message = `signature expired, signature time:${dateOf(signedAt)},server time:${dateOf(serverTime)}`;
      const body = isRefused ? serviceError('APIGW.0301', message) : '';
      return Promise.resolve({ ok: true, value: { status: isRefused ? 401 : 200, headers: {}, body } });
    };
    api = new CloudApi(
      gateway,
      () => now,
      (skew) => reported.push(skew / MINUTE),
    );
  });

  const ask = async (...endpoints: readonly string[]) => {
    for (const each of endpoints) assert.ok((await api.get(request({ endpoint: each }), key, signal)).ok);
  };

  it('is reported once even if another endpoint’s clock is right', async () => {
    ahead.set(endpoint, 20 * MINUTE);
    await ask(endpoint, other, endpoint, other, endpoint);
    assert.deepEqual(reported, [20]);
    assert.deepEqual(statuses, [401, 200, 200, 200, 200, 200]);
  });

  it('is reported with the largest skew of all endpoints', async () => {
    ahead.set(endpoint, 20 * MINUTE).set(other, -30 * MINUTE);
    await ask(endpoint, other, endpoint);
    assert.deepEqual(reported, [20, -30]);
  });

  it('is right again for all endpoints once one of them has accepted the corrected clock', async () => {
    ahead.set(endpoint, 20 * MINUTE).set(other, 20 * MINUTE);
    await ask(endpoint, other);
    now += 20 * MINUTE;
    await ask(endpoint);
    assert.deepEqual(reported, [20, 0]);
    statuses = [];
    await ask(other, endpoint);
    assert.deepEqual(statuses, [200, 200], 'nothing is signed with what was true before');
  });

  it('may drift further: a later skew is added to the known one', async () => {
    ahead.set(endpoint, 20 * MINUTE);
    await ask(endpoint);
    ahead.set(endpoint, 50 * MINUTE);
    await ask(endpoint, endpoint);
    assert.deepEqual(reported, [20, 50]);
    assert.deepEqual(statuses, [401, 200, 401, 200, 200]);
  });

  it('is reported from one minute of skew', async () => {
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
      assert.deepEqual(reported, expected, `${seconds} s`);
    }
  });

  it('does not change the time that Retry-After asks to wait', async () => {
    const skewed = { date: new Date(START + 20 * MINUTE).toUTCString() };
    const retryAt = new Date(START + 20 * MINUTE + 9000).toUTCString();
    const { transport } = respondInTurn(
      { status: 401, headers: skewed },
      { status: 200 },
      { status: 429, headers: { 'retry-after': retryAt } },
    );
    const throttled = new CloudApi(transport, () => START);
    assert.ok((await throttled.get(request(), key, signal)).ok);
    assert.equal((await errorOf(throttled)).retryAfter, 9000);
  });

  it('is not corrected by more than ten years, neither at once nor in steps', async () => {
    const byDate = respondInTurn({ status: 401, headers: { date: 'Sat, 13 Sep 275760 00:00:00 GMT' } });
    const error = await errorOf(new CloudApi(byDate.transport, () => START));
    assert.deepEqual([error.kind, error.clockSkew], ['authentication', undefined]);

    const in9Years = { status: 401, headers: { date: new Date(START + 9 * YEAR).toUTCString() } };
    const in18Years = { status: 401, headers: { date: new Date(START + 18 * YEAR).toUTCString() } };
    const bitByBit = respondInTurn(in9Years, { status: 200 }, in18Years);
    const patient = new CloudApi(bitByBit.transport, () => START);
    assert.ok((await patient.get(request(), key, signal)).ok);
    assert.equal((await errorOf(patient)).clockSkew, undefined);
    assert.equal(bitByBit.requests.length, 3);
  });
});

describe('a refusal of a wrong key', () => {
  const PLAUSIBLE = Date.UTC(2026, 6, 1, 12);
  const sdkDate = (instant: number) => new Date(instant).toISOString().replace(/[-:]|\.\d{3}/g, '');
  const textOf = (date: number | string | undefined, now: number) =>
    typeof date === 'number' ? new Date(now + date).toUTCString() : date;

  /** @returns the number of requests with a wrong key. */
  async function requestsAfter(now: number, headers: Record<string, string>, message = 'verify aksk signature fail') {
    const response = { status: 401, headers, body: serviceError('APIGW.0301', message) };
    const { transport, requests } = respondInTurn(response, response, response);
    await errorOf(new CloudApi(transport, () => now));
    return requests.length;
  }

  for (const { name, date, now = PLAUSIBLE } of UNBELIEVABLE_DATES.inputs) {
    const text = textOf(date, now);

    it(`is not sent again for ${name} in its Date`, async () => {
      assert.equal(await requestsAfter(now, text === undefined ? {} : { date: text }), 1);
    });

    it(`is not sent again for ${name} in its message`, async () => {
      const server = Math.abs(typeof date === 'number' ? date : Infinity) <= 15 * MINUTE ? now : Date.parse(text ?? '');
      const at = Number.isNaN(server) ? 'x' : sdkDate(server);
      const message = `signature expired, signature time:${sdkDate(now)},server time:${at}`;
      assert.equal(await requestsAfter(now, {}, message), 1);
    });

    it(`does not report the time of ${name} if it is a success`, async () => {
      const { transport } = respondInTurn({ status: 200, headers: text === undefined ? {} : { date: text } });
      const api = new CloudApi(transport, () => now);
      assert.ok((await api.get(request(), key, signal)).ok);
      assert.ok(Math.abs(api.clockSkewOf(endpoint)) <= 15 * MINUTE);
    });
  }

  for (const [name, skew, now] of [
    ['16 minutes', 16 * MINUTE, PLAUSIBLE],
    ['23 hours', 23 * HOUR, PLAUSIBLE],
    ['23 hours in the other direction', -23 * HOUR, PLAUSIBLE],
    ['56 years, since the clock shows 1970', PLAUSIBLE, 0],
    ['years, since the clock shows 2070', PLAUSIBLE - Date.UTC(2070, 0, 1), Date.UTC(2070, 0, 1)],
  ] as const) {
    it(`is sent once again, with the right time, if the clock is off by ${name}`, async () => {
      assert.equal(await requestsAfter(now, { date: new Date(now + skew).toUTCString() }), 2);
    });
  }

  it('is not sent again if too many failed before', async () => {
    const response = { status: 401, headers: { date: new Date(PLAUSIBLE + HOUR).toUTCString() } };
    const { transport, requests } = respondInTurn(response, response);
    const asked: Credential[] = [];
    const mayRepeat = (credential: Credential) => {
      asked.push(credential);
      return Promise.resolve(false);
    };
    await errorOf(new CloudApi(transport, () => PLAUSIBLE, undefined, mayRepeat));
    assert.deepEqual([requests.length, asked], [1, [key]]);
  });
});

describe('an invalid request', () => {
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
    it(`is rejected before it is signed, with a message that says what is valid: ${what}`, async () => {
      const { transport, requests } = respondInTurn({});
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
  const token = { token: 'sample-token', expiresAt: START + HOUR };
  const off = { date: new Date(START + HOUR).toUTCString() };
  const refused = (code: string, { status = 401, headers = {}, now = START } = {}) => ({
    with: (credential: Credential) =>
      errorOf(
        new CloudApi(respondInTurn({ status, headers, body: serviceError(code) }).transport, () => now),
        credential,
      ),
  });

  it('has the reason token-refused if ELB cannot read it; a key does not', async () => {
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

  it('has expired after its end, and is refused before', async () => {
    assert.equal((await refused('APIGW.0301', { now: START + HOUR }).with(token)).kind, 'token-expired');
    assert.equal((await refused('APIGW.0301', { now: START + HOUR - 1 }).with(token)).reason, 'token-refused');
    assert.equal((await refused('APIGW.0301').with({ token: 'endless' })).reason, 'token-refused');
  });

  it('is refused without a clock skew, whatever the clocks say', async () => {
    const { kind, reason, clockSkew } = await refused('APIGW.0301', { headers: off }).with(token);
    assert.deepEqual([kind, reason, clockSkew], ['authentication', 'token-refused', undefined]);
  });

  it('is not to blame, nor is a key, if the account lacks real-name verification', async () => {
    for (const credential of [token, key]) {
      for (const headers of [{}, off]) {
        const { kind, reason } = await refused('ELB.1109', { headers }).with(credential);
        assert.deepEqual([kind, reason], ['authentication', 'account-not-verified']);
      }
    }
  });

  it('is sent unchanged and without a signature', async () => {
    const { transport, requests } = respondInTurn({});
    assert.ok((await new CloudApi(transport, () => START).get(request(), token, signal)).ok);
    assert.deepEqual(requests[0]?.headers, { 'X-Auth-Token': 'sample-token' });
  });
});

describe('an endpoint’s clock', () => {
  const dated = (offset: number, status = 200) => ({
    status,
    headers: { date: new Date(START + offset).toUTCString() },
  });

  it('is read from any success, also with a token, and from no other response', async () => {
    const { transport } = respondInTurn({}, dated(-3 * HOUR), dated(HOUR, 502), dated(0));
    const api = new CloudApi(transport, () => START);
    const skews: number[] = [];
    for (let count = 0; count < 4; count += 1) {
      await api.get(request(), { token: 'sample-token' }, signal);
      skews.push(Math.round(api.clockSkewOf(endpoint) / HOUR));
    }
    assert.deepEqual(skews, [0, -3, -3, 0]);
    assert.equal(api.clockSkewOf(other), 0);
  });

  it('is the clock of accepted signatures if responses have no date', async () => {
    const message = 'signature expired, signature time:20240223T082042Z, server time:20240223T052042Z';
    const { transport } = respondInTurn({ status: 401, body: serviceError('APIGW.0301', message) }, {});
    const api = new CloudApi(transport, () => START);
    await api.get(request(), key, signal);
    assert.equal(api.clockSkewOf(endpoint), -3 * HOUR);
  });
});

describe('an error about a response', () => {
  it('is redacted even if its message is our own', async () => {
    const { transport } = respondInTurn({});
    const read = () => failure('malformed', { message: `job.${key.secretKey}: nested too deeply` });
    const error = await errorOf(new CloudApi(transport, () => START), key, { read });
    assert.equal(error.message, 'job.[redacted]: nested too deeply');
  });
});

describe('a success that repeats the request', () => {
  const secretKey = 'wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEY01';
  const securityToken = 'gQpjbi1ub3J0aC00i7yb8+/sample-token/of-a-session==';
  const accessKey = 'HPUAKQ3X7TM1ZC9VBNWL';
  /** Repeats the request's headers as text, in Base64, and in a header of its own. */
  const echo: HttpTransport = ({ headers }) => {
    const sent = JSON.stringify(headers);
    const body = JSON.stringify({ job: { job_id: '37d5c1fd', sent, coded: Buffer.from(sent).toString('base64') } });
    return Promise.resolve({ ok: true, value: { status: 200, headers: { 'x-request-id': sent }, body } });
  };

  for (const [how, credential, secrets] of [
    ['a key', { accessKey, secretKey, securityToken }, [secretKey, securityToken, accessKey, accessKey.slice(4)]],
    ['a token', { token: securityToken }, [securityToken]],
  ] as const) {
    it(`saves nothing of ${how}, and stays JSON`, async () => {
      const signatures: string[] = [];
      const api = new CloudApi(
        (sent) => {
          const [, signature] = /Signature=(\w+)/.exec(sent.headers['Authorization'] ?? '') ?? [];
          if (signature !== undefined) signatures.push(signature);
          return echo(sent);
        },
        () => START,
      );
      const result = await api.get(
        request({ read: ({ headers, body }) => ({ ok: true, value: `${headers['x-request-id'] ?? ''}\n${body}` }) }),
        credential,
        signal,
      );
      assert.ok(result.ok);
      const [header = '', body = ''] = result.value.split('\n');
      const { job } = JSON.parse(body) as { job: { job_id: string; coded: string; sent: string } };
      assert.equal(job.job_id, '37d5c1fd');
      const decoded = Buffer.from(job.coded, 'base64').toString('latin1');
      for (const secret of [...secrets, ...signatures]) {
        for (const text of [header, job.sent, decoded]) assert.ok(!text.includes(secret), secret);
      }
    });
  }
});
