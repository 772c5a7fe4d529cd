// Makes the third-party notices: the licences of bundled packages require their texts to be included.
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

const SEPARATOR = `\n${'-'.repeat(80)}\n\n`;

/**
 * Returns the folders of the packages that are in the bundles, relative to the project, e.g. `node_modules/axios`.
 * @param {readonly import('esbuild').Metafile[]} metafiles
 * @returns {string[]}
 */
export function bundledPackages(metafiles) {
  const inputs = metafiles.flatMap((metafile) => Object.keys(metafile.inputs));
  return [...new Set(inputs.flatMap((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input) ?? []))].sort();
}

/**
 * Returns the notices of the packages: of each, its name, and the texts of its licence and notice files.
 * @param {string} root
 * @param {readonly string[]} folders  See `bundledPackages`.
 * @throws if a package has no licence file
 */
export async function noticesOf(root, folders) {
  const notices = [];
  for (const folder of folders) {
    const files = (await readdir(path.join(root, folder))).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name));
    if (!files.some((name) => !/^notice/i.test(name))) throw new Error(`${folder} is bundled but has no licence file.`);
    const texts = await Promise.all(files.sort().map((name) => readFile(path.join(root, folder, name), 'utf8')));
    notices.push(`${nameOf(folder)}\n\n${texts.map((text) => text.trim()).join('\n\n')}\n`);
  }
  return notices.join(SEPARATOR);
}

/**
 * Returns the packages that the notices do not cover with a text of their own.
 * @param {string} notices
 * @param {readonly string[]} folders  See `bundledPackages`.
 */
export function missingNotices(notices, folders) {
  const covered = new Set(
    notices.split(SEPARATOR).flatMap((notice) => /^(\S+)\n\n[^]*\b(?:licen[cs]e|copyright)\b/i.exec(notice)?.[1] ?? []),
  );
  return folders.filter((folder) => !covered.has(nameOf(folder)));
}

/** @param {string} folder */
const nameOf = (folder) => folder.slice(folder.lastIndexOf('node_modules/') + 'node_modules/'.length);
