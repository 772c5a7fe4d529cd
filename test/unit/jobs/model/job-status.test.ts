import assert from 'node:assert/strict';
import { succeededWithFailedSubJob, hasFailed } from '../../../../src/jobs/model/job-status';
import {
  isCountedInStatusBar,
  newlyTracked,
  statusBarCountChangesAt,
  withResponse,
  withError,
} from '../../../../src/jobs/model/tracked-job';
import { jobAt, reference, subJobAt } from '../../../support/samples';
import { DAY } from '../../../../src/base/time-units';

describe('the outcome of a job', () => {
  it('is a failure if the job or one of its sub-jobs failed, even if the job’s status is a success', () => {
    assert.ok(hasFailed(jobAt('FAIL')));
    assert.ok(hasFailed(jobAt('ROLLBACK_FAIL')));
    const odd = jobAt('COMPLETE', { subJobs: [subJobAt({ status: 'SUCCESS' }), subJobAt({ status: 'FAIL' })] });
    assert.ok(succeededWithFailedSubJob(odd));
    assert.ok(hasFailed(odd));
    for (const status of ['COMPLETE', 'RUNNING', 'CANCEL']) {
      assert.ok(!hasFailed(jobAt(status, { subJobs: [subJobAt({ status: 'SUCCESS' })] })), status);
    }
    // The job may still recover.
    assert.ok(!hasFailed(jobAt('ROLLBACKING', { subJobs: [subJobAt({ status: 'FAIL' })] })));
    assert.ok(!hasFailed(undefined));
  });

  it('is not counted in the status bar a day after the service stopped returning the job', () => {
    const running = withResponse(newlyTracked(reference, 0), { job: jobAt('RUNNING') }, 1);
    assert.ok(isCountedInStatusBar(running, 9 * DAY));
    const lost = withError(running, { kind: 'not-found', httpStatus: 404 }, 2 * DAY);
    assert.equal(lost.pollFailure?.error.kind, 'no-longer-kept');
    assert.ok(isCountedInStatusBar(lost, 2.5 * DAY));
    assert.ok(!isCountedInStatusBar(lost, 4 * DAY));
  });

  it('stays counted in the status bar if its ending is unseen, although the service no longer returns the job', () => {
    const failed = withResponse(newlyTracked(reference, 0), { job: jobAt('FAIL') }, 1);
    const lost = withError(failed, { kind: 'not-found', httpStatus: 404 }, 2 * DAY);
    assert.ok(isCountedInStatusBar(lost, 9 * DAY));
    assert.equal(statusBarCountChangesAt(lost, 2 * DAY), undefined);
    const seen = { ...lost, seenEnding: lost.endingNumber };
    assert.ok(isCountedInStatusBar(seen, 2.5 * DAY));
    assert.ok(!isCountedInStatusBar(seen, 4 * DAY));
    assert.equal(statusBarCountChangesAt(seen, 2 * DAY), 3 * DAY);
  });
});
