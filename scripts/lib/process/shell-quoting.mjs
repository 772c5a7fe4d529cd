// Quotes words for shells: for cmd.exe, which starts scripts on Windows, and for commands that a person copies.

/** All characters that cmd.exe treats specially, also the quotes, so that its own rules for quotes never apply. */
const cmdSpecial = /[()[\]%!^"`<>&|;, *?]/g;
const plainWord = /^[\w@%+=:,./-]+$/;

/**
 * Returns the text as one argument in a command line of cmd.exe, for a program that is not a script.
 * @param {string} text  Without line breaks, which cmd.exe cannot pass.
 */
export const cmdWord = (text) => programWord(text).replace(cmdSpecial, '^$&');

/**
 * As `cmdWord`, for a .cmd or .bat file, whose `%*` cmd.exe reads a second time.
 * @param {string} text
 */
export const cmdScriptWord = (text) => cmdWord(text).replace(cmdSpecial, '^$&');

/**
 * Returns what `spawn` needs to run a command on this system: on Windows, only cmd.exe can run a .cmd or .bat file.
 * @param {string} command  On Windows, the full path of a file.
 * @param {readonly string[]} args
 * @param {NodeJS.Platform} [platform]
 * @returns {{ file: string, args: readonly string[], windowsVerbatimArguments: boolean }}
 */
export function spawnable(command, args, platform = process.platform) {
  if (platform !== 'win32' || !/\.(cmd|bat)$/i.test(command)) {
    return { file: command, args, windowsVerbatimArguments: false };
  }
  const line = [command.replace(cmdSpecial, '^$&'), ...args.map(cmdScriptWord)].join(' ');
  // With /s, cmd.exe removes the outer quotes, and no others.
  return { file: 'cmd.exe', args: ['/d', '/s', '/c', `"${line}"`], windowsVerbatimArguments: true };
}

/**
 * Returns the text as one word of a command that a person copies: for sh, or on Windows for PowerShell and, unless it
 * contains $ or `, for cmd.exe.
 * @param {string} text
 * @param {NodeJS.Platform} [platform]
 */
export function shellWord(text, platform = process.platform) {
  if (platform !== 'win32') return plainWord.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
  return /[$`]/.test(text) ? `'${text.replaceAll("'", "''")}'` : `"${text}"`;
}

/**
 * Quotes as Windows programs split their command line: a backslash is special before a quote only.
 * @param {string} text
 */
function programWord(text) {
  return `"${text.replace(/(\\*)"/g, '$1$1\\"').replace(/\\+$/, '$&$&')}"`;
}
