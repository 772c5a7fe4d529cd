// Packages an extension folder as a .vsix.
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { inProject } from '../paths.mjs';
import { runCommand } from '../process/run-command.mjs';

/**
 * @param {string} folder  The folder with package.json. Its script vscode:prepublish, if present, runs first.
 * @param {string} vsix
 */
export async function packageExtension(folder, vsix) {
  await mkdir(path.dirname(vsix), { recursive: true });
  const vsce = inProject('node_modules', '@vscode', 'vsce', 'vsce');
  await runCommand(
    process.execPath,
    [vsce, 'package', '--no-dependencies', '--no-rewrite-relative-links', '--out', vsix],
    {
      cwd: folder,
      failureMessage: 'The extension could not be packaged. Read the output above and fix the cause.',
    },
  );
}
