import assert from 'node:assert/strict';
import { isComplete, judgePart, skippedPart, summarize } from '../../../scripts/lib/tests/results.mjs';

const complete = (counts: object = {}) => JSON.stringify({ passes: 3, failures: 0, pending: 1, ...counts });

describe('the result of a test part', () => {
  it('has the counts of a complete report', () => {
    const result = judgePart('unit', { report: complete(), exitCode: 0 });
    assert.deepEqual(result, { part: 'unit', passed: 3, failed: 0, skipped: 1 });
  });

  it('is a failure if the tests left files in the home folder', () => {
    const result = judgePart('browser', { report: complete(), exitCode: 0, leftInHome: ['.config', '.config/x'] });
    assert.equal(result.failed, 1);
    assert.match(result.problem ?? '', /home folder: \.config, \.config\/x/);
  });

  it('names the failed tests', () => {
    const failed = ['tree shows a row: no row'];
    const result = judgePart('host', { report: complete({ failures: 1, failed }), exitCode: 1 });
    assert.deepEqual([result.failed, result.failures], [1, failed]);
  });

  it('is a failure if the report is missing, whatever the exit code', () => {
    const result = judgePart('host', { report: undefined, exitCode: 0 });
    assert.deepEqual([result.passed, result.failed], [0, 1]);
    assert.match(result.problem ?? '', /before its first test/);
  });

  it('is a failure in the running test if the report names one', () => {
    const report = JSON.stringify({ running: 'tree shows a row' });
    const result = judgePart('host', { report, exitCode: 0 });
    assert.equal(result.failed, 1);
    assert.match(result.problem ?? '', /tree shows a row/);
    assert.equal(isComplete(report), false);
  });

  it('is a failure if the report is invalid', () => {
    assert.equal(judgePart('host', { report: '{"passes":', exitCode: 0 }).failed, 1);
  });

  it('is a failure if no test passed', () => {
    const result = judgePart('browser', { report: complete({ passes: 0 }), exitCode: 0 });
    assert.deepEqual([result.failed, result.problem], [1, 'no test passed']);
  });

  it('may be empty if only some tests were selected', () => {
    const report = complete({ passes: 0, pending: 0 });
    assert.equal(judgePart('browser', { report, exitCode: 0, selection: 'tree' }).failed, 0);
  });

  it('is a failure if the exit code is not 0, although all tests passed', () => {
    const result = judgePart('unit', { report: complete(), exitCode: 137 });
    assert.deepEqual([result.passed, result.failed], [3, 1]);
    assert.match(result.problem ?? '', /137/);
  });

  it('counts a failed test once, although it changes the exit code too', () => {
    assert.equal(judgePart('unit', { report: complete({ failures: 2 }), exitCode: 1 }).failed, 2);
  });
});

describe('the total of all test parts', () => {
  const part = (passed: number, failed: number, skipped: number) => ({ part: 'unit', passed, failed, skipped });

  it('adds up the counts', () => {
    assert.deepEqual(summarize([part(2, 0, 0), part(3, 1, 0)]), { line: 'total: 5 passed, 1 failed', ok: false });
  });

  it('shows skipped tests only if there are any', () => {
    const results = [part(2, 0, 0), skippedPart('browser')];
    assert.deepEqual(summarize(results), { line: 'total: 2 passed, 0 failed, 1 skipped', ok: true });
  });

  it('is a failure if no test ran', () => {
    assert.equal(summarize([part(0, 0, 0)]).ok, false);
  });
});
