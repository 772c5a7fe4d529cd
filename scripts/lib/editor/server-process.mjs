// Starts a server and waits for the line in which it says where it listens.
import { startGuarded } from '../process/guarded.mjs';
import { ExplainedError } from '../process/main.mjs';

const startLimit = 60_000;
/** Characters: enough to see what a server that has died said last. */
const KEPT_OF_LOG = 65_536;

/**
 * @typedef {object} ServerProcess
 * @property {string} address  What the pattern's group has matched.
 * @property {Promise<number>} ended  Its exit code.
 * @property {() => string} log
 * @property {() => Promise<void>} stop
 */

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ env: NodeJS.ProcessEnv, listening: RegExp }} options
 * @returns {Promise<ServerProcess>}
 */
export async function startServerProcess(command, args, { env, listening }) {
  const { process: child, ended, stop } = startGuarded(command, args, { env });
  let log = '';
  let isListening = false;
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  try {
    /** @type {string} */
    const address = await new Promise((resolve, reject) => {
      /** @param {string} what */
      const fail = (what) => {
        reject(new ExplainedError(`${log}\nVS Code’s server ${what}; look at its log above and start again.`));
      };
      for (const stream of [child.stdout, child.stderr]) {
        stream?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
          log = (log + text).slice(-KEPT_OF_LOG);
          if (isListening) return;
          const found = listening.exec(log)?.[1];
          isListening = found !== undefined;
          if (found) resolve(found);
        });
      }
      ended.then((code) => {
        fail(`ended with exit code ${code}`);
      }, reject);
      timer = setTimeout(fail, startLimit, `was not ready after ${startLimit / 1000} s`);
    });
    return { address, ended, log: () => log, stop };
  } catch (error) {
    await stop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}
