import assert from 'node:assert/strict';
import {
  isComplete,
  judgePart,
  skippedPart,
  suitesToRepeat,
  summarize,
  withRepeated,
} from '../../../scripts/lib/tests/results.mjs';

const complete = (counts: object = {}) => JSON.stringify({ passes: 3, failures: 0, pending: 1, ...counts });

const failure = (suite: string, test: string) => ({ suite, title: `${suite} ${test}`, message: 'no row' });

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
    const failed = [failure('tree', 'shows a row')];
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

describe('a second run of suites with failed tests', () => {
  const failures = [
    failure('what (a) person', 'sees'),
    failure('tree', 'shows a row'),
    failure('tree', 'shows a hover'),
  ];
  const first = { part: 'host', passed: 10, failed: 3, skipped: 1, failures };

  it('selects them, and no other suite', () => {
    const pattern = new RegExp(suitesToRepeat(first) ?? '');
    for (const title of ['what (a) person sees', 'tree shows a row', 'tree is empty']) assert.match(title, pattern);
    for (const title of ['trees shows', 'a tree shows a row', 'what a person sees'])
      assert.doesNotMatch(title, pattern);
  });

  it('is not made if nothing or too much failed, or something else than a test', () => {
    assert.equal(suitesToRepeat({ part: 'unit', passed: 3, failed: 0, skipped: 0 }), undefined);
    assert.equal(suitesToRepeat({ part: 'unit', passed: 3, failed: 1, skipped: 0, problem: 'killed' }), undefined);
    const report = complete({ failures: 3, failed: failures });
    const left = judgePart('host', { report, exitCode: 1, leftInHome: ['.cache'] });
    assert.match(left.problem ?? '', /left files in the home folder: \.cache/);
    assert.equal(suitesToRepeat(left), undefined, 'the suites of a second run may leave no file');
    const many = [...failures, failure('tree', 'moves a row')];
    assert.equal(suitesToRepeat({ ...first, failed: 4, failures: many }), undefined);
  });

  it('makes the failed tests flaky if all of it passed', () => {
    const repeated = { part: 'host', passed: 5, failed: 0, skipped: 0 };
    assert.deepEqual(withRepeated(first, repeated), {
      part: 'host',
      passed: 13,
      failed: 0,
      skipped: 1,
      flaky: failures,
    });
  });

  it('leaves them failed if one test failed again, the run ended early or did not run them', () => {
    const repeated = { part: 'host', passed: 5, failed: 0, skipped: 0 };
    assert.deepEqual(withRepeated(first, { ...repeated, failed: 1 }), first);
    assert.deepEqual(withRepeated(first, judgePart('host', { report: undefined, exitCode: 1 })), first);
    assert.deepEqual(withRepeated(first, { ...repeated, passed: 2 }), first);
  });
});
