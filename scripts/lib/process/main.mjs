// Runs a script's main function: prints its failure once, and stops the script when the npm that started it has died.
import { readFileSync } from 'node:fs';
import { printStatus } from './progress.mjs';

/** A failure whose message says what to do next; it is printed without a stack trace. */
export class ExplainedError extends Error {}

/** @param {() => Promise<void>} work */
export async function main(work) {
  stopWithNpm();
  try {
    await work();
  } catch (error) {
    if (error instanceof ExplainedError) printStatus(error.message);
    else console.error(error);
    process.exit(1); // This also stops all commands that are still running: see guarded.mjs.
  }
}

/** npm forwards SIGINT and SIGTERM to its script, but after a SIGKILL to npm the script would keep running. */
function stopWithNpm() {
  if (!process.env['npm_lifecycle_event'] || process.platform === 'win32') return;
  const parent = process.ppid;
  const npm = findNpm(parent);
  const watch = setInterval(() => {
    if (process.ppid !== parent || !isRunning(npm)) process.exit(1);
  }, 1000);
  watch.unref();
}

/**
 * Returns npm's process id: the parent's, or its parent's if a shell is in between (seen on Linux only).
 * @param {number} parent
 */
function findNpm(parent) {
  try {
    // The file's format: PID (NAME) STATE PARENT …
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
