// Packages the extension for the sandbox: with src/dev-extension.ts instead of src/extension.ts, built in out/sandbox.
import { build } from '../../build.mjs';
import { copyToStaging, packageFolder } from '../editor/package-extension.mjs';
import { inProject } from '../paths.mjs';

const staging = inProject('out', 'sandbox', 'package');
const vsix = inProject('out', 'sandbox', 'elb-job-tracker-sandbox.vsix');

/** @returns {Promise<string>} the .vsix file */
export async function packageSandbox() {
  await copyToStaging(staging);
  await build(['sandbox']);
  await packageFolder(staging, vsix);
  return vsix;
}
