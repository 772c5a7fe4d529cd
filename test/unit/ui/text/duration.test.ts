import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatDuration, formatElapsed, msUntilElapsedChanges } from '../../../../src/ui/text/duration';
import { HOSTILE_TIMES } from '../../../support/hostile/hostile-jobs';
import { MINUTE, SECOND, HOUR, DAY } from '../../../../src/base/time-units';

const LOCALES = 'en zh-cn zh-tw fr de it es ja ko ru pt-br tr pl cs hu ar fa he hi th bn'.split(' ');

describe('durations', () => {
  it('are formatted in two units of the language', () => {
    assert.equal(formatDuration(28 * MINUTE + 29 * SECOND, 'en'), '28 min 29 sec');
    assert.equal(formatDuration(2 * HOUR, 'en'), '2 hr');
    assert.equal(formatDuration(26 * HOUR + 5 * MINUTE, 'en'), '1 day 2 hr');
    assert.equal(formatDuration(999, 'en'), '0 sec');
    assert.equal(formatDuration(-5 * SECOND, 'en'), '0 sec');
    assert.equal(formatDuration(28 * MINUTE + 29 * SECOND, 'zh-cn'), '28分钟29秒');
  });

  it('are formatted as Intl does, in each language of VS Code and in languages with other scripts', () => {
    for (const locale of LOCALES) {
      const word = (count: number, unit: string) =>
        new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }).format(count);
      const list = new Intl.ListFormat(locale, { type: 'unit', style: 'narrow' });
      for (const [duration, ...words] of [
        [SECOND, word(1, 'second')],
        [59 * SECOND, word(59, 'second')],
        [MINUTE + SECOND, word(1, 'minute'), word(1, 'second')],
        [59 * MINUTE + 2 * SECOND, word(59, 'minute'), word(2, 'second')],
        [HOUR + MINUTE, word(1, 'hour'), word(1, 'minute')],
        [DAY + HOUR, word(1, 'day'), word(1, 'hour')],
        [2 * DAY + 23 * HOUR, word(2, 'day'), word(23, 'hour')],
        [61 * DAY + 5 * HOUR, word(61, 'day'), word(5, 'hour')],
        [999 * DAY, word(999, 'day')],
        [1000 * DAY, word(1000, 'day')],
        [1234 * DAY + 2 * HOUR, word(1234, 'day'), word(2, 'hour')],
      ] as const) {
        assert.equal(formatDuration(duration, locale), list.format(words));
        assert.equal(formatDuration(duration, locale), list.format(words), 'a second time');
      }
    }
  });

  for (const time of HOSTILE_TIMES.inputs) {
    it(`of ${time} ms are formatted, and change after a time that is neither 0 nor unknown`, () => {
      for (const text of [formatDuration(time, 'en'), formatElapsed(time, 'en')])
        assert.match(text, /^(—|[\d,]+ \w.{0,30})$/);
      assert.ok(msUntilElapsedChanges(time) > 0);
    });
  }

  it('that are running change exactly when predicted: every second at first, then every minute, after a day every hour', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: 0, max: 20 * HOUR }), fc.integer({ min: 0, max: 30 * DAY })),
        (elapsed) => {
          const step = msUntilElapsedChanges(elapsed);
          assert.ok(step > 0 && step <= (elapsed < MINUTE ? SECOND : elapsed < DAY ? MINUTE : HOUR));
          const text = formatElapsed(elapsed, 'en');
          assert.equal(formatElapsed(elapsed + step - 1, 'en'), text);
          assert.notEqual(formatElapsed(elapsed + step, 'en'), text);
        },
      ),
    );
  });
});
