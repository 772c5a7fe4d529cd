/** Makes what the service sent fit to be shown: text on one line, with nothing in it that steers a display. */

/** The editor makes a link, which may run a command, of `[text](target)`, and an icon of `$(name)`. */
const MARKUP = /(\]|\$)\(/g;

/** C0 and C1 controls, line and paragraph separators, zero-width and bidirectional formatting characters. */
// eslint-disable-next-line no-control-regex -- control characters are what this looks for
const STEERING = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+/g;
/** Characters. */
const LONGEST = 500;

export function plainText(text: string): string {
  return shortened(plainLine(text), LONGEST);
}

/** As `plainText`, however long it is. */
export function plainLine(text: string): string {
  return text.replace(STEERING, ' ').replace(MARKUP, '$1 (').trim();
}

/** For where a long text would push out what matters more. */
export function shortened(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
