import assert from 'node:assert/strict';
import { parseEndpoint } from '../../../../src/cloud/places/endpoint';
import {
  elbEndpointOfRegion,
  iamEndpointOfRegion,
  isRegion,
  regionOfEndpoint,
  REGIONS,
} from '../../../../src/cloud/places/regions';

describe('the regions', () => {
  it('are the 32 regions of the SDKs, each once, with valid ids and endpoints', () => {
    const ids = REGIONS.map(({ id }) => id);
    assert.equal(new Set(ids).size, 32);
    for (const id of ids) {
      assert.ok(isRegion(id), id);
      for (const origin of [elbEndpointOfRegion(id), iamEndpointOfRegion(id)]) {
        assert.deepEqual(parseEndpoint(origin), { ok: true, origin });
      }
    }
  });

  it('have ELB endpoints under the right domain', () => {
    assert.equal(elbEndpointOfRegion('cn-north-4'), 'https://elb.cn-north-4.myhuaweicloud.com');
    assert.equal(elbEndpointOfRegion('eu-west-101'), 'https://elb.eu-west-101.myhuaweicloud.eu');
    assert.equal(elbEndpointOfRegion('eu-west-0'), 'https://elb.eu-west-0.myhuaweicloud.com');
    assert.equal(elbEndpointOfRegion('cn-southwest-242'), 'https://elb.cn-southwest-242.myhuaweicloud.com');
  });

  it('are found by their ELB endpoint, under either domain', () => {
    for (const { id } of [...REGIONS, { id: 'cn-southwest-242' }]) {
      assert.equal(regionOfEndpoint(elbEndpointOfRegion(id)), id);
    }
    assert.equal(regionOfEndpoint('https://elb.eu-west-101.myhuaweicloud.com'), 'eu-west-101');
  });

  it('are not found by the endpoint of another host or service', () => {
    for (const endpoint of [
      'https://elb.cn-north-4.myhuaweicloud.com.evil.example',
      'https://elb.cn-north-4.myhuaweicloud.com.',
      'https://elb.cn-north-4.myhuaweicloud.com:8443',
      'https://elb.cn-north-4.evilmyhuaweicloud.com',
      'https://elb.cn-north-4.myhuaweicloud.comx',
      'https://elb.a.b.myhuaweicloud.com',
      'https://elb.myhuaweicloud.com',
      'https://iam.cn-north-4.myhuaweicloud.com',
      'http://elb.cn-north-4.myhuaweicloud.com',
    ]) {
      assert.equal(regionOfEndpoint(endpoint), undefined, endpoint);
    }
  });

  it('have their own IAM endpoint, or the global one', () => {
    assert.equal(iamEndpointOfRegion('cn-north-4'), 'https://iam.cn-north-4.myhuaweicloud.com');
    assert.equal(iamEndpointOfRegion('eu-west-101'), 'https://iam.eu-west-101.myhuaweicloud.eu');
    for (const id of ['cn-south-4', 'af-north-1', 'ap-southeast-5', 'ru-northwest-2', 'cn-southwest-242']) {
      assert.equal(iamEndpointOfRegion(id), 'https://iam.myhuaweicloud.com', id);
    }
    assert.equal(iamEndpointOfRegion('eu-west-102'), 'https://iam.myhuaweicloud.eu', 'one that is newer than the list');
    assert.equal(REGIONS.filter(({ hasIam }) => hasIam).length, 28);
  });

  it('may be missing from the list, but a text that could name another host is not a region', () => {
    assert.ok(isRegion('cn-southwest-242'));
    for (const text of ['', 'cn', 'cn-north-4.evil.example', 'cn north 4', 'CN-NORTH-4', 'a/b']) {
      assert.ok(!isRegion(text), text);
    }
  });
});
