import assert from 'node:assert/strict';
import {
  parseHttpDate,
  parseSdkDate,
  parseTimestamp,
  parseZonedTimestamp,
} from '../../../../src/cloud/http/timestamps';

/** 2024-03-23T08:20:42Z. */
const INSTANT = Date.UTC(2024, 2, 23, 8, 20, 42);

describe('the times of responses', () => {
  it('are those of Date.parse, in the usual formats', () => {
    const zoned = [
      '2024-03-23T08:20:42Z',
      '2024-02-28T23:59:59Z',
      '2024-02-29T00:00:00Z',
      '2000-02-29T00:00:00Z',
      '2024-01-31T00:00:00Z',
      '2024-12-31T24:00:00Z',
      '2024-12-01T24:00:00Z',
      '0099-01-01T00:00:00Z',
      '1000-01-01T00:00:00Z',
      '1970-01-02T00:00:00Z',
      '1999-12-31T23:59:59Z',
      '9999-12-28T23:59:59Z',
      '9999-12-31T23:59:59.999Z',
      '2024-03-23T08:20:42z',
      '2024-03-23 08:20:42Z',
      '2024-03-23T08:20Z',
      '2024-03-23T08:20:42.5Z',
      '2024-03-23T08:20:42.123456Z',
      '2024-03-23T08:20:42+08:00',
      '2024-03-23T08:20:42-03:30',
    ];
    for (const time of zoned) assert.equal(parseTimestamp(time), Date.parse(time), time);
  });

  it('are in UTC without a zone', () => {
    assert.equal(parseTimestamp('2024-03-23T08:20:42'), INSTANT);
    assert.equal(parseTimestamp('2024-03-23 08:20:42'), INSTANT);
    assert.equal(parseTimestamp('2024-03-23 08:20:42.000000'), INSTANT);
  });

  it('may be in any of the ways to write a zone', () => {
    for (const time of [
      '2024-03-23T16:20:42+08',
      '2024-03-23 16:20:42+08',
      '2024-03-23 16:20:42 +08',
      '2024-03-23T16:20:42+0800',
      '2024-03-23 16:20:42 +0800 CST',
      '2024-03-23 16:20:42.000 GMT+08:00',
      '2024-03-23 16:20:42 UTC+8',
      '2024-03-23T04:50:42-0330',
      '2024-03-23T03:20:42-05',
      '2024-03-23 08:20:42 UTC',
      '2024-03-23T08:20:42UTC',
      '2024-03-23 08:20:42 GMT',
      '2024-03-23T08:20:42 Z',
      '2024-03-23 08:20:42.000000000 +0000 UTC',
      '2024-03-23T08:20:42,000Z',
    ]) {
      assert.equal(parseTimestamp(time), INSTANT, time);
      assert.equal(parseZonedTimestamp(time), INSTANT, time);
    }
  });

  it('are missing in any other text, in which Date.parse finds dates', () => {
    for (const text of [
      '0',
      '7',
      '2024',
      'task 7',
      'job 12 of 2024',
      '1711182042',
      '2024-03-23',
      '2024-03',
      'Sat, 23 Mar 2024 08:20:42 GMT',
      'Mar 23, 2024 08:20:42',
      '03/23/2024 08:20:42',
      '2024/03/23 08:20:42',
      '2024/03/23T08:20:42Z',
      '2024-3-23 8:20:42',
      '2024-03-23T8:20:42Z',
      '2024-03-23T08:20:4aZ',
      '2024-03-23T08:20: 2Z',
      '2024-03-23T08:20:42+8',
      '2024-03-23T08:20:42+24:00',
      '2024-03-23T08:20:42+08:60',
      '2024-03-23T08:20:42 EST',
      '2024-03-23T08:20:42.Z',
      '+024-03-23T08:20:42Z',
      '+012024-03-23T08:20:42Z',
      '２024-03-23T08:20:42Z',
      'at 2024-03-23T08:20:42Z',
      '2024-03-23T08:20:42Z.',
      '2024-03-23T08:20:42Z\n',
      '',
    ]) {
      assert.equal(parseTimestamp(text), undefined, text);
    }
  });

  it('are missing on days and at times that do not exist', () => {
    for (const text of [
      '2024-02-30T00:00:00Z',
      '2023-02-29T00:00:00Z',
      '1900-02-29T00:00:00Z',
      '2100-02-29T00:00:00Z',
      '2024-04-31T00:00:00+08:00',
      '2024-06-31 00:00:00',
      '2024-13-01T00:00:00Z',
      '2024-00-01T00:00:00Z',
      '2024-01-00T00:00:00Z',
      '2024-01-32T00:00:00Z',
      '0000-00-00 00:00:00',
      '2024-12-01T24:00:01Z',
      '2024-12-01T24:00:00.1Z',
      '2024-12-01T23:60:00Z',
      '2024-12-01T23:59:60Z',
    ]) {
      assert.equal(parseTimestamp(text), undefined, text);
    }
  });

  it('are missing if they are the zero of a programming language', () => {
    for (const text of [
      '0001-01-01T00:00:00Z',
      '0001-01-01T00:00:00',
      '0001-01-01 00:00:00 +0000 UTC',
      '0001-01-01T00:00:00+08:00',
      '0001-01-01T08:05:43+08:05',
      '1970-01-01T00:00:00Z',
      '1970-01-01T00:00:00.000000Z',
      '1970-01-01 00:00:00',
      '1970-01-01T08:00:00+08:00',
      '1970-01-01 08:00:00',
      '1969-12-31T19:00:00-05:00',
      '1969-12-31T23:59:59Z',
      '1970-01-01 00:00:00 GMT',
    ]) {
      assert.equal(parseTimestamp(text), undefined, text);
    }
  });

  it('have no zone unless they name one', () => {
    assert.equal(parseZonedTimestamp('2024-03-23T08:20:42Z'), INSTANT);
    assert.equal(parseZonedTimestamp('2024-03-23T08:20:42'), undefined);
    assert.equal(parseZonedTimestamp('soon'), undefined);
  });

  it('are parsed in a time that grows no faster than the text', () => {
    for (const text of [
      `2024-03-23T08:20:42.${'1'.repeat(1_000_000)}`,
      '2024-03-23'.repeat(100_000),
      ' '.repeat(1_000_000),
    ]) {
      assert.equal(parseTimestamp(text), undefined);
    }
  });
});

describe('the times of headers', () => {
  it('are those of HTTP', () => {
    assert.equal(parseHttpDate('Sat, 23 Mar 2024 08:20:42 GMT'), INSTANT);
    assert.equal(parseHttpDate('Sun, 3 Mar 2024 08:20:42 GMT'), Date.UTC(2024, 2, 3, 8, 20, 42));
    for (const text of [
      'Sat, 30 Feb 2024 08:20:42 GMT',
      'Sat, 31 Apr 2024 08:20:42 GMT',
      'Sat, 23 Mar 2024 25:20:42 GMT',
      'Sat, task 7 GMT',
      'Sat, 23 Foo 2024 08:20:42 GMT',
      'Sat, 23 Mar 24 08:20:42 GMT',
      'Sat, 0 GMT',
      'Thu, 01 Jan 1970 00:00:00 GMT',
      '2024-03-23T08:20:42Z',
      '',
      undefined,
    ]) {
      assert.equal(parseHttpDate(text), undefined, text);
    }
  });

  it('are those of signatures', () => {
    assert.equal(parseSdkDate('20240323T082042Z'), INSTANT);
    for (const text of [
      '20240230T082042Z',
      '20240323T256042Z',
      '20240323T082042',
      '2024-03-23T08:20:42Z',
      '0',
      'task 7',
    ]) {
      assert.equal(parseSdkDate(text), undefined, text);
    }
  });
});
