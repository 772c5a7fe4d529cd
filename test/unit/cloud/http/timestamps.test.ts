import assert from 'node:assert/strict';
import { parseTimestamp } from '../../../../src/cloud/http/timestamps';

describe('the times of responses', () => {
  it('are those of Date.parse, in any format', () => {
    const zoned = [
      '2024-03-23T08:20:42Z',
      '2024-02-28T23:59:59Z',
      '2024-02-29T00:00:00Z',
      '2023-02-29T00:00:00Z',
      '2024-12-31T24:00:00Z',
      '2024-12-01T24:00:00Z',
      '2024-12-01T23:60:00Z',
      '2024-12-01T23:59:60Z',
      '2024-13-01T00:00:00Z',
      '2024-00-01T00:00:00Z',
      '2024-01-00T00:00:00Z',
      '0001-01-01T00:00:00Z',
      '0099-01-01T00:00:00Z',
      '1000-01-01T00:00:00Z',
      '9999-12-28T23:59:59Z',
      '2024-03-23T08:20:42z',
      '2024-03-23 08:20:42Z',
      '2024/03/23T08:20:42Z',
      '2024-03-23T08:20:4aZ',
      '2024-03-23T08:20: 2Z',
      '+024-03-23T08:20:42Z',
      '２024-03-23T08:20:42Z',
      '2024-03-23T08:20:42.5Z',
      '2024-03-23T08:20:42+08:00',
    ];
    for (const time of zoned) {
      const expected = Date.parse(time);
      assert.equal(parseTimestamp(time), Number.isNaN(expected) ? undefined : expected, time);
    }
  });

  it('are in UTC without a zone', () => {
    assert.equal(parseTimestamp('2024-03-23T08:20:42'), Date.UTC(2024, 2, 23, 8, 20, 42));
  });
});
