import assert from 'node:assert/strict';
import fc from 'fast-check';
import { CUT_MARK, cutText } from '../../../src/base/cut-text';
import { isJsonWithin, jsonBytes } from '../../../src/base/json/json-size';
import { UniqueIds } from '../../../src/base/unique-id';

describe('a text that is too long', () => {
  it('is cut and marked as cut, and not cut again', () => {
    assert.equal(cutText('x'.repeat(100), 100), 'x'.repeat(100));
    const cut = cutText('x'.repeat(101), 100);
    assert.equal(cut, 'x'.repeat(100 - CUT_MARK.length) + CUT_MARK);
    assert.equal(cutText(cut, 100), cut);
  });

  it('is never cut within a surrogate pair', () => {
    for (let start = 0; start < 3; start += 1) {
      const cut = cutText('a'.repeat(start) + '\u{1f600}'.repeat(100), 100);
      assert.ok(!/[\ud800-\udfff]/u.test(cut));
      assert.ok(cut.length <= 100);
    }
  });
});

describe('the size of JSON', () => {
  it('is never estimated as smaller or larger than it is', () => {
    fc.assert(
      fc.property(fc.object({ withNullPrototype: false, maxDepth: 4 }), (value) => {
        const json = JSON.parse(JSON.stringify(value)) as object;
        const bytes = jsonBytes(json);
        assert.ok(isJsonWithin(bytes, json));
        assert.ok(!isJsonWithin(bytes - 1, json));
      }),
    );
    for (const value of [
      [1e20, -1.7976931348623157e308],
      ['\u0000\ud800\u4e2d'],
      { '\u0001': true, a: null },
      { a: undefined, b: [{}] },
    ]) {
      assert.ok(isJsonWithin(jsonBytes(value), value));
      assert.ok(!isJsonWithin(jsonBytes(value) - 1, value));
    }
  });
});

describe('ids of a list', () => {
  const unique = (ids: readonly string[]) => {
    const list = new UniqueIds();
    return ids.map((id) => list.next(id));
  };

  it('are counted if they repeat, also if an id looks like a counted one', () => {
    assert.deepEqual(unique(['x', 'x', 'y', 'x']), ['x', 'x#2', 'y', 'x#3']);
    assert.deepEqual(unique(['x#2', 'x', 'x', 'x']), ['x#2', 'x', 'x#3', 'x#4']);
    assert.deepEqual(unique(['x', 'x', 'x#2', 'x#2']), ['x', 'x#2', 'x#2#2', 'x#2#3']);
  });

  it('take linear time, so that 200,000 equal ones freeze nothing', () => {
    const before = process.cpuUsage();
    const ids = unique(Array.from({ length: 200_000 }, (_, index) => (index % 2 === 0 ? 'x' : `x#${index}`)));
    const { user } = process.cpuUsage(before);
    assert.equal(new Set(ids).size, ids.length);
    assert.ok(user < 2_000_000, `${user / 1000} ms`);
  });
});
