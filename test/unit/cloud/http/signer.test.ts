import assert from 'node:assert/strict';
import { signRequest } from '../../../../src/cloud/http/signer';
import fixture from '../../../fixtures/signing-vectors.json';

describe('the signer', () => {
  for (const { name, input, expected } of fixture.vectors) {
    it(`signs byte for byte as the official SDKs do: ${name}`, () => {
      const {
        'X-Sdk-Date': date,
        'X-Security-Token': securityToken,
        ...headers
      } = input.headers as Record<string, string>;
      assert.ok(date);
      const signed = signRequest(
        {
          method: input.method as 'GET' | 'POST',
          origin: `${input.scheme}://${input.host}`,
          path: input.path,
          query: input.query,
          headers,
          ...(input.body === null ? {} : { body: input.body }),
        },
        { accessKey: input.ak, secretKey: input.sk, ...(securityToken === undefined ? {} : { securityToken }) },
        instantOf(date),
      );
      assert.equal(signed.canonicalRequest, expected.canonical_request);
      assert.equal(signed.stringToSign, expected.string_to_sign);
      assert.equal(signed.headers['Authorization'], expected.authorization);
      assert.equal(new URL(signed.url).search.slice(1), expected.canonical_query_string);
    });
  }

  it('is tested with all twelve vectors', () => {
    assert.equal(fixture.vectors.length, 12);
  });
});

/** The inverse of `YYYYMMDDTHHMMSSZ`. */
function instantOf(sdkDate: string): number {
  return Date.parse(sdkDate.replace(/^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})Z$/, '$1-$2-$3T$4:$5:$6Z'));
}
