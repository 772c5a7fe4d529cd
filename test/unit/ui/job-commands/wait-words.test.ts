import assert from 'node:assert/strict';
import { DEMO_PROJECT } from '../../../../src/demo/demo-project';
import { newlyTracked, type TrackedJob, withResponse } from '../../../../src/jobs/model/tracked-job';
import type { Outcome } from '../../../../src/jobs/waiting/outcome';
import { waitProgressWords, waitSummary } from '../../../../src/ui/job-commands/wait-words';
import { MINUTE } from '../../../../src/base/time-units';
import { jobAt, reference } from '../../../support/samples';

const tracked = withResponse(newlyTracked(reference, 0), { job: jobAt('RUNNING', { jobType: 'UPGRADE' }) }, 0);
const withOutcome = (outcome: Outcome | undefined, job: TrackedJob = tracked) => ({ outcome, tracked: job });

describe('the words for several jobs that are waited for', () => {
  it('count those that ended and failed, with the time left', () => {
    const jobs = [withOutcome('failed'), withOutcome('succeeded'), withOutcome(undefined)];
    const words = (jobsSoFar = jobs, isAtLeast = false) =>
      waitProgressWords(jobsSoFar, { leftMs: 12 * MINUTE, isAtLeast });
    assert.equal(words(), '2 of 3 ended · 1 failed · about 12 min left');
    assert.equal(words(jobs.slice(1), true), '1 of 2 ended · at least 12 min left');
    assert.equal(waitProgressWords(jobs.slice(2), undefined), '0 of 1 ended');
  });

  it('say at the end that all succeeded, or what happened, the worst first', () => {
    const all = [withOutcome('succeeded'), withOutcome('succeeded')];
    assert.deepEqual(waitSummary(all), { words: 'All 2 jobs succeeded.', severity: 'information' });
    const outcomes: readonly Outcome[] = ['removed', 'succeeded', 'cancelled', 'waiting', 'refused', 'not-found'];
    assert.deepEqual(waitSummary(outcomes.map((outcome) => withOutcome(outcome))), {
      words:
        'Waited for 6 jobs: 1 cannot be polled, 1 not found or no longer available, 1 cancelled, 1 no longer tracked, ' +
        '1 waiting for completion or rollback, 1 succeeded',
      severity: 'warning',
    });
  });

  it('name the only job that failed, and count several', () => {
    const one = waitSummary([withOutcome('succeeded'), withOutcome('failed')]);
    assert.deepEqual(one, {
      words: 'Waited for 2 jobs: 1 failed (UPGRADE 37d5c1fd), 1 succeeded',
      severity: 'error',
    });
    const two = waitSummary([withOutcome('failed'), withOutcome('failed'), withOutcome('succeeded')]);
    assert.equal(two.words, 'Waited for 3 jobs: 2 failed, 1 succeeded');
  });

  it('stay short and plain, whatever a job is called', () => {
    const label = `[click](command:evil) $(bug)\r\n\u202E${'x'.repeat(10_000)}`;
    const { words } = waitSummary([withOutcome('succeeded'), withOutcome('failed', { ...tracked, label })]);
    assert.ok(words.length < 150, words);
    assert.doesNotMatch(words, /\]\(command|\$\(bug|[\r\n\u202E]/);
  });

  it('mark demo jobs', () => {
    const demo = newlyTracked({ ...DEMO_PROJECT, jobId: 'a' }, 0);
    const jobs = [withOutcome('succeeded', demo), withOutcome('succeeded', demo)];
    assert.equal(waitSummary(jobs).words, 'All 2 jobs succeeded. (demo)');
    assert.equal(waitSummary([...jobs, withOutcome('succeeded')]).words, 'All 3 jobs succeeded.');
  });
});
