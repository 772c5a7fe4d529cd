import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cappedJson, MAX_RESULT_BYTES } from '../../../../src/automation/tools/capped-json';

describe('JSON of limited size', () => {
  it('has as many parts as fit, counted in bytes of UTF-8', () => {
    const part = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 600 }),
      fc.constantFrom('漢'.repeat(900), '"'.repeat(2000)),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
        const build = (count: number) => ({ leftOut: parts.length - count, parts: parts.slice(0, count) });
        const json = cappedJson(parts.length, build);
        const { leftOut, parts: kept } = JSON.parse(json) as ReturnType<typeof build>;
        assert.ok(Buffer.byteLength(json) <= MAX_RESULT_BYTES);
        assert.equal(kept.length + leftOut, parts.length);
        const one = Buffer.byteLength(JSON.stringify(build(Math.min(kept.length + 1, parts.length))));
        assert.ok(leftOut === 0 || one > MAX_RESULT_BYTES, 'One more would not fit');
      }),
    );
  });

  it('is built with few parts first, so that parts which cannot fit cost nothing', () => {
    const counts: number[] = [];
    cappedJson(2000, (count) => {
      counts.push(count);
      return { parts: Array.from({ length: count }, () => 'x'.repeat(1000)) };
    });
    assert.equal(counts.at(-1), 8);
    assert.ok(Math.max(...counts) <= 16, counts.join(' '));
  });
});
