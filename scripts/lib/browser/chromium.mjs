// Finds a Chromium or Chrome for the workbench, or installs Chromium.
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
    throw new ExplainedError(`CHROMIUM_PATH is ${given}, which is not a program. Correct it or unset it.`);
  }
  const found = findChromium();
  if (found) return found;
  if (canAptInstall()) {
    // Without the font, screenshots show boxes instead of Chinese characters.
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
  return usualPaths().find(isExecutable);
}

/** On Ubuntu, chromium-browser may only print how to install a snap. @param {string} file */
function works(file) {
  return process.platform !== 'linux' || spawnSync(file, ['--version'], { stdio: 'ignore' }).status === 0;
}

function usualPaths() {
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
