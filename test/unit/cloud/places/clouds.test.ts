import assert from 'node:assert/strict';
import { cloudOf, elbEndpointIn, mayBeIn } from '../../../../src/cloud/places/clouds';
import { elbEndpointOfRegion, REGIONS } from '../../../../src/cloud/places/regions';

const NORTH = 'https://elb.cn-north-4.myhuaweicloud.com';

describe('the cloud of keys', () => {
  for (const [facts, domain, region, endpoint] of [
    [{ domain: 'myhuaweicloud.com' }, 'myhuaweicloud.com', 'cn-north-4', NORTH],
    [{ iam: 'https://iam.myhuaweicloud.com:443/v3' }, 'myhuaweicloud.com', 'cn-north-4', NORTH],
    [{ iam: 'https://iam-pub.cn-north-4.myhuaweicloud.com/v3' }, 'myhuaweicloud.com', 'cn-north-4', NORTH],
    [{ domain: 'myhuaweicloud.com' }, 'myhuaweicloud.com', 'eu-west-101', 'https://elb.eu-west-101.myhuaweicloud.eu'],
    [{ domain: 'myhuaweicloud.eu' }, 'myhuaweicloud.eu', 'eu-west-101', 'https://elb.eu-west-101.myhuaweicloud.eu'],
    [{ domain: 'myhuaweicloud.eu' }, 'myhuaweicloud.eu', 'cn-north-4', undefined],
    [{ domain: 'hc.sbercloud.ru' }, 'hc.sbercloud.ru', 'ru-moscow-1', 'https://elb.ru-moscow-1.hc.sbercloud.ru'],
    [
      { domain: 'https://hc.sbercloud.ru/' },
      'hc.sbercloud.ru',
      'ru-moscow-1',
      'https://elb.ru-moscow-1.hc.sbercloud.ru',
    ],
    [
      { iam: 'https://iam.ru-moscow-1.hc.sbercloud.ru/v3' },
      'hc.sbercloud.ru',
      'ru-moscow-1',
      'https://elb.ru-moscow-1.hc.sbercloud.ru',
    ],
    [
      { iam: 'https://iam.eu-de.otc.t-systems.com:443/v3' },
      'otc.t-systems.com',
      'eu-nl',
      'https://elb.eu-nl.otc.t-systems.com',
    ],
    [
      { iam: 'https://iam.eu-west-0.prod-cloud-ocb.orange-business.com/v3' },
      'prod-cloud-ocb.orange-business.com',
      'eu-west-0',
      'https://elb.eu-west-0.prod-cloud-ocb.orange-business.com',
    ],
    [
      { iam: 'https://iam.prod-cloud-ocb.orange-business.com' },
      'prod-cloud-ocb.orange-business.com',
      'eu-west-0',
      'https://elb.eu-west-0.prod-cloud-ocb.orange-business.com',
    ],
    [
      { iam: 'https://iam-apigateway-proxy.region1.hcs.example', region: 'region1' },
      'hcs.example',
      'region-1',
      'https://elb.region-1.hcs.example',
    ],
    // Only one of them names another cloud: Huawei Cloud does not know its keys.
    [
      { domain: 'myhuaweicloud.com', iam: 'https://iam.eu-de.otc.t-systems.com/v3' },
      'otc.t-systems.com',
      'eu-de',
      'https://elb.eu-de.otc.t-systems.com',
    ],
    [
      { domain: 'hc.sbercloud.ru', iam: 'https://iam.myhuaweicloud.com/v3' },
      'hc.sbercloud.ru',
      'ru-moscow-1',
      'https://elb.ru-moscow-1.hc.sbercloud.ru',
    ],
    [
      { domain: 'private.example', iam: 'https://10.0.0.1:31943/v3' },
      'private.example',
      'cn-global-1',
      'https://elb.cn-global-1.private.example',
    ],
    // Of these, nothing more is known than that they are not Huawei Cloud's.
    [{ iam: 'http://10.0.0.1:5000/v3' }, undefined, 'cn-north-4', undefined],
    [{ iam: 'https://[::1]:5000' }, undefined, 'cn-north-4', undefined],
    [{ iam: 'https://identity.example.com/v3' }, undefined, 'cn-north-4', undefined],
    [{ iam: 'not a url' }, undefined, 'cn-north-4', undefined],
    [{ domain: 'sbercloud' }, undefined, 'ru-moscow-1', undefined],
    [{ domain: 'a b.example' }, undefined, 'cn-north-4', undefined],
    [{ domain: `${'x'.repeat(100_000)}.example` }, undefined, 'cn-north-4', undefined],
    [
      { domain: 'myhuaweicloud.com.evil.example' },
      'myhuaweicloud.com.evil.example',
      'cn-north-4',
      'https://elb.cn-north-4.myhuaweicloud.com.evil.example',
    ],
    [
      { domain: 'notmyhuaweicloud.com' },
      'notmyhuaweicloud.com',
      'cn-north-4',
      'https://elb.cn-north-4.notmyhuaweicloud.com',
    ],
  ] as const) {
    it(`is ${domain ?? 'another one'} for ${JSON.stringify(facts).slice(0, 120)}, with ${endpoint ?? 'no endpoint'}`, () => {
      const cloud = cloudOf(facts);
      assert.deepEqual(cloud, { domain });
      assert.equal(elbEndpointIn(cloud, region), endpoint);
      if (endpoint !== undefined) assert.ok(mayBeIn(cloud, endpoint));
      const isHuawei = domain?.startsWith('myhuaweicloud.') === true && !domain.includes('evil');
      assert.equal(mayBeIn(cloud, NORTH), isHuawei && domain !== 'myhuaweicloud.eu', NORTH);
      for (const { id } of isHuawei ? [] : REGIONS) assert.ok(!mayBeIn(cloud, elbEndpointOfRegion(id)), id);
    });
  }

  it('is not known if nothing names it, and then may have any endpoint', () => {
    assert.equal(cloudOf({}), undefined);
    assert.equal(elbEndpointIn(undefined, 'cn-north-4'), NORTH);
    assert.ok(mayBeIn(undefined, 'https://elb.example.com'));
  });

  it('may have an endpoint whose host does not tell, but none of another cloud', () => {
    const cloud = { domain: 'hc.sbercloud.ru' };
    for (const endpoint of [
      'https://proxy.corp.example',
      'http://127.0.0.1:8080',
      'https://elb.ru-moscow-1.hc.sbercloud.ru',
    ]) {
      assert.ok(mayBeIn(cloud, endpoint), endpoint);
    }
    for (const endpoint of ['https://elb.eu-de.otc.t-systems.com', 'https://gateway.cn-north-4.myhuaweicloud.com']) {
      assert.ok(!mayBeIn(cloud, endpoint), endpoint);
    }
  });
});
