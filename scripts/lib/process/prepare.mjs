// Prepares a fresh clone: checks the Node.js version and installs the npm dependencies. Imports no package itself.
import { readFile } from 'node:fs/promises';
import { ExplainedError, main } from './main.mjs';
import { inProject, isStartedScript, projectRoot } from '../paths.mjs';
import { step } from './progress.mjs';
import { runCommand } from './run-command.mjs';
import { parseJson } from './json.mjs';

export async function prepare() {
  checkNode();
  await ensureDependencies();
}

function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  throw new ExplainedError(`This is Node.js ${process.versions.node}; install Node.js 20.19 or newer and try again.`);
}

async function ensureDependencies() {
  if (await areDependenciesInstalled()) return;
  await step('Installing the npm dependencies (once, and when package-lock.json has changed)', () =>
    runCommand('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
      cwd: projectRoot,
      failureMessage:
        'The npm dependencies could not be installed. Read the output above, check the network, and try again.',
    }),
  );
}

/** Compares package-lock.json with the lock file that npm writes to node_modules at the end of an install. */
async function areDependenciesInstalled() {
  const wanted = await readPackages(inProject('package-lock.json'));
  const installed = await readPackages(inProject('node_modules', '.package-lock.json'));
  if (!wanted)
    throw new ExplainedError(
      'package-lock.json is missing or invalid. Restore it with: git checkout package-lock.json',
    );
  if (!installed) return false;
  return Object.entries(wanted).every(([folder, { version, integrity, optional, link }]) => {
    const found = installed[folder];
    // npm does not list the project itself, nor optional packages for other systems.
    if (folder === '' || link || (optional && !found)) return true;
    return found?.version === version && found?.integrity === integrity;
  });
}

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, link?: boolean }} LockedPackage */

/** @param {string} lockFile */
async function readPackages(lockFile) {
  try {
    const lock = /** @type {{ packages?: Record<string, LockedPackage> }} */ (
      parseJson(await readFile(lockFile, 'utf8'))
    );
    return lock.packages;
  } catch {
    return undefined;
  }
}

if (isStartedScript(import.meta.url)) await main(prepare);
