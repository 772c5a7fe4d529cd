import assert from 'node:assert/strict';
import { succeededWithFailedSubJob, hasFailed } from '../../../../src/jobs/model/job-status';
import { isCountedInStatusBar, newlyTracked, withResponse, withError } from '../../../../src/jobs/model/tracked-job';
import { jobAt, reference, subJobAt } from '../../../support/samples';
import { DAY } from '../../../../src/base/time-units';

describe('what became of a job', () => {
  it('is a failure where the job or one of its sub-jobs failed, whatever the job says of itself', () => {
    assert.ok(hasFailed(jobAt('FAIL')));
    assert.ok(hasFailed(jobAt('ROLLBACK_FAIL')));
    const odd = jobAt('COMPLETE', { subJobs: [subJobAt({ status: 'SUCCESS' }), subJobAt({ status: 'FAIL' })] });
    assert.ok(succeededWithFailedSubJob(odd));
    assert.ok(hasFailed(odd));
    for (const status of ['COMPLETE', 'RUNNING', 'CANCEL']) {
      assert.ok(!hasFailed(jobAt(status, { subJobs: [subJobAt({ status: 'SUCCESS' })] })), status);
    }
    // It may still be repaired.
    assert.ok(!hasFailed(jobAt('ROLLBACKING', { subJobs: [subJobAt({ status: 'FAIL' })] })));
    assert.ok(!hasFailed(undefined));
  });

  it('is no news a day after the service forgot the job', () => {
    const running = withResponse(newlyTracked(reference, 0), { job: jobAt('RUNNING') }, 1);
    assert.ok(isCountedInStatusBar(running, 9 * DAY));
    const lost = withError(running, { kind: 'not-found', httpStatus: 404 }, 2 * DAY);
    assert.equal(lost.pollFailure?.error.kind, 'no-longer-kept');
    assert.ok(isCountedInStatusBar(lost, 2.5 * DAY));
    assert.ok(!isCountedInStatusBar(lost, 4 * DAY));
  });
});
