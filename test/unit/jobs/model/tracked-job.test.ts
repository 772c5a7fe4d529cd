import assert from 'node:assert/strict';
import fc from 'fast-check';
import { changesBetween } from '../../../../src/jobs/model/job-change';
import { isEnding } from '../../../../src/jobs/model/job-status';
import {
  isCountedInStatusBar,
  statusBarCountChangesAt,
  newlyTracked,
  type TrackedJob,
  withResponse,
  withError,
  withoutSessionState,
} from '../../../../src/jobs/model/tracked-job';
import { DAY, SECOND } from '../../../../src/base/time-units';
import { jobAt, reference, subJobAt } from '../../../support/samples';

/** @returns the numbers of the endings that are announced while a job goes through these statuses */
function announced(...statuses: string[]): number[] {
  let tracked = newlyTracked(reference, 0);
  return statuses.flatMap((status, step) => {
    const before = tracked;
    tracked = withResponse(before, { job: jobAt(status) }, step);
    return changesBetween(before, tracked).includes('ended') ? [tracked.endingNumber] : [];
  });
}

function after(...statuses: string[]): TrackedJob {
  return statuses.reduce(
    (tracked, status, step) => withResponse(tracked, { job: jobAt(status) }, step + 1),
    newlyTracked(reference, 0),
  );
}

describe('a tracked job', () => {
  it('ends once, however often its ending is polled', () => {
    assert.deepEqual(announced('INIT', 'RUNNING', 'COMPLETE', 'COMPLETE', 'COMPLETE'), [1]);
    assert.deepEqual(announced('RUNNING', 'FAIL', 'FAIL'), [1]);
    assert.deepEqual(announced('COMPLETE'), [1]);
  });

  it('ends once if SUCCESS becomes COMPLETE', () => {
    assert.deepEqual(announced('RUNNING', 'SUCCESS', 'COMPLETE'), [1]);
  });

  it('ends again after it left an ending', () => {
    assert.deepEqual(announced('FAIL', 'ROLLBACKING', 'ROLLBACK_FAIL'), [1, 2]);
    assert.deepEqual(announced('SUCCESS', 'ROLLBACKING', 'SUCCESS', 'COMPLETE'), [1, 2]);
  });

  it('ends again if it reached another ending between two polls', () => {
    assert.deepEqual(announced('FAIL', 'ROLLBACK_FAIL'), [1, 2]);
    assert.deepEqual(announced('SUCCESS', 'FAIL'), [1, 2]);
  });

  it('does not end with an undocumented status', () => {
    assert.deepEqual(announced('RUNNING', 'PAUSED', 'DONE'), []);
  });

  it('has the time of its ending until it leaves the ending', () => {
    assert.deepEqual(after('RUNNING', 'FAIL', 'FAIL').ending, { status: 'FAIL', noticedAt: 2 });
    assert.equal(after('RUNNING', 'FAIL', 'ROLLBACKING').ending, undefined);
  });

  it('does not end again after a response without a status', () => {
    const ended = after('RUNNING', 'COMPLETE');
    const silent = withResponse(ended, { job: jobAt('', { status: undefined }) }, 5);
    const again = withResponse(silent, { job: jobAt('COMPLETE') }, 6);
    assert.ok(!changesBetween(silent, again).includes('ended'));
  });

  it('has not changed if only the order of its sub-jobs differs', () => {
    const [a, b] = [subJobAt({ jobId: 'a', beginTime: 1 }), subJobAt({ jobId: 'b', beginTime: 2 })];
    const tracked = withResponse(newlyTracked(reference, 0), { job: jobAt('RUNNING', { subJobs: [b, a] }) }, 1);
    assert.deepEqual(
      tracked.job?.subJobs.map(({ jobId }) => jobId),
      ['a', 'b'],
    );
    const reordered = withResponse(tracked, { job: jobAt('RUNNING', { subJobs: [a, b] }) }, 2);
    assert.deepEqual(changesBetween(tracked, reordered), []);
  });

  it('is due for an extra poll only after a change of its own or a sub-job’s status', () => {
    const at = (status: string, end?: number) =>
      jobAt('RUNNING', { endTime: end, subJobs: [subJobAt({ jobId: 'a', status })] });
    const tracked = withResponse(newlyTracked(reference, 0), { job: at('INIT') }, 1);
    assert.equal(tracked.changedAt, undefined);
    assert.equal(withResponse(tracked, { job: at('INIT', 7) }, 2).changedAt, undefined);
    assert.equal(withResponse(tracked, { job: at('RUNNING') }, 3).changedAt, 3);
  });

  it('records each status of its own and of its sub-jobs, with the time when it was seen', () => {
    const [a, b] = [subJobAt({ jobId: 'a', status: 'INIT' }), subJobAt({ jobId: 'a', status: 'SUCCESS' })];
    const jobs = [
      jobAt('INIT'),
      jobAt('RUNNING', { subJobs: [a] }),
      jobAt('RUNNING', { subJobs: [b] }),
      jobAt('COMPLETE'),
    ];
    const tracked = jobs.reduce((before, job, step) => withResponse(before, { job }, step), newlyTracked(reference, 0));
    assert.deepEqual(tracked.history, [
      { at: 0, status: 'INIT' },
      { at: 1, status: 'RUNNING' },
      { at: 1, status: 'INIT', subJobId: 'a' },
      { at: 2, status: 'SUCCESS', subJobId: 'a' },
      { at: 3, status: 'COMPLETE' },
    ]);
  });

  it('reports its changes: a sub-job that started or ended, a job that was lost or returned', () => {
    const steps = [
      jobAt('RUNNING'),
      jobAt('RUNNING', { subJobs: [subJobAt({ jobId: 'a', status: 'INIT' })] }),
      jobAt('RUNNING', { subJobs: [subJobAt({ jobId: 'a', status: 'FAIL' })] }),
      jobAt('FAIL', { subJobs: [subJobAt({ jobId: 'a', status: 'FAIL' })] }),
    ];
    let tracked = newlyTracked(reference, 0);
    const kinds = steps.map((job) => {
      const before = tracked;
      tracked = withResponse(before, { job }, 1);
      return changesBetween(before, tracked);
    });
    assert.deepEqual(kinds, [['status-changed'], ['sub-job-started'], ['sub-job-ended'], ['status-changed', 'ended']]);
    const lost = withError(tracked, { kind: 'not-found' }, 2);
    assert.deepEqual(changesBetween(tracked, lost), ['lost']);
    assert.deepEqual(changesBetween(lost, withResponse(lost, { job: tracked.job ?? jobAt('FAIL') }, 3)), ['returned']);
  });

  it('that was returned before and is not found is no longer kept by the service', () => {
    assert.equal(withError(after('RUNNING'), { kind: 'not-found' }, 5).pollFailure?.error.kind, 'no-longer-kept');
  });

  const notFoundAt = (...seconds: readonly number[]) =>
    seconds.reduce((job, second) => withError(job, { kind: 'not-found' }, second * SECOND), newlyTracked(reference, 0));
  const kindOf = (tracked: TrackedJob) => tracked.pollFailure?.error.kind;

  it('that was never returned is not found only after four polls', () => {
    const times = [1, 11, 41, 161, 162];
    const kinds = times.map((_, index) => kindOf(notFoundAt(...times.slice(0, index + 1))));
    assert.deepEqual(kinds, ['not-found-yet', 'not-found-yet', 'not-found-yet', 'not-found', 'not-found']);
  });

  it('that was never returned is not given up early because a person refreshes often', () => {
    assert.equal(kindOf(notFoundAt(1, 2, 3, 4, 5, 6, 160)), 'not-found-yet');
    assert.equal(kindOf(notFoundAt(1, 2, 3, 4, 5, 6, 161)), 'not-found');
  });

  it('that was never returned still gets its polls if they were paused meanwhile', () => {
    assert.equal(kindOf(notFoundAt(1, 3600, 3630)), 'not-found-yet');
    assert.equal(kindOf(notFoundAt(1, 3600, 3630, 3750)), 'not-found');
  });

  it('that was given up stays so after polls that failed otherwise, also if an older version gave it up', () => {
    const offline = withError(notFoundAt(1, 11, 41, 161), { kind: 'network' }, 200 * SECOND);
    const old = { ...notFoundAt(1, 11, 41, 161), notFoundAt: undefined };
    for (const tracked of [withoutSessionState(offline), offline, old]) {
      assert.equal(kindOf(withError(tracked, { kind: 'not-found' }, 300 * SECOND)), 'not-found');
    }
  });

  it('that was never returned is given up after its polls if the clock was set back', () => {
    assert.equal(kindOf(notFoundAt(7200, 3610, 3640)), 'not-found-yet');
    assert.equal(kindOf(notFoundAt(7200, 3610, 3640, 3760)), 'not-found');
  });

  it('counts polls that did not find it separately from polls that failed otherwise', () => {
    const offline = withError(withError(newlyTracked(reference, 0), { kind: 'network' }, 1), { kind: 'network' }, 2);
    assert.equal(offline.pollFailure?.attempts, 2);
    assert.equal(withError(offline, { kind: 'timeout' }, 3).pollFailure?.attempts, 3);
    assert.equal(withError(offline, { kind: 'not-found' }, 3).pollFailure?.attempts, 1);
  });

  it('records the id by which the service calls it', () => {
    const response = { job: jobAt('RUNNING', { jobId: 'other-id' }) };
    const once = withResponse(newlyTracked(reference, 0), response, 1);
    assert.deepEqual(once.aliases, ['other-id']);
    assert.deepEqual(withResponse(once, response, 2).aliases, ['other-id']);
    assert.equal(once.reference.jobId, reference.jobId);
  });

  it('keeps its last response while polls fail, and drops the failure with the next response', () => {
    const error = { kind: 'network' } as const;
    const failing = withError(withError(after('RUNNING'), error, 5), error, 9);
    assert.equal(failing.job?.status, 'RUNNING');
    assert.deepEqual(failing.pollFailure, { error, since: 5, attempts: 2 });
    const answered = withResponse(failing, { job: jobAt('RUNNING') }, 10);
    assert.equal(answered.pollFailure, undefined);
    assert.deepEqual(changesBetween(failing, answered), ['updated'], 'a view has to redraw it');
  });

  it('is redrawn if it changes together with a requested poll, which no view shows', () => {
    const tracked = after('RUNNING');
    const wanted = { ...tracked, pollWantedAt: 7 };
    assert.deepEqual(changesBetween(tracked, wanted), ['poll-wanted']);
    assert.deepEqual(changesBetween(tracked, { ...wanted, label: 'Cutover' }), ['updated', 'poll-wanted']);
    const answered = withResponse({ ...wanted, answeredAt: 6 }, { job: jobAt('RUNNING') }, 8);
    assert.deepEqual(changesBetween({ ...wanted, answeredAt: 6 }, answered), ['polled'], 'its response is known, too');
  });

  it('is counted in the status bar while it runs, until its ending is seen, and for a day after it', () => {
    assert.equal(isCountedInStatusBar(after('RUNNING'), 30 * DAY), true);
    const ended = withResponse(after('RUNNING'), { job: jobAt('FAIL') }, DAY);
    assert.equal(isCountedInStatusBar(ended, 30 * DAY), true, 'its ending is unseen');
    const seen = { ...ended, seenEnding: ended.endingNumber };
    assert.equal(isCountedInStatusBar(seen, 2 * DAY - 1), true);
    assert.equal(isCountedInStatusBar(seen, 2 * DAY), false);
    const upgrade = withResponse(after('RUNNING'), { job: jobAt('SUCCESS', { jobType: 'UPGRADE' }) }, DAY);
    const waiting = { ...upgrade, seenEnding: upgrade.endingNumber };
    assert.equal(isCountedInStatusBar(waiting, 30 * DAY), true, 'it waits for a decision');
    assert.equal(statusBarCountChangesAt(waiting, 30 * DAY), undefined);
  });

  it('has not changed if a response repeats the last one', () => {
    const tracked = after('RUNNING');
    assert.deepEqual(changesBetween(tracked, withResponse(tracked, { job: jobAt('RUNNING') }, 9)), []);
  });

  it('has an ending exactly while its status is one, and numbers its endings without gaps', () => {
    const status = fc.constantFrom('INIT', 'RUNNING', 'ROLLBACKING', 'SUCCESS', 'COMPLETE', 'FAIL', 'CANCEL', 'NEW');
    fc.assert(
      fc.property(fc.array(status, { minLength: 1, maxLength: 30 }), (statuses) => {
        const tracked = after(...statuses);
        assert.equal(tracked.ending !== undefined, isEnding(statuses.at(-1)));
        const numbers = announced(...statuses);
        assert.deepEqual(
          numbers,
          numbers.map((_, index) => index + 1),
        );
        assert.equal(tracked.endingNumber, numbers.length);
      }),
    );
  });
});
