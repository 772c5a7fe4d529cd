// Opens a window of the desktop VS Code with separate data folders, beside the person's VS Code.
import path from 'node:path';
import { resolveCliPathFromVSCodeExecutablePath } from '@vscode/test-electron';
import { desktopHomeVariables, findDesktopVscode, hasDisplay } from './desktop-vscode.mjs';
import { writeSettings } from './editor-folders.mjs';
import { editorEnvironment } from '../process/environment.mjs';
import { findOnPath } from '../process/find-program.mjs';
import { startGuarded } from '../process/guarded.mjs';
import { runCommand } from '../process/run-command.mjs';

/** @returns {Promise<string | undefined>} VS Code's command line program, or undefined if no window can be shown */
export async function findDesktopCli() {
  if (!hasDisplay()) return undefined;
  const onPath = findOnPath(['code', 'code-insiders']);
  if (onPath) return onPath;
  const executable = await findDesktopVscode();
  return executable === undefined ? undefined : resolveCliPathFromVSCodeExecutablePath(executable);
}

/**
 * @param {string} cli
 * @param {import('./editor-folders.mjs').EditorFolders} folders
 * @param {{ vsix: string, folder: string, env: NodeJS.ProcessEnv, settings: Readonly<Record<string, unknown>> }} options
 * @returns {Promise<{ ended: Promise<number>, stop: () => Promise<void> }>} ended: resolves when the window is closed
 */
export async function openDesktopWindow(cli, folders, { vsix, folder, env, settings }) {
  await writeSettings(folders, settings);
  const withFolders = ['--user-data-dir', folders.userDataDir, '--extensions-dir', folders.extensionsDir];
  // Chromium's sandbox does not start as root.
  if (process.getuid?.() === 0) withFolders.push('--no-sandbox');
  const environment = editorEnvironment({ ...env, ...(await desktopHomeVariables(cli, folders.home)) });
  await runCommand(cli, [...withFolders, '--install-extension', vsix], {
    env: environment,
    failureMessage: `VS Code could not install ${vsix}. Read its output above and fix the cause.`,
  });
  return startGuarded(cli, [...withFolders, '--new-window', '--wait', '--disable-workspace-trust', folder], {
    env: environment,
    output: 'inherit',
    // The command line program starts VS Code as a detached process, which saves its process id here.
    pidFile: path.join(folders.userDataDir, 'code.lock'),
  });
}
