// Paths of the project's folders.
import { readFileSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseJson } from './process/json.mjs';

/**
 * Searches upwards from the script that was started, because import.meta.url does not exist in bundled tests.
 * @returns {string}
 */
function findProjectRoot() {
  const start = path.resolve(process.argv[1] ?? process.cwd());
  for (let folder = start; folder !== path.dirname(folder); folder = path.dirname(folder)) {
    if (isProjectRoot(folder)) return folder;
  }
  return process.cwd();
}

/** @param {string} folder */
function isProjectRoot(folder) {
  try {
    const manifest = /** @type {{ name?: string }} */ (
      parseJson(readFileSync(path.join(folder, 'package.json'), 'utf8'))
    );
    return manifest.name === 'elb-job-tracker';
  } catch {
    return false;
  }
}

/**
 * Whether node was started with the module as its script, also by a path with links.
 * @param {string} url  The module's import.meta.url.
 */
export function isStartedScript(url) {
  const script = process.argv[1];
  try {
    return script !== undefined && realpathSync(script) === realpathSync(fileURLToPath(url));
  } catch {
    return false;
  }
}

export const projectRoot = findProjectRoot();
/** @param {string[]} parts */
export const inProject = (...parts) => path.join(projectRoot, ...parts);

/** Downloads, installs and data of runs. Ignored by git, safe to delete. */
export const cacheRoot = inProject('.vscode-test');
export const screenshotsFolder = path.join(cacheRoot, 'screenshots');
export const fixtureWorkspace = inProject('test', 'fixtures', 'workspace');
