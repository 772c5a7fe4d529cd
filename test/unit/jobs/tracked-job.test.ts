import assert from 'node:assert/strict';
import fc from 'fast-check';
import { isEnding } from '../../../src/jobs/status';
import { newlyTracked, type TrackedJob, withAnswer, withError } from '../../../src/jobs/tracked-job';
import { jobAt, reference } from '../samples';

/** The numbers of the endings that a job announces while it goes through these statuses. */
function announced(...statuses: string[]): number[] {
  let tracked = newlyTracked(reference, 0);
  return statuses.flatMap((status, step) => {
    const { next, ended } = withAnswer(tracked, { job: jobAt(status) }, step);
    tracked = next;
    return ended ? [next.endingNumber] : [];
  });
}

function after(...statuses: string[]): TrackedJob {
  return statuses.reduce(
    (tracked, status, step) => withAnswer(tracked, { job: jobAt(status) }, step + 1).next,
    newlyTracked(reference, 0),
  );
}

describe('a tracked job', () => {
  it('ends once, however often its ending is looked at', () => {
    assert.deepEqual(announced('INIT', 'RUNNING', 'COMPLETE', 'COMPLETE', 'COMPLETE'), [1]);
    assert.deepEqual(announced('RUNNING', 'FAIL', 'FAIL'), [1]);
    assert.deepEqual(announced('COMPLETE'), [1]);
  });

  it('ends once where SUCCESS becomes COMPLETE', () => {
    assert.deepEqual(announced('RUNNING', 'SUCCESS', 'COMPLETE'), [1]);
  });

  it('ends anew after it left an ending', () => {
    assert.deepEqual(announced('FAIL', 'ROLLBACKING', 'ROLLBACK_FAIL'), [1, 2]);
    assert.deepEqual(announced('SUCCESS', 'ROLLBACKING', 'SUCCESS', 'COMPLETE'), [1, 2]);
  });

  it('ends anew where another ending follows that was reached between two looks', () => {
    assert.deepEqual(announced('FAIL', 'ROLLBACK_FAIL'), [1, 2]);
    assert.deepEqual(announced('SUCCESS', 'FAIL'), [1, 2]);
  });

  it('does not end by a status that nobody documented', () => {
    assert.deepEqual(announced('RUNNING', 'PAUSED', 'DONE'), []);
  });

  it('knows when it ended, and no longer when it goes on', () => {
    assert.equal(after('RUNNING', 'FAIL', 'FAIL').endedAt, 2);
    assert.equal(after('RUNNING', 'FAIL', 'ROLLBACKING').endedAt, undefined);
  });

  it('keeps the id that the service calls it by', () => {
    const answer = { job: jobAt('RUNNING', { jobId: 'other-id' }) };
    const once = withAnswer(newlyTracked(reference, 0), answer, 1).next;
    assert.deepEqual(once.aliases, ['other-id']);
    assert.deepEqual(withAnswer(once, answer, 2).next.aliases, ['other-id']);
    assert.equal(once.reference.jobId, reference.jobId);
  });

  it('keeps its last answer while looks fail, and forgets the difficulty with the next answer', () => {
    const error = { kind: 'network' } as const;
    const failing = withError(withError(after('RUNNING'), error, 5), error, 9);
    assert.equal(failing.job?.status, 'RUNNING');
    assert.deepEqual(failing.difficulty, { error, since: 5, attempts: 2 });
    const answered = withAnswer(failing, { job: jobAt('RUNNING') }, 10);
    assert.equal(answered.next.difficulty, undefined);
    assert.ok(answered.changed, 'a view has to redraw it');
  });

  it('has not changed where an answer repeats the last one', () => {
    assert.ok(!withAnswer(after('RUNNING'), { job: jobAt('RUNNING') }, 9).changed);
  });

  it('is ended exactly while its status is an ending, and numbers its endings without gaps', () => {
    const status = fc.constantFrom('INIT', 'RUNNING', 'ROLLBACKING', 'SUCCESS', 'COMPLETE', 'FAIL', 'CANCEL', 'NEW');
    fc.assert(
      fc.property(fc.array(status, { minLength: 1, maxLength: 30 }), (statuses) => {
        const tracked = after(...statuses);
        assert.equal(tracked.endedAt !== undefined, isEnding(statuses.at(-1)));
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
