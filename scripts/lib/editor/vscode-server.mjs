// Starts VS Code's server on the loopback address, with a connection token; a browser shows its workbench.
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeSettings } from './editor-folders.mjs';
import { editorEnvironment, homeVariables, temporaryFolderVariables } from '../process/environment.mjs';
import { runCommand } from '../process/run-command.mjs';
import { startServerProcess } from './server-process.mjs';
import { newSecret, writeSecretFile } from './server-secret.mjs';
import { serverPaths } from './vscode-server-paths.mjs';
import { serverToTest } from './vscode-servers.mjs';

/**
 * @typedef {object} ServerOptions
 * @property {ServerVersion} [version]  Default: the version that test.mjs chose.
 * @property {Readonly<Record<string, unknown>>} [settings]  User settings, which win over the quiet settings.
 * @property {string} [locale]  'en' (default) or 'zh-cn'.
 * @property {NodeJS.ProcessEnv} [env]  Additions to the extension host's environment.
 * @property {readonly string[]} [args]
 * @property {boolean} [workspaceTrust]  Whether VS Code asks if a folder is trusted. Default: no.
 * @property {boolean} [testDriver]  Whether a workbench can load an extension and a test suite from disk. Default: no.
 * @property {boolean} [hasAllBuiltinExtensions]  Whether all built-in extensions run, or only those that tests need
 *   (default).
 */
/**
 * @typedef {object} Server
 * @property {string} url
 * @property {string} authority
 * @property {string} connectionToken  The server refuses requests without it.
 * @property {Promise<number>} ended
 * @property {() => string} log
 * @property {() => Promise<void>} stop
 */
/** @typedef {import('./editor-folders.mjs').EditorFolders} EditorFolders */
/** @typedef {import('./vscode-servers.mjs').ServerVersion} ServerVersion */

/** The built-in extensions that tests or the workbench wait for: reading all 90 takes a third of each start. */
const builtinExtensions = ['theme-defaults', 'theme-seti', 'json', 'markdown-basics', 'github-authentication'];

/**
 * @param {EditorFolders} folders
 * @param {ServerOptions} [options]
 * @returns {Promise<Server>}
 */
export async function startServer(folders, options = {}) {
  const { version = serverToTest(), settings = {}, locale = 'en', env = {}, args = [] } = options;
  const { workspaceTrust = false, testDriver = false, hasAllBuiltinExtensions = false } = options;
  await writeSettings(folders, { 'workbench.reduceMotion': 'on', ...settings });
  await mkdir(folders.home, { recursive: true });
  const builtinExtensionsArguments = hasAllBuiltinExtensions
    ? []
    : ['--builtin-extensions-dir', await linkBuiltinExtensions(folders, version)];
  if (!locale.startsWith('en')) await registerLanguagePack(folders.userDataDir, locale, version);
  const connectionToken = newSecret();
  const tokenFile = path.join(folders.userDataDir, 'connection-token');
  await writeSecretFile(tokenFile, connectionToken);
  const { address, ended, log, stop } = await startServerProcess(
    serverPaths(version.root).node,
    [
      ...serverArguments(folders, version),
      ...builtinExtensionsArguments,
      ...['--host', '127.0.0.1', '--port', '0', '--connection-token-file', tokenFile, '--locale', locale],
      ...['--disable-telemetry', '--disable-experiments'],
      ...(workspaceTrust ? [] : ['--disable-workspace-trust']),
      // Without this option, a built VS Code silently ignores extensionDevelopmentPath and extensionTestsPath.
      ...(testDriver ? ['--enable-smoke-test-driver'] : []),
      ...args,
    ],
    {
      env: serverEnvironment(folders, version, env),
      listening: /Extension host agent listening on (\d+)/,
      secret: connectionToken,
    },
  );
  const authority = `127.0.0.1:${address}`;
  return { url: `http://${authority}/`, authority, connectionToken, ended, log, stop };
}

/**
 * @param {EditorFolders} folders
 * @param {string} vsix
 * @param {ServerVersion} [version]  Default: the version that test.mjs chose.
 */
export async function installExtension(folders, vsix, version = serverToTest()) {
  await mkdir(folders.home, { recursive: true });
  await runCommand(
    serverPaths(version.root).node,
    [...serverArguments(folders, version), '--install-extension', vsix],
    {
      env: serverEnvironment(folders, version),
      failureMessage: `VS Code could not install ${vsix}. Read its output above and fix the cause.`,
    },
  );
}

/**
 * Returns the workbench's address, with the connection token. The page exchanges the token for a cookie.
 * @param {Server} server
 * @param {{ folder?: string, payload?: readonly (readonly [string, string])[] }} [options]  folder: default is an empty window
 */
export function workbenchUrl(server, { folder, payload = [] } = {}) {
  const query = new URLSearchParams(folder ? { folder } : { ew: 'true' });
  query.set('tkn', server.connectionToken);
  query.set('payload', JSON.stringify([['skipWelcome', 'true'], ['skipReleaseNotes', 'true'], ...payload]));
  return `${server.url}?${query}`;
}

/**
 * @param {EditorFolders} folders
 * @param {ServerVersion} version
 */
function serverArguments({ userDataDir, extensionsDir }, { root }) {
  return [
    ...[serverPaths(root).serverMain, '--accept-server-license-terms', '--server-data-dir', userDataDir],
    ...['--user-data-dir', userDataDir, '--extensions-dir', extensionsDir],
  ];
}

/**
 * @param {EditorFolders} folders
 * @param {ServerVersion} version
 * @param {NodeJS.ProcessEnv} [additions]
 */
export function serverEnvironment({ home, temp }, { root }, additions) {
  return editorEnvironment({
    EXTENSIONS_GALLERY: '{}', // No requests to the marketplace.
    NODE_COMPILE_CACHE: serverPaths(root).compileCache,
    ...additions,
    ...homeVariables(home),
    ...temporaryFolderVariables(temp),
  });
}

/**
 * @param {EditorFolders} folders
 * @param {ServerVersion} version
 */
async function linkBuiltinExtensions({ userDataDir }, { root }) {
  const folder = path.join(userDataDir, 'builtin-extensions');
  await rm(folder, { recursive: true, force: true }); // Left by an earlier start.
  await mkdir(folder, { recursive: true });
  for (const name of builtinExtensions) {
    await symlink(path.join(serverPaths(root).vscode, 'extensions', name), path.join(folder, name));
  }
  return folder;
}

/**
 * Writes the files with which VS Code registers a language pack; without one, it ignores the locale.
 * @param {string} userDataDir
 * @param {string} locale
 * @param {ServerVersion} version
 */
async function registerLanguagePack(userDataDir, locale, { root }) {
  const { chineseStrings } = serverPaths(root);
  const contents = locale === 'zh-cn' ? await readFile(chineseStrings, 'utf8') : '{}';
  const strings = path.join(userDataDir, `strings.${locale}.json`);
  await writeFile(strings, `{"version":"1.0.0","contents":${contents}}`);
  const extension = { extensionIdentifier: { id: `local.language-pack-${locale}` }, version: '1.0.0' };
  const pack = { hash: 'local', label: locale, extensions: [extension], translations: { vscode: strings } };
  await writeFile(path.join(userDataDir, 'languagepacks.json'), JSON.stringify({ [locale]: pack }));
}
