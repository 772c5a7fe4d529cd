// Opens a VS Code in which the extension is signed in to a simulated cloud and tracks jobs on their way.
import { cp } from 'node:fs/promises';
import path from 'node:path';
import { startCodeServer } from '../editor/code-server.mjs';
import { startDemoCloud } from './sandbox-cloud.mjs';
import { packageDemo } from './sandbox-package.mjs';
import { findDesktopCli, openDesktopWindow } from '../editor/desktop-window.mjs';
import { editorFolders } from '../editor/editor-folders.mjs';
import { createRunFolder } from '../process/guarded.mjs';
import { ensureVscodeServer } from '../editor/install-vscode-server.mjs';
import { fixtureWorkspace } from '../paths.mjs';
import { step } from '../process/progress.mjs';
import { installExtension, startServer, workbenchUrl } from '../editor/vscode-server.mjs';

/**
 * @typedef {object} Demo
 * @property {string | undefined} url  To be opened in a browser; undefined where a window is open.
 * @property {import('./sandbox-cloud.mjs').Simulator} simulator
 * @property {{ temp: string }} run
 * @property {Promise<number>} ended  When the window is closed or the server has died.
 * @property {() => string} log  Of the server.
 * @property {() => Promise<void>} close
 */

/**
 * @typedef {object} DemoOptions
 * @property {boolean} [headless]  No window even where there could be one.
 * @property {Readonly<Record<string, unknown>>} [settings]
 * @property {Readonly<Record<string, string>>} [env]
 * @property {string} [locale]  As of `startServer`, where there is no window.
 */
/**
 * @param {DemoOptions} [options]
 * @returns {Promise<Demo>}
 */
export async function openDemo({ headless = false, settings = {}, env: more = {}, locale = 'en' } = {}) {
  const desktopCli = headless ? undefined : await findDesktopCli();
  if (!desktopCli) await ensureVscodeServer();
  const vsix = await step('Building and packaging the extension', packageDemo);
  const { simulator, seed } = await startDemoCloud();
  const run = await createRunFolder('start');
  const folders = editorFolders(run);
  const env = { ...more, ELB_JOBS_SANDBOX: seed };
  const folder = path.join(run.data, 'workspace'); // A copy: the person may write into it.
  await cp(fixtureWorkspace, folder, { recursive: true });
  const editor = await step('Starting VS Code', async () => {
    if (desktopCli) {
      // Sockets are made in a desktop VS Code's user data: a short path.
      const shortFolders = { ...folders, userDataDir: path.join(run.temp, 'user-data') };
      const window = await openDesktopWindow(desktopCli, shortFolders, {
        vsix,
        folder,
        env,
        settings,
      });
      return { ...window, url: undefined, log: () => '' };
    }
    await installExtension(folders, vsix);
    if (locale !== 'en') {
      // code-server speaks the language that it was installed in.
      const server = await startServer(folders, { env, settings, locale, hasAllBuiltinExtensions: true });
      return { ...server, url: workbenchUrl(server, { folder }) };
    }
    const server = await startCodeServer(folders, { env, settings });
    return { ...server, url: `${server.address}/?folder=${encodeURIComponent(folder)}` };
  });
  return {
    url: editor.url,
    simulator,
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
