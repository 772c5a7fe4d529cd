// Finds or downloads a desktop VS Code, where one can show a window.
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { ExplainedError } from '../process/main.mjs';
import { cacheRoot } from '../paths.mjs';
import { say, step } from '../process/progress.mjs';
import { serverRunsHere } from './install-vscode-server.mjs';

export const hasDisplay = () =>
  process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);

/** @returns {Promise<string | undefined>} the executable, or undefined where VS Code's server has to do */
export async function findDesktopVscode() {
  if (!hasDisplay()) return undefined;
  try {
    return await step('Looking for the desktop VS Code in .vscode-test, or downloading it', () =>
      downloadAndUnzipVSCode({ cachePath: cacheRoot }),
    );
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    if (!serverRunsHere()) {
      throw new ExplainedError(
        `The desktop VS Code could not be downloaded (${why}). Check the network, or let VSCODE_EXECUTABLE name an installed one.`,
      );
    }
    say(`The desktop VS Code could not be downloaded (${why}); VS Code’s server is used instead.`);
    return undefined;
  }
}
