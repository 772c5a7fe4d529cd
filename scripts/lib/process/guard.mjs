// Runs a command for another process: `guard.mjs [--pid-file FILE] [--remove FOLDER …] [-- COMMAND …]`. When the command or
// that process ends, kills the command's child processes and removes the folders.
//
// That process holds the other end of our stdin. The system closes the pipe however the process ends, also by SIGKILL.
import { spawn, spawnSync } from 'node:child_process';
import { readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { findOnPath, isExecutable } from './find-program.mjs';
import { spawnable } from './shell-quoting.mjs';

const ownGroup = process.platform !== 'win32';
const separator = process.argv.indexOf('--');
const options = process.argv.slice(2, separator < 0 ? undefined : separator);
const command = separator < 0 ? [] : process.argv.slice(separator + 1);
/** @param {string} name */
const valuesOf = (name) => options.filter((_, index) => options[index - 1] === name);

// On Linux, setpriv makes the system kill the command if this guard is killed.
const setpriv = '/usr/bin/setpriv';
const wrapper = process.platform === 'linux' && isExecutable(setpriv) ? [setpriv, '--pdeathsig', 'KILL', '--'] : [];
const [program, ...args] = command.length > 0 ? [...wrapper, ...command] : [];
const child = program === undefined ? undefined : start(program, args);

/** The id in the pid file, or 0. Read repeatedly, because another guard may remove the file before this one needs it. */
let detachedPid = 0;
for (const file of valuesOf('--pid-file')) {
  setInterval(() => {
    readFile(file, 'utf8').then(
      (text) => {
        detachedPid = Number(text) || detachedPid;
      },
      () => undefined,
    );
  }, 200);
}

/**
 * @param {string} name
 * @param {readonly string[]} words
 */
function start(name, words) {
  // On Windows, `npm` is a script, npm.cmd, which spawn() neither finds nor runs.
  const found = ownGroup || path.isAbsolute(name) ? name : (findOnPath([name]) ?? name);
  const { file, args: fileArgs, windowsVerbatimArguments } = spawnable(found, words);
  return spawn(file, fileArgs, {
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: ownGroup,
    windowsHide: true,
    windowsVerbatimArguments,
  });
}

/** @type {Promise<void> | undefined} */
let finishing;
/** @param {number} exitCode */
const finish = (exitCode) => {
  finishing ??= cleanUp().then(() => process.exit(exitCode));
};

child?.once('error', (error) => {
  process.stderr.write(`${command.join(' ')} could not be started: ${error.message}\n`);
  finish(127);
});
child?.once('exit', (code, signal) => {
  finish(code ?? 128 + (signal ? os.constants.signals[signal] : 0));
});
process.stdin.once('error', () => {
  finish(1);
});
process.stdin.once('close', () => {
  finish(1);
});
process.stdin.resume();
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  process.on(signal, () => {
    finish(1);
  });
}

async function cleanUp() {
  if (child?.pid) await killTree(child.pid);
  if (detachedPid) await stopProcess(detachedPid);
  for (const folder of valuesOf('--remove')) {
    // Retried, because a process that was killed may still be writing.
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 }).catch(() => undefined);
  }
}

/** @param {number} pid */
async function stopProcess(pid) {
  const deadline = Date.now() + 5000;
  try {
    process.kill(pid, 'SIGTERM');
    while (Date.now() < deadline) {
      process.kill(pid, 0);
      await delay(20);
    }
    process.kill(pid, 'SIGKILL');
  } catch {
    // The process has ended.
  }
}

/** @param {number} pid */
async function killTree(pid) {
  if (!ownGroup) {
    spawnSync('taskkill', ['/pid', String(pid), '/t', '/f'], { stdio: 'ignore', windowsHide: true });
    return;
  }
  const deadline = Date.now() + 5000;
  try {
    while (Date.now() < deadline) {
      process.kill(-pid, 'SIGKILL');
      await delay(20);
    }
  } catch {
    // The process group has ended.
  }
}
