// The environment that an editor is started with.

/** Traces of an editor around this process, and a person's own cloud keys: neither belongs into an editor of ours. */
const foreign = /^(VSCODE_|ELECTRON_|HW_|HUAWEICLOUD_|CLOUD_SDK_|OS_|XDG_RUNTIME_DIR$)/;

/**
 * @param {NodeJS.ProcessEnv} [additions]
 * @returns {NodeJS.ProcessEnv}
 */
export function editorEnvironment(additions = {}) {
  const kept = Object.entries(process.env).filter(([name]) => !foreign.test(name));
  return { ...Object.fromEntries(kept), ...additions };
}
