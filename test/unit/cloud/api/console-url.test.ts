import assert from 'node:assert/strict';
import { consoleUrl, loadBalancersOf } from '../../../../src/cloud/api/console-url';
import { parseShowJobResponse } from '../../../../src/cloud/api/job-schema';
import example from '../../../fixtures/show-job-example.json';
import { jobAt, subJobAt } from '../../../support/samples';

const BALANCER = '9f5b432c-987e-4777-a1bc-6642be4b2b50';
const OTHER = '11111111-2222-4333-8444-555555555555';

describe('consoleUrl', () => {
  it('returns the URL in the console of the region’s domain', () => {
    const hostOf = (endpoint: string) => new URL(consoleUrl(endpoint, BALANCER) ?? 'none:').host;
    assert.equal(
      consoleUrl('https://elb.cn-north-4.myhuaweicloud.com', BALANCER),
      `https://console.huaweicloud.com/elb/?region=cn-north-4#/elb/detail/${BALANCER}`,
    );
    assert.equal(hostOf('https://elb.ap-southeast-3.myhuaweicloud.com'), 'console-intl.huaweicloud.com');
    assert.equal(hostOf('https://elb.eu-west-101.myhuaweicloud.eu'), 'console.eu.huaweicloud.com');
    assert.equal(hostOf('https://elb.eu-west-101.myhuaweicloud.com'), 'console.eu.huaweicloud.com');
  });

  it('returns nothing for a custom endpoint or an invalid id', () => {
    for (const endpoint of [
      'https://elb.corp.example',
      'http://127.0.0.1:8080',
      'https://elb.cn-north-4.evil.example',
    ]) {
      assert.equal(consoleUrl(endpoint, BALANCER), undefined, endpoint);
    }
    for (const id of ['', '../../billing', `${BALANCER}?x=1`, 'x'.repeat(36)]) {
      assert.equal(consoleUrl('https://elb.cn-north-4.myhuaweicloud.com', id), undefined, id);
    }
  });

  it('covers the load balancers that a job names, and no other resources', () => {
    const shown = parseShowJobResponse(JSON.stringify(example));
    assert.ok(shown.ok);
    assert.deepEqual(loadBalancersOf(shown.value.job), [BALANCER]);
    const listener = jobAt('COMPLETE', { jobType: 'cloneListener', resourceId: OTHER });
    assert.deepEqual(loadBalancersOf(listener), []);
    const entities = [
      { resourceType: 'listener', resourceId: OTHER },
      { resourceType: 'loadbalancer', resourceId: BALANCER },
      { resourceType: 'loadbalancer', resourceId: 'javascript:alert(1)' },
      { resourceType: 'loadbalancer' },
    ];
    assert.deepEqual(loadBalancersOf({ ...listener, subJobs: [subJobAt({ entities })] }), [BALANCER]);
    const both = jobAt('FAIL', { jobType: 'UPGRADE', resourceId: OTHER, subJobs: [subJobAt({ entities })] });
    assert.deepEqual(loadBalancersOf(both), [OTHER, BALANCER]);
  });
});
