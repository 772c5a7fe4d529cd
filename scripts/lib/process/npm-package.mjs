// Downloads single npm packages, from the registry that npm is configured for.
import { mkdir, mkdtemp, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { guardFolders } from './guarded.mjs';
import { parseJson } from './json.mjs';
import { ExplainedError } from './main.mjs';
import { step } from './progress.mjs';
import { runCommand } from './run-command.mjs';

/**
 * @typedef {object} NpmPackage
 * @property {string} name
 * @property {string} version
 * @property {string} integrity  As in a lock file.
 */

/**
 * Returns the folder below `parent` with the package's files. Downloads the package if it is not there.
 * @param {NpmPackage} wanted
 * @param {string} parent
 * @returns {Promise<string>}
 */
export async function ensureNpmPackage(wanted, parent) {
  const folder = path.join(parent, `${wanted.name.replace('/', '-')}-${wanted.version}`);
  if (await isFolder(folder)) return folder;
  await step(`Downloading ${wanted.name} ${wanted.version} from npm (once)`, async () => {
    await mkdir(parent, { recursive: true });
    const temporary = await mkdtemp(path.join(parent, 'downloading-'));
    const removeTemporary = guardFolders([temporary]);
    try {
      await unpackNpmPackage(`${wanted.name}@${wanted.version}`, wanted.integrity, temporary);
      // If another process has downloaded it in the meantime, its folder is as good.
      await rename(path.join(temporary, 'package'), folder).catch(async (/** @type {unknown} */ error) => {
        if (!(await isFolder(folder))) throw error;
      });
    } finally {
      await removeTemporary();
    }
  });
  return folder;
}

/**
 * Downloads the package and unpacks it to `package` in the folder.
 * @param {string} spec  Such as `name@1.2.3`.
 * @param {string} integrity  As in a lock file.
 * @param {string} folder
 * @throws {ExplainedError} if it cannot be downloaded, or is not the one that is wanted
 */
export async function unpackNpmPackage(spec, integrity, folder) {
  const failureMessage = `${spec} could not be downloaded. Read the output above, check the network, and try again.`;
  const pack = ['pack', '--json', '--ignore-scripts', '--loglevel=error', spec];
  const answer = await runCommand('npm', pack, { cwd: folder, failureMessage });
  const [packed] = /** @type {{ filename: string, integrity: string }[]} */ (parseJson(answer));
  if (packed?.integrity !== integrity) {
    throw new ExplainedError(
      `${spec} has changed: its integrity is ${packed?.integrity}, not ${integrity}. Check the package before you use it.`,
    );
  }
  await runCommand('tar', ['-xzf', packed.filename], { cwd: folder, failureMessage });
  await rm(path.join(folder, packed.filename));
}

/** @param {string} folder */
const isFolder = (folder) =>
  stat(folder).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
