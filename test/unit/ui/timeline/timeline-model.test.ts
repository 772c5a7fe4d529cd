import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readJob } from '../../../../src/cloud/api/job-schema';
import type { JobFields } from '../../../../src/cloud/api/job';
import { inTimeOrder, newlyTracked, type TrackedJob } from '../../../../src/jobs/model/tracked-job';
import { OFFICIAL_EXAMPLE } from '../../../../src/simulator/jobs/official-example';
import { ticksOf } from '../../../../src/ui/timeline/axis';
import { type Timeline, timelineOf, type TimelineRow } from '../../../../src/ui/timeline/timeline-model';
import { MAX_SHOWN_SUB_JOBS } from '../../../../src/base/limits';
import { jobAt, reference, subJobAt } from '../../../support/samples';
import { MINUTE, SECOND, DAY } from '../../../../src/base/time-units';

const start = Date.UTC(2024, 2, 23, 8, 20, 42);

/** @returns a job that began at `start`. Its sub-jobs begin and end `from` and `to` milliseconds later. */
function trackedWith(
  status: string,
  subJobs: readonly (JobFields & { readonly from?: number; readonly to?: number })[],
  more: Partial<TrackedJob> = {},
): TrackedJob {
  const parts = subJobs.map(({ from, to, ...fields }) =>
    subJobAt({ ...fields, beginTime: from && start + from, endTime: to && start + to }),
  );
  return {
    ...newlyTracked(reference, start),
    job: jobAt(status, { beginTime: start, subJobs: parts }),
    answeredAt: start + MINUTE,
    ...more,
  };
}

/** @returns rows such as `A whole 0 5`: name, kind of bar, and begin and end in seconds after `start`. */
function describeRows({ rows }: Timeline): string[] {
  const seconds = (instant: number) => (instant - start) / SECOND;
  return rows.map((row) => {
    if (row.kind === 'gap') return `gap ${seconds(row.start)} ${seconds(row.end)}`;
    const name = row.kind === 'job' ? 'job' : (row.part.jobType ?? '?');
    return row.bar === undefined
      ? `${name} without times`
      : `${name} ${row.bar.kind} ${seconds(row.bar.start)} ${seconds(row.bar.end)}`;
  });
}

describe('a timeline', () => {
  it('of the official example has three sub-jobs in time order and the two gaps between them', () => {
    const job = readJob(OFFICIAL_EXAMPLE.job) ?? assert.fail();
    const timeline = timelineOf({ ...newlyTracked(reference, start), job: inTimeOrder(job) }, start + DAY);
    assert.deepEqual(describeRows(timeline), [
      'job whole 0 1709',
      'UPGRADE_INIT whole 0 1562',
      'gap 1562 1589',
      'UPGRADE_TRAFFIC_SWITCH whole 1589 1589',
      'gap 1589 1709',
      'UPGRADE_COMPLETE whole 1709 1709',
    ]);
    assert.equal(timeline.end - timeline.start, 28 * MINUTE + 29 * SECOND);
    assert.equal(timeline.isRunning, false);
  });

  it('extends to now while something runs', () => {
    const tracked = trackedWith('RUNNING', [
      { jobType: 'B', status: 'RUNNING', from: 9 * SECOND },
      { jobType: 'A', status: 'SUCCESS', from: SECOND, to: 4 * SECOND },
    ]);
    const timeline = timelineOf(tracked, start + 30 * SECOND);
    assert.deepEqual(describeRows(timeline), ['job open 0 30', 'gap 0 1', 'A whole 1 4', 'gap 4 9', 'B open 9 30']);
    assert.equal(timeline.isRunning, true);
  });

  it('shows the gap after the last sub-job of a running job, and sub-jobs that have not begun below it', () => {
    const tracked = trackedWith('RUNNING', [
      { jobType: 'later', status: 'INIT' },
      { jobType: 'A', status: 'SUCCESS', from: 1, to: 4 * SECOND },
    ]);
    const timeline = timelineOf(tracked, start + 10 * SECOND);
    assert.deepEqual(describeRows(timeline), ['job open 0 10', 'A whole 0.001 4', 'gap 4 10', 'later without times']);
    const gap = timeline.rows.find((row) => row.kind === 'gap');
    assert.ok(gap?.isOpen, 'the gap has no end yet');
  });

  it('invents no time that is missing, and no gap that may hold a missing time', () => {
    const tracked = trackedWith('FAIL', [
      { jobType: 'no begin', status: 'SUCCESS', to: 20 * SECOND },
      { jobType: 'no end', status: 'FAIL', from: 40 * SECOND },
      { jobType: 'neither', status: 'SUCCESS' },
      { jobType: 'still running', status: 'RUNNING', from: 50 * SECOND },
    ]);
    const timeline = timelineOf(tracked, start + DAY);
    assert.deepEqual(describeRows(timeline), [
      'job begin-only 0 0',
      'no begin end-only 20 20',
      'gap 20 40',
      'no end begin-only 40 40',
      'still running begin-only 50 50',
      'neither without times',
    ]);
    assert.equal(timeline.isRunning, false);
  });

  it('marks an end before the begin as reversed', () => {
    const tracked = trackedWith('RUNNING', [{ jobType: 'A', status: 'SUCCESS', from: 9 * SECOND, to: 4 * SECOND }]);
    assert.ok(describeRows(timelineOf(tracked, start + 10 * SECOND)).includes('A reversed 9 9'));
  });

  it('ends at the last response if the service no longer keeps the job', () => {
    const tracked = trackedWith('RUNNING', [{ jobType: 'A', status: 'RUNNING', from: SECOND }], {
      pollFailure: { error: { kind: 'no-longer-kept' }, since: start, attempts: 1 },
    });
    const timeline = timelineOf(tracked, start + DAY);
    assert.deepEqual(describeRows(timeline), ['job last-seen 0 60', 'gap 0 1', 'A last-seen 1 60']);
    assert.equal(timeline.isRunning, false);
  });

  it('extends to now for an upgrade that waits for completion', () => {
    const tracked = trackedWith('SUCCESS', []);
    const job = tracked.job ?? assert.fail();
    const timeline = timelineOf({ ...tracked, job: { ...job, jobType: 'UPGRADE' } }, start + MINUTE);
    assert.deepEqual(describeRows(timeline), ['job open 0 60']);
    assert.equal(timeline.isRunning, true);
  });

  it('has no rows before the first response', () => {
    assert.deepEqual(timelineOf(newlyTracked(reference, start), start).rows, []);
  });

  it('has the statuses of each part in its row', () => {
    const history = [
      { at: 1, status: 'INIT' },
      { at: 2, status: 'RUNNING', subJobId: 'a' },
      { at: 3, status: 'FAIL' },
    ];
    const tracked = trackedWith('FAIL', [{ jobId: 'a', from: SECOND }, { from: SECOND }], { history });
    const seen = timelineOf(tracked, start).rows.flatMap((row) => (row.kind === 'gap' ? [] : [row.statuses]));
    assert.deepEqual(
      seen.map((statuses) => statuses.map(({ status }) => status)),
      [['INIT', 'FAIL'], ['RUNNING'], []],
    );
  });

  it('is within its axis and in time order, whatever the service sends', () => {
    const instant = fc.option(fc.oneof(fc.integer({ min: -10, max: 10 }), fc.double(), fc.constant(8.64e15)), {
      nil: undefined,
    });
    const text = fc.option(fc.string({ unit: 'binary', maxLength: 5 }), { nil: undefined });
    const status = fc.oneof(fc.constantFrom('INIT', 'RUNNING', 'SUCCESS', 'FAIL', undefined), text);
    const fields = fc.record({ jobId: text, jobType: text, status, beginTime: instant, endTime: instant });
    const pollFailures = fc.constantFrom(undefined, {
      error: { kind: 'not-found' as const },
      since: 0,
      attempts: 1,
    });
    fc.assert(
      fc.property(
        fields,
        fc.array(fields, { maxLength: 12 }),
        pollFailures,
        fc.integer({ min: -5, max: 20 }),
        (job, subJobs, pollFailure, now) => {
          const tracked: TrackedJob = {
            ...newlyTracked(reference, 0),
            job: { ...job, subJobs: subJobs.map(subJobAt), raw: {} },
            pollFailure,
          };
          assertSound(timelineOf(tracked, now), subJobs.length);
        },
      ),
    );
  });

  const sequence = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      jobId: `${index}`,
      status: 'SUCCESS',
      from: 1 + index * 10 * SECOND,
      to: index * 10 * SECOND + 5 * SECOND,
    }));

  it('of as many sub-jobs as are shown has all their rows and gaps', () => {
    const timeline = timelineOf(trackedWith('COMPLETE', sequence(MAX_SHOWN_SUB_JOBS)), start);
    assert.equal(timeline.rows.length, 1 + MAX_SHOWN_SUB_JOBS + MAX_SHOWN_SUB_JOBS - 1);
    assert.equal(timeline.hidden, 0);
    assertSound(timeline, MAX_SHOWN_SUB_JOBS);
  });

  it('of more sub-jobs has no gap, since a sub-job without a row may have run in it', () => {
    const timeline = timelineOf(trackedWith('COMPLETE', sequence(1000)), start);
    assert.equal(timeline.rows.length, 1 + MAX_SHOWN_SUB_JOBS);
    assert.equal(timeline.hidden, 1000 - MAX_SHOWN_SUB_JOBS);
    assertSound(timeline, MAX_SHOWN_SUB_JOBS);
  });

  it('of a job that was cut counts the missing sub-jobs, and has no gap in which they may have run', () => {
    const { job, ...tracked } = trackedWith('COMPLETE', sequence(3));
    const timeline = timelineOf({ ...tracked, job: job && { ...job, cut: { missingSubJobs: 7 } } }, start);
    assert.deepEqual(
      timeline.rows.map(({ kind }) => kind),
      ['job', 'sub-job', 'sub-job', 'sub-job'],
    );
    assert.equal(timeline.hidden, 7);
  });
});

function assertSound({ start: left, end: right, rows }: Timeline, subJobs: number): void {
  assert.ok(Number.isFinite(left) && Number.isFinite(right) && left < right);
  assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length, 'row ids are unique');
  assert.equal(rows.filter(({ kind }) => kind === 'sub-job').length, subJobs);
  const spans = rows.flatMap((row) => spanOf(row) ?? []);
  for (const span of spans) assert.ok(left <= span.start && span.start <= span.end && span.end <= right);
  const starts = rows.slice(1).map((row) => spanOf(row)?.start ?? Infinity);
  assert.deepEqual(
    starts,
    [...starts].sort((a, b) => (a === b ? 0 : a - b)),
  );
  assert.ok(ticksOf(right - left).length <= 7);
}

function spanOf(row: TimelineRow) {
  return row.kind === 'gap' ? row : row.bar;
}

describe('the ticks of an axis', () => {
  it('are at round durations', () => {
    assert.deepEqual(
      ticksOf(28 * MINUTE + 29 * SECOND),
      [0, 5, 10, 15, 20, 25].map((count) => count * MINUTE),
    );
    assert.deepEqual(ticksOf(SECOND), [0, SECOND]);
    assert.deepEqual(ticksOf(90 * MINUTE).at(1), 15 * MINUTE);
    assert.deepEqual(ticksOf(7 * DAY).at(1), 2 * DAY);
    assert.deepEqual(ticksOf(70 * DAY).at(1), 20 * DAY);
  });

  it('are from 2 to 7 and within the axis', () => {
    fc.assert(
      fc.property(fc.double({ min: SECOND, max: 1.8e16, noNaN: true }), (span) => {
        const ticks = ticksOf(span);
        assert.ok(ticks.length >= 2 && ticks.length <= 7, `${ticks.length} ticks`);
        assert.equal(ticks[0], 0);
        assert.ok((ticks.at(-1) ?? Infinity) <= span);
      }),
    );
  });
});
