// The folders an editor keeps its data in, and the settings it starts with.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseJson } from '../process/json.mjs';

/**
 * @typedef {object} EditorFolders
 * @property {string} userDataDir
 * @property {string} extensionsDir
 * @property {string} home  In place of the person's home folder.
 * @property {string} temp  In place of the system's folder for temporary files.
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

/** Nothing that moves, asks, looks things up or helps unasked. @type {Readonly<Record<string, unknown>>} */
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
 * Settings that are there already stay, unless they are given here.
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
