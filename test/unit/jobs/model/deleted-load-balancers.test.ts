import assert from 'node:assert/strict';
import { deletedLoadBalancers } from '../../../../src/jobs/model/deleted-load-balancers';
import { jobAt, subJobAt } from '../../../support/samples';

describe('the load balancers that a batch deletion removed', () => {
  const jobType = 'batchDeleteLoadbalancer';
  const entity = (resourceId: string, resourceType = 'loadbalancer') => ({ resourceId, resourceType });
  const subJobs = [
    subJobAt({ status: 'SUCCESS', entities: [entity('a'), entity('listener-1', 'listener'), entity('a')] }),
    subJobAt({ status: 'COMPLETE', resourceId: 'b' }),
    subJobAt({ status: 'FAIL', entities: [entity('c')] }),
    subJobAt({ status: 'CANCEL', entities: [entity('d')] }),
    subJobAt({ status: 'SUCCESS', errorCode: 'ELB.8907', entities: [entity('e')] }),
    subJobAt({ entities: [entity('f')] }),
    subJobAt({ status: 'SUCCESS' }),
  ];

  it('are those of the sub-jobs that succeeded', () => {
    assert.deepEqual(deletedLoadBalancers(jobAt('COMPLETE', { jobType, subJobs })), ['a', 'b', 'f']);
    assert.deepEqual(deletedLoadBalancers(jobAt('FAIL', { jobType, subJobs })), ['a', 'b']);
  });

  it('are none while the job runs, and for other jobs', () => {
    assert.deepEqual(deletedLoadBalancers(jobAt('RUNNING', { jobType, subJobs })), []);
    assert.deepEqual(deletedLoadBalancers(jobAt('COMPLETE', { jobType: 'batchDeleteListener', subJobs })), []);
    assert.deepEqual(deletedLoadBalancers(jobAt('COMPLETE', { jobType, resourceId: 'main' })), []);
  });
});
