import assert from 'node:assert/strict';
import { parseEndpoint } from '../../../../src/cloud/places/endpoint';
import { ENDPOINT_FORMS } from '../../../support/hostile/endpoints';

describe('parseEndpoint', () => {
  it('accepts the endpoints of dedicated clouds', () => {
    for (const [text, origin] of [
      ['https://elb.example.com', 'https://elb.example.com'],
      [' https://elb.example.com/ ', 'https://elb.example.com'],
      ['elb.eu-de.otc.t-systems.com', 'https://elb.eu-de.otc.t-systems.com'],
      ['https://elb.example.com:8443', 'https://elb.example.com:8443'],
      ['https://elb', 'https://elb'],
      ['http://127.0.0.1:9000', 'http://127.0.0.1:9000'],
      ['http://localhost:9000', 'http://localhost:9000'],
    ] as const) {
      assert.deepEqual(parseEndpoint(text), { ok: true, origin }, text);
    }
  });

  it('rejects an endpoint where others could read a signed request', () => {
    for (const [text, problem] of [
      ['http://elb.example.com', 'not-https'],
      ['http://127.0.0.1.example.com', 'not-https'],
      ['ftp://elb.example.com', 'not-https'],
      ['https://user:pass@elb.example.com', 'has-user-info'],
      ['https://elb.example.com/v3', 'has-path'],
      ['https://elb.example.com?x=1', 'has-path'],
      ['', 'not-a-url'],
      ['beijing', 'not-a-url'],
      ['4', 'not-a-url'],
      ['https://', 'not-a-url'],
      ['two words', 'not-a-url'],
    ] as const) {
      assert.deepEqual(parseEndpoint(text), { ok: false, problem }, text);
    }
  });

  for (const { name, text, endpoint } of ENDPOINT_FORMS.inputs) {
    it(`does not take ${name} for another endpoint`, () => {
      const parsed = parseEndpoint(text);
      assert.equal(parsed.ok ? parsed.origin : parsed.problem, endpoint);
      if (!parsed.ok) return;
      assert.deepEqual(parseEndpoint(parsed.origin), parsed, 'The origin that a person confirms is read unchanged');
      assert.match(parsed.origin, /^https:\/\/|^http:\/\/(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/);
    });
  }
});
