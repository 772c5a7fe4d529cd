// Starts a server and waits until it prints its address.
import { startGuarded } from '../process/guarded.mjs';
import { ExplainedError } from '../process/main.mjs';

const START_TIMEOUT_MS = 180_000;
/** Enough to see the last output of a server that died. */
const MAX_LOG_CHARACTERS = 65_536;

/**
 * @typedef {object} ServerProcess
 * @property {string} address  The text that the first group of `listening` matched.
 * @property {Promise<number>} ended  The exit code.
 * @property {() => string} log  Without the secret.
 * @property {() => Promise<void>} stop
 */

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {object} options
 * @param {NodeJS.ProcessEnv} options.env
 * @param {RegExp} options.listening  Matches the server's output when it is ready.
 * @param {string} [options.secret]  What the server asks for, which its log must not show.
 * @param {string} [options.name]  The server's name in messages.
 * @param {string} [options.cwd]
 * @returns {Promise<ServerProcess>}
 */
export async function startServerProcess(command, args, options) {
  const { env, listening, secret, name = 'VS Code’s server', cwd } = options;
  const { process: child, ended, stop } = startGuarded(command, args, { env, ...(cwd === undefined ? {} : { cwd }) });
  let log = '';
  const shownLog = () => (secret === undefined ? log : log.replaceAll(secret, '(secret)'));
  let isListening = false;
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  try {
    /** @type {string} */
    const address = await new Promise((resolve, reject) => {
      /** @param {string} what */
      const fail = (what) => {
        reject(new ExplainedError(`${shownLog()}\n${name} ${what}. Check its log above and try again.`));
      };
      for (const stream of [child.stdout, child.stderr]) {
        stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
          log = (log + text).slice(-MAX_LOG_CHARACTERS);
          if (isListening) return;
          const found = listening.exec(log)?.[1];
          isListening = found !== undefined;
          if (found) resolve(found);
        });
      }
      ended.then((code) => {
        fail(`ended with exit code ${code}`);
      }, reject);
      timer = setTimeout(fail, START_TIMEOUT_MS, `was not ready after ${START_TIMEOUT_MS / 1000} s`);
    });
    return { address, ended, log: shownLog, stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
