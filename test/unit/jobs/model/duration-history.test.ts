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
  it('needs three jobs of the same type', () => {
    assert.equal(historyOf([MINUTE, MINUTE]).predict('UPGRADE'), undefined);
    assert.equal(historyOf([MINUTE, MINUTE, MINUTE]).predict('cloneListener'), undefined);
    assert.equal(historyOf([MINUTE, MINUTE, MINUTE]).predict(undefined), undefined);
    assert.equal(historyOf([MINUTE, MINUTE, MINUTE]).predict('UPGRADE')?.samples, 3);
  });

  it('is the median, which one outlier does not change, and the spread around it', () => {
    const prediction = historyOf([4, 5, 5, 6, 600].map((minutes) => minutes * MINUTE)).predict('UPGRADE');
    assert.equal(prediction?.medianMs, 5 * MINUTE);
    assert.ok(prediction.spreadMs >= MINUTE && prediction.spreadMs < 2 * MINUTE, String(prediction.spreadMs));
    assert.equal(historyOf([2, 4, 6, 8].map((minutes) => minutes * MINUTE)).predict('UPGRADE')?.medianMs, 5 * MINUTE);
  });

  it('ignores jobs that failed or have no times', () => {
    assert.equal(historyOf([1, 2, 3], 'FAIL').predict('UPGRADE'), undefined);
    const history = new DurationHistory();
    for (const jobId of ['a', 'b', 'c']) history.add(jobAt('COMPLETE', { jobId, jobType: 'UPGRADE', beginTime: 1 }));
    assert.equal(history.predict('UPGRADE'), undefined);
  });

  it('counts a job once, and only the latest fifty jobs', () => {
    const history = historyOf([MINUTE, MINUTE]);
    history.add(jobAt('COMPLETE', { jobId: 'job-1', jobType: 'UPGRADE', beginTime: 0, endTime: MINUTE }));
    assert.equal(history.predict('UPGRADE'), undefined);
    const long = historyOf([...Array<number>(60).fill(MINUTE), ...Array<number>(50).fill(2 * MINUTE)]);
    assert.deepEqual(long.predict('UPGRADE'), { medianMs: 2 * MINUTE, spreadMs: 0.1 * MINUTE, samples: 50 });
  });

  it('lies between the shortest and the longest duration', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 3, maxLength: 50 }), (durations) => {
        const prediction = historyOf(durations).predict('UPGRADE');
        assert.ok(
          prediction && prediction.medianMs >= Math.min(...durations) && prediction.medianMs <= Math.max(...durations),
        );
        assert.ok(Number.isFinite(prediction.spreadMs) && prediction.spreadMs >= 0);
      }),
    );
  });

  it('gives the time left, until the job should have ended', () => {
    const prediction = { medianMs: 5 * MINUTE, spreadMs: 1, samples: 3 };
    assert.equal(timeLeft(prediction, 2 * MINUTE), 3 * MINUTE);
    assert.equal(timeLeft(prediction, 5 * MINUTE), undefined);
  });
});
