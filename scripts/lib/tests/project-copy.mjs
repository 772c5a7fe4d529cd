// Copies the project for tests of another system: they build `dist` and `out` while the project's own may be in use.
import { cp, mkdir, readdir, symlink } from 'node:fs/promises';
import path from 'node:path';
import { inProject, projectRoot } from '../paths.mjs';
import { runCommand } from '../process/run-command.mjs';

const notCopied = /^(\.git|\.vscode-test|node_modules|dist|out|.*\.(vsix|tsbuildinfo))$/;

/**
 * Copies the project, with a link to its node_modules, and builds the unit tests in the copy.
 * @param {string} folder  Does not exist yet.
 * @returns {Promise<string>} the folder of the built tests, relative to the copy
 */
export async function copyProjectWithUnitTests(folder) {
  await mkdir(folder);
  for (const name of await readdir(projectRoot)) {
    if (!notCopied.test(name)) await cp(inProject(name), path.join(folder, name), { recursive: true });
  }
  await symlink(inProject('node_modules'), path.join(folder, 'node_modules'));
  await runCommand(process.execPath, ['scripts/build.mjs', 'unit'], {
    cwd: folder,
    failureMessage: 'The unit tests could not be built. Fix the errors above.',
  });
  return path.join('out', 'test', 'unit');
}
