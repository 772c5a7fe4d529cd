import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { seedOf } from '../../support/seeds';
import { sourceFiles } from '../../support/product/localized-strings';

const SEEDS = 'test/support/seeds.ts';
/** Benches measure with new seeds, and print them. */
const OTHERS = /^test\/(?:bench|unit\/product\/fixed-seeds)/;

describe('random tests', () => {
  it('take their seeds from one file, so that a run does not fail by chance', () => {
    const files = sourceFiles('test').map((file) => file.replaceAll('\\', '/'));
    assert.ok(files.includes(SEEDS));
    const random = files.filter((file) => {
      const source = readFileSync(file, 'utf8');
      return !OTHERS.test(file) && /Math\.random|randomSeed\(|randomInt\(|Date\.now\(\) %/.test(source);
    });
    assert.deepEqual(random, [SEEDS]);
  });

  it('have the same properties in each run', () => {
    const { seed } = fc.readConfigureGlobal();
    if (process.env['PROPERTY_SEED'] === 'random') assert.ok(Number.isInteger(seed));
    else assert.equal(seed, seedOf('PROPERTY_SEED'));
  });

  it('refuse a seed that is none', () => {
    const before = process.env['SOAK_SEED'];
    try {
      for (const wrong of ['x', '1.5', '-1', ' ', '0x10', '1e3', 'Infinity', '2147483648']) {
        process.env['SOAK_SEED'] = wrong;
        assert.throws(() => seedOf('SOAK_SEED'), /SOAK_SEED must be a whole number below 2³¹, or "random"/);
      }
      process.env['SOAK_SEED'] = '7';
      assert.equal(seedOf('SOAK_SEED'), 7);
      process.env['SOAK_SEED'] = 'random';
      assert.ok(Number.isInteger(seedOf('SOAK_SEED')));
    } finally {
      if (before === undefined) delete process.env['SOAK_SEED'];
      else process.env['SOAK_SEED'] = before;
    }
  });
});
