import assert from 'node:assert/strict';
import { CloudApi, type CloudRequest } from '../../../../src/cloud/http/cloud-api';
import { parseSdkDate } from '../../../../src/cloud/http/timestamps';
import type { HttpTransport } from '../../../../src/cloud/http/transport';
import { errorSentence } from '../../../../src/ui/text/error-words';
import { DAY, HOUR, MINUTE, SECOND } from '../../../../src/base/time-units';
import reported from '../../../fixtures/reported-cases.json';
import { respondInTurn, serviceError } from '../../../support/cloud/fake-transport';

const TRUE_START = Date.UTC(2026, 6, 1, 12, 0, 0, 300);
const key = { accessKey: 'AKEXAMPLE0000000001', secretKey: 'SkExample' };
const request: CloudRequest<string> = {
  endpoint: 'https://elb.example.com',
  path: '/v3/x',
  maxResponseBytes: 1000,
  read: ({ body }) => ({ ok: true, value: body }),
};
const { signal } = new AbortController();
const sdkDate = (instant: number) => new Date(instant).toISOString().replace(/[-:]|\.\d{3}/g, '');

/** What happens on the way of a request, in turn; nothing after the last. */
interface Way {
  /** Between signing and the gateway. */
  readonly there?: number;
  /** Between the gateway and this computer. */
  readonly back?: number;
  /** How far this computer's clock is set ahead meanwhile. */
  readonly set?: number;
}
interface Told {
  readonly byDate?: boolean;
  readonly byTimes?: boolean;
  readonly byWords?: boolean;
}

describe('a signature that is too old when it arrives', () => {
  let trueTime: number;
  /** How far this computer's clock is ahead. */
  let ahead: number;
  let statuses: number[];
  let reportedSkews: number[];

  beforeEach(() => {
    trueTime = TRUE_START;
    ahead = 0;
    statuses = [];
    reportedSkews = [];
  });

  function apiOver(ways: readonly Way[], { byDate = false, byTimes = false, byWords = byTimes }: Told): CloudApi {
    let sent = 0;
    const gateway: HttpTransport = ({ headers }) => {
      const { there = 0, back = 0, set = 0 } = ways[sent] ?? {};
      sent += 1;
      trueTime += there;
      ahead += set;
      const signedAt = parseSdkDate(headers['X-Sdk-Date'] ?? '') ?? NaN;
      const isRefused = Math.abs(trueTime - signedAt) > 15 * MINUTE;
      const times = byTimes ? `, signature time:${sdkDate(signedAt)},server time:${sdkDate(trueTime)}` : '';
      const message = byWords ? `calc aksk signature fail:signature expired${times}` : 'Unauthorized';
      const date = byDate ? { date: new Date(trueTime).toUTCString() } : {};
      trueTime += back;
      statuses.push(isRefused ? 401 : 200);
      const body = isRefused ? serviceError('APIGW.0301', message) : 'RUNNING';
      return Promise.resolve({ ok: true, value: { status: isRefused ? 401 : 200, headers: date, body } });
    };
    return new CloudApi(
      gateway,
      () => trueTime + ahead,
      (skew) => reportedSkews.push(Math.round(skew / MINUTE)),
    );
  }

  const ask = async (api: CloudApi) => {
    const result = await api.get(request, key, signal);
    return result.ok ? result.value : result.error.kind;
  };

  const TOLD: readonly (readonly [string, Told])[] = [
    ['the times in the message', { byTimes: true }],
    ['the Date header', { byDate: true }],
    ['both', { byDate: true, byTimes: true }],
    ['nothing but the word “expired”', { byWords: true }],
  ];
  const isLate = ({ kind }: { readonly kind: string }) => kind === 'skew against the time of signing';

  for (const [index, { id, input, expected }] of reported.cases.filter(isLate).entries()) {
    it(`is signed again with the right clock: ${id}`, async () => {
      assert.equal(input, 'clock right; 16 min pass between signing and the gateway');
      assert.equal(expected, 'signed again with the right clock: RUNNING');
      const api = apiOver([{ there: 16 * MINUTE }], index === 0 ? { byTimes: true } : { byDate: true });
      assert.equal(await ask(api), 'RUNNING');
      assert.deepEqual([statuses, reportedSkews], [[401, 200], []]);
    });
  }

  for (const [name, ways, startsAhead] of [
    ['after 16 minutes of sleep', [{ there: 16 * MINUTE }], 0],
    ['after a weekend', [{ there: 3 * DAY }], 0],
    ['after 16 minutes, with an answer that takes 20', [{ there: 16 * MINUTE, back: 20 * MINUTE }], 0],
    ['after 10 minutes, by a clock that is 10 minutes behind', [{ there: 10 * MINUTE }], -10 * MINUTE],
    ['by a clock that is an hour behind and is set right on the way', [{ set: HOUR }], -HOUR],
    ['by a clock that is an hour ahead and is set right on the way', [{ set: -HOUR }], HOUR],
    ['by a clock that is set right, during a sleep', [{ there: 40 * MINUTE, set: HOUR }], -HOUR],
  ] as const) {
    for (const [how, told] of TOLD.slice(0, 3)) {
      it(`is signed again once, and accepted, ${name}: ${how} tell`, async () => {
        ahead = startsAhead;
        const api = apiOver(ways, told);
        assert.equal(await ask(api), 'RUNNING');
        assert.deepEqual(statuses, [401, 200]);
        assert.equal(await ask(api), 'RUNNING');
        assert.deepEqual(statuses, [401, 200, 200], 'no wrong skew is kept');
      });
    }
  }

  it('is signed again if only the word “expired” and this computer’s own clock tell', async () => {
    assert.equal(await ask(apiOver([{ there: 16 * MINUTE }], { byWords: true })), 'RUNNING');
    ahead = HOUR;
    statuses = [];
    assert.equal(await ask(apiOver([], { byWords: true })), 'clock-skew', 'a clock that is off says nothing');
    assert.deepEqual(statuses, [401]);
  });

  it('is signed with the service’s clock if this computer’s is off and known, also after a sleep', async () => {
    ahead = -HOUR;
    const api = apiOver([{}, {}, { there: 16 * MINUTE }], { byDate: true });
    assert.equal(await ask(api), 'RUNNING');
    assert.equal(await ask(api), 'RUNNING');
    assert.deepEqual(statuses, [401, 200, 401, 200]);
    assert.deepEqual(reportedSkews, [60]);
  });

  it('stops after the second one, with words that do not blame the clock', async () => {
    const api = apiOver([{ there: 16 * MINUTE }, { there: 16 * MINUTE }], { byTimes: true });
    const result = await api.get(request, key, signal);
    assert.ok(!result.ok);
    assert.deepEqual([result.error.kind, statuses], ['clock-skew', [401, 401]]);
    assert.match(errorSentence(result.error), /so late that its signature was no longer valid/);
    assert.doesNotMatch(errorSentence(result.error), /off by 0/);
  });

  it('is no excuse for a wrong key: an answer that takes 16 minutes back is no skew', async () => {
    const body = serviceError('APIGW.0301', 'verify aksk signature fail');
    let now = TRUE_START;
    let requests = 0;
    const api = new CloudApi(
      () => {
        requests += 1;
        const headers = { date: new Date(now).toUTCString() };
        now += 16 * MINUTE;
        return Promise.resolve({ ok: true, value: { status: 401, headers, body } });
      },
      () => now,
    );
    const result = await api.get(request, key, signal);
    assert.deepEqual([!result.ok && result.error.reason, requests], ['wrong-signature', 1]);
  });

  describe('and an answer from a cache', () => {
    const cached = (status: number, ageMs: number) => ({
      status,
      headers: { date: new Date(TRUE_START - ageMs).toUTCString(), age: String(ageMs / SECOND) },
      body: status === 200 ? '' : serviceError('APIGW.0301', 'verify aksk signature fail'),
    });

    it('says nothing about the clock: its Age is added to its Date', async () => {
      const { transport, requests } = respondInTurn(cached(401, HOUR));
      const result = await new CloudApi(transport, () => TRUE_START).get(request, key, signal);
      assert.deepEqual([!result.ok && result.error.reason, requests.length], ['wrong-signature', 1]);
      const api = new CloudApi(respondInTurn(cached(200, 3 * HOUR)).transport, () => TRUE_START);
      assert.ok((await api.get(request, { token: 'sample-token' }, signal)).ok);
      assert.equal(api.clockSkewOf(request.endpoint), 0);
    });

    it('is read as without an Age if that is no number', async () => {
      for (const age of ['', 'soon', '-5', '1e9', '99999999999']) {
        const headers = { date: new Date(TRUE_START - HOUR).toUTCString(), age };
        const api = new CloudApi(respondInTurn({ headers }).transport, () => TRUE_START);
        await api.get(request, key, signal);
        assert.equal(Math.round(api.clockSkewOf(request.endpoint) / MINUTE), -60, age);
      }
    });
  });

  it('does not make a slow download, or a sleep in it, a skew of the service', async () => {
    let now = TRUE_START;
    const api = new CloudApi(
      () => {
        const headers = { date: new Date(now).toUTCString() };
        now += 20 * MINUTE;
        return Promise.resolve({ ok: true, value: { status: 200, headers, body: '' } });
      },
      () => now,
    );
    assert.ok((await api.get(request, key, signal)).ok);
    assert.equal(api.clockSkewOf(request.endpoint), 0);
  });

  it('changes how long Retry-After asks to wait: from the moment of the answer', async () => {
    let now = TRUE_START;
    const api = new CloudApi(
      () => {
        now += 20 * MINUTE;
        const headers = { 'retry-after': new Date(now + 9500).toUTCString() };
        return Promise.resolve({ ok: true, value: { status: 429, headers, body: '' } });
      },
      () => now,
    );
    const result = await api.get(request, key, signal);
    const wait = result.ok ? undefined : result.error.retryAfter;
    assert.ok(wait !== undefined && wait > 8000 && wait <= 9500, String(wait));
  });

  it('is no sign of a token that was refused early if the token expired on the way', async () => {
    let now = TRUE_START;
    const api = new CloudApi(
      () => {
        now += HOUR;
        return Promise.resolve({ ok: true, value: { status: 401, headers: {}, body: serviceError('APIGW.0301') } });
      },
      () => now,
    );
    const result = await api.get(request, { token: 'sample-token', expiresAt: TRUE_START + MINUTE }, signal);
    assert.equal(!result.ok && result.error.kind, 'token-expired');
  });
});
