import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Job } from '../../../../src/cloud/api/job';
import type { PollError } from '../../../../src/jobs/model/poll-error';
import { newlyTracked, type TrackedJob, withError, withResponse } from '../../../../src/jobs/model/tracked-job';
import { type Outcome, outcomeAtLimit, outcomeOf, worstOf } from '../../../../src/jobs/waiting/outcome';
import { jobAt, reference, subJobAt } from '../../../support/samples';

const unknown = newlyTracked(reference, 0);
const at = (status: string, fields: Partial<Job> = {}) => withResponse(unknown, { job: jobAt(status, fields) }, 0);
const withFailure = (tracked: TrackedJob, kind: PollError['kind']): TrackedJob => ({
  ...tracked,
  pollFailure: { error: { kind } as PollError, since: 0, attempts: 1 },
});

/** The order: what somebody must see first. */
const WORST_FIRST: readonly Outcome[] = [
  'failed',
  'refused',
  'not-found',
  'cancelled',
  'removed',
  'waiting',
  'unreachable',
  'timed-out',
  'succeeded',
];

describe('the outcome of a job', () => {
  const failedSubJob = {
    subJobs: [subJobAt({ jobId: 'a', status: 'COMPLETE' }), subJobAt({ jobId: 'b', status: 'FAIL' })],
  };

  const ENDED: readonly (readonly [string, TrackedJob, Outcome])[] = [
    ['COMPLETE', at('COMPLETE'), 'succeeded'],
    ['SUCCESS of another job than an upgrade', at('SUCCESS'), 'succeeded'],
    ['COMPLETE with a failed sub-job', at('COMPLETE', failedSubJob), 'failed'],
    ['SUCCESS of an upgrade with a failed sub-job', at('SUCCESS', { jobType: 'UPGRADE', ...failedSubJob }), 'failed'],
    ['FAIL', at('FAIL'), 'failed'],
    ['ROLLBACK_FAIL', at('ROLLBACK_FAIL'), 'failed'],
    ['CANCEL', at('CANCEL'), 'cancelled'],
    ['SUCCESS of an upgrade', at('SUCCESS', { jobType: 'UPGRADE' }), 'waiting'],
    ['an ended job that the service no longer keeps', withError(at('COMPLETE'), { kind: 'not-found' }, 0), 'succeeded'],
    ['an ended job whose credentials were refused', withFailure(at('FAIL'), 'authentication'), 'failed'],
  ];
  for (const [title, tracked, outcome] of ENDED) {
    it(`is ${outcome} for ${title}`, () => {
      assert.equal(outcomeOf(tracked, false), outcome);
    });
  }

  it('is a success for an upgrade that waits, if that is accepted', () => {
    assert.equal(outcomeOf(at('SUCCESS', { jobType: 'UPGRADE' }), true), 'succeeded');
    assert.equal(outcomeOf(at('SUCCESS', { jobType: 'UPGRADE', ...failedSubJob }), true), 'failed');
  });

  it('is missing while the job runs, also in an undocumented status, and without a status', () => {
    for (const status of ['INIT', 'RUNNING', 'ROLLBACKING', 'PAUSED', '']) {
      assert.equal(outcomeOf(at(status), false), undefined, status);
      assert.equal(outcomeAtLimit(at(status)), 'timed-out', status);
    }
    assert.equal(outcomeOf(at('RUNNING', { status: undefined }), false), undefined);
    assert.equal(outcomeOf(at('RUNNING', failedSubJob), false), undefined, 'the job may still roll back');
    assert.equal(outcomeOf(unknown, false), undefined);
  });

  const REFUSED: readonly PollError['kind'][] = [
    'authentication',
    'clock-skew',
    'locked-out',
    'token-expired',
    'too-many-failures',
    'gateway-forbidden',
    'api-absent',
    'signed-out',
    'keys-lost',
    'keys-of-other-place',
    'forbidden',
  ];
  const PASSING: readonly PollError['kind'][] = [
    'network',
    'timeout',
    'server',
    'throttled',
    'proxy',
    'certificate',
    'unreadable-code',
    'malformed',
    'cancelled',
    'not-found-yet',
    'keys-elsewhere',
    'keys-unreadable',
    'source-unusable',
    'invalid-credential',
  ];
  it('is refused by each error that stops the credentials', () => {
    for (const kind of REFUSED) {
      assert.equal(outcomeOf(withFailure(at('RUNNING'), kind), false), 'refused', kind);
      assert.equal(outcomeOf(withFailure(unknown, kind), false), 'refused', kind);
      assert.equal(outcomeAtLimit(withFailure(unknown, kind)), 'refused', kind);
    }
  });

  it('is missing while polls fail that are retried, and unreachable when the time is over', () => {
    for (const kind of PASSING) {
      assert.equal(outcomeOf(withFailure(at('RUNNING'), kind), false), undefined, kind);
      assert.equal(outcomeAtLimit(withFailure(at('RUNNING'), kind)), 'unreachable', kind);
    }
  });

  it('is not found if the service does not know the job, no longer does, or does not accept its ids', () => {
    assert.equal(outcomeOf(withFailure(unknown, 'not-found'), false), 'not-found');
    assert.equal(outcomeOf(withError(at('RUNNING'), { kind: 'not-found' }, 0), false), 'not-found');
    assert.equal(
      outcomeOf(withError(at('SUCCESS', { jobType: 'UPGRADE' }), { kind: 'not-found' }, 0), true),
      'not-found',
    );
    assert.equal(outcomeOf(withFailure(unknown, 'bad-request'), false), 'not-found', 'it is not polled again');
    assert.equal(outcomeOf(withFailure(at('RUNNING'), 'bad-request'), false), undefined, 'it is polled again');
  });
});

describe('the overall outcome', () => {
  it('is the worst, in any order, and a success if there is none', () => {
    assert.equal(worstOf([]), 'succeeded');
    assert.equal(worstOf([undefined]), 'succeeded');
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...WORST_FIRST, undefined), { minLength: 1 }), (outcomes) => {
        const ranks = outcomes.map((outcome) => WORST_FIRST.indexOf(outcome ?? 'succeeded'));
        assert.equal(worstOf(outcomes), WORST_FIRST[Math.min(...ranks)]);
      }),
    );
  });
});
