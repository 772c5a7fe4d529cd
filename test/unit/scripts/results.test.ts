import assert from 'node:assert/strict';
import { isComplete, judgePart, skippedPart, summarize } from '../../../scripts/lib/tests/results.mjs';

const complete = (counts: object = {}) => JSON.stringify({ passes: 3, failures: 0, pending: 1, ...counts });

describe('the judging of test results', () => {
  it('counts what a complete report says', () => {
    const result = judgePart('unit', { report: complete(), exitCode: 0 });
    assert.deepEqual(result, { part: 'unit', passed: 3, failed: 0, skipped: 1 });
  });

  it('names the tests that failed', () => {
    const failed = ['tree shows a row: no row'];
    const result = judgePart('host', { report: complete({ failures: 1, failed }), exitCode: 1 });
    assert.deepEqual([result.failed, result.failures], [1, failed]);
  });

  it('takes a missing report for a failure, whatever the exit code says', () => {
    const result = judgePart('host', { report: undefined, exitCode: 0 });
    assert.deepEqual([result.passed, result.failed], [0, 1]);
    assert.match(result.problem ?? '', /before its first test/);
  });

  it('takes a report that names a running test for a failure in that test', () => {
    const report = JSON.stringify({ running: 'tree shows a row' });
    const result = judgePart('host', { report, exitCode: 0 });
    assert.equal(result.failed, 1);
    assert.match(result.problem ?? '', /tree shows a row/);
    assert.equal(isComplete(report), false);
  });

  it('takes a broken report for a failure', () => {
    assert.equal(judgePart('host', { report: '{"passes":', exitCode: 0 }).failed, 1);
  });

  it('takes a part without a single pass for a failure', () => {
    const result = judgePart('browser', { report: complete({ passes: 0 }), exitCode: 0 });
    assert.deepEqual([result.failed, result.problem], [1, 'not one test passed']);
  });

  it('lets a part be empty where only some tests were selected', () => {
    const report = complete({ passes: 0, pending: 0 });
    assert.equal(judgePart('browser', { report, exitCode: 0, selection: 'tree' }).failed, 0);
  });

  it('takes a bad exit code for a failure although all tests passed', () => {
    const result = judgePart('unit', { report: complete(), exitCode: 137 });
    assert.deepEqual([result.passed, result.failed], [3, 1]);
    assert.match(result.problem ?? '', /137/);
  });

  it('does not count a failing test twice for the exit code it brings', () => {
    assert.equal(judgePart('unit', { report: complete({ failures: 2 }), exitCode: 1 }).failed, 2);
  });
});

describe('the total of all parts', () => {
  const part = (passed: number, failed: number, skipped: number) => ({ part: 'unit', passed, failed, skipped });

  it('adds up', () => {
    assert.deepEqual(summarize([part(2, 0, 0), part(3, 1, 0)]), { line: 'total: 5 passed, 1 failed', ok: false });
  });

  it('names what was skipped only where something was', () => {
    const results = [part(2, 0, 0), skippedPart('browser')];
    assert.deepEqual(summarize(results), { line: 'total: 2 passed, 0 failed, 1 skipped', ok: true });
  });

  it('is not satisfied with nothing', () => {
    assert.equal(summarize([part(0, 0, 0)]).ok, false);
  });
});
