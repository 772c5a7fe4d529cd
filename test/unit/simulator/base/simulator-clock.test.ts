import assert from 'node:assert/strict';
import fc from 'fast-check';
import { SimulatorClock } from '../../../../src/simulator/base/simulator-clock';
import { InputError } from '../../../../src/simulator/base/input-error';

describe('the simulator clock', () => {
  function clockFrom(startAt: number) {
    let real = 0;
    const clock = new SimulatorClock({ startAt, source: () => real });
    return { clock, pass: (ms: number) => (real += ms) };
  }

  it('runs with real time', () => {
    const { clock, pass } = clockFrom(1000);
    pass(250);
    assert.equal(clock.now(), 1250);
  });

  it('stands still while it is held, and does not catch up when released', () => {
    const { clock, pass } = clockFrom(0);
    clock.hold();
    pass(500);
    assert.equal(clock.now(), 0);
    clock.release();
    assert.equal(clock.now(), 0);
    pass(5);
    assert.equal(clock.now(), 5);
  });

  it('can be advanced while it is held', () => {
    const { clock } = clockFrom(0);
    clock.hold();
    clock.advance(7 * 24 * 3_600_000);
    assert.equal(clock.now(), 604_800_000);
  });

  it('does not jump when its speed changes', () => {
    const { clock, pass } = clockFrom(0);
    pass(100);
    clock.speed = 1000;
    assert.equal(clock.now(), 100);
    pass(2);
    assert.equal(clock.now(), 2100);
    clock.speed = 0.5;
    assert.equal(clock.now(), 2100);
    pass(10);
    assert.equal(clock.now(), 2105);
  });

  it('never goes back, whatever its methods are called with', () => {
    const step = fc.oneof(
      fc.record({ pass: fc.double({ min: 0, max: 1e6, noNaN: true }) }),
      fc.record({ advance: fc.double({ min: 0, max: 1e6, noNaN: true }) }),
      fc.record({ speed: fc.double({ min: 0, max: 1e4, noNaN: true }) }),
      fc.record({ held: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.array(step), (steps) => {
        const { clock, pass } = clockFrom(0);
        let before = clock.now();
        for (const one of steps) {
          if ('pass' in one) pass(one.pass);
          else if ('advance' in one) clock.advance(one.advance);
          else if ('speed' in one) clock.speed = one.speed;
          else if (one.held) clock.hold();
          else clock.release();
          assert.ok(clock.now() >= before);
          before = clock.now();
        }
      }),
    );
  });

  it('rejects going back, and a speed that is not a number', () => {
    const { clock } = clockFrom(0);
    assert.throws(() => {
      clock.advance(-1);
    }, InputError);
    assert.throws(() => {
      clock.speed = NaN;
    }, InputError);
    assert.equal(clock.speed, 1);
    assert.throws(() => new SimulatorClock({ startAt: Infinity }), InputError);
  });
});
