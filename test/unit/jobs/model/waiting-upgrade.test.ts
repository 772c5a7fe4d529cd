import assert from 'node:assert/strict';
import { MAX_INSTANT } from '../../../../src/base/limits';
import {
  isPossible,
  needsDecision,
  upgradedLoadBalancer,
  upgradedState,
  waitsSince,
} from '../../../../src/jobs/model/waiting-upgrade';
import type { ProjectResources } from '../../../../src/jobs/model/project-resources';
import { newlyTracked, type TrackedJob, withError, withResponse } from '../../../../src/jobs/model/tracked-job';
import { jobAt, reference, subJobAt } from '../../../support/samples';

const LOAD_BALANCER = '9f5b432c-987e-4777-a1bc-6642be4b2b50';
const NOTICED_AT = 9000;

function upgrade(fields: Parameters<typeof jobAt>[1] = {}, status = 'SUCCESS'): TrackedJob {
  return withResponse(
    newlyTracked(reference, 0),
    { job: jobAt(status, { jobType: 'UPGRADE', ...fields }) },
    NOTICED_AT,
  );
}

function seenAt(instant: number): ProjectResources {
  const resource = { type: 'loadbalancer', provisioningStatus: 'ODD', seenAt: instant } as const;
  return { byId: new Map([[LOAD_BALANCER, resource]]), quotas: new Map(), refused: new Set() };
}

describe('a waiting upgrade', () => {
  it('waits since its last sub-job ended, else since its own end, else since a poll first found it waiting', () => {
    const subJobs = [subJobAt({ endTime: 3000 }), subJobAt({ endTime: 5000 }), subJobAt({}), subJobAt({ endTime: 0 })];
    assert.equal(waitsSince(upgrade({ subJobs, endTime: 4000 })), 5000);
    assert.equal(waitsSince(upgrade({ endTime: 4000, subJobs: [subJobAt({ endTime: MAX_INSTANT + 1 })] })), 4000);
    assert.equal(waitsSince(upgrade()), NOTICED_AT);
    assert.equal(waitsSince(upgrade({ subJobs }, 'COMPLETE')), undefined);
    assert.equal(waitsSince(upgrade({ subJobs, jobType: 'cloneLoadbalancer' })), undefined);
  });

  it('needs no decision once the service no longer reports it', () => {
    assert.ok(needsDecision(upgrade()));
    assert.ok(!needsDecision(withError(upgrade(), { kind: 'no-longer-kept' }, NOTICED_AT)));
    assert.ok(!needsDecision(newlyTracked(reference, 0)));
  });

  it('is of the load balancer that the job names, or of the only one that its sub-jobs name', () => {
    const of = (...ids: string[]) => [
      subJobAt({ entities: ids.map((resourceId) => ({ resourceType: 'loadbalancer', resourceId })) }),
      subJobAt({ entities: [{ resourceType: 'listener', resourceId: 'x' }] }),
    ];
    assert.equal(upgradedLoadBalancer(jobAt('SUCCESS', { resourceId: 'a', subJobs: of('b') })), 'a');
    assert.equal(upgradedLoadBalancer(jobAt('SUCCESS', { subJobs: of('b', 'b') })), 'b');
    assert.equal(upgradedLoadBalancer(jobAt('SUCCESS', { subJobs: of('b', 'c') })), undefined);
  });

  it('has the state of its load balancer, if that is known', () => {
    const tracked = upgrade({ resourceId: LOAD_BALANCER });
    assert.equal(upgradedState(tracked), undefined);
    assert.equal(upgradedState({ ...tracked, resources: seenAt(NOTICED_AT) }), 'ODD');
  });

  it('has no state that was seen before it began to wait, which would forbid what is possible now', () => {
    const tracked = upgrade({ resourceId: LOAD_BALANCER });
    assert.equal(upgradedState({ ...tracked, resources: seenAt(NOTICED_AT - 1) }), undefined);
  });

  it('can be completed and rolled back only in the states that the service documents', () => {
    const possible = (state?: string) => [isPossible('complete', state), isPossible('rollback', state)];
    assert.deepEqual([undefined, 'UPGRADED'].map(possible), [
      [true, true],
      [true, true],
    ]);
    assert.deepEqual(['UPGRADE_FAILED', 'ROLLBACK_FAILED'].map(possible), [
      [false, true],
      [false, true],
    ]);
    assert.deepEqual(['ACTIVE', 'PENDING_DELETE', 'toString', ''].map(possible), Array(4).fill([false, false]));
  });
});
