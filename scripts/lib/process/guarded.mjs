// Starts commands that stop, and makes folders that are removed, when this process ends in any way (see guard.mjs).
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { cacheRoot, inProject } from '../paths.mjs';

/**
 * @typedef {object} GuardedProcess
 * @property {import('node:child_process').ChildProcess} process  The guard; its stdout and stderr are the command's.
 * @property {Promise<number>} ended  The command's exit code; resolves when it and its child processes have ended.
 * @property {() => Promise<void>} stop  Kills the command and its child processes, and waits until they have ended.
 */

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, output?: 'pipe' | 'inherit', pidFile?: string }} [options]
 *   pidFile: a file in which the command saves the id of a detached process, which is stopped too
 * @returns {GuardedProcess}
 */
export function startGuarded(command, args, { cwd, env, output = 'pipe', pidFile } = {}) {
  return startGuard([...(pidFile ? ['--pid-file', pidFile] : []), '--', command, ...args], { cwd, env, output });
}

/**
 * @param {readonly string[]} args
 * @param {{ cwd?: string | undefined, env?: NodeJS.ProcessEnv | undefined, output: 'pipe' | 'inherit' | 'ignore' }} options
 * @returns {GuardedProcess}
 */
function startGuard(args, { cwd, env, output }) {
  const guard = spawn(process.execPath, [inProject('scripts', 'lib', 'process', 'guard.mjs'), ...args], {
    cwd: cwd ?? process.cwd(),
    env: env ?? process.env,
    stdio: ['pipe', output, output],
    // In its own process group: a signal to ours must not kill the guard before it has cleaned up.
    detached: true,
    windowsHide: true,
  });
  /** @type {Promise<number>} */
  const ended = new Promise((resolve, reject) => {
    guard.once('error', reject);
    // Not 'exit', because output may still arrive after it.
    guard.once('close', (code) => {
      resolve(code ?? 1);
    });
  });
  guard.stdin?.on('error', () => undefined); // The guard ended first: 'close' handles it.
  return {
    process: guard,
    ended,
    stop: async () => {
      guard.ref();
      guard.stdin?.end();
      await ended;
    },
  };
}

/**
 * Removes the folders when this process ends.
 * @param {readonly string[]} folders
 * @returns {() => Promise<void>} removes them immediately
 */
export function guardFolders(folders) {
  const guard = startGuard(
    folders.flatMap((folder) => ['--remove', folder]),
    { output: 'ignore' },
  );
  guard.process.unref(); // The guard must not keep this process running.
  return guard.stop;
}

/**
 * @typedef {object} RunFolder
 * @property {string} data  Below .vscode-test/runs: user data, extensions and other files of the run.
 * @property {string} temp  For TMPDIR, with a short path: sockets are created there, and a socket's path must be short.
 * @property {() => Promise<void>} remove
 */

/**
 * @param {string} name
 * @returns {Promise<RunFolder>}
 */
export async function createRunFolder(name) {
  const parent = path.join(cacheRoot, 'runs');
  await mkdir(parent, { recursive: true });
  const data = await mkdtemp(path.join(parent, `${name}-`));
  const temp = await mkdtemp(path.join(os.tmpdir(), 'elb-'));
  return { data, temp, remove: guardFolders([data, temp]) };
}
