/** Makes texts from the service safe to show: on one line, without control characters and markup. */

/** VS Code shows `[text](target)` as a link, which may run a command, and `$(name)` as an icon. */
const MARKUP = /(\]|\$)\(/g;

/** C0 and C1 controls, line and paragraph separators, zero-width and bidirectional formatting characters. */
// eslint-disable-next-line no-control-regex -- this matches control characters
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;
const MAX_LENGTH = 500;

/** Returns at most 500 characters, then `…`. */
export function plainText(text: string): string {
  return truncate(plainLine(text), MAX_LENGTH);
}

/** As `plainText`, without a limit of length. */
export function plainLine(text: string): string {
  return text.replace(CONTROL, ' ').replace(MARKUP, '$1 (').trim();
}

/** Returns at most `maxLength` characters, then `…`. */
export function truncate(text: string, maxLength: number): string {
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text;
}
