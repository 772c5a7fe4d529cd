// Judges what a part of the tests reports, and adds the parts up. An exit code alone proves nothing: VS Code reports
// success for an extension host that was killed half-way.
import { parseJson } from '../process/json.mjs';

/**
 * @typedef {object} PartResult
 * @property {string} part
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {readonly string[]} [failures]  The tests that failed, each with the beginning of its error.
 * @property {string} [problem]  Why a part counts as failed although no test of it reports a failure.
 */

/**
 * @param {string} part
 * @param {{ report: string | undefined, exitCode: number, selection?: string | undefined }} outcome
 *   report: the text of the report file, where there is one; selection: the grep pattern, where one is given.
 * @returns {PartResult}
 */
export function judgePart(part, { report, exitCode, selection }) {
  if (report === undefined) return deadPart(part, `ended with exit code ${exitCode} before its first test`);
  const stats = readStats(report);
  if (!stats) {
    const where = readReport(report).running ?? 'an unknown test';
    return deadPart(part, `ended with exit code ${exitCode} during or after: ${where}`);
  }
  const result = { part, passed: stats.passes, failed: stats.failures, skipped: stats.pending };
  if (result.failed > 0) return { ...result, failures: readReport(report).failed ?? [] };
  if (exitCode !== 0)
    return { ...result, failed: 1, problem: `its tests passed, but it ended with exit code ${exitCode}` };
  if (result.passed === 0 && !selection) return { ...result, failed: 1, problem: 'not one test passed' };
  return result;
}

/**
 * @param {string} part
 * @param {string} problem
 * @returns {PartResult}
 */
export const deadPart = (part, problem) => ({ part, passed: 0, failed: 1, skipped: 0, problem });

/**
 * @param {string} part
 * @returns {PartResult}
 */
export const skippedPart = (part) => ({ part, passed: 0, failed: 0, skipped: 1 });

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
 * @typedef {object} Report  Names the running test until all have run; then it has the counts.
 * @property {string} [running]
 * @property {number} [passes]
 * @property {number} [failures]
 * @property {number} [pending]
 * @property {string[]} [failed]
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
