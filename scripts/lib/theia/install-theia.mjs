// Builds an Eclipse Theia for the browser in .vscode-test/theia.
import { createHash } from 'node:crypto';
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { compileModules } from '../process/compile-modules.mjs';
import { homeVariables, toolEnvironment } from '../process/environment.mjs';
import { cacheRoot, inProject } from '../paths.mjs';
import { step } from '../process/progress.mjs';
import { runCommand } from '../process/run-command.mjs';

const recipe = inProject('scripts', 'lib', 'theia', 'recipe');
/** The modules that are compiled: Theia's server does not start without them. */
const nativeModules = ['drivelist', 'node-pty'];
const failureMessage =
  'Theia could not be built. Read the output above, check the network, and try again. It needs python3, make and a C++ compiler.';

/** @returns {Promise<string>} the folder of the application */
export async function ensureTheia() {
  const root = path.join(cacheRoot, 'theia');
  const stamp = path.join(root, 'built.json');
  const lock = await readFile(path.join(recipe, 'package-lock.json'));
  const wanted = JSON.stringify({ lockHash: createHash('sha256').update(lock).digest('hex'), nativeModules });
  if ((await readFile(stamp, 'utf8').catch(() => undefined)) === wanted) return root;
  await rm(root, { recursive: true, force: true });
  await mkdir(root, { recursive: true });
  await cp(recipe, root, { recursive: true });
  await step('Installing Theia (once)', async () => {
    // Without install scripts, which compile more modules and download a browser.
    const ci = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    await runCommand('npm', ci, { cwd: root, failureMessage });
    await compileModules(root, nativeModules, { env: toolEnvironment(), failureMessage });
  });
  const cli = path.join(root, 'node_modules', '@theia', 'cli', 'bin', 'theia');
  const env = { ...toolEnvironment(), ...homeVariables(path.join(root, 'home')) };
  await step('Building Theia (once)', () =>
    runCommand(process.execPath, [cli, 'build', '--mode', 'development'], { cwd: root, env, failureMessage }),
  );
  await writeFile(stamp, wanted);
  return root;
}
