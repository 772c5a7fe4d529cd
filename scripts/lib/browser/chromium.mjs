// Finds the Chromium or Chrome that shows the workbench, or installs it.
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { aptInstall, canAptInstall } from '../process/apt.mjs';
import { findOnPath, isExecutable } from '../process/find-program.mjs';
import { ExplainedError } from '../process/main.mjs';

/** @returns {Promise<string>} the executable's path */
export async function ensureChromium() {
  const given = process.env['CHROMIUM_PATH'];
  if (given) {
    if (isExecutable(given)) return given;
    throw new ExplainedError(`CHROMIUM_PATH names ${given}, which is no program; correct it or unset it.`);
  }
  const found = findChromium();
  if (found) return found;
  if (canAptInstall()) {
    // The font is for the Chinese display language: without it, pictures show boxes.
    await aptInstall(['chromium', 'fonts-wqy-microhei']);
    const installed = findChromium();
    if (installed) return installed;
  }
  throw new ExplainedError(
    'No Chromium or Chrome was found. Install one (on Debian: sudo apt-get install chromium fonts-wqy-microhei) or set CHROMIUM_PATH.',
  );
}

function findChromium() {
  const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'msedge'];
  const onPath = findOnPath(names);
  if (onPath && works(onPath)) return onPath;
  return usualPlaces().find(isExecutable);
}

/** On Ubuntu, chromium-browser may be a mere hint to install a snap. @param {string} file */
function works(file) {
  return process.platform !== 'linux' || spawnSync(file, ['--version'], { stdio: 'ignore' }).status === 0;
}

function usualPlaces() {
  if (process.platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].map(
      (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
    );
  }
  if (process.platform === 'win32') {
    const folders = ['ProgramFiles', 'ProgramFiles(x86)', 'LocalAppData'].map((name) => process.env[name]);
    return folders
      .filter((folder) => folder !== undefined)
      .flatMap((folder) => [
        path.join(folder, 'Google', 'Chrome', 'Application', 'chrome.exe'),
        path.join(folder, 'Chromium', 'Application', 'chrome.exe'),
        path.join(folder, 'Microsoft', 'Edge', 'Application', 'msedge.exe'),
      ]);
  }
  return [];
}
