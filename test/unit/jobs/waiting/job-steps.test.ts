import assert from 'node:assert/strict';
import { DurationHistory } from '../../../../src/jobs/model/duration-history';
import {
  newlyTracked,
  type TrackedJob,
  withError,
  withoutPollFailure,
  withResponse,
} from '../../../../src/jobs/model/tracked-job';
import { stepsBetween } from '../../../../src/jobs/waiting/job-steps';
import { timeLeftOf } from '../../../../src/jobs/waiting/time-left';
import { jobAt, reference, subJobAt } from '../../../support/samples';
import { MINUTE } from '../../../../src/base/time-units';

const unknown = newlyTracked(reference, 0);
const network = { kind: 'network' } as const;

/** The steps as short texts. */
function steps(before: TrackedJob | undefined, after: TrackedJob | undefined): string[] {
  return stepsBetween(before, after).map((step) => {
    switch (step.kind) {
      case 'job':
        return `job ${step.before ?? '-'} ${step.status}`;
      case 'sub-job':
        return `${step.subJob.jobId ?? '-'} ${step.before ?? '-'} ${step.status}`;
      case 'poll-failed':
        return `poll-failed ${step.error.kind}`;
      default:
        return step.kind;
    }
  });
}

describe('the steps of a job that is waited for', () => {
  const first = withResponse(
    unknown,
    {
      job: jobAt('RUNNING', {
        subJobs: [
          subJobAt({ jobId: 'late', status: 'INIT', beginTime: 2 }),
          subJobAt({ jobId: 'early', status: 'COMPLETE', beginTime: 1 }),
          subJobAt({ status: 'RUNNING' }),
        ],
      }),
    },
    0,
  );

  it('are at first each status that is known, the sub-jobs in time order before the job', () => {
    assert.deepEqual(steps(undefined, first), ['early - COMPLETE', 'late - INIT', 'job - RUNNING']);
    assert.deepEqual(steps(undefined, unknown), []);
  });

  it('are the statuses that changed, and nothing if none did', () => {
    const job = jobAt('COMPLETE', {
      subJobs: [
        subJobAt({ jobId: 'early', status: 'COMPLETE', beginTime: 1 }),
        subJobAt({ jobId: 'late', status: 'FAIL', beginTime: 2 }),
        subJobAt({ jobId: 'new', beginTime: 3 }),
      ],
    });
    const second = withResponse(first, { job }, 1);
    assert.deepEqual(steps(first, second), ['late INIT FAIL', 'job RUNNING COMPLETE']);
    assert.deepEqual(steps(second, second), []);
    assert.deepEqual(steps(second, { ...second, label: 'a name' }), []);
  });

  it('are that polls fail, for each reason once, and that they succeed again', () => {
    const offline = withError(first, network, 1);
    assert.deepEqual(steps(first, offline), ['poll-failed network']);
    assert.deepEqual(steps(offline, withError(offline, network, 2)), []);
    assert.deepEqual(steps(offline, withError(offline, { kind: 'server' }, 2)), ['poll-failed server']);
    assert.deepEqual(steps(offline, withoutPollFailure(offline)), ['polled-again']);
    assert.deepEqual(steps(undefined, offline).at(-1), 'poll-failed network');
  });

  it('are that the job left the list', () => {
    assert.deepEqual(steps(first, undefined), ['removed']);
    assert.deepEqual(steps(undefined, undefined), []);
  });
});

describe('the time left of a job', () => {
  const durations = new DurationHistory();
  for (const jobId of ['a', 'b', 'c']) {
    durations.add(jobAt('COMPLETE', { jobId, jobType: 'UPGRADE', beginTime: 0, endTime: 10 * MINUTE }));
  }
  const left = (status: string, beginTime: number | undefined, now = 4 * MINUTE) => {
    const tracked = withResponse(unknown, { job: jobAt(status, { jobType: 'UPGRADE', beginTime }) }, 0);
    return timeLeftOf(tracked, durations.predict('UPGRADE'), now);
  };

  it('is known while the job runs and is not overdue', () => {
    assert.equal(left('RUNNING', 0), 6 * MINUTE);
    assert.equal(left('RUNNING', 0, 10 * MINUTE), undefined, 'overdue');
    assert.equal(left('SUCCESS', 0), undefined, 'waits for a decision');
    assert.equal(left('RUNNING', undefined), undefined);
    const hostile = { ...unknown, job: { ...jobAt('RUNNING', { jobType: 'UPGRADE' }), beginTime: 1e300 } };
    assert.equal(timeLeftOf(hostile, durations.predict('UPGRADE'), 0), undefined, 'a time that no date can have');
    assert.equal(timeLeftOf(unknown, durations.predict('UPGRADE'), 0), undefined);
    assert.equal(timeLeftOf(unknown, undefined, 0), undefined);
  });
});
