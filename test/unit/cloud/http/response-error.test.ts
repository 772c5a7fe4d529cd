import assert from 'node:assert/strict';
import { errorOfResponse } from '../../../../src/cloud/http/response-error';
import { readServiceError } from '../../../../src/cloud/http/error-body';
import type { HttpResponse } from '../../../../src/cloud/http/transport';
import { serviceError } from '../../../support/cloud/fake-transport';

const now = Date.UTC(2021, 11, 17, 6, 43, 3);

function errorOf({ status, headers = {}, body = '' }: Pick<HttpResponse, 'status'> & Partial<HttpResponse>) {
  return errorOfResponse({ status, headers, body }, { sentAt: now, isSigned: true });
}

function refusal(message: string, { code = 'APIGW.0301', headers = {} } = {}) {
  return errorOf({ status: 401, headers, body: serviceError(code, message) });
}

describe('the body of an error', () => {
  for (const [shape, body, expected] of [
    ['gateway and ELB', { error_code: 'ELB.8904', error_msg: 'm', request_id: 'r' }, ['ELB.8904', 'm', 'r']],
    ['camel case', { errorCode: 'ELB.8904', errorMsg: 'm', requestId: 'r' }, ['ELB.8904', 'm', 'r']],
    ['code and message', { code: 'APIGW.0101', message: 'm' }, ['APIGW.0101', 'm', undefined]],
    ['one nested object', { fault: { error_code: 'ELB.8902', error_msg: 'm' } }, ['ELB.8902', 'm', undefined]],
    ['IAM', { error: { code: 401, message: 'm', title: 'Unauthorized' } }, ['401', 'm', undefined]],
    ['Neutron', { NeutronError: { type: 'NotFound', message: 'm', detail: '' } }, ['NotFound', 'm', undefined]],
  ] as const) {
    it(`is read in the format of ${shape}`, () => {
      const read = readServiceError(JSON.stringify(body));
      assert.deepEqual([read?.code, read?.message, read?.requestId], expected);
    });
  }

  it('is not taken for the service’s if it is a proxy’s', () => {
    const bodies = ['', '<html></html>', 'null', '[]', '7', '{}', '{"code":403,"message":"blocked"}', '{"a":[1]}'];
    const likeIam = '{"error":{"code":404,"message":"no route"}}';
    for (const body of [...bodies, likeIam]) assert.equal(readServiceError(body), undefined, body);
    assert.equal(errorOf({ status: 403, body: '{"code":403,"message":"blocked"}' }).kind, 'proxy');
    assert.equal(errorOf({ status: 404, body: likeIam }).kind, 'proxy');
  });

  it('is not parsed if it is longer than any of the service’s', () => {
    const longest = serviceError('ELB.8904', 'x'.repeat(60_000));
    assert.equal(readServiceError(longest)?.code, 'ELB.8904');
    assert.equal(readServiceError(longest + ' '.repeat(6000)), undefined);
    const start = performance.now();
    assert.equal(errorOf({ status: 500, body: '['.repeat(8 * 1024 * 1024) }).kind, 'server');
    assert.ok(performance.now() - start < 3000);
  });

  it('never throws, whatever the text', () => {
    for (const body of ['{', '\u0000', '{"error":null}', '{"error":{"code":null}}', '"x"', '{"error_code":{}}']) {
      assert.equal(readServiceError(body), undefined, body);
    }
  });
});

describe('a refused key', () => {
  it('is distinguished from a wrong clock by the gateway’s message', () => {
    const message =
      'Incorrect IAM authentication information: calc aksk signature fail:signature expired, ' +
      'signature time:20211217T064303Z,server time:20211217T065804Z';
    const error = refusal(message);
    assert.equal(error.kind, 'clock-skew');
    assert.equal(error.clockSkew, 15 * 60_000 + 1000);
  });

  it('is distinguished from a wrong clock by the Date header', () => {
    const date = (minutes: number) => new Date(now + minutes * 60_000).toUTCString();
    assert.equal(refusal('Unauthorized', { headers: { date: date(-20) } }).clockSkew, -20 * 60_000);
    assert.equal(refusal('Unauthorized', { headers: { date: date(10) } }).kind, 'authentication');
  });

  it('is distinguished from a locked key and from an expired token', () => {
    assert.equal(refusal('AK access failed to reach the limit,forbidden').kind, 'locked-out');
    assert.equal(refusal('token expires, expires_at: 2021-12-17T06:00:00Z').kind, 'token-expired');
    assert.equal(refusal('Token must be updated', { code: 'APIGW.0307' }).kind, 'token-expired');
  });

  it('has a reason: the key is unknown, or the secret is wrong', () => {
    assert.equal(refusal('ak SAMPLEKEY123 not exist').reason, 'unknown-key');
    assert.equal(refusal('Get secretKey failed,ak:SAMPLEKEY123,err:ak not exist').reason, 'unknown-key');
    assert.equal(refusal('verify aksk signature fail').reason, 'wrong-signature');
    assert.equal(refusal('Unauthorized').reason, undefined);
  });

  it('is a refusal even if the response has no message', () => {
    assert.equal(errorOf({ status: 401 }).kind, 'authentication');
  });

  it('is classified quickly, however long the message', () => {
    for (const message of ['ak ', 'signature time:  ', 'limit:1,']) {
      const start = performance.now();
      assert.equal(refusal(message.repeat(60_000 / message.length)).kind, 'authentication');
      assert.ok(performance.now() - start < 3000, message);
    }
  });

  it('is not taken for a wrong clock by an invalid date', () => {
    for (const date of ['2020', 'Sat 23', 'soon', ''])
      assert.equal(refusal('no', { headers: { date } }).kind, 'authentication');
  });
});

describe('a response that is not a success', () => {
  for (const prefix of ['APIGW', 'APIG']) {
    it(`means the same with either spelling of the gateway’s codes: ${prefix}`, () => {
      const kindOf = (status: number, number: string) => {
        const { kind, reason } = errorOf({ status, body: serviceError(`${prefix}.${number}`) });
        return reason ?? kind;
      };
      assert.equal(kindOf(404, '0101'), 'api-absent');
      assert.equal(kindOf(404, '0202'), 'not-found');
      assert.equal(kindOf(401, '0307'), 'token-expired');
      assert.equal(kindOf(403, '0302'), 'gateway-forbidden');
      assert.equal(kindOf(403, '0310'), 'project-unavailable');
      assert.equal(kindOf(403, '0402'), 'address-not-allowed');
      assert.equal(kindOf(403, '0802'), 'region-not-allowed');
    });
  }

  it('is not the gateway’s if ELB uses the same number', () => {
    assert.equal(errorOf({ status: 404, body: serviceError('ELB.0101') }).kind, 'not-found');
    assert.equal(errorOf({ status: 403, body: serviceError('ELB.0310') }).kind, 'forbidden');
    assert.equal(errorOf({ status: 401, body: serviceError('ELB.0307') }).kind, 'authentication');
  });

  it('is a proxy’s if it redirects or requires a network sign-in', () => {
    for (const status of [301, 302, 303, 307, 308, 407, 511])
      assert.equal(errorOf({ status }).kind, 'proxy', String(status));
  });

  it('may ask to wait for seconds or until a date; an invalid value is ignored', () => {
    const retryAfter = (text: string) => errorOf({ status: 429, headers: { 'retry-after': text } }).retryAfter;
    assert.equal(retryAfter('7'), 7000);
    assert.equal(retryAfter(' 1.5 '), 1500);
    assert.equal(retryAfter(new Date(now + 9000).toUTCString()), 9000);
    assert.equal(retryAfter(new Date(now - 9000).toUTCString()), 0);
    assert.equal(retryAfter('9'.repeat(400)), 15 * 60_000);
    for (const nonsense of ['', '-5', 'soon 7', '1e3', '0x10', '7 s', '2022-01-01', 'Dec 17', 'Fri, soon GMT']) {
      assert.equal(retryAfter(nonsense), undefined, nonsense);
    }
  });
});
