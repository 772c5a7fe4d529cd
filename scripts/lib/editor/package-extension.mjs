// Packages the extension as a .vsix, from a copy in out/, so that packaging changes no file of the project.
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { inProject, projectRoot } from '../paths.mjs';
import { parseJson } from '../process/json.mjs';
import { runCommand } from '../process/run-command.mjs';
import { linksOf, withoutRelativeLinks } from './marketplace-links.mjs';

/**
 * @typedef {object} Manifest
 * @property {string} version
 * @property {string | { url: string }} [repository]
 */

const staging = inProject('out', 'package');
/** What only a clone needs. */
const fieldsOfClone = ['private', 'scripts', 'dependencies', 'devDependencies', 'vsce'];

/**
 * Builds and packages the extension for users. Without a repository, README's pictures and relative links are left out.
 * @param {string} vsix
 * @param {string} [repository]  Default: the one in package.json.
 * @returns {Promise<{ repository?: string, isPreRelease: boolean }>}
 */
export async function packageExtension(vsix, repository) {
  // Refuses a wrong address before the build.
  if (repository !== undefined) linksOf(repository, '');
  await copyToStaging(staging);
  // Not in dist/, which host tests may be using.
  const dist = `--dist=${path.relative(projectRoot, path.join(staging, 'dist'))}`;
  await runCommand(process.execPath, [inProject('scripts', 'build.mjs'), 'extension', '--production', dist], {
    cwd: projectRoot,
    failureMessage: 'The extension could not be built. Read the output above and fix the cause.',
  });
  return await packageFolder(staging, vsix, repository);
}

/**
 * Copies the files that .vscodeignore lets into the package, apart from those that are built.
 * @param {string} folder  Is emptied first.
 */
export async function copyToStaging(folder) {
  const listed = (await vsce(['ls', '--no-dependencies'], projectRoot)).trim().split(/\r?\n/);
  await rm(folder, { recursive: true, force: true });
  for (const file of [...listed.filter((name) => !name.startsWith('dist/')), '.vscodeignore']) {
    await cp(inProject(file), path.join(folder, file));
  }
}

/**
 * Packages a folder that `copyToStaging` made, with what was built in its dist/.
 * @param {string} folder
 * @param {string} vsix
 * @param {string} [repository]
 */
export async function packageFolder(folder, vsix, repository) {
  const manifestFile = path.join(folder, 'package.json');
  const manifest = /** @type {Manifest} */ (parseJson(await readFile(manifestFile, 'utf8')));
  const { version } = manifest;
  const known = typeof manifest.repository === 'object' ? manifest.repository.url : manifest.repository;
  const address = repository ?? known;
  const isPreRelease = isPreReleaseVersion(version);
  const options = ['package', '--no-dependencies', '--out', vsix, ...(isPreRelease ? ['--pre-release'] : [])];
  /** @type {Record<string, unknown>} */
  const shipped = Object.fromEntries(Object.entries(manifest).filter(([field]) => !fieldsOfClone.includes(field)));
  if (address === undefined) {
    options.push('--allow-missing-repository');
    for (const name of ['README.md', 'CHANGELOG.md']) {
      const file = path.join(folder, name);
      await writeFile(file, withoutRelativeLinks(await readFile(file, 'utf8')));
    }
  } else {
    const links = linksOf(address, version);
    Object.assign(shipped, {
      repository: { type: 'git', url: `${links.repository}.git` },
      bugs: { url: links.bugs },
      homepage: links.homepage,
    });
    // vsce makes the texts' relative links and pictures absolute with these.
    options.push('--baseContentUrl', links.files, '--baseImagesUrl', links.pictures);
  }
  await writeFile(manifestFile, JSON.stringify(shipped));
  await mkdir(path.dirname(vsix), { recursive: true });
  await vsce(options, folder);
  return { ...(address === undefined ? {} : { repository: address }), isPreRelease };
}

/**
 * Whether a version is a pre-release. The Marketplace knows no other sign in a version than an odd minor one.
 * @param {string} version
 */
export function isPreReleaseVersion(version) {
  return Number(version.split('.')[1]) % 2 === 1;
}

/**
 * @param {readonly string[]} args
 * @param {string} folder
 */
function vsce(args, folder) {
  return runCommand(process.execPath, [inProject('node_modules', '@vscode', 'vsce', 'vsce'), ...args], {
    cwd: folder,
    failureMessage: 'The extension could not be packaged. Read the output above and fix the cause.',
  });
}
