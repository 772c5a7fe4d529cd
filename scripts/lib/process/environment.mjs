// Makes the environment variables for the programs that a script starts.
import path from 'node:path';

/** Variables of a VS Code that runs this process, and the person's cloud keys: a VS Code under test must not see them. */
const excluded = /^(VSCODE_|ELECTRON_|HW_|HUAWEICLOUD_|CLOUD_SDK_|OS_|XDG_RUNTIME_DIR$)/i;

/**
 * @param {NodeJS.ProcessEnv} [additions]
 * @returns {NodeJS.ProcessEnv}
 */
export function editorEnvironment(additions = {}) {
  const inherited = Object.entries(process.env).filter(([name]) => !excluded.test(name));
  return { ...Object.fromEntries(inherited), ...additions };
}

/**
 * Returns the variables for npm and programs that run it. Otherwise npm leaves logs in the home folder and compiled code in
 * the folder for temporary files.
 * @returns {NodeJS.ProcessEnv}
 */
export const toolEnvironment = () => ({
  ...process.env,
  NODE_DISABLE_COMPILE_CACHE: '1',
  npm_config_logs_max: '0',
  npm_config_update_notifier: 'false',
});

/**
 * Returns the variables that replace the home folder on all systems, so that programs leave nothing in the person's.
 * @param {string} home
 */
export function homeVariables(home) {
  return {
    HOME: home,
    USERPROFILE: home,
    APPDATA: path.join(home, 'AppData', 'Roaming'),
    LOCALAPPDATA: path.join(home, 'AppData', 'Local'),
    XDG_CACHE_HOME: path.join(home, '.cache'),
    XDG_CONFIG_HOME: path.join(home, '.config'),
    XDG_DATA_HOME: path.join(home, '.local', 'share'),
    XDG_STATE_HOME: path.join(home, '.local', 'state'),
  };
}

/**
 * Returns the variables that replace the folder for temporary files on all systems: TMPDIR, and on Windows TEMP and TMP.
 * @param {string} folder
 */
export const temporaryFolderVariables = (folder) => ({ TMPDIR: folder, TEMP: folder, TMP: folder });
