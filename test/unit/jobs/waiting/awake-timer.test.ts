import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DAY, HOUR, MINUTE, SECOND } from '../../../../src/base/time-units';
import { AwakeTimer } from '../../../../src/jobs/waiting/awake-timer';
import { FakeClock } from '../../../support/fake-clock';

describe('a timer that stops while the computer sleeps', () => {
  let clock: FakeClock;
  let ends: number;

  beforeEach(() => {
    clock = new FakeClock();
    ends = 0;
  });

  const start = (delayMs: number, on: ConstructorParameters<typeof AwakeTimer>[0] = clock) =>
    new AwakeTimer(on, delayMs, () => {
      ends += 1;
    });

  it('ends once, on time, and leaves no timer', async () => {
    start(MINUTE + 1);
    await clock.advance(MINUTE);
    assert.equal(ends, 0);
    await clock.advance(1);
    assert.equal(ends, 1);
    assert.equal(clock.pendingTimers, 0);
    await clock.advance(DAY);
    assert.equal(ends, 1);
  });

  it('ends at once without a delay, but not before it is returned', async () => {
    start(0);
    assert.equal(ends, 0);
    await clock.advance(0);
    assert.equal(ends, 1);
  });

  it('does not end after it is disposed, and leaves no timer', async () => {
    const timer = start(HOUR);
    await clock.advance(30 * SECOND);
    timer.dispose();
    assert.equal(clock.pendingTimers, 0);
    await clock.advance(DAY);
    assert.equal(ends, 0);
  });

  it('does not count a sleep, whose end timers do not see', async () => {
    start(HOUR);
    await clock.advance(30 * MINUTE);
    clock.sleep(3 * DAY);
    await clock.advance(30 * MINUTE - 1);
    assert.equal(ends, 0);
    await clock.advance(1);
    assert.equal(ends, 1);
  });

  it('counts at most two steps of a sleep that the timers see, as on Windows', async () => {
    let sleptMs = 0;
    start(HOUR, {
      elapsed: () => clock.elapsed() + sleptMs,
      schedule: (delayMs, callback) => clock.schedule(delayMs, callback),
    });
    await clock.advance(5 * SECOND);
    sleptMs = 3 * DAY;
    await clock.advance(HOUR - 20 * SECOND);
    assert.equal(ends, 0);
    await clock.advance(20 * SECOND);
    assert.equal(ends, 1);
  });

  it('is not moved by setting the clock', async () => {
    start(HOUR);
    clock.setBack(DAY);
    await clock.advance(HOUR);
    assert.equal(ends, 1);
  });

  it('waits longer than the 24 days of one timer of Node.js', async () => {
    let longestMs = 0;
    start(30 * DAY, {
      elapsed: () => clock.elapsed(),
      schedule: (delayMs, callback) => {
        longestMs = Math.max(longestMs, delayMs);
        return clock.schedule(delayMs, callback);
      },
    });
    // Each step counts twice, which halves their number.
    const elapsed = clock.elapsed.bind(clock);
    clock.elapsed = () => 2 * elapsed();
    await clock.advance(15 * DAY - MINUTE);
    assert.equal(ends, 0);
    await clock.advance(MINUTE);
    assert.equal(ends, 1);
    assert.ok(longestMs <= MINUTE);
  }).timeout(30 * SECOND);

  it('is on time on a busy computer, whose timers are late', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 9 * SECOND }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 0, max: 20 * MINUTE }),
        async (latenesses, delayMs) => {
          const busy = new FakeClock();
          let timers = 0;
          let endedAt: number | undefined;
          const late = {
            elapsed: () => busy.elapsed(),
            schedule: (stepMs: number, callback: () => void) => {
              timers += 1;
              return busy.schedule(stepMs + (latenesses[timers % latenesses.length] ?? 0), callback);
            },
          };
          new AwakeTimer(late, delayMs, () => {
            endedAt = busy.elapsed();
          });
          await busy.advance(HOUR);
          assert.ok(endedAt !== undefined && endedAt >= delayMs && endedAt <= delayMs + 9 * SECOND, String(endedAt));
        },
      ),
      { numRuns: 30 },
    );
  });
});
