// The versions of VS Code's server that this project can install, from versions of the npm package code-server.
import path from 'node:path';
import { cacheRoot, inProject } from '../paths.mjs';
import { ExplainedError } from '../process/main.mjs';
import { versionToTest } from './vscode-version.mjs';

/**
 * @typedef {object} ServerVersion
 * @property {string} vscode  VS Code's version.
 * @property {string} recipe  The folder with package.json and package-lock.json, from which npm installs it.
 * @property {string} root  The folder of the install.
 * @property {readonly string[]} nativeModules  The only modules of VS Code that are compiled: without a logger and a
 *   watchdog, the server fills its log with stack traces.
 * @property {readonly string[]} [frontEndModules]  The modules of code-server's front end that are compiled.
 */

/** @type {ServerVersion} */
export const stableServer = {
  vscode: '1.139.1',
  recipe: inProject('scripts', 'lib', 'editor', 'vscode-server'),
  root: path.join(cacheRoot, 'server'),
  nativeModules: ['@vscode/spdlog', '@vscode/native-watchdog'],
};

/** The oldest VS Code that the manifest supports. @type {ServerVersion} */
export const minimumServer = {
  vscode: '1.100.0',
  recipe: inProject('scripts', 'lib', 'editor', 'vscode-server-minimum'),
  root: path.join(cacheRoot, 'server-1.100.0'),
  // Newer versions bring terminals and passwords compiled. node-pty runs node-gyp, which the recipe has for it.
  nativeModules: ['@vscode/spdlog', 'native-watchdog', 'node-pty'],
  frontEndModules: ['argon2'],
};

/**
 * Returns the server of a version.
 * @param {string} [vscode]  As `readVscodeOption` returns it. Default: the stable version.
 * @returns {ServerVersion}
 */
export function serverOf(vscode = 'stable') {
  if (vscode === 'stable') return stableServer;
  const server = [stableServer, minimumServer].find((each) => each.vscode === vscode);
  if (server !== undefined) return server;
  throw new ExplainedError(
    `VS Code’s server is here in version ${stableServer.vscode} (stable) or ${minimumServer.vscode} (minimum) only, not in ${vscode}. Other versions need a desktop VS Code, which runs the host tests only.`,
  );
}

/** Returns the server that test.mjs chose for the tests in this process. */
export const serverToTest = () => serverOf(versionToTest());
