import assert from 'node:assert/strict';
import { type JobKey, jobKey } from '../../../../src/jobs/model/job-reference';
import { DurationHistory } from '../../../../src/jobs/model/duration-history';
import { newlyTracked, type TrackedJob, withResponse, withError } from '../../../../src/jobs/model/tracked-job';
import { RowSchedule } from '../../../../src/ui/tree/row-schedule';
import { FakeClock } from '../../../support/fake-clock';
import { jobAt, reference, subJobAt } from '../../../support/samples';
import { SECOND, MINUTE, DAY } from '../../../../src/base/time-units';

describe('the rows of jobs', () => {
  let clock: FakeClock;
  let jobs: Map<JobKey, TrackedJob>;
  let drawn: { readonly key: JobKey; readonly at: number }[];
  let isVisible: boolean;
  let begin: number;
  let schedule: RowSchedule;

  beforeEach(() => {
    clock = new FakeClock();
    begin = clock.now();
    jobs = new Map();
    drawn = [];
    isVisible = true;
    schedule = new RowSchedule({
      store: { all: () => jobs },
      durations: new DurationHistory(),
      clock,
      isVisible: () => isVisible,
      draw: (key) => drawn.push({ key, at: (clock.now() - begin) / SECOND }),
    });
  });

  function follow(jobId: string, fields: Parameters<typeof jobAt>[1] = {}, status = 'RUNNING'): JobKey {
    const tracked = newlyTracked({ ...reference, jobId }, begin);
    const key = jobKey(tracked.reference);
    jobs.set(key, withResponse(tracked, { job: jobAt(status, { jobId, ...fields }) }, begin));
    schedule.update();
    return key;
  }

  const timesOf = (key: JobKey) => drawn.filter((each) => each.key === key).map(({ at }) => at);

  it('are drawn anew every five seconds in the first minute, so that a hover can open, and once a minute after that', async () => {
    const key = follow('young', { beginTime: begin });
    await clock.advance(3 * MINUTE);
    assert.deepEqual(timesOf(key), [5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 55, 60, 120, 180]);
  });

  it('stand still where nobody knows any more whether the job goes on', async () => {
    const key = follow('lost', { beginTime: begin });
    const tracked = jobs.get(key) ?? assert.fail('it is followed');
    jobs.set(key, withError(tracked, { kind: 'not-found' }, begin));
    schedule.update();
    await clock.advance(3 * MINUTE);
    assert.deepEqual(timesOf(key), []);
  });

  it('are drawn anew together, whenever their jobs began', async () => {
    const keys = [1, 2.5, 4].map((ago, index) => follow(`job-${index}`, { beginTime: begin - ago * SECOND }));
    await clock.advance(20 * SECOND);
    for (const key of keys) assert.deepEqual(timesOf(key), [5, 10, 15, 20]);
  });

  it('say each minute when it begins, and what began while somebody read once they have, whatever else is drawn', async () => {
    const young = follow('young', { beginTime: begin - 57 * SECOND });
    const old = follow('old', { beginTime: begin - 2 * DAY - 59 * MINUTE });
    for (let second = 0; second < 130; second += 1) {
      await clock.advance(SECOND);
      schedule.update();
      if (second === 55) schedule.read(old);
    }
    assert.deepEqual(timesOf(young), [3, 63, 123]);
    assert.deepEqual(timesOf(old), [66]);
  });

  it('are drawn as soon as the computer has woken, where a timer comes late', () => {
    const key = follow('old', { beginTime: begin - 10 * MINUTE });
    clock.sleep(90 * SECOND);
    schedule.update();
    assert.deepEqual(timesOf(key), [90]);
  });

  it('are drawn anew while a sub-job is young, too', async () => {
    const subJobs = [subJobAt({ jobId: 'sub', status: 'RUNNING', beginTime: begin })];
    const key = follow('old', { beginTime: begin - 10 * MINUTE, subJobs });
    await clock.advance(12 * SECOND);
    assert.deepEqual(timesOf(key), [5, 10]);
  });

  it('are left alone where nothing of them goes on, and where nobody can see them', async () => {
    follow('over', { beginTime: begin - MINUTE, endTime: begin }, 'COMPLETE');
    await clock.advance(10 * MINUTE);
    assert.deepEqual(drawn, []);
    assert.equal(clock.pendingTimers, 0);
    isVisible = false;
    follow('young', { beginTime: begin + 10 * MINUTE });
    assert.equal(clock.pendingTimers, 0);
  });

  it('stand still while somebody reads what one shows under the pointer, and go on by themselves', async () => {
    const [read, other] = [follow('read', { beginTime: begin }), follow('other', { beginTime: begin })];
    await clock.advance(6 * SECOND);
    schedule.read(read);
    await clock.advance(24 * SECOND);
    assert.deepEqual(timesOf(read), [5, 16, 20, 25, 30]);
    assert.deepEqual(timesOf(other), [5, 10, 15, 20, 25, 30]);
  });

  it('are drawn later where what is new is no news to the reader, and at once where it is', async () => {
    const [first, second] = [follow('first', {}, 'FAIL'), follow('second', {}, 'FAIL')];
    schedule.read(first);
    schedule.drawOnceRead(first);
    schedule.drawOnceRead(second);
    assert.deepEqual(timesOf(first), []);
    assert.deepEqual(timesOf(second), [0]);
    schedule.update();
    await clock.advance(10 * SECOND);
    assert.deepEqual(timesOf(first), [10]);
    schedule.read(first);
    schedule.draw(first);
    assert.deepEqual(timesOf(first), [10, 10]);
  });

  it('are not held, nor drawn once more, where all were drawn anew meanwhile', async () => {
    const key = follow('read', {}, 'FAIL');
    schedule.read(key);
    schedule.drawOnceRead(key);
    schedule.allDrawn();
    await clock.advance(MINUTE);
    assert.deepEqual(timesOf(key), []);
    schedule.drawOnceRead(key);
    assert.deepEqual(timesOf(key), [60]);
  });

  it('are held for seconds where the clock is set back by an hour', async () => {
    const key = follow('read', { beginTime: begin - 2 * MINUTE });
    schedule.read(key);
    clock.setBack(60 * MINUTE);
    schedule.drawOnceRead(key);
    schedule.update();
    await clock.advance(10 * SECOND);
    assert.equal(timesOf(key).length, 1);
  });

  it('are drawn as soon as somebody reads another', () => {
    const [first, second] = [follow('first', {}, 'FAIL'), follow('second', {}, 'FAIL')];
    schedule.read(first);
    schedule.drawOnceRead(first);
    schedule.read(second);
    assert.deepEqual(timesOf(first), [0]);
  });
});
