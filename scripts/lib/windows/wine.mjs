// Runs Windows programs under Wine, in a Wine prefix (its registry and its drive C:) inside the project.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cacheRoot, inProject } from '../paths.mjs';
import { aptInstall, canAptInstall } from '../process/apt.mjs';
import { findOnPath } from '../process/find-program.mjs';
import { followFile } from '../process/follow-file.mjs';
import { guardFolders, startGuarded } from '../process/guarded.mjs';
import { ExplainedError } from '../process/main.mjs';
import { printStatus, step } from '../process/progress.mjs';
import { runCommand } from '../process/run-command.mjs';
import { forwarderDll } from './forwarder-dll.mjs';

const MINUTE = 60_000;
const START_TIMEOUT_MS = 30_000;
const STOP_TIMEOUT_MS = 20_000;
/** Where Wine's server makes its socket, since TMPDIR is not set. */
const systemTemp = '/tmp';
const debianPackages = ['wine', 'wine64'];
/** esbuild.exe is written in Go, whose runtime needs this DLL; Wine has it only from version 9. */
const randomDll = {
  name: 'bcryptprimitives.dll',
  bytes: forwarderDll('bcryptprimitives.dll', { ProcessPrng: 'advapi32.SystemFunction036' }),
};
/** Node.js refuses to run on the Windows 7 that Wine 8 claims to be. */
const windowsVersion = ['reg', 'add', 'HKCU\\Software\\Wine', '/v', 'Version', '/d', 'win10', '/f'];
/** Raised when a prefix must be made anew. */
const PREFIX_VERSION = 1;

/** @typedef {{ wine: string, wineserver: string }} WinePrograms */

/**
 * Returns Wine's programs, and installs them if it can.
 * @returns {Promise<WinePrograms | string>} a string says why Wine cannot be had, in one sentence
 */
export async function ensureWine() {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    return `This is ${process.platform} on ${process.arch}; Wine runs the Windows programs on Linux on x64 only.`;
  const found = findWine();
  if (found) return found;
  if (!canAptInstall())
    return `Wine is missing, and only root on Debian can install it here (sudo apt-get install ${debianPackages.join(' ')}).`;
  try {
    await aptInstall(debianPackages);
  } catch (error) {
    printStatus(error instanceof Error ? error.message : String(error));
    return 'Wine could not be installed: read the output of apt-get above.';
  }
  return findWine() ?? `apt-get installed ${debianPackages.join(' and ')}, but the programs are not on PATH.`;
}

/** @returns {WinePrograms | undefined} */
function findWine() {
  const [wine, wineserver] = [findOnPath(['wine', 'wine64']), findOnPath(['wineserver'])];
  return wine && wineserver ? { wine, wineserver } : undefined;
}

/**
 * Makes the prefix, unless the folder has one that is complete.
 * @param {WinePrograms} programs
 * @param {string} prefix
 */
export async function ensurePrefix(programs, prefix) {
  const stamp = path.join(prefix, 'complete');
  const version = await runCommand(programs.wine, ['--version'], { failureMessage: 'Wine does not start.' });
  const wanted = `${PREFIX_VERSION} ${version.trim()}`;
  if ((await readFile(stamp, 'utf8').catch(() => undefined)) === wanted) return;
  await step('Making a drive C: for Wine (700 MB, up to a minute, once)', async () => {
    const parent = path.dirname(prefix);
    await mkdir(parent, { recursive: true });
    const temporary = await mkdtemp(path.join(parent, 'making-'));
    const removeTemporary = guardFolders([temporary]);
    try {
      const wine = await startWine(programs, temporary);
      try {
        for (const command of [['wineboot', '--init'], windowsVersion]) {
          const code = await wine.run(command, { timeoutMs: 5 * MINUTE });
          if (code !== 0) throw new ExplainedError(`Wine failed: ${command.join(' ')} ended with exit code ${code}.`);
        }
        await writeFile(path.join(temporary, 'drive_c', 'windows', 'system32', randomDll.name), randomDll.bytes);
      } finally {
        await wine.stop(); // Saves the registry.
      }
      await writeFile(path.join(temporary, 'complete'), wanted);
      await rm(prefix, { recursive: true, force: true });
      await rename(temporary, prefix);
    } finally {
      await removeTemporary();
    }
  });
}

/**
 * @typedef {object} Wine
 * @property {(command: readonly string[], options: RunOptions) => Promise<number>} run
 *   Runs a Windows program, prints its output while it runs, and returns its exit code.
 * @property {() => Promise<void>} stop  Ends all Windows programs and Wine itself.
 *
 * @typedef {object} RunOptions
 * @property {number} timeoutMs
 * @property {string} [cwd]
 * @property {NodeJS.ProcessEnv} [env]
 */

/**
 * Starts Wine's server. It ends, with all Windows programs, when this process ends in any way.
 * @param {WinePrograms} programs
 * @param {string} prefix  A prefix, or an empty folder to make one in.
 * @returns {Promise<Wine>}
 */
export async function startWine({ wine, wineserver }, prefix) {
  const env = wineEnvironment(prefix);
  await step('Starting Wine, when no other run uses it', () =>
    // Resolves immediately if no server runs.
    runCommand(wineserver, ['--wait'], { env, failureMessage: 'Wine’s server does not start.' }),
  );
  await removeServerFolders(prefix); // A killed server leaves its socket.
  const pidFile = path.join(prefix, 'wineserver.pid');
  await rm(pidFile, { force: true });
  const script = inProject('scripts', 'lib', 'windows', 'wineserver.sh');
  // In a session of its own: the guard kills its command's session, but ends the process of the pid file with SIGTERM.
  const command = ['-c', 'setsid /bin/sh "$@" & wait', 'sh', script, wineserver, pidFile];
  const server = startGuarded('/bin/sh', command, { env, pidFile });
  await waitForServer(server, prefix);
  return {
    run: (command, { timeoutMs, cwd, env: additions }) =>
      withLog(async (log) => {
        // Node.js for Windows cannot write to a pipe of Linux, so all output is written to a file.
        const toLog = ['-c', 'log=$1; shift; exec "$@" >"$log" 2>&1', 'sh', log, wine, ...command];
        const program = startGuarded('/bin/sh', toLog, { cwd: cwd ?? prefix, env: { ...env, ...additions } });
        const timer = setTimeout(() => {
          printStatus(`${command.join(' ')} hangs and was stopped after ${timeoutMs / MINUTE} minutes.`);
          void program.stop();
        }, timeoutMs);
        try {
          return await program.ended;
        } finally {
          clearTimeout(timer);
        }
      }),
    stop: async () => {
      // Ends the Windows programs in order, and then the server. If that hangs, the server is killed, and they end then.
      const ending = startGuarded(wineserver, ['--kill'], { env });
      await Promise.race([
        Promise.all([ending.ended, server.ended]),
        delay(STOP_TIMEOUT_MS, undefined, { ref: false }),
      ]);
      await ending.stop();
      await server.stop();
      await removeServerFolders(prefix);
    },
  };
}

/**
 * Resolves when the server can be reached. A program that is started earlier would start a server of its own.
 * @param {import('../process/guarded.mjs').GuardedProcess} server
 * @param {string} prefix
 */
async function waitForServer(server, prefix) {
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (server.process.exitCode === null && Date.now() < deadline) {
    const folders = await serverFolders(prefix);
    if (folders.some((folder) => existsSync(path.join(folder, 'socket')))) return;
    await delay(50);
  }
  await server.stop();
  throw new ExplainedError(
    `Wine’s server did not start. If another run uses ${prefix}, wait until it has ended; else delete that folder. Then try again.`,
  );
}

/**
 * Returns the folders that Wine's servers made for the prefix, in folders with random names.
 * @param {string} prefix
 */
async function serverFolders(prefix) {
  const { dev, ino } = await stat(prefix);
  const name = `server-${dev.toString(16)}-${ino.toString(16)}`;
  const parents = (await readdir(systemTemp)).filter((each) => /^\.?wine-/.test(each));
  return parents.map((parent) => path.join(systemTemp, parent, name)).filter((folder) => existsSync(folder));
}

/** @param {string} prefix */
async function removeServerFolders(prefix) {
  for (const folder of await serverFolders(prefix)) {
    await rm(folder, { recursive: true, force: true });
    await rmdir(path.dirname(folder)).catch(() => undefined); // It may have another server's folder.
  }
}

/**
 * Prints what the program writes to the log file.
 * @param {(log: string) => Promise<number>} work
 */
async function withLog(work) {
  const runs = path.join(cacheRoot, 'runs');
  await mkdir(runs, { recursive: true });
  const folder = await mkdtemp(path.join(runs, 'wine-'));
  const removeFolder = guardFolders([folder]);
  const log = path.join(folder, 'output.txt');
  const stopFollowing = followFile(log);
  try {
    return await work(log);
  } finally {
    await stopFollowing();
    await removeFolder();
  }
}

/**
 * Returns the variables for Wine, without those for temporary folders: Windows programs have their own.
 * @param {string} prefix
 * @returns {NodeJS.ProcessEnv}
 */
function wineEnvironment(prefix) {
  const excluded = /^(TMPDIR|TMP|TEMP|DISPLAY|WAYLAND_DISPLAY|WINE.*)$/i;
  const inherited = Object.entries(process.env).filter(([name]) => !excluded.test(name));
  return {
    ...Object.fromEntries(inherited),
    HOME: prefix,
    WINEPREFIX: prefix,
    WINEARCH: 'win64',
    WINEDEBUG: '-all',
    // Without Mono, Gecko, entries in the menus of the desktop, and a debugger for a program that crashes.
    WINEDLLOVERRIDES: 'mscoree,mshtml,winemenubuilder.exe,winedbg.exe=',
  };
}

/**
 * Returns a Linux path as Windows programs see it.
 * @param {string} file  An absolute path.
 */
export const windowsPath = (file) => `Z:${file.replaceAll('/', '\\')}`;
