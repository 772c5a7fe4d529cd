// Runs a command to its end and gives back what it wrote; a failure carries the last lines of its output.
import { startGuarded } from './guarded.mjs';
import { ExplainedError } from './main.mjs';

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, whenItFails: string }} options  whenItFails: a sentence, with what to do next.
 * @returns {Promise<string>} stdout
 */
export async function runCommand(command, args, { whenItFails, ...options }) {
  const { process: child, ended } = startGuarded(command, args, options);
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
      `${lastLines(all, 25)}\n${whenItFails} (${[command, ...args].join(' ')}: exit code ${code})`,
    );
  }
  return out;
}

/** npm as a command; on Windows it is a .cmd file, which only a shell can start. @type {readonly [string, ...string[]]} */
export const npm = process.platform === 'win32' ? ['cmd', '/d', '/s', '/c', 'npm'] : ['npm'];

/**
 * @param {string} text
 * @param {number} count
 */
const lastLines = (text, count) => text.trimEnd().split('\n').slice(-count).join('\n');
