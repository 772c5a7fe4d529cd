// Starts VS Code's own server on loopback, whose workbench a browser shows.
import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeSettings } from './editor-folders.mjs';
import { editorEnvironment } from '../process/environment.mjs';
import { runCommand } from '../process/run-command.mjs';
import { startServerProcess } from './server-process.mjs';
import { serverPaths } from './vscode-server-paths.mjs';

/**
 * @typedef {object} ServerOptions
 * @property {Readonly<Record<string, unknown>>} [settings]  User settings, over the quiet ones.
 * @property {string} [locale]  'zh-cn', or English.
 * @property {NodeJS.ProcessEnv} [env]  Additions to the extension host's environment.
 * @property {readonly string[]} [args]
 * @property {boolean} [workspaceTrust]  Asks whether a folder is trusted, as for a person.
 * @property {boolean} [testDriver]  Lets a workbench load an extension and a test suite from disk.
 * @property {boolean} [hasAllBuiltinExtensions]  As a person's VS Code has them, not just those that tests have to do with.
 */
/**
 * @typedef {object} Server
 * @property {string} url
 * @property {string} authority
 * @property {Promise<number>} ended
 * @property {() => string} log
 * @property {() => Promise<void>} stop
 */
/** @typedef {import('./editor-folders.mjs').EditorFolders} EditorFolders */

/** VS Code's own extensions that tests or the workbench wait for: reading all 90 takes a third of each start. */
const builtinExtensions = ['theme-defaults', 'theme-seti', 'json', 'markdown-basics', 'github-authentication'];

/**
 * @param {EditorFolders} folders
 * @param {ServerOptions} [options]
 * @returns {Promise<Server>}
 */
export async function startServer(folders, options = {}) {
  const { settings = {}, locale = 'en', env = {}, args = [] } = options;
  const { workspaceTrust = false, testDriver = false, hasAllBuiltinExtensions = false } = options;
  await writeSettings(folders, { 'workbench.reduceMotion': 'on', ...settings });
  await mkdir(folders.home, { recursive: true });
  const builtinExtensionsArguments = hasAllBuiltinExtensions
    ? []
    : ['--builtin-extensions-dir', await linkBuiltinExtensions(folders)];
  if (!locale.startsWith('en')) await registerLanguagePack(folders.userDataDir, locale);
  const { address, ended, log, stop } = await startServerProcess(
    serverPaths().node,
    [
      ...serverArguments(folders),
      ...builtinExtensionsArguments,
      ...['--host', '127.0.0.1', '--port', '0', '--without-connection-token', '--locale', locale],
      ...['--disable-telemetry', '--disable-experiments'],
      ...(workspaceTrust ? [] : ['--disable-workspace-trust']),
      // Without it, a built VS Code ignores extensionDevelopmentPath and extensionTestsPath, silently.
      ...(testDriver ? ['--enable-smoke-test-driver'] : []),
      ...args,
    ],
    { env: serverEnvironment(folders, env), listening: /Extension host agent listening on (\d+)/ },
  );
  const authority = `127.0.0.1:${address}`;
  return { url: `http://${authority}/`, authority, ended, log, stop };
}

/**
 * @param {EditorFolders} folders
 * @param {string} vsix
 */
export async function installExtension(folders, vsix) {
  await mkdir(folders.home, { recursive: true });
  await runCommand(serverPaths().node, [...serverArguments(folders), '--install-extension', vsix], {
    env: serverEnvironment(folders),
    whenItFails: `VS Code did not accept ${vsix}; see its words above.`,
  });
}

/**
 * @param {Server} server
 * @param {{ folder?: string, payload?: readonly (readonly [string, string])[] }} [options]  Without a folder: an empty window.
 */
export function workbenchUrl(server, { folder, payload = [] } = {}) {
  const query = new URLSearchParams(folder ? { folder } : { ew: 'true' });
  query.set('payload', JSON.stringify([['skipWelcome', 'true'], ['skipReleaseNotes', 'true'], ...payload]));
  return `${server.url}?${query}`;
}

/** @param {EditorFolders} folders */
function serverArguments({ userDataDir, extensionsDir }) {
  return [
    ...[serverPaths().serverMain, '--accept-server-license-terms', '--server-data-dir', userDataDir],
    ...['--user-data-dir', userDataDir, '--extensions-dir', extensionsDir],
  ];
}

/**
 * @param {EditorFolders} folders
 * @param {NodeJS.ProcessEnv} [additions]
 */
export function serverEnvironment({ home, temp }, additions) {
  return editorEnvironment({
    EXTENSIONS_GALLERY: '{}', // Nothing is looked up on the network.
    NODE_COMPILE_CACHE: serverPaths().compileCache,
    HOME: home,
    TMPDIR: temp,
    ...additions,
  });
}

/** @param {EditorFolders} folders */
async function linkBuiltinExtensions({ userDataDir }) {
  const folder = path.join(userDataDir, 'builtin-extensions');
  await rm(folder, { recursive: true, force: true }); // Of an earlier start.
  await mkdir(folder, { recursive: true });
  for (const name of builtinExtensions) {
    await symlink(path.join(serverPaths().vscode, 'extensions', name), path.join(folder, name));
  }
  return folder;
}

/**
 * What VS Code notes about an installed language pack; without one it stays English, whatever the locale.
 * @param {string} userDataDir
 * @param {string} locale
 */
async function registerLanguagePack(userDataDir, locale) {
  const { chineseStrings } = serverPaths();
  const contents = locale === 'zh-cn' ? await readFile(chineseStrings, 'utf8') : '{}';
  const strings = path.join(userDataDir, `strings.${locale}.json`);
  await writeFile(strings, `{"version":"1.0.0","contents":${contents}}`);
  const extension = { extensionIdentifier: { id: `local.language-pack-${locale}` }, version: '1.0.0' };
  const pack = { hash: 'local', label: locale, extensions: [extension], translations: { vscode: strings } };
  await writeFile(path.join(userDataDir, 'languagepacks.json'), JSON.stringify({ [locale]: pack }));
}
