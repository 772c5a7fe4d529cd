// The outermost frame of a script: tells its failure once, and ends it when the npm that started it is gone.
import { readFileSync } from 'node:fs';
import { say } from './progress.mjs';

/** A failure whose message is a sentence that says what to do next; it is told without a stack. */
export class ExplainedError extends Error {}

/** @param {() => Promise<void>} work */
export async function main(work) {
  endWithNpm();
  try {
    await work();
  } catch (error) {
    if (error instanceof ExplainedError) say(error.message);
    else console.error(error);
    process.exit(1); // Whatever is still running ends with this process: see guarded.mjs.
  }
}

/** npm passes SIGINT and SIGTERM on to its script, but a SIGKILL to npm would leave the script running alone. */
function endWithNpm() {
  if (!process.env['npm_lifecycle_event'] || process.platform === 'win32') return;
  const parent = process.ppid;
  const npm = npmAbove(parent);
  const watch = setInterval(() => {
    if (process.ppid !== parent || !isRunning(npm)) process.exit(1);
  }, 1000);
  watch.unref();
}

/**
 * npm runs a script by a shell, which may stay in between.
 * @param {number} parent
 */
function npmAbove(parent) {
  try {
    // Linux only; elsewhere the parent alone is watched. "PID (NAME) STATE PARENT …"
    const [, name, grandparent] = /^\d+ \((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${parent}/stat`, 'utf8')) ?? [];
    return name?.endsWith('sh') ? Number(grandparent) : parent;
  } catch {
    return parent;
  }
}

/** @param {number} pid */
function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
