// Starts commands and makes folders that last no longer than this process, however it ends (see guard.mjs).
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { cacheRoot, inProject } from '../paths.mjs';

/**
 * @typedef {object} GuardedProcess
 * @property {import('node:child_process').ChildProcess} process  The guard; its stdout and stderr are the command's.
 * @property {Promise<number>} ended  The command's exit code, when it and all that it started are gone.
 * @property {() => Promise<void>} stop  Kills it and all that it started, and waits until they are gone.
 */

/**
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, output?: 'pipe' | 'inherit', pidFile?: string }} [options]
 *   pidFile: where the command notes the process id of a part of it that runs apart and is to end with it
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
    // Apart from our process group, or a signal to the group would kill the guard before it has cleaned up.
    detached: true,
    windowsHide: true,
  });
  /** @type {Promise<number>} */
  const ended = new Promise((resolve, reject) => {
    guard.once('error', reject);
    // 'close', not 'exit': by then all output has been read.
    guard.once('close', (code) => {
      resolve(code ?? 1);
    });
  });
  guard.stdin?.on('error', () => undefined); // It ended first: 'close' tells.
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
 * Sees to it that the folders are gone when this process is.
 * @param {readonly string[]} folders
 * @returns {() => Promise<void>} removes them now
 */
export function guardFolders(folders) {
  const guard = startGuard(
    folders.flatMap((folder) => ['--remove', folder]),
    { output: 'ignore' },
  );
  guard.process.unref(); // It waits for us, not we for it.
  return guard.stop;
}

/**
 * @typedef {object} RunFolder
 * @property {string} data  For user data, extensions and files of a run, in the project's ignored folder.
 * @property {string} temp  For TMPDIR: its path is short, since sockets are made there and theirs may not be long.
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
