import assert from 'node:assert/strict';
import {
  formatDateTime,
  formatDateTimeWithZone,
  formatShortDateTime,
  formatIsoDateTime,
} from '../../../../src/ui/text/date-time';
import { MAX_INSTANT } from '../../../../src/base/limits';
import { HOSTILE_TIMES } from '../../../support/hostile/hostile-jobs';

describe('dates with times', () => {
  const instant = Date.UTC(2026, 10, 24, 12, 0, 5);

  it('follow the language', () => {
    assert.match(formatShortDateTime(instant, 'en'), /^11\/2[45]\/26, \d{1,2}:\d{2}\s[AP]M$/);
    assert.match(formatDateTime(instant, 'en'), /^Nov 2[45], 2026, \d{1,2}:\d{2}\s[AP]M$/);
    assert.match(formatDateTime(instant, 'zh-cn'), /^2026年11月2[45]日 \d{2}:\d{2}$/);
  });

  for (const time of HOSTILE_TIMES.inputs) {
    it(`are formatted for the instant ${time}, as missing if there is no such time`, () => {
      for (const format of [formatShortDateTime, formatDateTime, formatDateTimeWithZone, formatIsoDateTime]) {
        const isTime = Math.abs(time) <= MAX_INSTANT;
        assert.match(format(time, 'en'), isTime ? /\d:\d\d/ : /^—$/);
      }
    });
  }

  it('name their zone if the zone matters', () => {
    assert.match(formatDateTimeWithZone(instant, 'en'), /^Nov 2[45], 2026, \d{1,2}:\d{2}:05\s[AP]M \S+$/);
    assert.equal(formatIsoDateTime(instant), '2026-11-24T12:00:05Z');
    assert.equal(formatIsoDateTime(instant + 999), '2026-11-24T12:00:05Z');
  });
});
