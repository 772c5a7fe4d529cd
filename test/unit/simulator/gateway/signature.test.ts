import assert from 'node:assert/strict';
import fc from 'fast-check';
import { Refusal } from '../../../../src/simulator/http/simulated-response';
import type { CloudRequest } from '../../../../src/simulator/http/cloud-request';
import { KeyRing } from '../../../../src/simulator/gateway/key-ring';
import { parseSdkDate } from '../../../../src/simulator/gateway/sdk-date';
import { canonicalRequest, parseAuthorization, signatureOf } from '../../../../src/simulator/gateway/signature';
import signing from '../../../fixtures/signing-vectors.json';

type Vector = (typeof signing.vectors)[number];

/** Returns a vector's request as it is sent, with the query in the order of its parameters. */
function requestOf({ input }: Vector): CloudRequest {
  const headers: Record<string, string> = { host: input.host };
  for (const [name, value] of Object.entries(input.headers)) headers[name.toLowerCase()] = value;
  const query = Object.entries(input.query as Record<string, string | string[]>)
    .flatMap(([name, values]) => [values].flat().map((value) => `${name}=${encodeURIComponent(value)}`))
    .join('&');
  const now = parseSdkDate(input.headers['X-Sdk-Date']) ?? NaN;
  const body = Buffer.from(input.body ?? '', 'utf8');
  return { method: input.method, path: input.path, query, headers, body, receivedAt: now, serverTime: now };
}

function ringOf({ input }: Vector): KeyRing {
  const ring = new KeyRing();
  const token = (input.headers as Record<string, string>)['X-Security-Token'];
  const key = { accessKey: input.ak, secretKey: input.sk, projectIds: [] };
  ring.add(token === undefined ? key : { ...key, securityToken: token });
  return ring;
}

function verify(vector: Vector, request: CloudRequest, authorization = vector.expected.authorization): void {
  const parsed = parseAuthorization(authorization);
  assert.ok(parsed, 'the Authorization header could not be read');
  ringOf(vector).verify(request, parsed);
}

function refuses(vector: Vector, change: Partial<CloudRequest>, what: string): void {
  assert.throws(
    () => {
      verify(vector, { ...requestOf(vector), ...change });
    },
    (error) => error instanceof Refusal && error.status === 401 && error.code === 'APIGW.0301',
    what,
  );
}

describe('the signature check', () => {
  it('is tested with all vectors', () => {
    assert.equal(signing.vectors.length, 12);
  });

  for (const vector of signing.vectors) {
    const { expected, name } = vector;
    const request = requestOf(vector);

    it(`accepts the official SDKs’ signature: ${name}`, () => {
      assert.equal(canonicalRequest(request, expected.signed_headers.split(';')), expected.canonical_request);
      verify(vector, request);
      verify(vector, { ...request, query: expected.canonical_query_string });
    });

    it(`refuses any change after signing: ${name}`, () => {
      refuses(vector, { method: 'PUT' }, 'method');
      refuses(vector, { path: `${request.path}x` }, 'path');
      refuses(vector, { query: `${request.query}&x=1` }, 'query');
      refuses(vector, { body: Buffer.from(`${Buffer.from(request.body).toString()} `) }, 'body');
      for (const header of expected.signed_headers.split(';')) {
        const value = request.headers[header] ?? '';
        refuses(vector, { headers: { ...request.headers, [header]: `${value}1` } }, header);
        refuses(vector, { headers: { ...request.headers, [header]: undefined } }, `no ${header}`);
      }
      refuses(vector, { headers: { ...request.headers, 'x-project-id': 'added' } }, 'an unsigned X-Project-Id');
      const added = { ...request.headers, 'x-security-token': 'added' };
      refuses(vector, { headers: added }, 'an unsigned X-Security-Token');
      const hash = { ...request.headers, 'x-sdk-content-sha256': 'UNSIGNED-PAYLOAD' };
      refuses(vector, { headers: hash }, 'another hash of the body');
    });
  }

  const first = signing.vectors[0];
  assert.ok(first);

  it('refuses a signature with one wrong digit', () => {
    const { signature, authorization } = first.expected;
    fc.assert(
      fc.property(fc.nat(63), fc.constantFrom(...Array.from('0123456789abcdef')), (index, digit) => {
        fc.pre(signature[index] !== digit);
        const forged = signature.slice(0, index) + digit + signature.slice(index + 1);
        assert.throws(() => {
          verify(first, requestOf(first), authorization.replace(signature, forged));
        }, Refusal);
      }),
    );
  });

  it('refuses a right signature that does not cover the host or the date', () => {
    for (const name of ['host', 'x-sdk-date']) {
      const request = requestOf(first);
      const date = request.headers['x-sdk-date'] ?? '';
      const signature = signatureOf(canonicalRequest(request, [name]), date, first.input.sk);
      const authorization = `SDK-HMAC-SHA256 Access=${first.input.ak}, SignedHeaders=${name}, Signature=${signature}`;
      assert.throws(() => {
        verify(first, request, authorization);
      }, Refusal);
    }
  });

  it('reads "+" in a query as a plus, so that a client which sends it for a space is refused', () => {
    const request = { ...requestOf(first), query: 'status=A+B' };
    assert.match(canonicalRequest(request, ['host']), /\nstatus=A%2BB\n/);
  });

  it('uses the body hash of X-Sdk-Content-Sha256 if it is sent', () => {
    const headers = { 'x-sdk-content-sha256': 'UNSIGNED-PAYLOAD' };
    assert.match(canonicalRequest({ ...requestOf(first), headers }, ['host']), /\nhost\nUNSIGNED-PAYLOAD$/);
  });

  it('encodes every character that RFC 3986 reserves, exactly once', () => {
    const request = { ...requestOf(first), path: "/v3/!'()*%20~/x", query: '%zz=1&b' };
    const [, path, query] = canonicalRequest(request, ['host']).split('\n');
    assert.equal(path, '/v3/%21%27%28%29%2A%20~/x/');
    assert.equal(query, '%25zz=1&b=');
  });

  it('rejects an Authorization header in another format', () => {
    const { authorization } = first.expected;
    for (const other of [
      '',
      'Bearer abc',
      authorization.replace('SDK-HMAC-SHA256', 'SDK-HMAC-SM3'),
      authorization.replace('Access=', 'Credential='),
      authorization.slice(0, -1),
      `${authorization}0`,
      authorization.replace('host', 'Host'),
    ]) {
      assert.equal(parseAuthorization(other), undefined, other);
    }
  });
});

describe('the format of X-Sdk-Date', () => {
  it('is read as UTC, and rejected if there is no such date', () => {
    assert.equal(parseSdkDate('20240229T235959Z'), Date.parse('2024-02-29T23:59:59Z'));
    for (const other of ['20230229T000000Z', '20240229T240000Z', '2024-02-29T00:00:00Z', '20240229T000000', '']) {
      assert.equal(parseSdkDate(other), undefined, other);
    }
  });
});
