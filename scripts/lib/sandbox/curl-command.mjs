// Makes the curl command that a person copies from the terminal.
import { shellWord } from '../process/shell-quoting.mjs';

/**
 * Returns the command that sends a file in a POST request, for sh, PowerShell or cmd.exe.
 * @param {string} url
 * @param {{ headers: string, body: string }} files  headers: one in each line.
 * @param {NodeJS.Platform} [platform]
 */
export function curlCommand(url, { headers, body }, platform = process.platform) {
  // In PowerShell, `curl` is another command.
  const curl = platform === 'win32' ? 'curl.exe' : 'curl';
  const word = (/** @type {string} */ text) => shellWord(text, platform);
  return `${curl} -X POST ${url} -H ${word(`@${headers}`)} -d ${word(`@${body}`)}`;
}
