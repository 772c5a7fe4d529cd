// Prints the results of test parts, and sets the exit code.
import { printStatus } from '../process/progress.mjs';
import { summarize } from './results.mjs';

/**
 * The total is the last line.
 * @param {readonly import('./results.mjs').PartResult[]} results
 */
export function printResults(results) {
  for (const { part, problem, failures = [], flaky = [] } of results) {
    for (const { title, message } of failures) printStatus(`Failed in the ${part} tests: ${title}: ${message}`);
    for (const { title, message } of flaky)
      printStatus(`Flaky in the ${part} tests: ${title}: passed in a second run. The first failed: ${message}`);
    if (problem) printStatus(`${part} tests: ${problem}.`);
  }
  const { line, ok } = summarize(results);
  if (results.every(({ passed, failed }) => passed + failed === 0))
    printStatus('No test ran. Check that MOCHA_GREP matches a test title.');
  console.log(line);
  if (!ok) process.exitCode = 1;
}
