import assert from 'node:assert/strict';
import fc from 'fast-check';
import { formatDuration, formatElapsed, untilElapsedChanges } from '../../../../src/ui/text/duration';
import { plainText } from '../../../../src/ui/text/plain-text';
import { MINUTE, SECOND, HOUR, DAY } from '../../../../src/base/time-units';

describe('durations', () => {
  it('are told in two units of the language', () => {
    assert.equal(formatDuration(28 * MINUTE + 29 * SECOND, 'en'), '28 min 29 sec');
    assert.equal(formatDuration(2 * HOUR, 'en'), '2 hr');
    assert.equal(formatDuration(26 * HOUR + 5 * MINUTE, 'en'), '1 day 2 hr');
    assert.equal(formatDuration(999, 'en'), '0 sec');
    assert.equal(formatDuration(-5 * SECOND, 'en'), '0 sec');
    assert.equal(formatDuration(28 * MINUTE + 29 * SECOND, 'zh-cn'), '28分钟29秒');
  });

  it('of what goes on change each second at first, then each minute, after a day each hour, just when they are said to', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.integer({ min: 0, max: 20 * HOUR }), fc.integer({ min: 0, max: 30 * DAY })),
        (elapsed) => {
          const step = untilElapsedChanges(elapsed);
          assert.ok(step > 0 && step <= (elapsed < MINUTE ? SECOND : elapsed < DAY ? MINUTE : HOUR));
          const text = formatElapsed(elapsed, 'en');
          assert.equal(formatElapsed(elapsed + step - 1, 'en'), text);
          assert.notEqual(formatElapsed(elapsed + step, 'en'), text);
        },
      ),
    );
  });
});

describe('plain text', () => {
  it('holds nothing that steers a display', () => {
    assert.equal(plainText('a\u001b[31mred\r\nb\u202Ec\u0000d\u200b'), 'a [31mred b c d');
    assert.equal(plainText('负载均衡 😀'), '负载均衡 😀');
  });

  it('is no link and no icon where the editor would make one of it', () => {
    assert.equal(plainText('see [the fix](command:evil?x)'), 'see [the fix] (command:evil?x)');
    assert.equal(plainText('[a]\u200b(https://b) $(flame) $\u200b(x)'), '[a] (https://b) $ (flame) $ (x)');
  });

  it('has an end', () => {
    assert.equal(plainText('x'.repeat(10_000)).length, 501);
  });
});
