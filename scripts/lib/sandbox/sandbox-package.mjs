// Packages the extension for the sandbox: with src/dev-extension.ts instead of src/extension.ts, built in out/sandbox.
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { build } from '../../build.mjs';
import { parseJson } from '../process/json.mjs';
import { packageExtension } from '../editor/package-extension.mjs';
import { inProject } from '../paths.mjs';

const staging = inProject('out', 'sandbox', 'package');
const vsix = inProject('out', 'sandbox', 'elb-job-tracker-sandbox.vsix');

/** @returns {Promise<string>} the .vsix file */
export async function packageSandbox() {
  await rm(staging, { recursive: true, force: true });
  await mkdir(staging, { recursive: true });
  const isPackaged = (/** @type {string} */ name) =>
    /^(package\.nls(\..*)?\.json|README\.md|CHANGELOG\.md|LICENSE|\.vscodeignore|l10n|media)$/.test(name);
  for (const name of (await readdir(inProject())).filter(isPackaged)) {
    await cp(inProject(name), path.join(staging, name), { recursive: true });
  }
  await build(['sandbox']);
  const manifest = /** @type {{ scripts?: object }} */ (parseJson(await readFile(inProject('package.json'), 'utf8')));
  delete manifest.scripts; // vscode:prepublish would overwrite the sandbox's build.
  await writeFile(path.join(staging, 'package.json'), JSON.stringify(manifest, null, 2));
  await packageExtension(staging, vsix);
  return vsix;
}
