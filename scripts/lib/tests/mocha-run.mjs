// Runs test files with mocha. Prints the results, and writes a report file: the running test, and at the end the counts and
// the failures.
import { writeFileSync } from 'node:fs';
import { isatty } from 'node:tty';

/** The environment variable with the path of the report file. */
export const reportVariable = 'ELB_TEST_REPORT';

/**
 * Returns the number of failed tests.
 * @param {readonly string[]} files  CommonJS files.
 * @param {{ timeoutMs?: number, jobs?: number }} [options]  timeoutMs: for one test. jobs: how many files run at a time. If
 *   more than 1, each file runs in its own process and is printed when it has finished, and the report names no running
 *   test.
 * @returns {Promise<number>}
 */
export async function runMocha(files, { timeoutMs = 10_000, jobs = 1 } = {}) {
  const { default: Mocha } = await import('mocha');
  const grep = process.env['MOCHA_GREP'];
  const parallel = jobs > 1;
  // A parallel run rejects `.only` anyway, and forbidOnly is not allowed with it.
  const mocha = new Mocha({
    ui: 'bdd',
    forbidOnly: !parallel,
    color: isatty(1),
    timeout: timeoutMs,
    parallel,
    jobs,
    ...(grep ? { grep } : {}),
  });
  for (const file of files) mocha.addFile(file);
  const reportFile = process.env[reportVariable];
  // Synchronous: a later write would be lost if the process dies in the test.
  const report = (/** @type {object} */ content) => {
    if (reportFile) writeFileSync(reportFile, JSON.stringify(content));
  };
  return new Promise((resolve) => {
    /** @type {import('./results.mjs').FailedTest[]} */
    const failed = [];
    const runner = mocha.run((failures) => {
      report({ ...runner.stats, failed });
      resolve(failures);
    });
    runner.on('fail', (test, error) => {
      const [suite = ''] = test.titlePath();
      failed.push({ suite, title: test.fullTitle(), message: shortMessage(error) });
    });
    if (parallel) {
      report({ running: 'one of the files that ran in parallel' });
      return;
    }
    runner.on('test', (test) => {
      report({ running: test.fullTitle() });
    });
  });
}

const MAX_MESSAGE_CHARACTERS = 600;

/**
 * Returns the message in one line, including later lines: they may hold the seed that repeats a run.
 * @param {unknown} error  From a parallel run, a plain object with the error's message.
 */
function shortMessage(error) {
  const hasMessage = typeof error === 'object' && error !== null && 'message' in error;
  return String(hasMessage ? error.message : error)
    .replace(/\s+/g, ' ')
    .slice(0, MAX_MESSAGE_CHARACTERS);
}
