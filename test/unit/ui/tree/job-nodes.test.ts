import assert from 'node:assert/strict';
import { parseShowJobResponse } from '../../../../src/cloud/api/job-schema';
import { newlyTracked, withResponse, withError } from '../../../../src/jobs/model/tracked-job';
import { childrenOfJob, childrenOfSubJob, type JobNode } from '../../../../src/ui/tree/job-nodes';
import example from '../../../fixtures/show-job-example.json';
import { jobAt, reference, subJobAt } from '../../../support/samples';

const node: JobNode = { kind: 'job', id: 'key', key: 'key' };

describe('the rows below a job', () => {
  it('show the sub-jobs of the official example in time order, each with its resource', () => {
    const answer = parseShowJobResponse(JSON.stringify(example));
    assert.ok(answer.ok);
    const children = childrenOfJob(node, withResponse(newlyTracked(reference, 0), answer.value, 1));
    const rows = children.map((child) => {
      assert.equal(child.kind, 'sub-job');
      const [resource] = childrenOfSubJob(child);
      assert.equal(resource?.kind, 'entity');
      return [child.subJob.jobType, resource.entity.resourceType];
    });
    assert.deepEqual(rows, [
      ['UPGRADE_INIT', 'loadbalancer'],
      ['UPGRADE_TRAFFIC_SWITCH', 'loadbalancer'],
      ['UPGRADE_COMPLETE', 'loadbalancer'],
    ]);
  });

  it('show the error and the request id of a failed job before its sub-jobs', () => {
    const job = jobAt('FAIL', { errorCode: 'ELB.8907', subJobs: [subJobAt({ jobType: 'A', errorMessage: 'why' })] });
    const children = childrenOfJob(node, withResponse(newlyTracked(reference, 0), { job }, 1));
    assert.deepEqual(
      children.map(({ kind }) => kind),
      ['failure', 'failed-first', 'advice', 'request-id', 'sub-job'],
    );
    const last = children.at(-1);
    assert.ok(last?.kind === 'sub-job');
    assert.equal(childrenOfSubJob(last)[0]?.kind, 'failure');
  });

  it('show the request id of a failed job even if only a sub-job has an error', () => {
    const job = jobAt('FAIL', { subJobs: [subJobAt({ jobId: 'a', errorCode: 'ELB.8907' })] });
    assert.deepEqual(
      childrenOfJob(node, withResponse(newlyTracked(reference, 0), { job }, 1)).map(({ kind }) => kind),
      ['failed-first', 'request-id', 'sub-job'],
    );
  });

  it('name the sub-job that failed first in time, not in the order of the response', () => {
    const job = jobAt('FAIL', {
      subJobs: [
        subJobAt({ jobId: 'c', beginTime: 3, status: 'FAIL' }),
        subJobAt({ jobId: 'b', beginTime: 2, status: 'ROLLBACK_FAIL' }),
        subJobAt({ jobId: 'a', beginTime: 1, status: 'SUCCESS' }),
      ],
    });
    const [first] = childrenOfJob(node, withResponse(newlyTracked(reference, 0), { job }, 1));
    assert.ok(first?.kind === 'failed-first');
    assert.equal(first.subJob.jobId, 'b');
  });

  it('exist before the first response, since a row without children would stay collapsed', () => {
    assert.deepEqual(
      childrenOfJob(node, newlyTracked(reference, 0)).map(({ kind }) => kind),
      ['waiting'],
    );
  });

  it('show why the first poll failed', () => {
    const tracked = withError(newlyTracked(reference, 0), { kind: 'network' }, 1);
    assert.deepEqual(
      childrenOfJob(node, tracked).map(({ kind }) => kind),
      ['poll-failure'],
    );
  });

  it('have unique ids even if the service repeats or omits ids', () => {
    const subJobs = [subJobAt({ jobId: 'x' }), subJobAt({ jobId: 'x' }), subJobAt({}), subJobAt({})];
    const children = childrenOfJob(
      node,
      withResponse(newlyTracked(reference, 0), { job: jobAt('RUNNING', { subJobs }) }, 1),
    );
    assert.equal(new Set(children.map(({ id }) => id)).size, 4);
  });

  it('list sub-jobs that have not begun last', () => {
    const subJobs = [subJobAt({ jobId: 'd' }), subJobAt({ jobId: 'c' }), subJobAt({ jobId: 'b', beginTime: 2 })];
    const children = childrenOfJob(
      node,
      withResponse(newlyTracked(reference, 0), { job: jobAt('RUNNING', { subJobs }) }, 1),
    );
    assert.deepEqual(
      children.map((child) => child.kind === 'sub-job' && child.subJob.jobId),
      ['b', 'c', 'd'],
    );
  });
});
