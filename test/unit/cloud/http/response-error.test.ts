import assert from 'node:assert/strict';
import { errorOfResponse } from '../../../../src/cloud/http/response-error';
import { readServiceError } from '../../../../src/cloud/http/error-body';
import type { HttpResponse } from '../../../../src/cloud/http/transport';
import { errorBodies } from '../../../support/cloud/error-bodies';
import { serviceError } from '../../../support/cloud/fake-transport';
import { assertLinearCost } from '../../../support/linear-cost';

const now = Date.UTC(2021, 11, 17, 6, 43, 3);

function errorOf({ status, headers = {}, body = '' }: Pick<HttpResponse, 'status'> & Partial<HttpResponse>) {
  return errorOfResponse({ status, headers, body }, { sentAt: now, receivedAt: now, isSigned: true });
}

function refusal(message: string, { code = 'APIGW.0301', headers = {} } = {}) {
  return errorOf({ status: 401, headers, body: serviceError(code, message) });
}

describe('the body of an error', () => {
  for (const [shape, text, expected] of errorBodies) {
    it(`is read in the form of ${shape}`, () => {
      assert.deepEqual(readServiceError(text), expected);
    });

    it(`is the service’s, whatever the status, in the form of ${shape}`, () => {
      for (const status of [302, 400, 402, 403, 404, 405, 407, 409, 418, 429, 500, 503, 511]) {
        const error = errorOf({ status, body: text, headers: { 'x-request-id': 'r-header' } });
        assert.notEqual(error.kind, 'proxy', String(status));
        assert.deepEqual(
          [error.httpStatus, error.code, error.message, error.requestId],
          [status, expected.code, expected.message, expected.requestId ?? 'r-header'],
        );
      }
    });
  }

  it('decides nothing: the kind follows the status', () => {
    const kindOf = (status: number) => errorOf({ status, body: '{"code":"CCE_CM.0003","message":"m"}' }).kind;
    assert.deepEqual([400, 401, 403, 404, 409, 429, 500, 503].map(kindOf), [
      'bad-request',
      'authentication',
      'forbidden',
      'not-found',
      'server',
      'throttled',
      'server',
      'server',
    ]);
  });

  it('is said to be incomplete rather than a proxy’s if it breaks off before the code', () => {
    const text = JSON.stringify({ request_id: 'r-body', error_msg: 'no permission', error_code: 'ELB.8904' });
    for (const status of [400, 403, 404]) {
      for (let length = 1; length < text.length - 1; length += 1) {
        const body = text.slice(0, length);
        const error = errorOf({ status, body, headers: { 'x-request-id': 'r-header' } });
        assert.notEqual(error.kind, 'proxy', body);
        const isIdRead = body.includes('"r-body"');
        assert.deepEqual([error.httpStatus, error.requestId], [status, isIdRead ? 'r-body' : 'r-header'], body);
        if (!body.includes('ELB.8904"')) {
          assert.deepEqual([error.kind, error.message], ['malformed', `The response is incomplete (HTTP ${status}).`]);
        }
      }
    }
    assert.equal(
      errorOf({ status: 407, body: text.slice(0, 9) }).kind,
      'proxy',
      'The service documents no such status',
    );
    for (const body of ['{x', '{{', '<html>{"', '{"a":1}']) assert.equal(errorOf({ status: 403, body }).kind, 'proxy');
  });

  it('is not taken for the service’s if it is a proxy’s', () => {
    for (const body of [
      ...['', '<html></html>', 'null', '[]', '7', '{}', '{"a":[1]}', '{"code":403}', '{"message":"blocked"}'],
      ...[
        '{"status":404,"error":"Not Found","path":"/"}',
        '{"code":null,"message":"m"}',
        '{"code":true,"message":"m"}',
      ],
      ...[
        '{"message":"no Route matched","request_id":"r"}',
        '{"error":{"message":"blocked"}}',
        'code: 403, message: no',
      ],
      ...['{"code":"","message":"m"}', '{"code":403,"message":""}', '{"error":"blocked"}', '["code","message"]'],
    ]) {
      assert.equal(readServiceError(body), undefined, body);
      assert.equal(errorOf({ status: 403, body }).kind, 'proxy', body);
      assert.equal(errorOf({ status: 404, body }).kind, 'proxy', body);
    }
  });

  it('is read as far as it came if it breaks off', () => {
    const whole =
      '{"error_code":"PAP5.0001","error_msg":"access denied, \\"x\\"","request_id":"r","details":[{"a":"b"}]}';
    for (let length = '{"error_code":"PAP5.0001"'.length; length <= whole.length; length += 1) {
      const read = readServiceError(whole.slice(0, length));
      assert.equal(read?.code, 'PAP5.0001', whole.slice(0, length));
      assert.ok(read.message === undefined || read.message === 'access denied, "x"', 'no half message');
      assert.ok(read.requestId === undefined || read.requestId === 'r', 'no half id');
    }
    assert.equal(readServiceError('{"error_code":"PAP5.00'), undefined);
    assert.equal(readServiceError('{"error_code":"PAP5.0001'), undefined);
  });

  it('is searched in linear time, whatever its structure', () => {
    const bodies = ['[', '{"a":', '{"a":[', '"', '\\"', '{"a":"{', '{},', ','].map(
      (part) => (size: number) => `{"a":${part.repeat(size)}`.slice(0, size),
    );
    const members = (size: number) =>
      `{${Array.from({ length: size / 12 }, (_, index) => `"n${index}":{}`).join(',')}}`.slice(0, size);
    for (const bodyOf of [...bodies, members]) {
      const search = (size: number) => {
        assert.equal(readServiceError(bodyOf(size)), undefined);
      };
      assertLinearCost(64 * 1024, search, bodyOf(20));
    }
  });

  it('is not parsed if it is longer than any of the service’s', () => {
    const longest = serviceError('ELB.8904', 'x'.repeat(60_000));
    assert.equal(readServiceError(longest)?.code, 'ELB.8904');
    assert.equal(readServiceError(longest + ' '.repeat(6000)), undefined);
    const read = (size: number) => {
      assert.equal(errorOf({ status: 500, body: '['.repeat(size) }).kind, 'server');
    };
    assertLinearCost(8 * 1024 * 1024, read, 'brackets');
  });

  it('keeps all digits of a code and a request id that are numbers', () => {
    const body = '{"code":12345678901234567890,"message":"m","request_id":9007199254740993}';
    assert.deepEqual(readServiceError(body), {
      code: '12345678901234567890',
      message: 'm',
      requestId: '9007199254740993',
    });
  });

  it('never throws, whatever the text', () => {
    for (const body of ['{', '\u0000', '{"error":null}', '{"error":{"code":null}}', '"x"', '{"error_code":{}}']) {
      assert.equal(readServiceError(body), undefined, body);
    }
  });
});

describe('the request id of an error', () => {
  const requestIdOf = (body: string, headers: HttpResponse['headers'] = {}) =>
    errorOf({ status: 403, body, headers }).requestId;

  it('is the error’s, else that of the object around it, else the header’s', () => {
    const headers = { 'x-request-id': 'r-header' };
    assert.equal(requestIdOf('{"error":{"code":"a.1","request_id":"r-in"},"request_id":"r-out"}', headers), 'r-in');
    assert.equal(requestIdOf('{"error":{"code":"a.1"},"request_id":"r-out"}', headers), 'r-out');
    assert.equal(requestIdOf('{"error":{"code":"a.1","request_id":""},"requestId":null}', headers), 'r-header');
    assert.equal(requestIdOf('{"message":"no code","request_id":"r-out"}', headers), 'r-out');
    assert.equal(requestIdOf('<html>', headers), 'r-header');
  });

  it('is found in the header of any service', () => {
    for (const name of [
      'x-request-id',
      'x-openstack-request-id',
      'x-compute-request-id',
      'x-iam-trace-id',
      'request-id',
      'request_id',
      'x_request_id',
    ]) {
      assert.equal(requestIdOf('', { [name]: 'r' }), 'r', name);
    }
    assert.equal(requestIdOf('', { 'x-openstack-request-id': 'r-os', 'x-request-id': 'r' }), 'r', 'the documented one');
    for (const name of ['x-request-time', 'request-identity', 'date']) {
      assert.equal(requestIdOf('', { [name]: 'r' }), undefined, name);
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
      const classify = (size: number) => {
        assert.equal(refusal(message.repeat(size / message.length)).kind, 'authentication');
      };
      assertLinearCost(60_000, classify, message);
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
