// Finds or downloads a desktop VS Code, if this computer has a display.
import { downloadAndUnzipVSCode } from '@vscode/test-electron';
import { ExplainedError } from '../process/main.mjs';
import { cacheRoot } from '../paths.mjs';
import { printStatus, step } from '../process/progress.mjs';
import { canServerRun } from './install-vscode-server.mjs';

export const hasDisplay = () =>
  process.platform !== 'linux' || Boolean(process.env['DISPLAY'] ?? process.env['WAYLAND_DISPLAY']);

/** @returns {Promise<string | undefined>} the executable, or undefined to use VS Code's server instead */
export async function findDesktopVscode() {
  if (!hasDisplay()) return undefined;
  try {
    return await step('Finding the desktop VS Code in .vscode-test, or downloading it', () =>
      downloadAndUnzipVSCode({ cachePath: cacheRoot }),
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
