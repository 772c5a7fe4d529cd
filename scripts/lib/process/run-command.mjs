// Runs a command to its end and returns its output.
import { toolEnvironment } from './environment.mjs';
import { startGuarded } from './guarded.mjs';
import { ExplainedError } from './main.mjs';

/**
 * Returns the command's stdout.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, failureMessage: string }} options  failureMessage: says what to do next.
 * @returns {Promise<string>}
 * @throws {ExplainedError} with the last lines of the output, if the exit code is not 0
 */
export async function runCommand(command, args, { failureMessage, cwd, env = toolEnvironment() }) {
  const { process: child, ended } = startGuarded(command, args, { env, ...(cwd === undefined ? {} : { cwd }) });
  let out = '';
  let all = '';
  child.stdout?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    out += text;
    all += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
    all += text;
  });
  const code = await ended;
  if (code !== 0) {
    throw new ExplainedError(
      `${lastLines(all, 25)}\n${failureMessage} (${[command, ...args].join(' ')}: exit code ${code})`,
    );
  }
  return out;
}

/**
 * @param {string} text
 * @param {number} count
 */
const lastLines = (text, count) => text.trimEnd().split('\n').slice(-count).join('\n');
