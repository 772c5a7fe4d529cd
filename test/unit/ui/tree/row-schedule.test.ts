import assert from 'node:assert/strict';
import { type JobKey, jobKey } from '../../../../src/jobs/model/job-reference';
import { DurationHistory } from '../../../../src/jobs/model/duration-history';
import { newlyTracked, type TrackedJob, withResponse, withError } from '../../../../src/jobs/model/tracked-job';
import { RowSchedule } from '../../../../src/ui/tree/row-schedule';
import { FakeClock } from '../../../support/fake-clock';
import { jobAt, reference, subJobAt } from '../../../support/samples';
import { HOSTILE_TIMES } from '../../../support/hostile/hostile-jobs';
import { SECOND, MINUTE, HOUR, DAY } from '../../../../src/base/time-units';

describe('the rows of jobs', () => {
  let clock: FakeClock;
  let jobs: Map<JobKey, TrackedJob>;
  let redrawn: { readonly key: JobKey; readonly at: number }[];
  let isVisible: boolean;
  let begin: number;
  let durations: DurationHistory;
  let schedule: RowSchedule;

  beforeEach(() => {
    clock = new FakeClock();
    begin = clock.now();
    jobs = new Map();
    redrawn = [];
    isVisible = true;
    durations = new DurationHistory();
    schedule = new RowSchedule({
      store: { all: () => jobs },
      durations,
      clock,
      isVisible: () => isVisible,
      redraw: (key) => redrawn.push({ key, at: (clock.now() - begin) / SECOND }),
    });
  });

  function follow(jobId: string, fields: Parameters<typeof jobAt>[1] = {}, status = 'RUNNING'): JobKey {
    const tracked = newlyTracked({ ...reference, jobId }, begin);
    const key = jobKey(tracked.reference);
    jobs.set(key, withResponse(tracked, { job: jobAt(status, { jobId, ...fields }) }, begin));
    schedule.update();
    return key;
  }

  const timesOf = (key: JobKey) => redrawn.filter((each) => each.key === key).map(({ at }) => at);

  it('are redrawn every five seconds in the first minute, so that a hover can open, then every minute', async () => {
    const key = follow('young', { beginTime: begin });
    await clock.advance(3 * MINUTE);
    assert.deepEqual(timesOf(key), [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 120, 180]);
  });

  for (const time of HOSTILE_TIMES.inputs) {
    it(`are redrawn no more often than every five seconds if they began at ${time}, and hide no other row`, async () => {
      const key = 'hostile';
      const times = { beginTime: time, status: 'RUNNING' };
      jobs.set(key, { ...newlyTracked(reference, time), job: { ...times, subJobs: [subJobAt(times)], raw: {} } });
      const other = follow('other', { beginTime: begin - HOUR });
      await clock.advance(MINUTE);
      assert.ok(timesOf(key).length <= 12);
      assert.deepEqual(timesOf(other), [60]);
      assert.ok(clock.pendingTimers <= 1);
    });
  }

  describe('that are older than a day', () => {
    const predict = (duration: number) => {
      for (const jobId of ['past-1', 'past-2', 'past-3']) {
        durations.add(jobAt('COMPLETE', { jobId, jobType: 'UPGRADE', beginTime: 0, endTime: duration }));
      }
    };

    it('change once a minute while they show the time left', async () => {
      predict(2 * DAY);
      const key = follow('old', { jobType: 'UPGRADE', beginTime: begin - DAY });
      await clock.advance(3 * MINUTE);
      assert.deepEqual(timesOf(key), [60, 120, 180]);
    });

    it('change once an hour if they have run longer than predicted and show no time left', async () => {
      predict(5 * MINUTE);
      const key = follow('overdue', { jobType: 'UPGRADE', beginTime: begin - DAY });
      await clock.advance(2 * HOUR);
      assert.deepEqual(timesOf(key), [HOUR / SECOND, (2 * HOUR) / SECOND]);
    });
  });

  it('are not redrawn if the service no longer keeps the job', async () => {
    const key = follow('lost', { beginTime: begin });
    const tracked = jobs.get(key) ?? assert.fail('it is followed');
    jobs.set(key, withError(tracked, { kind: 'not-found' }, begin));
    schedule.update();
    await clock.advance(3 * MINUTE);
    assert.deepEqual(timesOf(key), []);
  });

  it('are redrawn together, whenever their jobs began', async () => {
    const keys = [1, 2.5, 4].map((ago, index) => follow(`job-${index}`, { beginTime: begin - ago * SECOND }));
    await clock.advance(20 * SECOND);
    for (const key of keys) assert.deepEqual(timesOf(key), [5, 10, 15, 20]);
  });

  it('show each minute when it begins, or after an open hover was read, whatever else is redrawn', async () => {
    const young = follow('young', { beginTime: begin - 57 * SECOND });
    const old = follow('old', { beginTime: begin - 2 * DAY - 59 * MINUTE });
    for (let second = 0; second < 130; second += 1) {
      await clock.advance(SECOND);
      schedule.update();
      if (second === 55) schedule.hoverOpened(old);
    }
    assert.deepEqual(timesOf(young), [3, 63, 123]);
    assert.deepEqual(timesOf(old), [66]);
  });

  it('are redrawn as soon as the computer wakes, even if the timer is late', () => {
    const key = follow('old', { beginTime: begin - 10 * MINUTE });
    clock.sleep(90 * SECOND);
    schedule.update();
    assert.deepEqual(timesOf(key), [90]);
  });

  it('are redrawn every five seconds for a young sub-job, too', async () => {
    const subJobs = [subJobAt({ jobId: 'sub', status: 'RUNNING', beginTime: begin })];
    const key = follow('old', { beginTime: begin - 10 * MINUTE, subJobs });
    await clock.advance(12 * SECOND);
    assert.deepEqual(timesOf(key), [5, 10]);
  });

  it('are not redrawn if the job has ended, or the view is hidden', async () => {
    follow('over', { beginTime: begin - MINUTE, endTime: begin }, 'COMPLETE');
    await clock.advance(10 * MINUTE);
    assert.deepEqual(redrawn, []);
    assert.equal(clock.pendingTimers, 0);
    isVisible = false;
    follow('young', { beginTime: begin + 10 * MINUTE });
    assert.equal(clock.pendingTimers, 0);
  });

  it('are not redrawn while their hover is read, and continue afterwards', async () => {
    const [read, other] = [follow('read', { beginTime: begin }), follow('other', { beginTime: begin })];
    await clock.advance(6 * SECOND);
    schedule.hoverOpened(read);
    await clock.advance(24 * SECOND);
    assert.deepEqual(timesOf(read), [5, 16, 20, 25, 30]);
    assert.deepEqual(timesOf(other), [5, 10, 15, 20, 25, 30]);
  });

  it('wait for an open hover if the change is only that an ending was seen, and are redrawn at once for other changes', async () => {
    const [first, second] = [follow('first', {}, 'FAIL'), follow('second', {}, 'FAIL')];
    schedule.hoverOpened(first);
    schedule.redrawAfterHover(first);
    schedule.redrawAfterHover(second);
    assert.deepEqual(timesOf(first), []);
    assert.deepEqual(timesOf(second), [0]);
    schedule.update();
    await clock.advance(10 * SECOND);
    assert.deepEqual(timesOf(first), [10]);
    schedule.hoverOpened(first);
    schedule.redraw(first);
    assert.deepEqual(timesOf(first), [10, 10]);
  });

  it('do not wait for a hover, and are not redrawn again, if the whole tree was redrawn meanwhile', async () => {
    const key = follow('read', {}, 'FAIL');
    schedule.hoverOpened(key);
    schedule.redrawAfterHover(key);
    schedule.allRedrawn();
    await clock.advance(MINUTE);
    assert.deepEqual(timesOf(key), []);
    schedule.redrawAfterHover(key);
    assert.deepEqual(timesOf(key), [60]);
  });

  it('wait only seconds for a hover if the clock is set back by an hour', async () => {
    const key = follow('read', { beginTime: begin - 2 * MINUTE });
    schedule.hoverOpened(key);
    clock.setBack(60 * MINUTE);
    schedule.redrawAfterHover(key);
    schedule.update();
    await clock.advance(10 * SECOND);
    assert.equal(timesOf(key).length, 1);
  });

  it('are redrawn as soon as the hover of another row opens', () => {
    const [first, second] = [follow('first', {}, 'FAIL'), follow('second', {}, 'FAIL')];
    schedule.hoverOpened(first);
    schedule.redrawAfterHover(first);
    schedule.hoverOpened(second);
    assert.deepEqual(timesOf(first), [0]);
  });
});
