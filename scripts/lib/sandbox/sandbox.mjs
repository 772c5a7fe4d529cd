// Opens the sandbox: a VS Code in which the extension is signed in to a simulated cloud and tracks running jobs.
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { startCodeServer } from '../editor/code-server.mjs';
import { commandToStartJob, startSandboxCloud } from './sandbox-cloud.mjs';
import { packageSandbox } from './sandbox-package.mjs';
import { findDesktopCli, openDesktopWindow } from '../editor/desktop-window.mjs';
import { editorFolders } from '../editor/editor-folders.mjs';
import { createRunFolder } from '../process/guarded.mjs';
import { ensureVscodeServer } from '../editor/install-vscode-server.mjs';
import { fixtureWorkspace } from '../paths.mjs';
import { step } from '../process/progress.mjs';
import { installExtension, startServer, workbenchUrl } from '../editor/vscode-server.mjs';
import { stableServer } from '../editor/vscode-servers.mjs';

/**
 * @typedef {object} Sandbox
 * @property {string | undefined} url  The address to open in a browser; undefined if a desktop window is open.
 * @property {string | undefined} password  The address asks for it, if it is not undefined.
 * @property {import('./sandbox-cloud.mjs').Simulator} simulator
 * @property {string} commandToStartJob  The shell command that starts another job in the simulated cloud.
 * @property {{ temp: string }} run
 * @property {Promise<number>} ended  Resolves when the window was closed or the server died.
 * @property {() => string} log  The server's log; empty for a desktop window.
 * @property {() => Promise<void>} close
 */

/**
 * @typedef {object} SandboxOptions
 * @property {boolean} [headless]  Opens no desktop window, even if one could be shown.
 * @property {import('../editor/vscode-servers.mjs').ServerVersion} [version]  Of VS Code's server. Default: stable.
 * @property {Readonly<Record<string, unknown>>} [settings]
 * @property {Readonly<Record<string, string>>} [env]
 * @property {string} [locale]  See `startServer`; ignored for a desktop window.
 */
/**
 * @param {SandboxOptions} [options]
 * @returns {Promise<Sandbox>}
 */
export async function openSandbox(options = {}) {
  const { headless = false, version = stableServer, settings = {}, env: extraEnv = {}, locale = 'en' } = options;
  const desktopCli = headless ? undefined : await findDesktopCli();
  if (!desktopCli) await ensureVscodeServer(version);
  const vsix = await step('Building and packaging the extension', packageSandbox);
  const { simulator, seed } = await startSandboxCloud();
  const run = await createRunFolder('start');
  const folders = editorFolders(run);
  const env = { ...extraEnv, ELB_JOBS_SANDBOX: seed };
  const folder = path.join(run.data, 'workspace'); // A copy, because the person may edit its files.
  await cp(fixtureWorkspace, folder, { recursive: true });
  const editor = await step('Starting VS Code', async () => {
    if (desktopCli) {
      // A desktop VS Code creates sockets in its user data folder, and a socket's path must be short.
      const shortFolders = { ...folders, userDataDir: path.join(run.temp, 'user-data') };
      const window = await openDesktopWindow(desktopCli, shortFolders, { vsix, folder, env, settings });
      return { ...window, url: undefined, password: undefined, log: () => '' };
    }
    await installExtension(folders, vsix, version);
    if (locale !== 'en') {
      // code-server is always in English.
      const server = await startServer(folders, { version, env, settings, locale, hasAllBuiltinExtensions: true });
      return { ...server, url: workbenchUrl(server, { folder }), password: undefined };
    }
    const server = await startCodeServer(folders, { version, env, settings });
    return { ...server, url: `${server.address}/?folder=${encodeURIComponent(folder)}` };
  });
  return {
    url: editor.url,
    password: editor.password,
    simulator,
    commandToStartJob: await commandToStartJob(simulator, run.data),
    run,
    ended: editor.ended,
    log: editor.log,
    close: async () => {
      await editor.stop();
      await simulator.stop();
      await run.remove();
    },
  };
}
