// The data folders of a VS Code, and the settings it starts with.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseJson } from '../process/json.mjs';

/**
 * @typedef {object} EditorFolders
 * @property {string} userDataDir
 * @property {string} extensionsDir
 * @property {string} home  Replaces the person's home folder.
 * @property {string} temp  Replaces the system's folder for temporary files.
 */

/**
 * @param {{ data: string, temp: string }} run
 * @returns {EditorFolders}
 */
export function editorFolders({ data, temp }) {
  return {
    userDataDir: path.join(data, 'user-data'),
    extensionsDir: path.join(data, 'extensions'),
    home: path.join(data, 'home'),
    temp,
  };
}

/** Settings that switch off animations, prompts, network access and suggestions. @type {Readonly<Record<string, unknown>>} */
const quietSettings = {
  'telemetry.telemetryLevel': 'off',
  'update.mode': 'none',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.enableExperiments': false,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'chat.disableAIFeatures': true,
  'git.enabled': false,
  'remote.autoForwardPorts': false,
};

/**
 * Adds the quiet settings and the given ones to the user settings. Existing settings win over the quiet ones only.
 * @param {EditorFolders} folders
 * @param {Readonly<Record<string, unknown>>} settings
 */
export async function writeSettings(folders, settings) {
  const user = path.join(folders.userDataDir, 'User');
  await mkdir(user, { recursive: true });
  const file = path.join(user, 'settings.json');
  const present = /** @type {object} */ (parseJson(await readFile(file, 'utf8').catch(() => '{}')));
  await writeFile(file, JSON.stringify({ ...quietSettings, ...present, ...settings }, null, 2));
}
