// Packages the extension with the demo's entry in place of its own, in a folder beside the real one's files.
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from '../../build.mjs';
import { parseJson } from '../process/json.mjs';
import { packageExtension } from '../editor/package-extension.mjs';
import { inProject } from '../paths.mjs';

const staging = inProject('out', 'demo', 'package');
const vsix = inProject('out', 'demo', 'elb-job-tracker-demo.vsix');

/** @returns {Promise<string>} the .vsix file */
export async function packageDemo() {
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { recursive: true });
  const isPart = (/** @type {string} */ name) =>
    /^(package\.nls(\..*)?\.json|README\.md|CHANGELOG\.md|LICENSE|\.vscodeignore|l10n|media)$/.test(name);
  for (const name of (await readdir(inProject())).filter(isPart)) {
    await cp(inProject(name), path.join(staging, name), { recursive: true });
  }
  await build(['demo']);
  const manifest = /** @type {{ scripts?: object }} */ (parseJson(await readFile(inProject('package.json'), 'utf8')));
  delete manifest.scripts; // They would build the real extension over the demo.
  await writeFile(path.join(staging, 'package.json'), JSON.stringify(manifest, null, 2));
  await packageExtension(staging, vsix);
  return vsix;
}
