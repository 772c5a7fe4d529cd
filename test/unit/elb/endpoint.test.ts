import assert from 'node:assert/strict';
import { elbEndpointOfRegion, isRegion, parseEndpoint } from '../../../src/elb/endpoint';

describe('endpoints', () => {
  it('finds the host of a region, in the EU too', () => {
    assert.equal(elbEndpointOfRegion('cn-north-4'), 'https://elb.cn-north-4.myhuaweicloud.com');
    assert.equal(elbEndpointOfRegion('eu-west-101'), 'https://elb.eu-west-101.myhuaweicloud.eu');
    assert.equal(elbEndpointOfRegion('eu-west-0'), 'https://elb.eu-west-0.myhuaweicloud.com');
  });

  it('accepts a region that is on no list, and no text that could name another host', () => {
    assert.ok(isRegion('cn-southwest-242'));
    for (const text of ['', 'cn', 'cn-north-4.evil.example', 'cn north 4', 'CN-NORTH-4', 'a/b']) {
      assert.ok(!isRegion(text), text);
    }
  });

  it('accepts the endpoints that a dedicated cloud may have', () => {
    for (const [text, origin] of [
      ['https://elb.example.com', 'https://elb.example.com'],
      [' https://elb.example.com/ ', 'https://elb.example.com'],
      ['elb.eu-de.otc.t-systems.com', 'https://elb.eu-de.otc.t-systems.com'],
      ['https://elb.example.com:8443', 'https://elb.example.com:8443'],
      ['http://127.0.0.1:9000', 'http://127.0.0.1:9000'],
      ['http://localhost:9000', 'http://localhost:9000'],
    ] as const) {
      assert.deepEqual(parseEndpoint(text), { ok: true, origin }, text);
    }
  });

  it('refuses an endpoint where a signed request could be read by others', () => {
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
      ['https://elb', 'not-a-url'],
      ['https://', 'not-a-url'],
      ['two words', 'not-a-url'],
    ] as const) {
      assert.deepEqual(parseEndpoint(text), { ok: false, problem }, text);
    }
  });
});
