// Installs Debian packages with apt-get, on Debian or Ubuntu as root.
import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { findOnPath } from './find-program.mjs';
import { ExplainedError } from './main.mjs';
import { printStatus, step } from './progress.mjs';

/** How long to wait for another apt-get. */
const LOCK_TIMEOUT_MS = 300_000;

export const canAptInstall = () =>
  process.platform === 'linux' && process.getuid?.() === 0 && Boolean(findOnPath(['apt-get']));

/** @param {readonly string[]} packages */
export async function aptInstall(packages) {
  await step(`Installing ${packages.join(' ')} with apt-get`, async () => {
    const install = async () => {
      await aptGet(['update']);
      await aptGet(['install', '-y', '--no-install-recommends', ...packages]);
    };
    const deadline = Date.now() + LOCK_TIMEOUT_MS;
    for (let attempt = 1; ; attempt += 1) {
      try {
        await install();
        return;
      } catch (error) {
        // `apt-get update` does not wait for another one.
        const isLocked = /Could not get lock|Unable to lock/.test(String(error)) && Date.now() < deadline;
        if (attempt > 1 && !isLocked) throw error;
        printStatus(`${String(error)}\nTrying again.`);
        if (isLocked) await delay(5000);
      }
    }
  });
}

/** @param {readonly string[]} args */
async function aptGet(args) {
  // Not run by startGuarded(): if dpkg is killed halfway, it needs repair before the next install.
  const child = spawn(
    'apt-get',
    ['-qq', '-o', `DPkg::Lock::Timeout=${LOCK_TIMEOUT_MS / 1000}`, '-o', 'Acquire::Retries=2', ...args],
    {
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let log = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      log = (log + text).slice(-4000);
    });
  }
  /** @type {number | null} */
  const code = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  if (code !== 0)
    throw new ExplainedError(`${log}\napt-get ${args.join(' ')} failed. Run it by hand and fix the cause.`);
}
