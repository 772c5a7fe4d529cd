import assert from 'node:assert/strict';
import { MAX_RESOURCES_OF_JOB } from '../../../../src/base/limits';
import { resourceIdsOf } from '../../../../src/jobs/model/resource-ids';
import { jobAt, subJobAt } from '../../../support/samples';

const idsOf = (job: Parameters<typeof resourceIdsOf>[0]) => resourceIdsOf(job).map(({ id, type }) => `${type} ${id}`);

describe('the resources of a job', () => {
  it('have the types of their entities, else of the job', () => {
    const entities = [
      { resourceId: 'a', resourceType: 'Listener' },
      { resourceId: 'p', resourceType: 'pool' },
      { resourceType: 'loadbalancer' },
    ];
    const subJobs = [
      subJobAt({ jobType: 'cloneLoadbalancer', resourceId: 'a', entities }),
      subJobAt({ jobType: 'cloneListener', resourceId: 'l' }),
    ];
    assert.deepEqual(idsOf(jobAt('RUNNING', { resourceId: 'lb', subJobs })), [
      'loadbalancer lb',
      'listener a',
      'listener l',
    ]);
    assert.deepEqual(idsOf(jobAt('RUNNING', { jobType: 'batchDeleteListener', resourceId: 'x' })), ['listener x']);
    assert.deepEqual(idsOf(jobAt('RUNNING', { jobType: undefined })), []);
  });

  it('leave out what an entity says is neither a load balancer nor a listener', () => {
    const subJobs = [subJobAt({ resourceId: 'p', entities: [{ resourceId: 'p', resourceType: 'pool' }] })];
    assert.deepEqual(idsOf(jobAt('RUNNING', { resourceId: 'p', subJobs })), []);
  });

  it('leave out ids that no request may carry', () => {
    for (const resourceId of ['', 'a b', '../x', 'x'.repeat(65), 'a&id=b', '\u202e']) {
      assert.deepEqual(idsOf(jobAt('RUNNING', { resourceId })), [], resourceId);
    }
  });

  it('are limited, with those of the job and of the first sub-jobs', () => {
    const subJobs = Array.from({ length: 2000 }, (_, index) =>
      subJobAt({ entities: [{ resourceId: `lb-${index}`, resourceType: 'loadbalancer' }] }),
    );
    const ids = resourceIdsOf(jobAt('RUNNING', { resourceId: 'lb-1999', subJobs }));
    assert.equal(ids.length, MAX_RESOURCES_OF_JOB);
    assert.deepEqual([ids[0]?.id, ids[1]?.id], ['lb-1999', 'lb-0']);
  });
});
