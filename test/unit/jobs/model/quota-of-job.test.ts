import assert from 'node:assert/strict';
import { failedForQuota, quotaKeyOf, quotaKeysOf, quotaNamedIn } from '../../../../src/jobs/model/quota-of-job';
import { jobAt, subJobAt } from '../../../support/samples';

describe('the quota that a failed job exceeded', () => {
  const messages: readonly (readonly [string, string | undefined])[] = [
    ['Quota exceeded for resources: loadbalancer.', 'loadbalancer'],
    ["Quota exceeded for resources: ['load_balancer'].", 'loadbalancer'],
    ['Quota exceeded for resources: ["listener"] of loadbalancer 37d5c1fd', 'listener'],
    ['The load balancer lb-1 has reached its listener quota.', 'listener'],
    ['Quota of the health monitors is used up by load balancer lb-1', 'healthmonitor'],
    ['Insufficient quota: 100% of 50 listeners (limit=50&used=50).', 'listener'],
    ['Load Balancer cannot be created: quota exceeded', 'loadbalancer'],
    ['Quota exceeded: l7policy', 'l7policy'],
    ['backend server group quota exceeded', 'pool'],
    ['backend server quota exceeded', 'member'],
    ['IP address group quota exceeded', 'ipgroup'],
    ['Quota of custom security policies exceeded', 'security_policy'],
    ['quota listeners_per_loadbalancer exceeded', 'listeners_per_loadbalancer'],
    ['quota free_instance_members_per_pool exceeded', 'free_instance_members_per_pool'],
    ['负载均衡器 lb-1 的监听器配额不足', 'listener'],
    ['监听器数量配额已用完', 'listener'],
    ['后端服务器组的配额已用完', 'pool'],
    ['后端服务器配额不足', 'member'],
    ['资源：证书，配额不足', 'certificate'],
    ['Quota exceeded.', undefined],
    ['', undefined],
  ];
  for (const [message, key] of messages) {
    it(`is ${key ?? 'not named'} by “${message}”`, () => {
      assert.equal(quotaNamedIn(message), key);
    });
  }

  it('is that of the type, else of the entities, else of load balancers, if the message names none', () => {
    const error = { errorCode: 'ELB.8905', errorMessage: 'Quota exceeded' };
    assert.equal(quotaKeyOf(subJobAt({ ...error, jobType: 'createHealthMonitor' })), 'healthmonitor');
    assert.equal(quotaKeyOf(subJobAt({ ...error, jobType: 'batchAddMembers' })), 'member');
    const entities = [{ resourceType: 'loadbalancer' }, { resourceType: 'listener' }, {}];
    assert.equal(quotaKeyOf(subJobAt({ ...error, jobType: 'UPGRADE_INIT', entities })), 'listener');
    assert.equal(
      quotaKeyOf(subJobAt({ ...error, jobType: 'x', entities: [{ resourceType: 'other' }] })),
      'loadbalancer',
    );
    assert.equal(quotaKeyOf(jobAt('FAIL', { ...error, jobType: 'cloneListener' })), 'listener');
    assert.equal(quotaKeyOf({}), 'loadbalancer');
  });

  it('is that of the first sub-job that exceeded one, if the job’s own message names none', () => {
    const subJobs = [
      subJobAt({ jobType: 'createPool', errorCode: 'ELB.8902' }),
      subJobAt({ jobType: 'cloneListener', errorCode: 'ELB.9807' }),
    ];
    assert.equal(quotaKeyOf(jobAt('FAIL', { errorCode: 'ELB.8905', subJobs })), 'listener');
    assert.equal(quotaKeyOf(jobAt('FAIL', { errorCode: 'ELB.8905', errorMessage: 'Quota: pool', subJobs })), 'pool');
  });

  it('is listed once for all parts that failed for it, and for no others', () => {
    const part = (errorCode: string, jobType = 'createPool') => subJobAt({ errorCode, jobType });
    const job = jobAt('FAIL', {
      errorCode: ' elb.8905',
      subJobs: [part('ELB.8905'), part('ELB.9807'), part('ELB.8907'), part('ELB.8905', 'cloneListener'), subJobAt({})],
    });
    assert.equal(failedForQuota(job).length, 4);
    assert.deepEqual(quotaKeysOf(job), ['pool', 'listener']);
    assert.deepEqual(quotaKeysOf(jobAt('FAIL', { errorCode: 'ELB.8907' })), []);
  });

  it('is found in linear time in a hostile message', () => {
    assert.equal(quotaNamedIn(`${'resource '.repeat(100_000)}pool`), undefined);
    assert.equal(quotaNamedIn('ip address '.repeat(1000)), undefined);
  });
});
