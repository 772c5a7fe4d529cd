// Runs test files with mocha, prints them as they go, and tells a report file which test is running, at the end the counts
// and what failed.
import { writeFileSync } from 'node:fs';
import { isatty } from 'node:tty';

/** The variable that names the report file. */
export const reportVariable = 'ELB_TEST_REPORT';

/**
 * @param {readonly string[]} files  CommonJS.
 * @param {{ timeout?: number, jobs?: number }} [options]  timeout: for one test, in ms. jobs: files that run at a time,
 *   each in a process of its own; more than one prints a file when it is through, and names no running test.
 * @returns {Promise<number>} how many tests failed
 */
export async function runMocha(files, { timeout = 10_000, jobs = 1 } = {}) {
  const { default: Mocha } = await import('mocha');
  const grep = process.env['MOCHA_GREP'];
  const parallel = jobs > 1;
  // A parallel run refuses `.only` by itself.
  const mocha = new Mocha({
    ui: 'bdd',
    forbidOnly: !parallel,
    color: isatty(1),
    timeout,
    parallel,
    jobs,
    ...(grep ? { grep } : {}),
  });
  for (const file of files) mocha.addFile(file);
  const reportFile = process.env[reportVariable];
  // At once: what is left to a later moment is lost when the process dies in the test.
  const report = (/** @type {object} */ content) => {
    if (reportFile) writeFileSync(reportFile, JSON.stringify(content));
  };
  return new Promise((resolve) => {
    /** @type {string[]} */
    const failed = [];
    const runner = mocha.run((failures) => {
      report({ ...runner.stats, failed });
      resolve(failures);
    });
    runner.on('fail', (test, error) => failed.push(`${test.fullTitle()}: ${briefly(error)}`));
    if (parallel) {
      report({ running: 'one of the files that ran at a time' });
      return;
    }
    runner.on('test', (test) => {
      report({ running: test.fullTitle() });
    });
  });
}

const LONGEST = 600;

/**
 * Another process hands over what an error says, and no Error. What a run needs to be repeated may be on a later line.
 * @param {unknown} error
 */
function briefly(error) {
  const isSaid = typeof error === 'object' && error !== null && 'message' in error;
  return String(isSaid ? error.message : error)
    .replace(/\s+/g, ' ')
    .slice(0, LONGEST);
}
