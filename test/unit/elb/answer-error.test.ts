import assert from 'node:assert/strict';
import { errorOfAnswer } from '../../../src/elb/answer-error';
import { readServiceError } from '../../../src/elb/error-body';

const now = Date.UTC(2021, 11, 17, 6, 43, 3);

function refusal(message: string, { code = 'APIGW.0301', headers = {} } = {}) {
  const body = JSON.stringify({ error_code: code, error_msg: message, request_id: 'r-1' });
  return errorOfAnswer({ status: 401, headers, body }, now);
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
    it(`is read in the shape of ${shape}`, () => {
      const read = readServiceError(JSON.stringify(body));
      assert.deepEqual([read?.code, read?.message, read?.requestId], expected);
    });
  }

  it('is not taken for the service’s where it is a proxy’s', () => {
    const bodies = ['', '<html></html>', 'null', '[]', '7', '{}', '{"code":403,"message":"blocked"}', '{"a":[1]}'];
    for (const body of bodies) assert.equal(readServiceError(body), undefined, body);
    const body = '{"code":403,"message":"blocked"}';
    assert.equal(errorOfAnswer({ status: 403, headers: {}, body }, now).kind, 'proxy');
  });

  it('throws for no text', () => {
    for (const body of ['{', '\u0000', '{"error":null}', '{"error":{"code":null}}', '"x"', '{"error_code":{}}']) {
      assert.equal(readServiceError(body), undefined, body);
    }
  });
});

describe('a refused key', () => {
  it('is told from a clock that is off, by the words of the gateway', () => {
    const words =
      'Incorrect IAM authentication information: calc aksk signature fail:signature expired, ' +
      'signature time:20211217T064303Z,server time:20211217T065804Z';
    const error = refusal(words);
    assert.equal(error.kind, 'clock-skew');
    assert.equal(error.clockSkew, 15 * 60_000 + 1000);
  });

  it('is told from a clock that is off, by the date of the answer', () => {
    const date = (minutes: number) => new Date(now + minutes * 60_000).toUTCString();
    assert.equal(refusal('Unauthorized', { headers: { date: date(-20) } }).clockSkew, -20 * 60_000);
    assert.equal(refusal('Unauthorized', { headers: { date: date(10) } }).kind, 'authentication');
  });

  it('is told from a locked key and from an ended token', () => {
    assert.equal(refusal('AK access failed to reach the limit,forbidden').kind, 'locked-out');
    assert.equal(refusal('token expires, expires_at: 2021-12-17T06:00:00Z').kind, 'token-expired');
    assert.equal(refusal('Token must be updated', { code: 'APIGW.0307' }).kind, 'token-expired');
  });

  it('says whether the key is unknown or the secret is another one', () => {
    assert.equal(refusal('ak PLANTEDKEY123 not exist').reason, 'unknown-key');
    assert.equal(refusal('Get secretKey failed,ak:PLANTEDKEY123,err:ak not exist').reason, 'unknown-key');
    assert.equal(refusal('verify aksk signature fail').reason, 'wrong-signature');
    assert.equal(refusal('Unauthorized').reason, undefined);
  });

  it('is a refusal also where the answer says nothing', () => {
    assert.equal(errorOfAnswer({ status: 401, headers: {}, body: '' }, now).kind, 'authentication');
  });
});
