// Evaluates the reports of the test parts (unit, host, browser) and adds them up. An exit code alone proves nothing: VS
// Code exits with 0 if the extension host was killed.
import { parseJson } from '../process/json.mjs';

/**
 * @typedef {object} FailedTest
 * @property {string} suite  The outermost suite of the test.
 * @property {string} title  With the titles of its suites.
 * @property {string} message  The start of the error's message.
 */

/**
 * @typedef {object} PartResult
 * @property {string} part
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {readonly FailedTest[]} [failures]
 * @property {readonly FailedTest[]} [flaky]  Tests that failed, and passed when their suites ran once more.
 * @property {string} [problem]  Why the part counts as failed besides its failed tests.
 */

/**
 * @param {string} part
 * @param {{ report: string | undefined, exitCode: number, selection?: string | undefined, leftInHome?: readonly string[] }} outcome
 *   report: the text of the report file, if it exists; selection: the grep pattern, if given; leftInHome: the files that the
 *   tests left in the home folder
 * @returns {PartResult}
 */
export function judgePart(part, { report, exitCode, selection, leftInHome = [] }) {
  if (report === undefined) return failedPart(part, `ended with exit code ${exitCode} before its first test`);
  const stats = readStats(report);
  if (!stats) {
    const running = readReport(report).running ?? 'an unknown test';
    return failedPart(part, `ended with exit code ${exitCode} during or after: ${running}`);
  }
  const result = { part, passed: stats.passes, failed: stats.failures, skipped: stats.pending };
  const left = leftInHome.length > 0 ? `its tests left files in the home folder: ${leftInHome.join(', ')}` : undefined;
  if (result.failed > 0)
    return { ...result, failures: readReport(report).failed ?? [], ...(left === undefined ? {} : { problem: left }) };
  if (exitCode !== 0)
    return { ...result, failed: 1, problem: `its tests passed, but it ended with exit code ${exitCode}` };
  if (left !== undefined) return { ...result, failed: 1, problem: left };
  if (result.passed === 0 && !selection) return { ...result, failed: 1, problem: 'no test passed' };
  return result;
}

/**
 * @param {string} part
 * @param {string} problem
 * @returns {PartResult}
 */
export const failedPart = (part, problem) => ({ part, passed: 0, failed: 1, skipped: 0, problem });

/**
 * @param {string} part
 * @returns {PartResult}
 */
export const skippedPart = (part) => ({ part, passed: 0, failed: 0, skipped: 1 });

/** More failures have a cause that a second run does not remove. */
const MAX_FLAKY_TESTS = 3;

/**
 * Returns the pattern that selects the suites with a failed test, to run them once more: a test in a real editor may fail because
 * the editor took the focus or the machine stood still. Undefined if there is nothing to run.
 * @param {PartResult} result
 * @returns {string | undefined}
 */
export function suitesToRepeat({ failed, failures = [], problem }) {
  if (failures.length === 0 || failures.length !== failed || failed > MAX_FLAKY_TESTS) return undefined;
  // A second run of some suites would hide it.
  if (problem !== undefined) return undefined;
  const suites = new Set(failures.map(({ suite }) => suite.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')));
  return `^(${[...suites].join('|')}) `;
}

/**
 * Adds the result of the second run: only if all of it passed, the failed tests count as passed, but flaky.
 * @param {PartResult} result
 * @param {PartResult} repeated
 * @returns {PartResult}
 */
export function withRepeated({ failures = [], ...result }, repeated) {
  if (repeated.failed > 0 || repeated.passed < failures.length) return { ...result, failures };
  return { ...result, passed: result.passed + failures.length, failed: 0, flaky: failures };
}

/** @param {readonly PartResult[]} results */
export function summarize(results) {
  const sum = (/** @type {'passed' | 'failed' | 'skipped'} */ field) =>
    results.reduce((total, result) => total + result[field], 0);
  const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')];
  const line = `total: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  return { line, ok: failed === 0 && passed > 0 };
}

/** @param {string} report */
export const isComplete = (report) => readStats(report) !== undefined;

/**
 * @param {string} report
 * @returns {{ passes: number, failures: number, pending: number } | undefined}
 */
function readStats(report) {
  const { passes, failures, pending } = readReport(report);
  if (passes === undefined || failures === undefined || pending === undefined) return undefined;
  return { passes, failures, pending };
}

/**
 * @typedef {object} Report  Holds the running test, or after the last test the counts and failures.
 * @property {string} [running]
 * @property {number} [passes]
 * @property {number} [failures]
 * @property {number} [pending]
 * @property {FailedTest[]} [failed]
 */

/**
 * @param {string} report
 * @returns {Report}
 */
function readReport(report) {
  try {
    return /** @type {Report} */ (parseJson(report));
  } catch {
    return {};
  }
}
