// Finds or downloads a desktop VS Code, if this computer has a display.
import { mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { homeVariables } from '../process/environment.mjs';
import { ExplainedError } from '../process/main.mjs';
import { cacheRoot, projectRoot } from '../paths.mjs';
import { printStatus, step } from '../process/progress.mjs';
import { canServerRun } from './install-vscode-server.mjs';

export const hasDisplay = () =>
  process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);

/**
 * @param {string} [version]  As @vscode/test-electron takes it. Default: the stable version, or one that is in .vscode-test.
 * @returns {Promise<string | undefined>} the executable, or undefined to use VS Code's server instead
 */
export async function findDesktopVscode(version) {
  if (!hasDisplay()) return undefined;
  try {
    const name = ['the desktop VS Code', ...(version === undefined ? [] : [version])].join(' ');
    return await step(`Finding ${name} in .vscode-test, or downloading it`, () =>
      downloadAndUnzipVSCode({ cachePath: cacheRoot, ...(version === undefined ? {} : { version }) }),
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (!canServerRun()) {
      throw new ExplainedError(
        `The desktop VS Code could not be downloaded (${why}). Check the network, or set VSCODE_EXECUTABLE to an installed VS Code.`,
      );
    }
    printStatus(`The desktop VS Code could not be downloaded (${why}). Using VS Code’s server instead.`);
    return undefined;
  }
}

/**
 * Returns the variables with which a VS Code of the project, such as a downloaded one, uses another home folder, and makes
 * the folder: VS Code saves `.vscode/argv.json` there. An installed VS Code keeps the person's, since it has saved that file already, and a snap
 * needs it. So does macOS, where a program with another home folder finds no keychain.
 * @param {string} program
 * @param {string} home
 * @returns {Promise<NodeJS.ProcessEnv>}
 */
export async function desktopHomeVariables(program, home) {
  if (process.platform === 'darwin' || !path.resolve(program).startsWith(projectRoot + path.sep)) return {};
  const variables = homeVariables(home);
  await Promise.all(Object.values(variables).map((folder) => mkdir(folder, { recursive: true })));
  // X looks for this file in the home folder.
  const authority = process.env['XAUTHORITY'] ?? path.join(os.homedir(), '.Xauthority');
  return process.platform === 'linux' ? { ...variables, XAUTHORITY: authority } : variables;
}
