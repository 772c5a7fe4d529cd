// Makes the environment variables for a VS Code that a script starts.

/** Variables of a VS Code that runs this process, and the person's cloud keys: a VS Code under test must not see them. */
const excluded = /^(VSCODE_|ELECTRON_|HW_|HUAWEICLOUD_|CLOUD_SDK_|OS_|XDG_RUNTIME_DIR$)/;

/**
 * @param {NodeJS.ProcessEnv} [additions]
 * @returns {NodeJS.ProcessEnv}
 */
export function editorEnvironment(additions = {}) {
  const inherited = Object.entries(process.env).filter(([name]) => !excluded.test(name));
  return { ...Object.fromEntries(inherited), ...additions };
}
