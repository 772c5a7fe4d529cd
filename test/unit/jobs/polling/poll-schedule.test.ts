import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Job } from '../../../../src/cloud/api/job';
import type { PollError } from '../../../../src/jobs/model/poll-error';
import { type ScheduleInput, nextPoll } from '../../../../src/jobs/polling/poll-schedule';
import { newlyTracked, type TrackedJob, withResponse, withError } from '../../../../src/jobs/model/tracked-job';
import { jobAt, reference } from '../../../support/samples';
import { SECOND, MINUTE, HOUR } from '../../../../src/base/time-units';

const begin = Date.UTC(2026, 0, 1);

function answered(job: Job, at: number, before = newlyTracked(reference, begin)): TrackedJob {
  return withResponse(before, { job }, at);
}

function failed(tracked: TrackedJob, error: PollError, times: number): TrackedJob {
  return Array.from({ length: times }).reduce<TrackedJob>((job) => withError(job, error, begin), tracked);
}

function nextPollAt(tracked: TrackedJob, input: ScheduleInput): number | undefined {
  return nextPoll(tracked, input)?.at;
}

/** Returns milliseconds from the last poll to the next; there is no jitter if `random` is a half. */
function pause(tracked: TrackedJob, lastPollAt: number, random = 0.5): number | undefined {
  const next = nextPollAt(tracked, { now: lastPollAt, lastPollAt, random });
  return next === undefined ? undefined : next - lastPollAt;
}

describe('the schedule', () => {
  it('polls a job at once that was not polled yet', () => {
    const input: ScheduleInput = { now: begin + 7, lastPollAt: undefined, random: 0.5 };
    assert.equal(nextPollAt(newlyTracked(reference, begin), input), begin + 7);
    assert.equal(nextPollAt(answered(jobAt('RUNNING'), begin), input), begin + 7, 'after a restart');
  });

  it('polls again when too many sign-ins failed, as soon as requests may be sent, without a person', () => {
    const until = begin + 10 * MINUTE;
    const tracked = failed(newlyTracked(reference, begin), { kind: 'too-many-failures', until }, 1);
    assert.equal(pause(tracked, begin), 10 * MINUTE);
    assert.equal(pause(tracked, until), 2 * SECOND);
  });

  it('waits 5 % of the age, at least 2 s and at most 30 s', () => {
    for (const [age, expected] of [
      [1 * SECOND, 2 * SECOND],
      [40 * SECOND, 2 * SECOND],
      [2 * MINUTE, 6 * SECOND],
      [10 * MINUTE, 30 * SECOND],
      [3 * HOUR, 30 * SECOND],
      // The clock is behind, so the job's age is unknown.
      [-1 * HOUR, 30 * SECOND],
    ] as const) {
      const job = jobAt('RUNNING', { beginTime: begin });
      assert.equal(pause(answered(job, begin + age), begin + age), expected, `${age}`);
    }
  });

  it('counts the age from tracking if the service gives no begin', () => {
    assert.equal(pause(answered(jobAt('RUNNING'), begin + 2 * MINUTE), begin + 2 * MINUTE), 6 * SECOND);
  });

  it('counts the age from the begin if the job was tracked long before it began', () => {
    const job = jobAt('RUNNING', { beginTime: begin + HOUR });
    const now = begin + HOUR + 20 * SECOND;
    assert.equal(pause(answered(job, now), now), 2 * SECOND);
  });

  it('polls once more soon after a change, then follows the age again', () => {
    const at = begin + 10 * MINUTE;
    const running = answered(jobAt('INIT', { beginTime: begin }), at);
    const changed = answered(jobAt('RUNNING', { beginTime: begin }), at + SECOND, running);
    assert.equal(pause(changed, at + SECOND), 2 * SECOND);
    const same = answered(jobAt('RUNNING', { beginTime: begin }), at + 3 * SECOND, changed);
    assert.equal(pause(same, at + 3 * SECOND), 30 * SECOND);
  });

  it('continues to poll at an undocumented status', () => {
    assert.equal(pause(answered(jobAt('PAUSED'), begin + HOUR), begin + HOUR), 30 * SECOND);
  });

  it('polls after an ending at 1, 3 and 10 min, then no more', () => {
    const ended = answered(jobAt('COMPLETE'), begin);
    const polls: number[] = [];
    let last: number | undefined = begin;
    for (;;) {
      last = nextPollAt(ended, { now: last, lastPollAt: last, random: 0.5 });
      if (last === undefined) break;
      polls.push(last - begin);
    }
    assert.deepEqual(polls, [1 * MINUTE, 3 * MINUTE, 10 * MINUTE]);
  });

  it('does not poll jobs at each start that ended long ago', () => {
    const ended = answered(jobAt('FAIL'), begin);
    assert.equal(nextPollAt(ended, { now: begin + HOUR, lastPollAt: undefined, random: 0.5 }), undefined);
  });

  it('polls a switched upgrade every 5 min for 24 h, then hourly while it waits', () => {
    const waiting = answered(jobAt('SUCCESS', { jobType: 'UPGRADE' }), begin);
    assert.equal(pause(waiting, begin + HOUR), 5 * MINUTE);
    assert.equal(pause(waiting, begin + 24 * HOUR - 6 * MINUTE), 5 * MINUTE);
    assert.equal(pause(waiting, begin + 24 * HOUR), HOUR);
    assert.equal(pause(waiting, begin + 60 * 24 * HOUR), HOUR);
    assert.equal(pause(answered(jobAt('SUCCESS'), begin), begin + HOUR), undefined, 'other types end at SUCCESS');
  });

  it('backs off exponentially with full jitter, at most 60 s', () => {
    const running = answered(jobAt('RUNNING', { beginTime: begin }), begin);
    const kinds = ['network', 'timeout', 'server', 'proxy', 'malformed', 'throttled', 'keys-unreadable'] as const;
    for (const kind of kinds) {
      const ceilings = [1, 2, 3, 4, 5, 6, 50].map((times) => pause(failed(running, { kind }, times), begin, 0.999999));
      assert.deepEqual(
        ceilings.map((ceiling) => Math.round((ceiling ?? 0) / SECOND)),
        [4, 8, 16, 32, 60, 60, 60],
        kind,
      );
      assert.equal(pause(failed(running, { kind }, 5), begin, 0), 1 * SECOND, 'never at once');
    }
  });

  it('obeys Retry-After', () => {
    const throttledFor = (retryAfter: number) =>
      failed(answered(jobAt('RUNNING'), begin), { kind: 'throttled', retryAfter }, 1);
    assert.equal(pause(throttledFor(77 * SECOND), begin), 77 * SECOND);
    assert.equal(pause(throttledFor(0), begin), 2 * SECOND, 'zero does not mean at once');
  });

  it('polls a job that was never found after 10 s, 30 s and 2 min, then gives up', () => {
    const unseen = newlyTracked(reference, begin);
    const notFoundAfter = (...seconds: readonly number[]) => {
      const last = begin + (seconds.at(-1) ?? 0) * SECOND;
      const error = { kind: 'not-found' } as const;
      return pause(
        seconds.reduce((job, second) => withError(job, error, begin + second * SECOND), unseen),
        last,
      );
    };
    assert.equal(notFoundAfter(0), 10 * SECOND);
    assert.equal(notFoundAfter(0, 10), 30 * SECOND);
    assert.equal(notFoundAfter(0, 10, 40), 2 * MINUTE);
    assert.equal(notFoundAfter(0, 10, 40, 160), undefined);
    assert.equal(notFoundAfter(0, 5, 6, 7, 8), 2 * SECOND, 'a refresh does not put the polls off');
    assert.equal(notFoundAfter(0, 3600), 30 * SECOND, 'after a pause');
    assert.equal(notFoundAfter(0, 3600, 3630), 2 * MINUTE);
    assert.equal(notFoundAfter(0, 3600, 3630, 3750), undefined);
  });

  it('gives up after a bad request for a job that was never returned, but not for a job that was', () => {
    const error = { kind: 'bad-request' } as const;
    assert.equal(pause(failed(newlyTracked(reference, begin), error, 1), begin), undefined);
    assert.notEqual(pause(failed(answered(jobAt('RUNNING'), begin), error, 1), begin), undefined);
  });

  it('does not poll a job again that the service has deleted', () => {
    assert.equal(pause(failed(answered(jobAt('RUNNING'), begin), { kind: 'not-found' }, 1), begin), undefined);
  });

  it('never polls again after errors that only a person can fix, so that no key is locked', () => {
    const kinds = [
      'authentication',
      'gateway-forbidden',
      'api-absent',
      'signed-out',
      'keys-lost',
      'forbidden',
    ] as const;
    for (const kind of kinds) {
      assert.equal(pause(failed(answered(jobAt('RUNNING'), begin), { kind }, 1), begin), undefined, kind);
    }
  });

  it('lets a list serve a poll a quarter of its pause early, and counts it as the late poll that was nearly due', () => {
    const running = answered(jobAt('RUNNING', { beginTime: begin }), begin + 10 * MINUTE);
    const at = begin + 10 * MINUTE;
    assert.deepEqual(nextPoll(running, { now: at, lastPollAt: at, random: 0.5 }), {
      at: at + 30 * SECOND,
      earliestAt: at + 22.5 * SECOND,
    });
    const ended = answered(jobAt('COMPLETE'), begin);
    const after = (seconds: number) => pause(ended, begin + seconds * SECOND);
    assert.equal(after(44), 16 * SECOND, 'too early to count');
    assert.equal(after(45), 135 * SECOND, 'the poll at 1 min is done');
  });

  it('polls more often around the expected end, and no more often than usual before and after', () => {
    const prediction = { medianMs: 5 * MINUTE, spreadMs: 20 * SECOND, samples: 8 };
    const pauseAt = (age: number) => {
      const running = answered(jobAt('RUNNING', { beginTime: begin }), begin + age);
      const now = begin + age;
      return (nextPollAt(running, { now, lastPollAt: now, random: 0.5, prediction }) ?? NaN) - now;
    };
    assert.equal(pauseAt(2 * MINUTE), 6 * SECOND);
    assert.equal(pauseAt(200 * SECOND), 10 * SECOND);
    assert.equal(pauseAt(205 * SECOND), 10.25 * SECOND);
    assert.equal(pauseAt(300 * SECOND), 6 * SECOND);
    assert.equal(pauseAt(400 * SECOND), 20 * SECOND);
  });

  it('never stops polling a running job, and never polls more often than every 1.8 s', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('INIT', 'RUNNING', 'ROLLBACKING', 'SOMETHING_NEW'),
        fc.integer({ min: 0, max: 60 * 24 * HOUR }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (status, age, random) => {
          const next = pause(answered(jobAt(status, { beginTime: begin }), begin + age), begin + age, random);
          assert.ok(next !== undefined && next >= 1.8 * SECOND && next <= 33 * SECOND, String(next));
        },
      ),
    );
  });
});
