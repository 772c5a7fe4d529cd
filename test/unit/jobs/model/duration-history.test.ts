import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DurationHistory, timeLeft } from '../../../../src/jobs/model/duration-history';
import { jobAt } from '../../../support/samples';
import { MINUTE } from '../../../../src/base/time-units';

function historyOf(durations: readonly number[], status = 'COMPLETE'): DurationHistory {
  const history = new DurationHistory();
  for (const [index, duration] of durations.entries()) {
    history.add(
      jobAt(status, { jobId: `job-${index}`, jobType: 'UPGRADE', beginTime: 1000, endTime: 1000 + duration }),
    );
  }
  return history;
}

describe('the prediction of an end', () => {
  it('is no guess from fewer than three jobs, nor from those of another type', () => {
    assert.equal(historyOf([MINUTE, MINUTE]).predict('UPGRADE'), undefined);
    assert.equal(historyOf([MINUTE, MINUTE, MINUTE]).predict('cloneListener'), undefined);
    assert.equal(historyOf([MINUTE, MINUTE, MINUTE]).predict(undefined), undefined);
    assert.equal(historyOf([MINUTE, MINUTE, MINUTE]).predict('UPGRADE')?.samples, 3);
  });

  it('is the median, which one odd job does not move, and the spread around it', () => {
    const prediction = historyOf([4, 5, 5, 6, 600].map((minutes) => minutes * MINUTE)).predict('UPGRADE');
    assert.equal(prediction?.median, 5 * MINUTE);
    assert.ok(prediction.spread >= MINUTE && prediction.spread < 2 * MINUTE, String(prediction.spread));
    assert.equal(historyOf([2, 4, 6, 8].map((minutes) => minutes * MINUTE)).predict('UPGRADE')?.median, 5 * MINUTE);
  });

  it('does not learn from jobs that failed or tell no times', () => {
    assert.equal(historyOf([1, 2, 3], 'FAIL').predict('UPGRADE'), undefined);
    const history = new DurationHistory();
    for (const jobId of ['a', 'b', 'c']) history.add(jobAt('COMPLETE', { jobId, jobType: 'UPGRADE', beginTime: 1 }));
    assert.equal(history.predict('UPGRADE'), undefined);
  });

  it('counts a job once, however often it is seen, and the latest fifty', () => {
    const history = historyOf([MINUTE, MINUTE]);
    history.add(jobAt('COMPLETE', { jobId: 'job-1', jobType: 'UPGRADE', beginTime: 0, endTime: MINUTE }));
    assert.equal(history.predict('UPGRADE'), undefined);
    const long = historyOf([...Array<number>(60).fill(MINUTE), ...Array<number>(50).fill(2 * MINUTE)]);
    assert.deepEqual(long.predict('UPGRADE'), { median: 2 * MINUTE, spread: 0.1 * MINUTE, samples: 50 });
  });

  it('lies between the shortest and the longest duration', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 3, maxLength: 50 }), (durations) => {
        const prediction = historyOf(durations).predict('UPGRADE');
        assert.ok(
          prediction && prediction.median >= Math.min(...durations) && prediction.median <= Math.max(...durations),
        );
        assert.ok(Number.isFinite(prediction.spread) && prediction.spread >= 0);
      }),
    );
  });

  it('tells the time that is left, until the job should have ended', () => {
    const prediction = { median: 5 * MINUTE, spread: 1, samples: 3 };
    assert.equal(timeLeft(prediction, 2 * MINUTE), 3 * MINUTE);
    assert.equal(timeLeft(prediction, 5 * MINUTE), undefined);
  });
});
