// Compiles native modules that npm has installed without their install scripts.
import { runCommand } from './run-command.mjs';

/**
 * @param {string} folder  With the modules in its node_modules.
 * @param {readonly string[]} modules
 * @param {{ env: NodeJS.ProcessEnv, failureMessage: string }} options
 */
export async function compileModules(folder, modules, options) {
  // `npm run` sets npm_config_ignore_scripts from this project's .npmrc; npm would then succeed without compiling anything.
  const args = ['rebuild', '--ignore-scripts=false', '--loglevel=error', ...modules];
  await runCommand('npm', args, { cwd: folder, ...options });
}
